import type { HelperCall } from '../analyse/callees.ts'
import type { Flow } from '../analyse/flow-model.ts'
import type { Passages } from '../analyse/passages.ts'
import { block, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { isMember, memberName, uncast, withCasts } from '../syntax/match.ts'
import {
  contains,
  endOf,
  functionAround,
  isFunction,
  isPlainFunction,
  type Node,
  parentOf,
  startOf,
} from '../syntax/tree.ts'
import { finishCall } from './returns.ts'

/** Calls that give back what their callbacks answer: the callbacks return Responses now, and their types say so. */
export function emitPassages(flow: Flow, at: Lowering): void {
  for (const site of flow.passages) {
    const { call, callbacks, catches, runner, isChain } = site.passage
    const data = { text: snippet(at.file, call.callee) }
    if (runner.typing === 'refused' && at.typed) block(at, 'PA561', call, data)
    if (runner.endsLater) note(at, 'PA563', 'note', call, isChain ? { text: '.finally(...)' } : data)
    for (const fn of callbacks) {
      if (fn.returnType) at.edits.push({ start: startOf(fn.returnType), end: endOf(fn.returnType), pieces: [] })
      const lifted = fn.async ? undefined : at.edits.find((e) => awaits(e) && isWithin(e, fn) && !isDeeper(e, fn, flow))
      if (lifted) block(at, 'PA562', fn, data)
    }
    finishCall(site, at, false)
    // In Pages nobody saw the rejection of a Promise that the handler did not return.
    if (isChain && catches.length === 0 && site.form === 'tail' && site.node.type !== 'AwaitExpression')
      note(at, 'PA333', 'note', call, { text: snippet(at.file, call) })
    if (runner.typing === 'unknown' && at.typed) castResult(call, runner.isAsync, at)
  }
}

/** A function that answers or runs its callback is planned for callbacks that answer: another one would leave nothing to give back. */
export function blockSilentCallbacks(
  calls: ReadonlyMap<Node, HelperCall>,
  flow: Flow,
  passages: Passages,
  at: Lowering,
): void {
  for (const node of calls.keys()) {
    const isEntered = flow.passages.some(({ passage }) => passage.call === node)
    if (passages.at(node)?.answering && !isEntered) block(at, 'PA251', node)
  }
}

/** `Promise<unknown>` is no answer to Next: the type is said. */
function castResult(call: Node, isAsync: boolean, at: Lowering): void {
  const type = isAsync ? 'Promise<Response>' : 'Response | Promise<Response>'
  const isAwaited = parentOf(withCasts(call))?.type === 'AwaitExpression' && isKept(call, at)
  if (isAwaited) at.edits.push({ start: startOf(call), end: startOf(call), pieces: ['('] })
  at.edits.push({ start: endOf(call), end: endOf(call), pieces: [` as ${type}${isAwaited ? ')' : ''}`] })
}

/** finishCall has not taken the `await` away. */
function isKept(call: Node, at: Lowering): boolean {
  const whole = parentOf(withCasts(call))
  return !at.edits.some((e) => e.pieces.length === 0 && whole && e.start === startOf(whole) && e.end > e.start)
}

/** The edit brings an `await` with it. */
export function awaits({ pieces }: Edit): boolean {
  return pieces.some((piece) => typeof piece === 'string' && /\bawait /.test(piece))
}

/** The edit stands in a callback whose result the function gives back. */
export function isInPassage(edit: Edit, { passages }: Flow): boolean {
  return passages.some(({ passage }) => passage.callbacks.some((fn) => isWithin(edit, fn)))
}

/** The edit changes something in that function. */
export function isWithin({ start, end }: Edit, fn: Node): boolean {
  return startOf(fn) <= start && end <= endOf(fn)
}

/** In a callback inside this one. */
function isDeeper(edit: Edit, fn: Node, { passages }: Flow): boolean {
  return passages.some(({ passage }) =>
    passage.callbacks.some((other) => other !== fn && contains(fn, other) && isWithin(edit, other)),
  )
}

/** An answer that flow analysis has not met: in a callback, or in the middle of an expression. */
export function blockHidden(node: Node, at: Lowering): void {
  const around = functionAround(node)
  if (around === at.fn) return block(at, 'PA321', node)
  const call = unknownRunner(around)
  if (call) block(at, 'PA560', node, { call: snippet(at.file, call) })
  else block(at, 'PA320', node)
}

/** `.then(...)` and its like: what they do is known. */
function isChain(callee: Node): boolean {
  const at = uncast(callee)
  return isMember(at) && /^(?:then|catch|finally)$/.test(memberName(at) ?? '')
}

/** `return run(async () => { ... })` with a function that is not known to give back what its callback returns: its name. */
function unknownRunner(callback: Node | null): Node | null {
  const outer = isPlainFunction(callback) ? parentOf(withCasts(callback)) : null
  if (outer?.type !== 'CallExpression' || isChain(outer.callee)) return null
  let above: Node | null = parentOf(withCasts(outer))
  while (above?.type === 'AwaitExpression' || above?.type === 'UnaryExpression') above = parentOf(withCasts(above))
  const isGivenBack = above?.type === 'ReturnStatement' || (above && isFunction(above) && above.body === outer)
  return isGivenBack ? outer.callee : null
}
