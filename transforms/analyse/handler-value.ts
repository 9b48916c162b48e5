import type * as t from '@babel/types'
import { uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, isPlainFunction, type Node, some } from '../syntax/tree.ts'
import { isPlainValue, strip } from './flow-facts.ts'
import type { HandlerValue } from './flow-model.ts'
import type { Item } from './variant.ts'

/**
 * `const result = await handler(req, res)` or `result = await handler(req, res)` in a wrapper that looks at the result later. Between the two
 * nothing is done with the response (`isAside`) or the result, and no path ends. `test` asks for the result. Null for anything else.
 */
export function readValue(
  item: Item,
  rest: readonly Item[],
  { tree, isAside }: { tree: ScopeTree; isAside: (node: Node) => boolean },
): (HandlerValue & { call: Node; awaited: Node; test: Node | null }) | null {
  const found = item.kind === 'plain' ? readAssigned(item.node) : null
  const binding = found && bindingAt(tree, found.id)
  if (!found || !binding) return null
  const isUsed = (node: Node): boolean => binding.references.some((r) => r.kind !== 'type' && contains(node, r.node))
  if (!rest.some(({ node }) => isUsed(node))) return null
  const next = rest.findIndex(({ node }) => isUsed(node) || !isAside(node))
  const between = rest.slice(0, next).map(({ node }) => node)
  if (between.some((node) => some(node, leaves, isOutside))) return null
  const first = rest[next]
  const test = first?.kind === 'if' && asksFor(first.node.test, binding, tree) ? first.node.test : null
  return { id: found.id, before: [item.node, ...between], call: strip(found.value), awaited: found.value, test }
}

/** `result`, `!result`, `result !== undefined`, alone or among others: the handler may have returned nothing because it has answered. */
function asksFor(test: Node, binding: Binding, tree: ScopeTree): boolean {
  const node = uncast(test)
  if (node.type === 'Identifier') return bindingAt(tree, node) === binding
  if (node.type === 'UnaryExpression') return node.operator === '!' && asksFor(node.argument, binding, tree)
  if (node.type === 'LogicalExpression') return asksFor(node.left, binding, tree) || asksFor(node.right, binding, tree)
  if (node.type !== 'BinaryExpression' || !/^[!=]==?$/.test(node.operator)) return false
  return isPlainValue(node.right) && asksFor(node.left, binding, tree)
}

/** The value of a promise is only known when it is awaited. */
function readAssigned(node: Node): { id: t.Identifier; value: t.Expression } | null {
  if (node.type === 'ExpressionStatement') {
    const { expression } = node
    if (expression.type !== 'AssignmentExpression' || expression.operator !== '=') return null
    const { left, right } = expression
    return left.type === 'Identifier' && right.type === 'AwaitExpression' ? { id: left, value: right } : null
  }
  if (node.type !== 'VariableDeclaration' || node.declarations.length !== 1) return null
  const [declarator] = node.declarations
  if (declarator?.id.type !== 'Identifier' || declarator.init?.type !== 'AwaitExpression') return null
  return { id: declarator.id, value: declarator.init }
}

const leaves = (node: Node): boolean =>
  node.type === 'ReturnStatement' || node.type === 'BreakStatement' || node.type === 'YieldExpression'

const isOutside = (node: Node): boolean => !isPlainFunction(node) && node.type !== 'ObjectMethod'
