import { OTHER } from '../analyse/method-value.ts'
import { staysPending } from '../analyse/middleware.ts'
import type { FoundMade } from '../analyse/module-functions.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import { httpMethods, type Role } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { contains, endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { findOutOfScope } from './called-back-handler.ts'
import { mayCookies } from './handler-answer.ts'
import { findBetween } from './handler-value.ts'
import { handlerSummary } from './handler-summary.ts'
import { helperEdits, parameterRange } from './helper-edits.ts'
import { notesOn, planSharedBody, whyBlocked } from './shared-function.ts'
import type { MethodFunction } from './route-context.ts'
import type { Layer, SharedCall, SharedEnvironment, SharedFunction, SharedFunctions } from './shared-model.ts'
import { entrySignature } from './signature.ts'
import type { PlannedHelper } from './summary.ts'
import { allLayers } from './wrapped-entry.ts'
import { blockBodies } from './wrapper-body.ts'
import { findCaught } from './wrapper-catch.ts'
import { droppedArgumentEdits } from './wrapper-generics.ts'
import { treatByWrappers } from './wrapper-methods.ts'
import { makesStateAnew } from './wrapper-state.ts'
import { readWrapped, type WrappedFunction } from './read-wrapped.ts'

/**
 * A handler that is made by wrappers where its module is loaded becomes a route handler, made by their new forms in the same place. Its callers
 * hand it what Next gives: the request and the context. What holds of a route's own handler and its wrappers is asked here too; where the two
 * could see more of one another than that, it stays.
 */
export function planWrapped(made: FoundMade, env: SharedEnvironment, shared: SharedFunctions): SharedFunction | null {
  const wrapped = readWrapped(made, shared)
  if (!wrapped) return null
  // Who imports the handler itself needs it as it was.
  const { exported } = wrapped
  const found = exported === null ? made : { ...made, exports: [...made.exports, exported] }
  const { layers, fn } = wrapped
  const { module } = found
  const all = allLayers(layers)
  const inner = layers[layers.length - 1]?.wrapper.callee.wrapper
  const roles = inner?.roles.slice(0, fn.params.length) ?? []
  if (inner?.roles[0] === 'context' || fn.params.length > (inner?.roles.length ?? 0)) return null
  const context = env.contextOf(module)
  const renames = layers.flatMap(({ call, wrapper }): Edit[] => {
    const { shape, dropped } = wrapper.callee.wrapper
    const name = shared.nameAt(wrapper, module, context.recipes.addImport)
    const { written } = wrapper
    const own = name === null ? [] : [{ start: startOf(written), end: endOf(written), pieces: [name] }]
    return [...droppedArgumentEdits(call, shape, dropped), ...own]
  })
  const edits = (helper: PlannedHelper): Edit[] => [...routeHandlerEdits(helper), ...renames, ...typeEdits(found)]
  const custom = new Set(layers.flatMap(({ wrapper }) => [...wrapper.callee.custom]))
  const value = all[all.length - 1]?.wrapper.callee.wrapper.value ?? null
  const planned = planSharedBody(
    { found: { ...found, fn }, fn, roles, handler: null, edits, entry: { value, custom } },
    env,
    shared,
  )
  const asked = findAsked(wrapped, all, planned)
  const refused = planned.summary.blocked ? null : whyNot(found, { wrapped, all, planned, env, asked })
  const blocked = planned.summary.blocked ?? (refused && whyBlocked(refused, found))
  const callees = layers.map(({ wrapper }) => wrapper.callee.summary)
  const before = [planned.summary, ...callees].map(({ setsBefore }) => setsBefore)
  const isEach = (key: 'headers' | 'status' | 'lasting'): boolean => before.some((one) => one[key])
  return {
    ...planned,
    model: { ...planned.model, roles: ['req', 'res'] satisfies Role[] },
    calls: new Map([
      ...planned.calls,
      ...layers.flatMap(({ call, wrapper }): [Node, SharedCall][] => {
        const [node] = call.calls
        return node ? [[node, { ...wrapper, node }]] : []
      }),
    ]),
    readsUrl: planned.readsUrl || layers.some(({ wrapper }) => wrapper.callee.readsUrl),
    custom: new Set([...planned.custom, ...custom]),
    imports: [...planned.imports, ...context.imports],
    notes: [
      ...planned.notes,
      ...(contains(found.made, fn) ? [] : notesOn({ ...found, node: fn })),
      ...layers.flatMap(({ wrapper }) => wrapper.callee.notes),
      ...asked.filter(({ level }) => level !== 'blocker'),
    ],
    handler: fn,
    summary: {
      ...handlerSummary,
      takes: { ...handlerSummary.takes, params: false, context: true },
      readsBody: planned.summary.readsBody ?? callees.find(({ readsBody }) => readsBody)?.readsBody ?? null,
      setsCookies: planned.summary.setsCookies || callees.some(({ setsCookies }) => setsCookies),
      setsBefore: { headers: isEach('headers'), status: isEach('status'), lasting: isEach('lasting') },
      statuses: [...planned.summary.statuses, null],
      becameAsync: settlingOf(layers, planned) === 'late',
      methods: withTreatments(planned.summary.methods, all),
      ...([planned.summary, ...callees].some(({ asksNext }) => asksNext) ? { asksNext: true } : {}),
      ...(blocked ? { blocked } : {}),
    },
  }
}

/**
 * How what it throws comes to its caller. `late`: what was thrown at once is a rejection now; `mixed`: so it is, and some of it was one before:
 * a caller that catches without waiting for it would catch more than before, or less.
 */
function settlingOf(layers: readonly Layer[], { summary, model }: SharedFunction): 'as before' | 'late' | 'mixed' {
  let found: 'as before' | 'late' | 'mixed' = summary.becameAsync ? 'late' : 'as before'
  let isAsync = model.fn.async === true
  for (const { wrapper } of allLayers(layers).toReversed()) {
    const { plan, wrapper: made } = wrapper.callee
    if (made.shape.inner.async) {
      found = 'as before'
      isAsync = true
    } else if (plan.usesAwait) found = isAsync ? 'mixed' : 'late'
  }
  return found
}

interface Asked {
  wrapped: WrappedFunction
  /** What is found of the handler in its wrappers, as of a route's own. */
  asked: readonly Diagnostic[]
  all: readonly Layer[]
  planned: SharedFunction
  env: SharedEnvironment
}

const summariesOf = ({ calls }: SharedFunction) =>
  new Map([...calls.values()].map(({ callee }) => [callee.model, callee.summary] as const))

function findAsked({ fn }: WrappedFunction, all: readonly Layer[], planned: SharedFunction): Diagnostic[] {
  const { plan, at, variant, source } = planned
  const functions: MethodFunction[] = variant
    ? [{ methods: [...httpMethods], variant, isShared: false, isRefusal: false, plan, at }]
    : []
  return [
    ...findCaught(all, functions, fn, summariesOf(planned)),
    ...findOutOfScope(all, functions),
    ...blockBodies(all, functions, { fn, file: source.module.file }),
  ]
}

/** What a route asks of its handler and of the wrappers around it; and what only a route can have. */
function whyNot(
  found: FoundMade,
  { wrapped: { layers, fn, isNamed }, all, planned, env, asked }: Asked,
): Diagnostic | null {
  const { module, made } = found
  const blocker = (code: Code, node: Node, data: Data = {}): Diagnostic => ({
    code,
    level: 'blocker',
    span: spanOf(module.file, node),
    data,
  })
  const { id, model, plan, summary } = planned
  const { facts } = env
  const wrapper = layers.find((layer) => layer.wrapper.callee.summary.blocked)
  if (wrapper?.wrapper.callee.summary.blocked) return wrapper.wrapper.callee.summary.blocked
  // A preflight that a wrapper answers is none of the handler's; its callers know of it by the summary.
  const isOwn = ([method, treatment]: [string, string]): boolean => method === 'OPTIONS' && treatment === 'serves'
  if ([...treatByWrappers(all)].some((one) => one[1] !== 'passes' && !isOwn(one))) return blocker('PA532', made)
  const value = all[all.length - 1]?.wrapper.callee.wrapper.value
  const outer = all.slice(0, -1)
  const between = outer.find((one) => one.wrapper.callee.wrapper.value) ?? findBetween(all, planned.notes)
  if (between) return blocker('PA553', fn, { name: between.wrapper.callee.source.name })
  if (summary.kind !== 'always' && !value) return blocker('PA313', fn)
  if (settlingOf(layers, planned) === 'mixed') return blocker('PA520', fn)
  const refused = asked.find(({ level }) => level === 'blocker')
  if (refused) return refused
  const pending = [plan.flow, ...all.map((one) => one.wrapper.callee.plan.flow)]
  if (pending.some(({ guards }) => guards.some(({ call }) => staysPending(call.node))) || summary.answersLater)
    return blocker('PA248', made, { name: found.name })
  const asksHeaders =
    all.some((one) => one.wrapper.callee.wrapper.asksHeaders) ||
    plan.flow.effects.some(({ what }) => what.kind === 'header' && what.mode !== 'set') ||
    model.uses.some(
      (use) =>
        use.root === 'res' && use.steps[0]?.kind === 'prop' && /^(?:get|has|remove)Header/.test(use.steps[0].name),
    )
  const cookies = all.filter((one) => one.wrapper.callee.wrapper.setsCookies).length
  if (asksHeaders || cookies > 1 || (cookies === 1 && mayCookies(plan.flow, summariesOf(planned))))
    return blocker('PA531', fn)
  const isHandedMore = facts.inheriting.has(id) || facts.bodies.has(id) || facts.queries.has(id)
  const isTwice = facts.beside.has(id) && (isNamed || layers.some((layer) => makesStateAnew(layer)))
  if (!isHandedMore && !isTwice) return null
  return blocker('PA267', made, {
    name: found.name,
    why: isHandedMore ? 'more' : 'twice',
    text: snippet(module.file, made),
  })
}

/** What wrappers answer by themselves the handler is not asked. */
function withTreatments(
  methods: SharedFunction['summary']['methods'],
  layers: readonly Layer[],
): NonNullable<typeof methods> {
  if (treatByWrappers(layers).get('OPTIONS') !== 'serves') return methods ?? new Map()
  const found = new Map(methods).set('OPTIONS', 'serves')
  return found.has(OTHER) ? found : found.set(OTHER, 'serves')
}

/** As a route file has it: `async (request: Request, { params }: ...) => ...`. */
function routeHandlerEdits(helper: PlannedHelper): Edit[] {
  const { at, plan, model } = helper
  const range = parameterRange(model.fn, at.file.text)
  const isOld = ({ start, end }: Edit): boolean => start === range.start && end === range.end
  const signature = entrySignature(at, plan.takes, { added: model.fn.params.slice(2), isInferred: false })
  return [...helperEdits(helper).filter((edit) => !isOld(edit)), { ...range, pieces: [signature] }]
}

/** A type that is written for it names the old handler. */
function typeEdits({ made }: FoundMade): Edit[] {
  const declarator = parentOf(made)
  const type =
    declarator?.type === 'VariableDeclarator' && declarator.id.type === 'Identifier'
      ? declarator.id.typeAnnotation
      : null
  return type ? [{ start: startOf(type), end: endOf(type), pieces: [] }] : []
}
