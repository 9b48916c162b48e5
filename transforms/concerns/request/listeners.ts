import { isPlainListener, listenedFor } from '../../syntax/listeners.ts'
import { isCall } from '../../syntax/match.ts'
import { endOf, isPlainFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { block, need, note, type RequestConcern, snippet } from '../lowering.ts'

/**
 * `req.on('close', stop)`. Pages (measured on Next 13.5 to 16, Node 20): where Next has parsed the body the event has been before the handler
 * begins, so that the listener never runs, whatever the client does. Where the stream was left alone it runs when the client leaves, and
 * when the answer has been sent. App: `abort` of `request.signal` when the client leaves, which is what is meant (PA151, to be looked at);
 * for a stream left alone `after()` of next/server, which waits for the same close of the connection (PA597).
 */
export const listeners: RequestConcern = {
  id: 'request/listeners',
  codes: ['PA131', 'PA151', 'PA597'],
  members: ['on', 'once'],
  read: (use, at) => {
    const [, step] = use.steps
    const call = step?.kind === 'call' && use.steps.length === 2 && isCall(step.node) ? step.node : null
    const listener = call && (listenedFor(call, 'close') ?? listenedFor(call, 'aborted'))
    const isStatement = parentOf(use.node)?.type === 'ExpressionStatement'
    if (!call || !listener || !isStatement || !isPlain(listener)) return block(at, 'PA131', use.node)
    if (at.mayReadRaw) return block(at, 'PA131', use.node)
    need(at, 'request', use.node)
    note(at, 'PA151', 'review', use.node, { text: snippet(at.file, use.node) })
    const { quote } = at.style
    const head = `${at.names.request}.signal.addEventListener(${quote}abort${quote}, `
    at.edits.push({ start: startOf(use.node), end: startOf(listener), pieces: [head] })
    at.edits.push({ start: endOf(listener), end: endOf(use.node), pieces: [')'] })
  },
  bind: () => null,
}

/** It is handed an event now: only one that is written there, and takes nothing, does not see it. */
const isPlain = (listener: Node): boolean => isPlainFunction(listener) && isPlainListener(listener)
