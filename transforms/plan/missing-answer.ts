import { uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'

/** `undefined`, `null`, `found && respond(found)`, or a constant that is one of these: by what is written. */
export function mayBeNothing(node: Node, tree: ScopeTree): boolean {
  const value = uncast(node)
  const isNothing = (one: Node): boolean => mayBeNothing(one, tree)
  if (value.type === 'AwaitExpression') return isNothing(value.argument)
  if (value.type === 'ConditionalExpression') return isNothing(value.consequent) || isNothing(value.alternate)
  if (value.type === 'LogicalExpression') return value.operator === '&&' || isNothing(value.right)
  if (value.type !== 'Identifier')
    return value.type === 'NullLiteral' || value.type.startsWith('Optional') || isVoid(value)
  const binding = bindingAt(tree, value)
  if (!binding) return value.name === 'undefined'
  const { declaration, kind } = binding
  const isConstant = kind === 'const' && declaration.type === 'VariableDeclarator' && declaration.id === binding.id
  return isConstant && declaration.init ? isNothing(declaration.init) : false
}

function isVoid(node: Node): boolean {
  return node.type === 'UnaryExpression' && node.operator === 'void'
}
