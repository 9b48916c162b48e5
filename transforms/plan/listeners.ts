import { functionOfBinding, type HelperCall } from '../analyse/callees.ts'
import type { ExitSite, Flow } from '../analyse/flow-model.ts'
import { afterIn } from '../concerns/after.ts'
import { block, type Lowering, need, note, replace, snippet } from '../concerns/lowering.ts'
import type { Claim, Listener } from '../model/response.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, functionAround, type Node, startOf } from '../syntax/tree.ts'
import { isStatusRead, outsider } from './function-flow.ts'
import type { FunctionInput } from './function-model.ts'
import { takenBack } from './taken-back.ts'

interface Listening {
  claims: ReadonlyMap<Node, Claim>
  calls: ReadonlyMap<Node, HelperCall>
  flow: Flow
  input: FunctionInput
}

/**
 * `res.once('finish', () => log(res.statusCode))` becomes `after(() => log(answer.status))`. The status is filled in when the handler's
 * Response is there: only what calls the handler sees that, so a helper gets the `answer` from its caller. It begins as 500, with which Next answers
 * what a handler throws.
 */
export function lowerListeners({ claims, calls, flow, input }: Listening, at: Lowering): void {
  const listeners = [...claims.values()].filter((c): c is Listener => c.kind === 'listener' && at.isLive(c.node))
  for (const listener of listeners)
    if (listener.event === 'removed') lowerRemoval(listener, listeners, at)
    else if (removalsOf(listener, listeners, at).length > 0)
      listenForAbort(listener, listeners, { claims, calls, flow, input }, at)
    else lower(listener, input, at)
  for (const call of calls.values())
    if (input.summaries.get(call.callee)?.takes.answer && at.isLive(call.node)) need(at, 'answer', call.node)
  const [first] = at.needs.filter(({ kind }) => kind === 'answer').sort((a, b) => startOf(a.node) - startOf(b.node))
  if (!first) return
  const isWatched = (exit: ExitSite): boolean => startOf(exit.node) > startOf(first.node)
  // An answer of its own would have to tell its status, too.
  const other = flow.exits.find((exit) => isWatched(exit) && !isSeen(exit, input))
  if (other || flow.guards.length > 0 || functionAround(first.node) !== at.fn) block(at, 'PA231', first.node)
}

/** What calls the function that answers sees the status: a wrapper calls its handler, a handler one function of the project. */
function isSeen({ what, value }: ExitSite, { handler, isEntry }: FunctionInput): boolean {
  if (what.kind !== 'call' || value) return false
  if (handler) return what.call.callee === handler
  return isEntry && what.call.kind === 'always' && what.call.callee !== outsider
}

const isPair = (one: Listener, other: Listener, { tree }: Lowering): boolean =>
  one.callback.type === 'Identifier' &&
  other.callback.type === 'Identifier' &&
  bindingAt(tree, one.callback) !== null &&
  bindingAt(tree, one.callback) === bindingAt(tree, other.callback)

function removalsOf(listener: Listener, all: readonly Listener[], at: Lowering): Listener[] {
  return listener.event !== 'close' ? [] : all.filter((x) => x.event === 'removed' && isPair(listener, x, at))
}

/**
 * `request.signal.addEventListener('abort', stop)`. The listener is handed an event now: only one that takes nothing does not see it. Where an answer
 * finds it, Pages ran it after that, too: only one that is always taken back before is the same.
 */
function listenForAbort(
  listener: Listener,
  all: readonly Listener[],
  { claims, calls }: Listening,
  at: Lowering,
): void {
  const { node, callback } = listener
  const fn = callback.type === 'Identifier' ? functionOfBinding(bindingAt(at.tree, callback)) : null
  const removals = removalsOf(listener, all, at).map((x): Node => x.node)
  const isTwice = all.some((x) => x !== listener && x.event !== 'removed' && isPair(listener, x, at))
  const answers = [
    ...[...claims.values()].flatMap((claim) => (claim.kind === 'response' && claim.exit ? [claim.node] : [])),
    ...[...calls.values()].flatMap((call) => (call.kind === 'reads' || call.kind === 'effects' ? [] : [call.node])),
  ]
  const taken = takenBack(node, {
    fn: at.fn,
    isRemoval: (x) => removals.includes(x),
    isAnswer: (x) => answers.includes(x),
    isLive: at.isLive,
  })
  if (!fn || fn.params.length > 0 || functionAround(node) !== at.fn || isTwice || taken === 'no')
    return block(at, 'PA231', node, { text: snippet(at.file, node) })
  note(at, 'PA151', taken === 'always' ? 'note' : 'review', node, { text: snippet(at.file, node) })
  onSignal('addEventListener', node, callback, at)
}

function lowerRemoval(removal: Listener, all: readonly Listener[], at: Lowering): void {
  const isKnown = all.some((other) => other.event === 'close' && isPair(other, removal, at))
  if (!isKnown) return block(at, 'PA231', removal.node)
  onSignal('removeEventListener', removal.node, removal.callback, at)
}

function onSignal(method: string, node: Node, callback: Node, at: Lowering): void {
  const { quote } = at.style
  need(at, 'request', node)
  const head = `${at.names.request}.signal.${method}(${quote}abort${quote}, `
  at.edits.push({ start: startOf(node), end: startOf(callback), pieces: [head] })
}

function lower({ node, event, callback }: Listener, { model }: FunctionInput, at: Lowering): void {
  const run = (callback.type === 'Identifier' && bindingAt(at.tree, callback)?.declaration) || callback
  const inside = model.uses.filter((use) => use.root === 'res' && contains(run, use.node))
  // What has become of the answer is not known when the connection closes.
  if (!at.hasAfter || (event === 'close' && inside.length > 0)) return block(at, 'PA231', node)
  note(at, event === 'close' ? 'PA597' : 'PA319', 'note', node, { text: snippet(at.file, node) })
  at.edits.push({ start: startOf(node), end: startOf(callback), pieces: [`${afterIn(at.tree).local}(`] })
  for (const use of inside) {
    if (!isStatusRead(use)) continue
    need(at, 'answer', node)
    replace(at, use.node, `${at.names.answer}.status`)
  }
}
