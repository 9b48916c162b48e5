import type * as t from '@babel/types'
import { isLoop, isPlainFunction, type Node, some } from '../syntax/tree.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainValue, strip } from './flow-facts.ts'
import type { HeldAnswer } from './flow-model.ts'
import type { Item } from './variant.ts'

/** `await handler(req, res)` or `const result = await handler(req, res)`: the call, and the name of what it gives. */
export function readHeldCall(item: Item): { value: t.Expression; call: Node; id: t.Identifier | null } | null {
  if (item.kind !== 'plain') return null
  const { node } = item
  if (node.type === 'ExpressionStatement') return { value: node.expression, call: strip(node.expression), id: null }
  if (node.type !== 'VariableDeclaration' || node.declarations.length !== 1) return null
  const [declarator] = node.declarations
  if (declarator?.id.type !== 'Identifier' || !declarator.init) return null
  return { value: declarator.init, call: strip(declarator.init), id: declarator.id }
}

/**
 * What a wrapper does after its handler, to the end of the function: nothing with the response (`isAside`), and no way out of its own but a
 * last `return`. Null where it is more than that; the answer is then not the last thing.
 */
export function holdAnswer(
  id: t.Identifier | null,
  rest: readonly Item[],
  { tree, isTail, isAside }: { tree: ScopeTree; isTail: boolean; isAside: (node: Node) => boolean },
): HeldAnswer | null {
  const last = rest[rest.length - 1]
  const end = last?.kind === 'plain' && last.node.type === 'ReturnStatement' ? last.node : null
  const between = rest.slice(0, end ? -1 : undefined).map(({ node }) => node)
  if (rest.length === 0 || (!end && !isTail) || (end && !mayEnd(end, id))) return null
  if (between.some((node) => !isAside(node) || some(node, leaves, isOutside) || some(node, breaks, isOwnList)))
    return null
  const binding = id ? bindingAt(tree, id) : null
  const isUsed = binding?.references.some(({ node }) => !end || end.argument !== node)
  if (isUsed || (!id && between.length === 0)) return null
  return { name: id?.name ?? null, between, end, last: last?.node ?? null }
}

/** Statements that do nothing with the response (`isAside`), have no way out of their own and wait for nothing. */
export function isStraightOn(rest: readonly Item[], isAside: (node: Node) => boolean): boolean {
  const waits = (node: Node): boolean =>
    node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)
  return rest.every(
    ({ node }) =>
      isAside(node) &&
      !some(node, leaves, isOutside) &&
      !some(node, waits, isOutside) &&
      !some(node, breaks, isOwnList),
  )
}

function mayEnd({ argument }: t.ReturnStatement, id: t.Identifier | null): boolean {
  if (!argument || isPlainValue(argument)) return true
  return id !== null && argument.type === 'Identifier' && argument.name === id.name
}

const leaves = (node: Node): boolean =>
  node.type === 'ReturnStatement' || node.type === 'ThrowStatement' || node.type === 'YieldExpression'

const breaks = (node: Node): boolean => node.type === 'BreakStatement' || node.type === 'ContinueStatement'

/** Breaks in loops and switches further in end those. */
const isOwnList = (node: Node): boolean => isOutside(node) && !isLoop(node) && node.type !== 'SwitchStatement'

const isOutside = (node: Node): boolean => !isPlainFunction(node) && node.type !== 'ObjectMethod'
