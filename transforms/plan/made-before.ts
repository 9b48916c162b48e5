import type * as t from '@babel/types'
import { bindingAt } from '../syntax/scope.ts'
import { contains, endOf, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import type { RouteContext } from './route-context.ts'
import type { Wrapping } from './wrapped-entry.ts'

/** Everything that the wrapping names, apart from the handler, is what it will be where the handler is written: no code stands between. */
export function areMadeBefore(
  own: t.Statement,
  { expression, argument, arm }: Wrapping,
  { file, tree }: RouteContext,
): boolean {
  const between = file.ast.program.body.filter(
    (s) => startOf(s) >= endOf(own) && startOf(s) < startOf(expression) && !contains(s, expression),
  )
  if (between.some(({ type }) => type.endsWith('Statement'))) return false
  const isNamedLater = (node: Node): boolean => {
    if (node.type !== 'Identifier' || contains(argument, node)) return false
    const binding = bindingAt(tree, node)
    if (
      !binding ||
      binding.kind === 'import' ||
      binding.kind === 'function' ||
      contains(expression, binding.declaration)
    )
      return false
    return endOf(parentOf(binding.declaration) ?? binding.declaration) > startOf(own)
  }
  if (!arm) return !some(expression, isNamedLater)
  return !some(expression, (node) => !contains(arm.hole, node) && isNamedLater(node)) && !some(arm.value, isNamedLater)
}
