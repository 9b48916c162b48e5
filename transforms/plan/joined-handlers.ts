import type * as t from '@babel/types'
import type { Entry } from '../analyse/entry.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { httpMethods } from '../model/route.ts'
import { unique } from './handler-facts.ts'
import type { HandlerPart, HandlerPlan, HelperRewrite, RouteContext, Verdict } from './route-context.ts'
import type { Layer } from './shared-model.ts'
import { allLayers, type WrappedHandler } from './wrapped-entry.ts'
import { treatByWrappers } from './wrapper-methods.ts'
import { mayServeBefore } from './wrapper-service.ts'
import { repeatedWraps } from './wrapper-state.ts'

/** The handlers of `export default api({ GET, POST })` were planned each by itself: they leave together, or stay together. */
export function joinHandlers(
  entry: Entry,
  handlers: readonly WrappedHandler[],
  { verdicts, context }: { verdicts: readonly Verdict[]; context: RouteContext },
): Verdict {
  const [only] = verdicts
  if (only && !handlers.some(({ wrapping }) => wrapping.arm)) return only
  const because = verdicts.flatMap((verdict) => (verdict.kind === 'keep' ? verdict.because : []))
  if (because.length > 0) return { kind: 'keep', because: unique(because) }
  const plans = verdicts.flatMap((verdict) => (verdict.kind === 'migrate' ? [verdict.plan] : []))
  const [first] = plans
  const outer = handlers[0]?.wrapping.arm?.outer ?? []
  const helpers = joinHelpers(plans, context)
  const blockers = [
    ...('blockers' in helpers ? helpers.blockers : []),
    ...repeatedWraps(outer, plans.flatMap(({ functions }) => functions).length, context),
  ]
  if (!first || entry.kind !== 'call' || 'blockers' in helpers || blockers.length > 0)
    return { kind: 'keep', because: unique(blockers) }
  addServed(first, outer, handlers)
  const parts = plans.flatMap((plan) => plan.parts)
  const functions = plans.flatMap((plan) => plan.functions)
  const exported = functions.flatMap(({ methods }) => methods)
  const refused = httpMethods.filter((method) => !exported.includes(method))
  const notes = verdicts.flatMap((verdict) => (verdict.kind === 'migrate' ? verdict.notes : []))
  if (refused.length > 0)
    notes.push({ code: 'PA302', level: 'note', span: spanOf(context.file, entry.call), data: { methods: refused } })
  const served = refused.filter((method) => mayServeBefore(outer, method))
  if (served.length > 0)
    notes.push({ code: 'PA330', level: 'note', span: spanOf(context.file, entry.call), data: { methods: served } })
  const plain = handlers[0]?.wrapping.arm?.leftOut
  if (plain) notes.push({ code: 'PA559', level: 'note', span: spanOf(context.file, entry.call), data: { name: plain } })
  const joined: HandlerPlan = {
    ...first,
    entry,
    parts,
    functions,
    gone: goneStatements(entry, parts),
    helpers: helpers.helpers,
    shared: new Map(plans.flatMap(({ shared }) => [...shared])),
    called: new Set(plans.flatMap(({ called }) => [...called])),
    layers: [...new Set(plans.flatMap(({ layers }) => layers))],
    wrapEdits: plans.flatMap(({ wrapEdits }) => wrapEdits),
    unreached: plans.flatMap(({ unreached }) => unreached),
  }
  return { kind: 'migrate', plan: joined, notes: unique(notes) }
}

/** What the outer wrappers answer by themselves (OPTIONS): whichever handler they are given. */
function addServed(plan: HandlerPlan, outer: readonly Layer[], handlers: readonly WrappedHandler[]): void {
  const treatments = treatByWrappers(allLayers(outer))
  const keys = handlers.flatMap(({ wrapping }) => wrapping.arm?.methods ?? [])
  for (const method of httpMethods)
    if (treatments.get(method) === 'serves' && !keys.includes(method)) plan.functions[0]?.methods.push(method)
}

/** A helper that several handlers call must come out the same for each. */
function joinHelpers(
  plans: readonly HandlerPlan[],
  { file }: RouteContext,
): { helpers: HelperRewrite[] } | { blockers: Diagnostic[] } {
  const known = new Map<HelperRewrite['model']['fn'], HelperRewrite>()
  const blockers: Diagnostic[] = []
  for (const helper of plans.flatMap(({ helpers }) => helpers)) {
    const { fn, name } = helper.model
    const other = known.get(fn)
    if (!other) known.set(fn, helper)
    else if (formOf(other) !== formOf(helper))
      blockers.push({ code: 'PA557', level: 'blocker', span: spanOf(file, fn), data: { name: name ?? '' } })
  }
  return blockers.length > 0 ? { blockers } : { helpers: [...known.values()] }
}

function formOf({ plan, summary }: HelperRewrite): string {
  return JSON.stringify([plan.edits.map(({ start, end, pieces }) => [start, end, pieces]), plan.takes, summary.kind])
}

/** Everything that led to the handlers and is not where one of them is written now. */
function goneStatements(entry: Extract<Entry, { kind: 'call' }>, parts: readonly HandlerPart[]): t.Statement[] {
  const all = [entry.place, entry.exporter, ...parts.flatMap((p) => [p.entry.exporter, p.wrapping?.arm?.statement])]
  const places = parts.map((part) => part.entry.place)
  return [...new Set(all.flatMap((statement) => (statement && !places.includes(statement) ? [statement] : [])))]
}
