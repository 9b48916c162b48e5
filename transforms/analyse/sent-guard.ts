import type * as t from '@babel/types'
import { uncast, withCasts } from '../syntax/match.ts'
import { isFunction, isListHolder, listOf, type Node, parentOf } from '../syntax/tree.ts'
import type { HelperCall } from './callees.ts'
import { isPlainValue, strip } from './flow-facts.ts'
import type { GuardSite } from './flow-model.ts'
import type { Item } from './variant.ts'

/** A call that may have answered, and whether it has is what the next statement asks of `res`. */
export interface SentGuard extends Pick<GuardSite, 'call' | 'declaration'> {
  test: t.IfStatement
  /** It holds the rest of the function, for requests that are not answered. */
  isUnsent: boolean
}

/**
 * `await limit(req, res)` or `const user = await findUser(req, res)`, and then `if (res.headersSent) return`; or `if (!res.headersSent) { ... }` at the end of the
 * function. In App the answer comes back from the call, and the question with it.
 */
export function readSentGuard(
  item: Item,
  calls: ReadonlyMap<Node, HelperCall>,
  isSent: (node: Node) => boolean,
): SentGuard | null {
  if (item.kind !== 'plain') return null
  const [declaration, value] = valueIn(item.node)
  const call = value ? calls.get(strip(value)) : undefined
  if (call?.kind !== 'may' || !isWaitedFor(call)) return null
  const found = testBehind(item.node, isSent)
  return found && !(declaration && found.isUnsent) ? { call, declaration, ...found } : null
}

function valueIn(statement: t.Statement): [t.VariableDeclaration | null, Node | null] {
  if (statement.type === 'ExpressionStatement') return [null, statement.expression]
  if (statement.type !== 'VariableDeclaration') return [null, null]
  const [only, other] = statement.declarations
  return [statement, only?.id.type === 'Identifier' && !other ? (only.init ?? null) : null]
}

/** A promise that nobody waits for has not answered yet when `res` is asked. */
function isWaitedFor({ callee, node }: HelperCall): boolean {
  return callee.fn.async !== true || parentOf(withCasts(node))?.type === 'AwaitExpression'
}

function testBehind(
  statement: t.Statement,
  isSent: (node: Node) => boolean,
): Pick<SentGuard, 'test' | 'isUnsent'> | null {
  const holder = parentOf(statement)
  const list = holder && isListHolder(holder) ? listOf(holder) : []
  const [next, ...rest] = list.slice(list.indexOf(statement) + 1)
  if (next?.type !== 'IfStatement' || next.alternate) return null
  const test = uncast(next.test)
  if (isSent(test)) return isBareReturn(next.consequent) ? { test: next, isUnsent: false } : null
  const isUnsent = test.type === 'UnaryExpression' && test.operator === '!' && isSent(uncast(test.argument))
  const around = holder ? parentOf(holder) : null
  return isUnsent && rest.length === 0 && around && isFunction(around) ? { test: next, isUnsent } : null
}

function isBareReturn(node: t.Statement): boolean {
  const [only, other] = node.type === 'BlockStatement' ? node.body : [node]
  return only?.type === 'ReturnStatement' && !other && (!only.argument || isPlainValue(only.argument))
}
