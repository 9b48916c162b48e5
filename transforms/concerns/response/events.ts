import type { Listener } from '../../model/response.ts'
import type { Use } from '../../model/route.ts'
import { isCall, isMember, memberName, stringValue } from '../../syntax/match.ts'
import { isPlainListener, listenedFor, removedFor } from '../../syntax/listeners.ts'
import { isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'

/**
 * `res.once('finish', () => log(res.statusCode))`, `res.on('close', stop)`. In Pages a listener of `finish` runs when the last byte has been handed to
 * the system; what a handler throws was answered with 500 by then. In App `after()` of next/server runs work when the answer has been sent, and
 * also when the handler threw (stable from next@15.1 on, server/after/after-context.ts: `runCallbacksOnClose`). What differs: `after` also runs
 * for a client that went away, where `finish` never came (PA319). It waits for the `close` of the connection (build/templates/app-route.ts:
 * `onClose: (cb) => res.on('close', cb)`), so that it is `close` itself, also while the handler still works (PA597).
 * A listener of `close` that the handler takes back before it answers only ever runs when the client leaves while it works: that is the `abort` of
 * `request.signal` (next@15 server/web/spec-extension/adapters/next-request.ts: `res.once('close', () => { if (!res.writableFinished) abort })`). Where
 * it is not taken back, because something throws, it ran after the answer, too (PA151).
 */
export function claimListener({ steps, node }: Use): Listener | null {
  const [, step] = steps
  const call = step?.kind === 'call' && steps.length === 2 && isCall(step.node) ? step.node : null
  if (!call || parentOf(node)?.type !== 'ExpressionStatement') return null
  const atEnd = listenedFor(call, 'finish')
  if (isPlainFunction(atEnd))
    return isPlainListener(atEnd) ? { kind: 'listener', event: 'finish', node, callback: atEnd } : null
  const removed = removedFor(call, 'close')
  if (removed?.type === 'Identifier') return { kind: 'listener', event: 'removed', node, callback: removed }
  const atClose = listenedFor(call, 'close')
  return atClose && isPlainListener(atClose) ? { kind: 'listener', event: 'close', node, callback: atClose } : null
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
