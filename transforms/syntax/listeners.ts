import type * as t from '@babel/types'
import { isMember, memberName, stringValue, uncast } from './match.ts'
import { isPlainFunction, type Node, some } from './tree.ts'

/** What a call registers for an event: `x.on('close', listener)`. */
export function listenedFor(
  { callee, arguments: given }: t.CallExpression | t.OptionalCallExpression,
  event: string,
): Node | null {
  const [name, listener] = given
  const isRegistering = isMember(callee) && /^(?:on|once)$/.test(memberName(callee) ?? '')
  return isRegistering && given.length === 2 && name && stringValue(name) === event && listener
    ? uncast(listener)
    : null
}

/** What a call takes back: `x.off('close', listener)`. */
export function removedFor(
  { callee, arguments: given }: t.CallExpression | t.OptionalCallExpression,
  event: string,
): Node | null {
  const [name, listener] = given
  const isRemoving = isMember(callee) && /^(?:off|removeListener)$/.test(memberName(callee) ?? '')
  return isRemoving && given.length === 2 && name && stringValue(name) === event && listener ? uncast(listener) : null
}

/** It runs the same without an emitter: a function that is written there, or a name of one. */
export function isPlainListener(listener: Node): boolean {
  if (!isPlainFunction(listener)) return listener.type === 'Identifier' || isMember(listener)
  return listener.params.length === 0 && !listener.generator && !some(listener, isOfCall)
}

/** What only a listener of its own emitter has. */
const isOfCall = (node: Node): boolean =>
  node.type === 'ThisExpression' || (node.type === 'Identifier' && node.name === 'arguments')
