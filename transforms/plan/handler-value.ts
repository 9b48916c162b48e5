import type { ExitSite, Flow } from '../analyse/flow-model.ts'
import { isFalsy } from '../analyse/guard-tests.ts'
import { mayThrow } from '../analyse/flow-facts.ts'
import { block, type Lowering, note, snippet } from '../concerns/lowering.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FunctionModel, FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { commentEnd, indentAt } from '../syntax/lines.ts'
import { contains, endOf, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import { bindingAt } from '../syntax/scope.ts'
import { answersLater } from './answers-later.ts'
import type { FunctionInput } from './function-model.ts'
import { listed } from './silence.ts'
import type { Layer } from './shared-model.ts'
import { type AnswerUse, checkHeaders, mergeLine } from './handler-answer.ts'

/** What a wrapper does with a value that its handler returns instead of an answer. */
export interface ValueUse {
  /** It answers every value, undefined and null too. */
  always: boolean
  /** It asks whether the handler has answered by itself. */
  isChecked: boolean
  /** Has it asked from the next attempt on; unset where it cannot be. */
  ask?: () => void
  /** It asks only in its new form; in Pages it sent a second answer. */
  isNew?: boolean
  /** Its new form has an answer of its own where a value says nothing. */
  isEnded: boolean
  /** Has it so from the next attempt on. */
  askForEnd: () => void
}

/** What is to be seen of that in the wrapper alone. */
type SeenUse = Pick<ValueUse, 'always' | 'isChecked'>

/** Whether the wrapper asks, after its handler, for an answer that the handler has sent: by `res.headersSent` and the like, or by the value. */
export function asksAfter({ uses, fn }: FunctionModel, call: Node, test: Node | null): boolean {
  const isAsked = uses.some(
    ({ root, steps: [first], node }) =>
      root === 'res' &&
      first?.kind === 'prop' &&
      sentFlags.has(first.name) &&
      startOf(node) > endOf(call) &&
      !isInCatchAfter(node, call, fn),
  )
  return isAsked || test !== null
}

function isInCatchAfter(node: Node, call: Node, fn: Node): boolean {
  for (let up = parentOf(node); up && up !== fn; up = parentOf(up))
    if (up.type === 'CatchClause' && !contains(up, call)) return true
  return false
}

/** Null for a wrapper that does nothing with what its handler returns. A path without an answer is one of those values. */
export function valueUseOf(flow: Flow, at: Lowering): SeenUse | null {
  const [value] = flow.values
  if (!value) return null
  const { id } = value
  const binding = id && bindingAt(at.tree, id)
  const isTest = (node: Node | null): boolean =>
    node?.type === 'IfStatement' &&
    some(node.test, (n) => n.type === 'Identifier' && binding !== null && bindingAt(at.tree, n) === binding)
  const isOwn = flow.returns.unanswered.every(({ node }) => isTest(node))
  return isOwn ? { always: !flow.mayFallThrough, isChecked: value.isChecked } : null
}

/** `if (result instanceof Response) return result`, before the wrapper looks at the value. */
export function checkValue(site: ExitSite, use: AnswerUse): void {
  const { at, summaries, usesHeaders, indentAt } = use
  const { value } = site
  const last = value?.before[value.before.length - 1]
  if (!value?.id || !last) return
  if (usesHeaders) checkHeaders(site, at, summaries)
  const { name } = value.id
  const { semicolon } = at.style
  const indent = `\n${indentAt(startOf(site.statement))}`
  const test = `${indent}if (${name} instanceof Response) `
  const inner = `${indent}${at.style.indent}`
  const place = commentEnd(at.file.text, endOf(last))
  const text = usesHeaders
    ? `${test}{${inner}${mergeLine(site, name, use)}${semicolon}${inner}return ${name}${semicolon}${indent}}`
    : `${test}return ${name}${semicolon}`
  at.edits.push({ start: place, end: place, pieces: [text] })
  const work = value.before.slice(1).find(mayThrow)
  if (work) note(at, 'PA536', 'review', work, { text: snippet(at.file, work) })
}

/** `return new Response(null, { status: 500 })` behind all else in a wrapper: others around it take what it gives for a Response. */
export function endEdits({ body }: FunctionNode, at: Lowering): Edit[] {
  const last = body.type === 'BlockStatement' ? body.body[body.body.length - 1] : undefined
  if (!last) return []
  const place = commentEnd(at.file.text, endOf(last))
  const text = `return new Response(null, { status: 500 })${at.style.semicolon}`
  return [{ start: place, end: place, pieces: [`\n${indentAt(at.file.text, startOf(last))}${text}`] }]
}

/**
 * The wrapper that makes values a fault where several are around a handler; null where each is handed what it can take. One that answers with
 * what it is handed takes the Response of another for that, unless it asks. One that leaves values unanswered hands on nothing then: it is to
 * end with an answer, where nobody around it saw in Pages that there was none (PA550).
 */
export function findBetween(layers: readonly Layer[], notes: readonly Diagnostic[]): Layer | null {
  const [outer, ...others] = layers
  if (!outer || others.length === 0) return null
  const around = layers.slice(0, -1)
  const taking = around.find(({ wrapper: { callee } }) => {
    const { value } = callee.wrapper
    return value && (!value.isChecked || value.isNew)
  })
  const value = layers[layers.length - 1]?.wrapper.callee.wrapper.value
  if (taking || !value || value.always) return taking ?? null
  const maySayNothing = notes.some(({ code }) => code === 'PA550')
  const seeing = maySayNothing ? around.find(({ wrapper: { callee } }) => seesNothing(callee)) : undefined
  if (seeing || value.isEnded) return seeing ?? null
  value.askForEnd()
  return outer
}

/** It asks whether and how it was answered, or listens for that; a function that is handed the response may. */
function seesNothing({ model: { uses, passes }, wrapper, plan, notes }: Layer['wrapper']['callee']): boolean {
  const isAsked = uses.some(
    ({ root, steps: [first] }) =>
      root === 'res' &&
      first?.kind === 'prop' &&
      (sentFlags.has(first.name) || /^(?:statusCode|statusMessage|on|once|addListener)$/.test(first.name)),
  )
  const calls: readonly Node[] = wrapper.shape.calls
  // What it sends behind its handler is the answer then, and no second one.
  const answersAfter = plan.flow.drops.length > 0 || notes.some(({ code }) => code === 'PA315')
  return (
    wrapper.value !== null ||
    isAsked ||
    answersAfter ||
    passes.some(({ root, call }) => root !== 'req' && !calls.includes(call))
  )
}

/** A handler that returns values: what its wrapper would answer in another way than in Pages. */
export function findValueFaults(flow: Flow, use: ValueUse, at: Lowering, summaries: FunctionInput['summaries']): void {
  const answered = flow.exits[0]?.node ?? flow.guards[0]?.call.node
  if (answered && !use.isChecked) {
    use.ask?.()
    block(at, 'PA551', answered)
  } else if (answered && use.isNew) note(at, 'PA609', 'note', listed(answered), { text: snippet(at.file, answered) })
  for (const { node } of flow.carried) block(at, 'PA552', node)
  // It is on its way, and not sent yet, when the wrapper asks.
  const piped = flow.exits.find(({ what }) => what.kind === 'response' && what.fact.exit?.kind === 'pipe')
  if (piped) block(at, 'PA588', piped.node)
  else if (answered && answersLater(flow, summaries) === 'always')
    block(at, 'PA607', answered, { text: snippet(at.file, answered) })
  const maybe = flow.exits.find(({ what }) => what.kind === 'call' && what.call.kind === 'may')
  if (maybe) block(at, 'PA313', maybe.node)
  if (use.always) return
  for (const { truth, node } of flow.returns.unanswered) {
    if (!node || !isValue(node) || isFalsy(truth)) block(at, 'PA313', node ?? at.fn)
    else if (truth === 'unknown') note(at, 'PA550', 'note', node, { text: snippet(at.file, node) })
  }
}

/** Some path gives the wrapper what it answers with. */
export function givesValue(flow: Flow, { always }: ValueUse): boolean {
  if (always) return flow.mayFallThrough
  return flow.returns.unanswered.some(({ truth, node }) => !isFalsy(truth) && node !== null && isValue(node))
}

function isValue(node: Node): boolean {
  return node.type === 'ReturnStatement' ? Boolean(node.argument) : !node.type.endsWith('Statement')
}
