import { catchCallback } from '../analyse/chains.ts'
import type { Flow } from '../analyse/flow-model.ts'
import { isCalmFact, isSettledAtOnce } from '../analyse/flow-facts.ts'
import type { WrapperShape } from '../analyse/wrappers.ts'
import { type Lowering, spanOf } from '../concerns/lowering.ts'
import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { FunctionModel, FunctionNode } from '../model/route.ts'
import { numberValue, withCasts } from '../syntax/match.ts'
import { isMadeAsync } from '../syntax/expansion.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { HelperSummary } from './function-model.ts'
import { statusesOf } from './refusal.ts'
import type { MethodFunction } from './route-context.ts'
import { callsOf } from './stops.ts'
import type { HandlerCatch, Layer, SharedFunction } from './shared-model.ts'

/** How a wrapper answers what its handler throws: with answers in, or after, the catch of a try around the call. */
export function readCatch({ calls, inner }: WrapperShape, flow: Flow): HandlerCatch | null {
  const caught = calls.flatMap((call) => {
    const clause = catchAround(call, inner)
    return clause ? [{ call, clause }] : []
  })
  const isAfter = ({ node, form }: Flow['exits'][number], clause: Node): boolean =>
    startOf(node) > startOf(clause) || (form === 'silent' && node === inner.body)
  const exits = flow.exits.filter((exit) => caught.some(({ clause }) => isAfter(exit, clause)))
  if (exits.length === 0) return null
  const statuses = exits.flatMap((exit) => (exit.what.kind === 'response' ? statusesOf(exit, exit.what.fact) : []))
  return {
    mayServe: statuses.some((value) => value === null || (numberValue(value) ?? 500) < 400),
    mayInherit: statuses.includes(null),
    isAwaited: caught.every(({ call }) => parentOf(call)?.type === 'AwaitExpression'),
    isLate: caught.every(({ call, clause }) => clause.type === 'CatchClause' && isHandedBack(call)),
  }
}

/** `return handler(req, res)` in a try, without await: the promise leaves the try before it can fail. */
function isHandedBack(call: Node): boolean {
  return withCasts(call) === call && parentOf(call)?.type === 'ReturnStatement'
}

function catchAround(node: Node, fn: FunctionNode): Node | null {
  let below = node
  for (let up = parentOf(node); up && up !== fn; below = up, up = parentOf(up)) {
    if (up.type === 'TryStatement' && up.block === below && up.handler) return up.handler
    const callback = catchCallback(up, below)
    if (callback) return callback
  }
  return null
}

/**
 * What of a handler a wrapper would answer in another way when it catches an error. In Pages the status and headers that the handler, or a
 * wrapper further in, had set by then went with the wrapper's answer; in App they are gone. A malformed body was refused before any wrapper;
 * in App the handler throws.
 */
export function findCaught(
  layers: readonly Layer[],
  functions: readonly MethodFunction[],
  fn: FunctionNode,
  summaries: ReadonlyMap<FunctionModel, HelperSummary>,
): Diagnostic[] {
  const catching = layers.map(({ wrapper: { callee } }, i) => {
    const { catches } = callee.wrapper
    const inner = layers[i + 1]?.wrapper.callee
    const called = inner?.wrapper.shape.inner ?? fn
    const file = (inner ?? functions[0])?.at.file
    return catches?.isLate && called.async && !(file && isMadeAsync(called, file)) ? null : catches
  })
  const inside = layers.flatMap((_layer, i) => {
    const catches = catching[i]
    return catches
      ? layers.slice(i + 1).flatMap(({ wrapper }) => findSet(wrapper.callee, catches, knownTo(wrapper.callee)))
      : []
  })
  const found = catching.flatMap((catches) => catches ?? [])
  // A wrapper further in gives a Promise now, whose error passes by a catch that does not wait for it.
  const late = layers.flatMap(({ wrapper: { callee } }, i) => {
    const { inner } = callee.wrapper.shape
    const isLate = inner.async ? isMadeAsync(inner, callee.at.file) : callee.plan.usesAwait
    const isSeen = catching.slice(0, i).some((catches) => catches && !catches.isAwaited)
    return isLate && isSeen ? [report('PA520', 'blocker', inner, callee.at)] : []
  })
  return [
    ...inside,
    ...late,
    ...functions.flatMap(({ plan, at }) =>
      found.flatMap((caught): Diagnostic[] => [
        ...findSet({ plan, at }, caught, summaries),
        ...(plan.readsBody && caught.mayServe ? [report('PA534', 'blocker', fn, at)] : []),
        ...((fn.async ? isMadeAsync(fn, at.file) : plan.usesAwait || givesLate(plan.flow, summaries)) &&
        !caught.isAwaited
          ? [report('PA520', 'blocker', fn, at)]
          : []),
      ]),
    ),
  ]
}

/** It hands on what another function gives, which threw at once before and gives a Promise now. */
function givesLate({ exits }: Flow, summaries: ReadonlyMap<FunctionModel, HelperSummary>): boolean {
  return exits.some(({ what }) => what.kind === 'call' && summaries.get(what.call.callee)?.becameAsync === true)
}

/** What a function has set when it, or what it calls, throws. */
function findSet(
  { plan: { flow }, at }: Pick<MethodFunction, 'plan' | 'at'>,
  caught: HandlerCatch,
  summaries: ReadonlyMap<FunctionModel, HelperSummary>,
): Diagnostic[] {
  const lasting = flow.effects.filter((site) => !isSettledAtOnce(site, flow, at.tree))
  const called = callsOf(flow).map(({ callee, node }) => ({ node, sets: summaries.get(callee)?.setsBefore }))
  const header =
    lasting.find(({ what }) => what.kind === 'header' || what.kind === 'call')?.node ??
    called.find(({ sets }) => sets?.lasting)?.node
  const status =
    lasting.find(({ what }) => what.kind === 'status')?.node ??
    statusBeforeWork(flow, at.tree) ??
    called.find(({ sets }) => sets?.status)?.node
  return [
    ...(header ? [report('PA533', 'review', header, at)] : []),
    ...(status && caught.mayInherit ? [report('PA534', 'blocker', status, at)] : []),
  ]
}

function knownTo({ calls }: SharedFunction): Map<FunctionModel, HelperSummary> {
  return new Map([...calls.values()].map(({ callee }) => [callee.model, callee.summary]))
}

function report(code: Code, level: 'review' | 'blocker', node: Node, { file }: Lowering): Diagnostic {
  return { code, level, span: spanOf(file, node), data: {} }
}

/** `res.status(201).json(make())`: the status is set before what may throw. */
function statusBeforeWork(flow: Flow, tree: ScopeTree): Node | null {
  for (const { what } of flow.exits) {
    if (what.kind !== 'response' || !what.fact.effects.some(({ kind }) => kind === 'status')) continue
    if (!isCalmFact(what.fact, tree)) return what.fact.node
  }
  return null
}
