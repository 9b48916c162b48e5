import type { Listener } from '../../model/response.ts'
import type { Use } from '../../model/route.ts'
import { isCall, isMember, memberName, stringValue, uncast } from '../../syntax/match.ts'
import { isPlainFunction, type Node, parentOf, some } from '../../syntax/tree.ts'

/**
 * `res.once('finish', () => log(res.statusCode))`. In Pages a listener runs when the last byte has been handed to the system; what a handler
 * throws was answered with 500 by then. In App `after()` of next/server runs work when the answer has been sent, and also when the handler
 * threw (stable from next@15.1 on, server/after/after-context.ts: `runCallbacksOnClose`). What differs: `after` also runs for a client that went away,
 * where `finish` never came (PA319). `close` is for those clients most of all, and stays.
 */
export function claimListener({ steps, node }: Use): Listener | null {
  const [name, call] = steps
  if (name?.kind !== 'prop' || !/^(?:on|once)$/.test(name.name) || call?.kind !== 'call' || steps.length !== 2)
    return null
  const [event, given] = call.args
  const callback = given ? uncast(given) : null
  if (!event || stringValue(event) !== 'finish' || call.args.length !== 2 || !isPlainFunction(callback)) return null
  const isPlain = callback.params.length === 0 && !callback.generator && !some(callback, isOfCall)
  return isPlain && parentOf(node)?.type === 'ExpressionStatement' ? { kind: 'listener', node, callback } : null
}

/** Whether code runs when the answer has been sent. */
export function isInListener(node: Node): boolean {
  for (let at: Node | null = node; at; at = parentOf(at)) {
    const up = parentOf(at)
    if (!isPlainFunction(at) || !up || !isCall(up) || !isMember(up.callee)) continue
    const [event] = up.arguments
    if (/^(?:on|once)$/.test(memberName(up.callee) ?? '') && event && stringValue(event) === 'finish') return true
  }
  return false
}

/** What only a listener of its own emitter has. */
const isOfCall = (node: Node): boolean =>
  node.type === 'ThisExpression' || (node.type === 'Identifier' && node.name === 'arguments')
