import type { Body } from '../model/response.ts'
import { numberValue, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

const empty = new Set([204, 205, 304])

/** Pages dropped the body of such an answer; a Response that is given one throws. */
export const hasNoBody = (status: number): boolean => empty.has(status)

/** `res.status(found ? 200 : 204).json(x)`: a body that is dropped on one path only. */
export function mayDropBody(statuses: readonly Node[], body: Body, tree: ScopeTree): boolean {
  const hasValue = body.kind === 'pipe' || (body.kind !== 'redirect' && body.value !== null)
  return hasValue && statuses.some((status) => numbersOf(status, tree).some(hasNoBody))
}

/** The numbers written in an expression that it may be, and those that a name is given. */
export function numbersOf(expression: Node, tree: ScopeTree, depth = 0): number[] {
  const node = uncast(expression)
  const number = numberValue(node)
  if (number !== null) return [number]
  if (depth > 4) return []
  const all = (parts: readonly Node[]): number[] => parts.flatMap((part) => numbersOf(part, tree, depth + 1))
  if (node.type === 'ConditionalExpression') return all([node.consequent, node.alternate])
  if (node.type === 'LogicalExpression') return all([node.left, node.right])
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  if (!binding) return []
  const { declaration } = binding
  const first = declaration.type === 'VariableDeclarator' && declaration.init ? [declaration.init] : []
  const later = binding.references.flatMap((r) => {
    const parent = r.kind === 'write' ? parentOf(r.node) : null
    return parent?.type === 'AssignmentExpression' && parent.left === r.node ? [parent.right] : []
  })
  return all([...first, ...later])
}
