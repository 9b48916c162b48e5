import type { BesideSite, ExitSite, Flow } from '../analyse/flow-model.ts'
import { isCalmFact } from '../analyse/flow-facts.ts'
import { block, type Lowering, newName, note, snippet } from '../concerns/lowering.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import type { Edit } from '../syntax/edits.ts'
import { leadStart } from '../syntax/lines.ts'
import { contains, endOf, functionAround, isLoop, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import type { FunctionInput } from './function-model.ts'
import { awaits } from './passage-edits.ts'
import { isRefusal } from './refusal.ts'
import { ownerOf } from './statement-room.ts'

/** The name of the refusal that a callback may leave for what comes after its call; null where no callback answers beside the function. */
export function refusalName({ besides }: Flow, at: Lowering): string | null {
  return besides.some(({ exits }) => exits.length > 0) ? newName(at, 'refusal', 'refused') : null
}

interface Use {
  input: FunctionInput
  /** Nobody answers after it. */
  isAlone: boolean
  at: Lowering
  refusal: string | null
  indentAt: (position: number) => string
}

/**
 * A callback that a function calls, and does not wait for, may refuse the request while the handler goes on: in Pages the first answer was sent, and
 * the next one failed. It leaves its Response now, which goes out in the place of what is answered after it. After `return` was put before answers.
 */
export function emitBeside(flow: Flow, use: Use): void {
  const { at, refusal } = use
  for (const site of flow.besides) blockLateHeaders(site, at)
  const [site, other] = flow.besides.filter(({ exits }) => exits.length > 0)
  if (!site || refusal === null) return
  const { call } = site.beside
  const raced = flow.exits.filter((exit) => exit.isRaced)
  if (other || isUnclear(site, flow, use) || !raced.every((exit) => isSettled(exit, use)))
    return block(at, 'PA354', call, { text: snippet(at.file, call.callee) })
  for (const exit of site.exits) leaveRefusal(exit, refusal, use)
  for (const exit of raced) if (exit.what.kind === 'response') putRefusalFirst(exit, refusal, use)
  declare(site, refusal, use)
  note(at, 'PA353', 'review', call, { text: snippet(at.file, call.callee) })
}

/** A body, or a segment of the path, that is read after the call is waited for there, which it was not: a refusal that came too late might come in time. */
export function blockBesideWaits({ besides, exits }: Flow, at: Lowering): void {
  if (!exits.some((exit) => exit.isRaced)) return
  for (const { beside, statement } of besides)
    if (at.edits.some((edit) => edit.start >= endOf(statement) && awaits(edit) && readsRequest(edit, at)))
      block(at, 'PA354', beside.call, { text: snippet(at.file, beside.call.callee) })
}

/** It reads off the request, and is no call that was awaited before. */
const readsRequest = ({ pieces }: Edit, { names }: Lowering): boolean =>
  pieces.some(
    (piece) =>
      typeof piece === 'string' &&
      (piece.includes(`await ${names.params}`) ||
        /\bawait [\w$.]+\.(?:text|json|formData|arrayBuffer|params)\b/.test(piece)),
  )

/** What is set after the callback has waited for something may come too late for the answer, or not. */
function blockLateHeaders({ beside: { callback }, effects }: BesideSite, at: Lowering): void {
  const waits = (node: Node): boolean =>
    node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)
  for (const { node } of effects) {
    const isLate = some(callback.body, (one) => (waits(one) && startOf(one) < endOf(node)) || isLoopAround(one, node))
    if (isLate) block(at, 'PA320', node)
  }
}

const isLoopAround = (loop: Node, node: Node): boolean => isLoop(loop) && contains(loop, node)

/** More than refusals, answers and the handler of a wrapper has to do with the response. */
function isUnclear(
  { beside: { call }, exits, touched, statement }: BesideSite,
  flow: Flow,
  { input, isAlone, at }: Use,
): boolean {
  const isInLoop = (): boolean => {
    for (let up = parentOf(call); up && up !== at.fn; up = parentOf(up)) if (isLoop(up)) return true
    return false
  }
  const isAfter = (node: Node): boolean => startOf(node) >= endOf(statement)
  const others = [
    ...flow.guards.map((guard) => guard.call.node),
    ...flow.stops.map((stop) => stop.call.node),
    ...flow.passages.map(({ node }) => node),
  ]
  return (
    at.strict ||
    !isAlone ||
    flow.mayFallThrough ||
    flow.values.length > 0 ||
    touched.length > 0 ||
    others.some(isAfter) ||
    flow.later.some(isAfter) ||
    functionAround(call) !== at.fn ||
    at.fn.body.type !== 'BlockStatement' ||
    isInLoop() ||
    input.model.uses.some(
      ({ root, steps: [step] }) => root === 'res' && step?.kind === 'prop' && sentFlags.has(step.name),
    ) ||
    !exits.every((exit) => isRefusal(exit, input.summaries) && isStatement(exit, at))
  )
}

/** An answer of the callback in a statement of its own. */
function isStatement(exit: ExitSite, at: Lowering): boolean {
  const { what, form, statement, node } = exit
  // What is answered after an answer would take its place.
  if (what.kind !== 'response' || exit.isNested || exit.isReplaced || exit.held || exit.goesOn) return false
  const owner = ownerOf(statement, at)
  if (owner && owner.type !== 'IfStatement') return false
  const lead = at.file.text.slice(startOf(statement), startOf(node))
  return (
    (form === 'resolved' && statement.type === 'ExpressionStatement' && lead === '') ||
    (form === 'returned' && /^return\s+$/.test(lead))
  )
}

/** An answer after the call, before which a refusal can be looked for. */
function isSettled(exit: ExitSite, { input, at }: Use): boolean {
  const { what, form, held, value, stream } = exit
  if (held || value || stream) return false
  if (what.kind === 'call') return what.call.callee === input.handler && exit.isReplaced === true
  if (exit.isReplaced || (form !== 'returned' && form !== 'tail')) return false
  const lead = at.file.text.slice(startOf(exit.statement), startOf(exit.node))
  const isWhole = !exit.isNested && ownerOf(exit.statement, at) === null && /^(?:return\s+)?$/.test(lead)
  return isCalmAnswer(exit, at) || isWhole
}

/** Making it does nothing that anybody sees, and waits for nothing. */
function isCalmAnswer({ what, node }: ExitSite, at: Lowering): boolean {
  const isWaited = at.edits.some(
    ({ start, end, pieces }) =>
      start >= startOf(node) &&
      end <= endOf(node) &&
      pieces.some((piece) => typeof piece === 'string' && /\bawait /.test(piece)),
  )
  return what.kind === 'response' && isCalmFact(what.fact, at.tree) && !isWaited
}

/** `return res.status(429).end()` leaves the refusal, and returns. */
function leaveRefusal({ form, statement, node }: ExitSite, refusal: string, { at, indentAt }: Use): void {
  const { semicolon, indent: unit } = at.style
  const [start, end] = [startOf(statement), endOf(statement)]
  if (form === 'resolved') {
    at.edits.push({ start, end: start, pieces: [`${refusal} = `] })
    return
  }
  const owner = ownerOf(statement, at)
  const outer = `\n${indentAt(startOf(owner ?? statement))}`
  const inner = owner ? outer + unit : outer
  const isEnded = at.file.text[end - 1] === ';'
  at.edits.push({ start, end: startOf(node), pieces: [owner ? `{${inner}` : '', `${refusal} = `] })
  const close = owner ? `${outer}}` : ''
  at.edits.push({ start: end, end, pieces: [`${isEnded ? '' : semicolon}${inner}return${semicolon}${close}`] })
}

/** `return refusal ?? Response.json(data)`, once that is made where making it does something. */
function putRefusalFirst(exit: ExitSite, refusal: string, { at, indentAt }: Use): void {
  const { node, statement } = exit
  if (isCalmAnswer(exit, at)) {
    at.edits.push({ start: startOf(node), end: startOf(node), pieces: [`${refusal} ?? `] })
    return
  }
  const { semicolon } = at.style
  const [start, end] = [startOf(statement), endOf(statement)]
  const response = newName(at, 'response', 'answer')
  const isEnded = at.file.text[end - 1] === ';'
  const isReturn = exit.form === 'returned'
  if (!isReturn) at.edits = at.edits.filter((e) => !(e.start === start && e.end === start && e.pieces[0] === 'return '))
  at.edits.push({ start, end: isReturn ? startOf(node) : start, pieces: [`const ${response} = `] })
  const line = `${isEnded ? '' : semicolon}\n${indentAt(start)}`
  at.edits.push({ start: end, end, pieces: [`${line}return ${refusal} ?? ${response}${semicolon}`] })
}

/** Before the statement of the body that the call is in. */
function declare({ statement }: BesideSite, refusal: string, { at, indentAt }: Use): void {
  let whole: Node = statement
  for (let up = parentOf(whole); up && up !== at.fn.body; up = parentOf(up)) whole = up
  const start = leadStart(at.file, whole, startOf(at.fn.body))
  const type = at.typed ? ': Response | undefined' : ''
  const pieces = [`let ${refusal}${type}${at.style.semicolon}\n${indentAt(startOf(whole))}`]
  at.edits.push({ start, end: start, pieces, sticky: true })
}
