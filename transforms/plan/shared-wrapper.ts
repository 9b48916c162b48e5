import { withCalledBack } from '../analyse/called-back.ts'
import type * as t from '@babel/types'
import type { ModuleFunction } from '../analyse/module-functions.ts'
import { openLedger } from '../analyse/ledger.ts'
import type { Value } from '../analyse/method-value.ts'
import { rolesOfHandler, type Shortcut, type WrapperShape } from '../analyse/wrappers.ts'
import { spanOf } from '../concerns/lowering.ts'
import { leavesBody } from '../concerns/request/body.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Variant } from '../analyse/variant.ts'
import type { Role } from '../model/route.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import type { HelperSummary } from './function-model.ts'
import { handlerSummary } from './handler-summary.ts'
import { freshStatuses } from './fresh-status.ts'
import { parameterRange } from './helper-edits.ts'
import { isPlainCall, oneHandlerEdits, oneHandlerVariant, takesObject } from './method-wrapper.ts'
import { planSharedBody, type SharedBody, wholeBody, whyBlocked } from './shared-function.ts'
import { askedTypes, withoutAsked } from './asked-type.ts'
import { asksForHeaders, freshHeaders, freshNotes } from './fresh-headers.ts'
import { listEdits, listNotes, listVariant, middlewareTypeEdits } from './handler-list.ts'
import { bodyReadOf } from './body-reads.ts'
import type { SharedEnvironment, SharedFunction, SharedFunctions, Wrapper } from './shared-model.ts'
import { optionsTypeOf, optionTypeEdits } from './option-type.ts'
import type { PlannedHelper } from './summary.ts'
import { endEdits, valueUseOf } from './handler-value.ts'
import { isCookie, onlyAddsCookies } from './handler-answer.ts'
import { readCatch } from './wrapper-catch.ts'
import { isAlike, isBare, shapeOf } from './wrapper-shortcuts.ts'
import { resultTypeEdits, valueTypeEdits } from './wrapper-result-types.ts'
import { droppedParameterEdits, findDropped } from './wrapper-generics.ts'
import { wrapperTypes } from './wrapper-types.ts'

/**
 * A wrapper of handlers becomes one of route handlers: `(handler) => async (request, context) => ...`. Null where its calls of the handler
 * are not all alike. Handlers may need cookies, and a Request does not give them: both take a NextRequest.
 */
export function planWrapper(
  found: ModuleFunction,
  shape: WrapperShape,
  env: SharedEnvironment,
  shared: SharedFunctions,
  given: readonly Role[] = ['req', 'res'],
): (SharedFunction & { wrapper: Wrapper }) | null {
  const { params } = shape.inner
  const own = given.slice(0, params.length)
  const inner = openLedger(shape.inner, null, own, false, found.module.tree)
  const roles = rolesOfHandler(shape.calls, inner.passes, found.module.tree)
  if (!roles || params.length < 2 || params.length > given.length) return null
  const { shortcuts } = shape
  const isKnown = (one: Shortcut): boolean =>
    one.inner.params.length === params.length && isAlike(one, { found, roles, given: own, shared })
  if (!shortcuts.every(isKnown)) return null
  const passages = withCalledBack(shared.passages(found.module), inner)
  const isTyped = found.module.file.language === 'ts'
  if (isTyped && shape.middleware.some(({ type }) => type === null)) return null
  const short = shortcuts.map((one) => planShortcut(one, { found, shape, roles, given: own }, env, shared))
  if (short.some((one) => one === null)) return null
  const shortEdits = short.flatMap((one) => one?.edits ?? [])
  const fresh = freshHeaders(inner)
  const variantWith = (asked: Known, statuses: Known, headers: Known): Variant | null => {
    if (!takesObject(shape)) return listVariant(shape, inner, found.module, passages, { asked, statuses, headers })
    const known = new Map([...shape.object.known.there, ...statuses, ...headers])
    const whole = withoutAsked(wholeBody(inner, found.module, passages, known), headers, found.module)
    return whole && oneHandlerVariant(shape, whole, found.module.file)
  }
  const planWith = (asked: Known, statuses: Known): Tried | null => {
    const known = fresh.size > 0 ? variantWith(asked, statuses, fresh) : null
    const variant = known ?? variantWith(asked, statuses, new Map())
    if (!variant) return null
    const body: SharedBody = {
      found,
      variant,
      fn: shape.inner,
      roles: own,
      handler: { summary: handlerSummary, calls: shape.calls, roles },
      listed: shape.middleware.flatMap(({ calls }) => calls),
      edits: (helper) => [...wrapperEdits(helper, shape, roles), ...shortEdits],
    }
    return { variant, isWithoutHeaders: known !== null, planned: planSharedBody(body, env, shared) }
  }
  const asked = askedTypes(inner, shape.calls, found.module.tree)
  const statuses = freshStatuses(inner, shape.calls)
  const first = planWith(asked, statuses)
  // A handler that answers by itself has a status of its own.
  const values = first?.planned.plan.flow.values ?? []
  // Where the wrapper asks only in its new form, it does so before it reads a status.
  const isAsked = first !== null && env.facts.answering.has(first.planned.id)
  const isOfValue = values.length > 0 && values.every(({ isChecked }) => isAsked || !isChecked)
  const isSureOf = (one: SharedFunction): boolean =>
    (asked.size === 0 || isSureOfType(one)) && (statuses.size === 0 || isOfValue)
  const body = first && isSureOf(first.planned) ? first : planWith(new Map(), new Map())
  if (!body) return null
  const { planned, variant } = body
  const isCalled = (exit: (typeof planned.plan.flow.exits)[number]): boolean =>
    exit.what.kind === 'call' && shape.calls.includes(exit.what.call.node as t.CallExpression)
  const setsHeaders = planned.plan.flow.exits.some((exit) => isCalled(exit) && exit.pending.length > 0)
  const summaries = new Map([...planned.calls.values()].map(({ callee }) => [callee.model, callee.summary] as const))
  const setsCookies = planned.plan.flow.exits.some(
    (exit) => isCalled(exit) && exit.pending.some((site) => !onlyAddsCookies(site) && isCookie(site.what, summaries)),
  )
  const use = valueUseOf(planned.plan.flow, planned.at)
  // Before 13.5 the second answer of a request failed.
  const mayAsk = use?.always === true && !use.isChecked && planned.at.next >= 14
  const ask = mayAsk ? { ask: (): void => shared.askForAnswer(planned.id) } : {}
  const isEnded = shortcuts.length === 0 && env.facts.ending.has(planned.id)
  const value = use && {
    ...use,
    ...ask,
    isNew: env.facts.answering.has(planned.id),
    isEnded,
    askForEnd: (): void => shared.askForEnd(planned.id),
  }
  const last = use && isEnded ? endEdits(shape.inner, planned.at) : []
  // A path without an answer was a request that hangs; one for a value that says nothing is a matter of the handler.
  const isWhole = value !== null || planned.summary.kind === 'always' || planned.summary.blocked !== undefined
  const blocked = isWhole ? planned.summary.blocked : whyBlocked(silent(found, shape), found)
  const callees = [...planned.calls.values()].map(({ callee }) => callee.summary)
  const readsBody = bodyReadOf(planned.at, callees)
  const summary: HelperSummary = { ...planned.summary, readsBody, ...(blocked ? { blocked } : {}) }
  const isPlain = takesObject(shape) && isPlainCall(shape, variant)
  const catches = readCatch(shape, planned.plan.flow)
  // What a model does is known to be right where it stands.
  const quiet = found.isWritten ? { notes: [], at: { ...planned.at, notes: [] } } : {}
  return {
    ...planned,
    notes: [
      ...planned.notes,
      ...listNotes(shape, found.module.file),
      ...(body.isWithoutHeaders ? freshNotes(fresh, found.module.file) : []),
    ],
    ...quiet,
    edits: [...planned.edits, ...last],
    imports: [...planned.imports, ...short.flatMap((one) => one?.imports ?? [])],
    summary,
    wrapper: {
      shape,
      roles,
      catches,
      setsHeaders,
      setsCookies,
      asksHeaders: asksForHeaders(planned),
      value,
      around: [],
      isOwn: true,
      isMade: false,
      isPlain,
      passages,
      dropped: findDropped(shape, planned.edits, found.module.file),
      leavesBody: readsBody === null || (leavesBody(planned.at) && callees.every((callee) => !callee.readsBody)),
    },
  }
}

interface Tried {
  planned: SharedFunction
  variant: Variant
  /** What it asks of headers at its start is answered. */
  isWithoutHeaders: boolean
}

interface Outer {
  found: ModuleFunction
  shape: WrapperShape
  roles: readonly Role[]
  given: readonly Role[]
}

/** Null for one that does more than to call the handler. */
function planShortcut(
  one: Shortcut,
  { found, shape, roles, given }: Outer,
  env: SharedEnvironment,
  shared: SharedFunctions,
): SharedFunction | null {
  const own = shapeOf(shape, one)
  const isInside = ({ start, end }: Edit): boolean => start >= startOf(one.inner) && end <= endOf(one.inner)
  const planned = planSharedBody(
    {
      found: { ...found, fn: one.inner },
      fn: one.inner,
      roles: given,
      handler: { summary: handlerSummary, calls: one.calls, roles },
      edits: (helper) => wrapperEdits(helper, own, roles),
    },
    env,
    shared,
  )
  return isBare(planned, one) ? { ...planned, edits: planned.edits.filter(isInside) } : null
}

type Known = ReadonlyMap<Node, Value>

/** The wrapper sets no content type itself, and has returned the handler's answer where it asks for one. */
function isSureOfType({ summary, plan }: SharedFunction): boolean {
  const { values } = plan.flow
  return summary.isMergeable && values.length > 0 && values.every(({ isChecked }) => isChecked)
}

function silent({ module }: ModuleFunction, { inner }: WrapperShape): Diagnostic {
  return { code: 'PA313', level: 'blocker', span: spanOf(module.file, inner), data: {} }
}

function wrapperEdits(helper: PlannedHelper, shape: WrapperShape, roles: readonly Role[]): Edit[] {
  const { at, plan, model } = helper
  const { inner, levels } = shape
  const { text } = at.file
  const { request, params } = at.names
  const types = wrapperTypes(shape, roles, { at, takes: plan.takes, model, values: plan.flow.values })
  const isSet = at.typed && types.inner !== types.outer
  const edits = plan.edits
    .map((edit) => (isSet ? castRequest(edit, shape, request, types.inner) : edit))
    .map((edit) => (roles[0] === 'context' ? handParams(edit, shape, params) : edit))
  edits.push({
    ...parameterRange(inner, text),
    pieces: [
      at.typed ? `(${request}: ${types.outer}, ${params}: any` : `(${request}, ${params}`,
      ...inner.params.slice(2).flatMap((param): Piece[] => [', ', { from: startOf(param), to: endOf(param) }]),
      ')',
    ],
  })
  if (plan.usesAwait && !inner.async) edits.push({ start: startOf(inner), end: startOf(inner), pieces: ['async '] })
  edits.push(...resultTypeEdits([...levels, inner]), ...valueTypeEdits(helper, types.value))
  const options = shape.key === null ? null : optionsTypeOf(shape)
  const annotation = shape.key === null ? shape.handler.id.typeAnnotation : null
  if (shape.key !== null && options && at.typed) edits.push(...optionTypeEdits(options, shape.key, types.handler, at))
  if (annotation && at.typed)
    edits.push({ start: startOf(annotation), end: endOf(annotation), pieces: [`: ${types.handler}`] })
  if (takesObject(shape)) edits.push(...oneHandlerEdits(shape, at))
  edits.push(...listEdits(shape, types.handler, at), ...middlewareTypeEdits(shape, at))
  return [...edits, ...droppedParameterEdits(findDropped(shape, edits, at.file))]
}

/** `handler(request as NextRequest & { user: User }, context)`: what the wrapper has hung on the request is there by now. */
function castRequest(edit: Edit, { calls }: WrapperShape, request: string, type: string): Edit {
  if (!calls.some((call) => edit.end === endOf(call) && edit.start > startOf(call))) return edit
  return { ...edit, pieces: edit.pieces.map((piece) => (piece === request ? `${request} as ${type}` : piece)) }
}

/** `handler({ request, params: context.params, user })`: one object, without the one that Next gives. */
function handParams(edit: Edit, { calls }: WrapperShape, context: string): Edit {
  if (!calls.some((call) => edit.end === endOf(call) && edit.start > startOf(call))) return edit
  return {
    ...edit,
    pieces: edit.pieces.map((piece) => (piece === `params: ${context}` ? `params: ${context}.params` : piece)),
  }
}
