import type { HelperCall } from '../analyse/callees.ts'
import type { Flow } from '../analyse/flow-model.ts'
import { block, freeName, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { contains, endOf, functionAround, type Node, startOf } from '../syntax/tree.ts'
import { awaits, isWithin } from './passage-edits.ts'
import { isAnywhereInTry } from '../syntax/completion.ts'

/**
 * Calls whose callback answers later: the handler gives back a Promise, which the callback resolves. After `return` was put before answers, since
 * it stands before that.
 */
export function emitCalledBack(
  flow: Flow,
  at: Lowering,
  { indentAt, asking }: { indentAt: (position: number) => string; asking: readonly Node[] },
): void {
  const sites = flow.passages.filter(({ passage, node }) => passage.isCalledBack && !isOfCallback(node, flow))
  const resolve = sites.length > 0 ? freeName(at.tree, at.fn, 'resolve', 'answer') : ''
  for (const { node, passage, until } of sites) {
    const end = endOf(until ?? node)
    const { call, callbacks } = passage
    const isInside = (other: Node): boolean => callbacks.some((fn) => contains(fn, other))
    const answers = [...flow.exits, ...flow.passages.filter((site) => !site.passage.isCalledBack)].filter(
      (site) => isInside(site.node) && isOfCallback(site.node, flow),
    )
    const waits = [...flow.guards.map(({ test }) => test), ...flow.stops.map(({ statement }) => statement)].some(
      isInside,
    )
    const isScoped =
      asking.some(isInside) || at.edits.some((edit) => callbacks.some((fn) => isWithin(edit, fn)) && asksNext(edit))
    if (
      isScoped ||
      waits ||
      answers.some((site) => !SIMPLE.has(site.form) || ('isReplaced' in site && site.isReplaced))
    ) {
      block(at, 'PA320', call)
      continue
    }
    note(at, 'PA610', 'note', call, { text: snippet(at.file, call.callee) })
    for (const { node: answer } of answers) {
      at.edits.push({ start: startOf(answer), end: startOf(answer), pieces: [`${resolve}(`] })
      at.edits.push({ start: endOf(answer), end: endOf(answer), pieces: [')'] })
    }
    const type = at.typed ? '<Response>' : ''
    const open = `${isAnywhereInTry(node, at.fn) ? 'await ' : ''}new Promise${type}((${resolve}) => `
    const isLong = until !== undefined || at.file.text.slice(startOf(node), end).includes('\n')
    const indent = indentAt(startOf(node))
    const { semicolon, indent: unit } = at.style
    if (isLong) indentLines(startOf(node), end, at)
    at.edits.push({ start: startOf(node), end: startOf(node), pieces: [isLong ? `${open}{\n${indent}${unit}` : open] })
    // After the other statements their own semicolon stands already, and the one of the call is its own.
    const close = until ? `\n${indent}})${semicolon}` : isLong ? `${semicolon}\n${indent}})` : ')'
    at.edits.push({ start: end, end, pieces: [close] })
  }
}

/** What runs in the Promise beside the call cannot wait there for what it needs of the request. */
export function blockCalledBackWaits(flow: Flow, at: Lowering): void {
  for (const { node, passage, until } of flow.passages) {
    if (!passage.isCalledBack || !until) continue
    const isBeside = (edit: Edit): boolean =>
      edit.start > startOf(node) && edit.end <= endOf(until) && !passage.callbacks.some((fn) => isWithin(edit, fn))
    if (at.edits.some((edit) => awaits(edit) && isBeside(edit))) block(at, 'PA320', passage.call)
  }
}

/**
 * It is written with a function that looks for the request in the AsyncLocalStorage of Next (next@15 server/request/cookies, server/after/after: "outside a
 * request scope"). Who calls back, a pool of connections first of all, may do so in the scope of another request, or in none.
 */
export function asksNext({ pieces }: Edit): boolean {
  return pieces.some((piece) => typeof piece === 'string' && SCOPED.test(piece))
}

/** Calls of packages that are handed the request no more, as `getServerSession(options)` is: they ask Next for it. */
export function callsWithoutRequest(
  { passes }: FunctionModel,
  calls: ReadonlyMap<Node, HelperCall>,
  at: Lowering,
): Node[] {
  return passes.flatMap(({ root, ref, call }) => {
    const edit = at.edits.find(({ start, end }) => start <= startOf(ref) && endOf(ref) <= end)
    const isHanded = edit?.pieces.some((piece) => typeof piece === 'string' && piece.includes(at.names.request))
    return root === 'req' && at.isLive(call) && !calls.has(call) && edit && !isHanded ? [call] : []
  })
}

const SCOPED = /\b(?:after|cookies|headers|draftMode|revalidatePath|revalidateTag|getServerSession|auth)\(/

/** One level deeper, with what is written anew there. Lines of template literals are values and stay. */
function indentLines(from: number, to: number, at: Lowering): void {
  const { text } = at.file
  const unit = at.style.indent
  for (const [i, edit] of at.edits.entries()) {
    if (edit.start <= from || edit.end >= to) continue
    const pieces = edit.pieces.map((piece) =>
      typeof piece === 'string' && (!piece.includes('`') || isComment(piece))
        ? piece.replaceAll('\n', `\n${unit}`)
        : piece,
    )
    at.edits[i] = { ...edit, pieces }
  }
  for (let line = text.indexOf('\n', from); line >= 0 && line < to; line = text.indexOf('\n', line + 1)) {
    const start = line + 1
    const isFrozen = at.frozen.some((f) => start > f.start && start <= f.end)
    if (at.edits.some((e) => e.pieces.length === 0 && e.start <= start && start < e.end)) continue
    if (text[start] !== '\n' && !isFrozen) at.edits.push({ start, end: start, pieces: [unit] })
  }
}

/** A line of comment and the break after it: whatever quotes it has are no template. */
function isComment(piece: string): boolean {
  return /^\/\/.*\n\s*$/.test(piece)
}

/** Answers that stand as one expression. */
const SIMPLE: ReadonlySet<string> = new Set(['returned', 'tail', 'arrow', 'logical', 'resolved'])

/** What comes back through another call inside of the callback is resolved there. */
function isOfCallback(node: Node, { passages }: Flow): boolean {
  const around = functionAround(node)
  return passages.some(({ passage }) => passage.isCalledBack && passage.callbacks.some((fn) => fn === around))
}
