import type { HelperKind } from '../analyse/callees.ts'
import { isCalmFact, isSettledAtOnce } from '../analyse/flow-facts.ts'
import { spanOf, type Lowering } from '../concerns/lowering.ts'
import type { EffectSite, Flow } from '../analyse/flow-model.ts'
import type { FunctionModel } from '../model/route.ts'
import { answersLater } from './answers-later.ts'
import { answersAlone, planFunction } from './function.ts'
import { answersTo, treatMethods } from './callee-methods.ts'
import { maySetLength, statesLength } from './content-length.ts'
import { contentTypeOf, setsOtherType, strongestType } from './content-type.ts'
import { isMergeable, mayCookies } from './handler-answer.ts'
import { flowOf, outsider } from './function-flow.ts'
import type { FunctionInput, FunctionPlan, HelperSummary } from './function-model.ts'
import { answersPreflights, callsOf, stopsAll } from './stops.ts'
import { statusesOf, statusOf, truthOfReturn } from './refusal.ts'

/** A helper in its new form, and what its callers must know of it. */
export interface PlannedHelper {
  model: FunctionModel
  plan: FunctionPlan
  at: Lowering
  summary: HelperSummary
}

/** Plans a helper whose own callees are summarised already. `at` may not await yet: that follows from what the helper does. */
export function planHelper(input: FunctionInput, at: Lowering): PlannedHelper {
  const { model, inherits, summaries } = input
  const { flow } = flowOf(input, at.isLive)
  const found = kindOf(flow)
  const kind = found === 'may' && answersAlone(input, flow) ? 'always' : found
  // What is set on a path without an answer belongs to the answer that its caller sends: it goes into the caller's headers.
  const carried =
    kind === 'may'
      ? flow.effects.filter((e) => e.what.kind !== 'inherited' && (e.exits.size === 0 || flow.carried.has(e)))
      : []
  const sharesHeaders = carried.some(({ what }) => what.kind === 'header' || what.kind === 'call')
  if ((sharesHeaders || kind === 'stops') && !inherits) return planHelper({ ...input, inherits: true }, at)
  const canAwait = model.fn.async || kind === 'always' || kind === 'may' || kind === 'stops'
  const settled: Lowering = { ...at, mayAwait: canAwait }
  const plan = planFunction(input, settled)
  if (carried.some(({ what }) => what.kind === 'status' || what.kind === 'write'))
    settled.blockers.push({
      code: 'PA521',
      level: 'blocker',
      span: spanOf(at.file, model.fn),
      data: { name: model.name ?? '' },
    })
  const later = answersLater(flow, summaries)
  const answers = kind === 'may' ? answersTo(input, settled) : null
  const summary: HelperSummary = {
    kind,
    takes: plan.takes,
    readsBody: plan.readsBody,
    ...(kind === 'stops' ? { stopsAll: stopsAll(flow, model.fn) } : {}),
    ...(answersPreflights(flow, summaries) ? { answersPreflights: true } : {}),
    inherits,
    sharesHeaders: sharesHeaders || kind === 'stops',
    setsType: strongestType(flow.effects.map((site) => contentTypeOf(site, input))),
    ...(flow.effects.some((site) => maySetLength(site, summaries)) ? { setsLength: true } : {}),
    ...(allStateLength(flow, summaries) ? { statesLength: true } : {}),
    isMergeable: flow.effects.every((effect) => isMergeable(effect, summaries)),
    setsCookies: mayCookies(flow, summaries),
    setsBefore: setsBefore(flow, summaries, at),
    ...(holdsAnswer(flow, summaries) ? { holdsAnswer: true } : {}),
    ownsStatus: ownsStatus(flow, summaries),
    mergesHeaders: mergesHeaders(flow),
    returns: {
      answered: flow.returns.answered,
      unanswered: flow.returns.unanswered.map((u) => truthOfReturn(u, at.tree)),
    },
    ...(kind === 'always' ? { methods: treatMethods(input, settled) } : {}),
    ...(answers ? { answers } : {}),
    ...(later ? { answersLater: later } : {}),
    ...(plan.asksNext ? { asksNext: true } : {}),
    becameAsync: (plan.usesAwait || givesPromise(flow, summaries)) && !model.fn.async,
    statuses: [...flow.exits.map((exit) => statusOf(exit, model.fn)), ...statusesOfGuards(flow, summaries)],
  }
  return { model, plan, at: settled, summary }
}

/** A callback answers later, in it or in what answers for it. */
function givesPromise({ passages, exits }: Flow, summaries: FunctionInput['summaries']): boolean {
  return (
    passages.some(({ passage }) => passage.isCalledBack) ||
    exits.some(({ what }) => what.kind === 'call' && summaries.get(what.call.callee)?.becameAsync === true)
  )
}

function kindOf(flow: Flow): HelperKind {
  if (flow.exits.length > 0 || flow.guards.length > 0) return flow.mayFallThrough ? 'may' : 'always'
  if (flow.stops.length > 0) return 'stops'
  return flow.effects.some(({ what }) => what.kind !== 'inherited') ? 'effects' : 'reads'
}

function statusesOfGuards({ guards }: Flow, summaries: FunctionInput['summaries']): (number | null)[] {
  const all = guards.flatMap(({ call }) => summaries.get(call.callee)?.statuses ?? [null])
  return all.map((status) => (typeof status === 'number' ? status : null))
}

/** The callees that are handed headers which were set before (`isTyped`: maybe a content type): their answers carry them. */
export function findInheriting(
  input: FunctionInput,
  { isLive }: Pick<Lowering, 'isLive'>,
): Map<FunctionModel, { isTyped: boolean }> {
  const found = new Map<FunctionModel, { isTyped: boolean }>()
  const { flow } = flowOf(input, isLive)
  const add = (callee: FunctionModel, pending: readonly EffectSite[]): void => {
    if (pending.length === 0) return
    const isTyped = pending.some((site) => setsOtherType(site, input))
    found.set(callee, { isTyped: isTyped || found.get(callee)?.isTyped === true })
  }
  for (const { what, pending } of flow.exits)
    if (what.kind === 'call' && !what.call.merges) add(what.call.callee, pending)
  for (const guard of flow.guards) add(guard.call.callee, guard.pending)
  for (const stop of flow.stops) add(stop.call.callee, stop.pending)
  return found
}

/** A statement that sets something is followed by others; a chain sets before its value is computed. */
function setsBefore(
  flow: Flow,
  summaries: ReadonlyMap<FunctionModel, HelperSummary>,
  at: Lowering,
): HelperSummary['setsBefore'] {
  const calls = callsOf(flow).flatMap(({ callee }) => summaries.get(callee)?.setsBefore ?? [])
  const inChains = flow.exits.flatMap(({ what }) =>
    what.kind === 'response' && !isCalmFact(what.fact, at.tree) ? what.fact.effects : [],
  )
  const lasting = flow.effects.filter((site) => !isSettledAtOnce(site, flow, at.tree))
  const kinds = [...flow.effects.map(({ what }) => what.kind), ...inChains.map(({ kind }) => kind)]
  const isShared = flow.effects.some(({ what }) => what.kind === 'call')
  return {
    headers: kinds.includes('header') || isShared || calls.some(({ headers }) => headers),
    lasting: lasting.some(({ what }) => what.kind === 'header') || isShared || calls.some((call) => call.lasting),
    status: kinds.includes('status') || calls.some(({ status }) => status),
  }
}

/** A package answers on every path, and nothing is set before it. */
function mergesHeaders({ exits, effects, guards, mayFallThrough }: Flow): boolean {
  const isPlain = effects.every(({ what }) => what.kind === 'inherited') && guards.length === 0 && !mayFallThrough
  return isPlain && exits.length > 0 && exits.every(({ what }) => what.kind === 'call' && what.call.merges === true)
}

/** Whether a status that the caller set before makes no difference to what this function answers. */
function ownsStatus(flow: Flow, summaries: ReadonlyMap<FunctionModel, HelperSummary>): boolean {
  const callees = [
    ...flow.exits.flatMap((e) => (e.what.kind === 'call' ? [e.what.call.callee] : [])),
    ...flow.guards.map((g) => g.call.callee),
  ]
  const answers = flow.exits.flatMap((e) => (e.what.kind === 'response' ? [{ exit: e, fact: e.what.fact }] : []))
  return (
    callees.every((callee) => callee !== outsider && summaries.get(callee)?.ownsStatus !== false) &&
    answers.every(({ exit, fact }) => fact.exit?.kind === 'redirect' || !statusesOf(exit, fact).includes(null))
  )
}

function allStateLength({ exits, guards }: Flow, summaries: FunctionInput['summaries']): boolean {
  const calls = guards.map(({ call }) => call)
  return [...exits.map(({ what }) => what), ...calls.map((call) => ({ kind: 'call' as const, call }))].every((what) =>
    what.kind === 'call' ? summaries.get(what.call.callee)?.statesLength === true : statesLength(what.fact.exit),
  )
}

/** In itself, or in what answers for it. */
function holdsAnswer({ exits }: Flow, summaries: FunctionInput['summaries']): boolean {
  return exits.some(
    ({ held, what }) => held || (what.kind === 'call' && summaries.get(what.call.callee)?.holdsAnswer === true),
  )
}
