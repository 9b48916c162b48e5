import { spanOf, type Lowering } from '../concerns/lowering.ts'
import type { Flow } from '../analyse/flow-model.ts'
import type { FunctionModel } from '../model/route.ts'
import type { Node } from '../syntax/tree.ts'
import { planFunction } from './function.ts'
import { mayType } from './content-type.ts'
import { flowOf } from './function-flow.ts'
import type { FunctionInput, FunctionPlan, HelperSummary } from './function-model.ts'
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
  const kind =
    flow.exits.length === 0 && flow.guards.length === 0
      ? flow.effects.some((e) => e.what.kind !== 'inherited')
        ? 'effects'
        : 'reads'
      : flow.mayFallThrough
        ? 'may'
        : 'always'
  const canAwait = model.fn.async || kind === 'always' || kind === 'may'
  const settled: Lowering = { ...at, mayAwait: canAwait }
  const plan = planFunction(input, settled)
  if (
    kind === 'may' &&
    flow.effects.some((e) => e.what.kind !== 'inherited' && (e.exits.size === 0 || flow.carried.has(e)))
  )
    settled.blockers.push({
      code: 'PA521',
      level: 'blocker',
      span: spanOf(at.file, model.fn),
      data: { name: model.name ?? '' },
    })
  const summary: HelperSummary = {
    kind,
    takes: plan.takes,
    readsBody: plan.readsBody,
    inherits,
    setsType: mayType(input, at),
    ownsStatus: ownsStatus(flow, summaries),
    returns: {
      answered: flow.returns.answered,
      unanswered: flow.returns.unanswered.map((u) => truthOfReturn(u, at.tree)),
    },
    becameAsync: plan.usesAwait && !model.fn.async,
    statuses: [...flow.exits.map((exit) => statusOf(exit, model.fn)), ...statusesOfGuards(flow, summaries)],
  }
  return { model, plan, at: settled, summary }
}

function statusesOfGuards({ guards }: Flow, summaries: FunctionInput['summaries']): (number | null)[] {
  const all = guards.flatMap(({ call }) => summaries.get(call.callee)?.statuses ?? [null])
  return all.map((status) => (typeof status === 'number' ? status : null))
}

/** The callees that are handed headers which were set before: their answers carry them. */
export function findInheriting(input: FunctionInput, isLive: (node: Node) => boolean): Set<FunctionModel> {
  const found = new Set<FunctionModel>()
  const { flow } = flowOf(input, isLive)
  for (const exit of flow.exits)
    if (exit.what.kind === 'call' && exit.pending.length > 0) found.add(exit.what.call.callee)
  for (const guard of flow.guards) if (guard.pending.length > 0) found.add(guard.call.callee)
  return found
}

/** Whether a status that the caller set before makes no difference to what this function answers. */
function ownsStatus(flow: Flow, summaries: ReadonlyMap<FunctionModel, HelperSummary>): boolean {
  const callees = [
    ...flow.exits.flatMap((e) => (e.what.kind === 'call' ? [e.what.call.callee] : [])),
    ...flow.guards.map((g) => g.call.callee),
  ]
  const answers = flow.exits.flatMap((e) => (e.what.kind === 'response' ? [{ exit: e, fact: e.what.fact }] : []))
  return (
    callees.every((callee) => summaries.get(callee)?.ownsStatus !== false) &&
    answers.every(({ exit, fact }) => fact.exit?.kind === 'redirect' || !statusesOf(exit, fact).includes(null))
  )
}
