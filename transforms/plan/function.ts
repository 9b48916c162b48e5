import type * as t from '@babel/types'
import type { HelperCall } from '../analyse/callees.ts'
import type { EffectSite, ExitSite, Flow, Interrupted } from '../analyse/flow-model.ts'
import { indentIn } from '../analyse/variant.ts'
import { block, type Lowering, need, note, replace, snippet, spanOf } from '../concerns/lowering.ts'
import { typeOfPart } from '../concerns/module/types.ts'
import { refusedRequestMembers, requestConcernOf } from '../concerns/request/registry.ts'
import { setsNothing } from '../concerns/request/own-status.ts'
import { leftOut } from '../concerns/response/left-out.ts'
import { isResponseMethod, sentFlags } from '../concerns/response/registry.ts'
import { isSlip } from '../concerns/response/slips.ts'
import type { Code } from '../model/diagnostic.ts'
import type { Claim, Effect, StateRead } from '../model/response.ts'
import type { FunctionModel, Pass, Use } from '../model/route.ts'
import { lowerBodyLoop } from '../recipes/body-loop.ts'
import { lowerCollectLoop } from '../recipes/collect-loop.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { indentAt as sourceIndentAt, leadStart } from '../syntax/lines.ts'
import { tellsNullFromUndefined } from '../syntax/absence.ts'
import { loadedForOneCall } from '../syntax/imported.ts'
import { isCall, isInstanceTest, isMember, memberName, numberValue, uncast, withCasts } from '../syntax/match.ts'
import { mayThrow } from '../analyse/flow-facts.ts'
import { contains, endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { lowerDestructure } from './destructure.ts'
import { overrulesStatus } from './fold.ts'
import { emitGuards } from './guards.ts'
import { isPutLast } from '../analyse/spread-after.ts'
import { wholeContextOf } from '../analyse/whole-context.ts'
import { passesOn } from '../analyse/middleware.ts'
import { emitPassedOn } from './passed-on.ts'
import { bodyReadOf } from './body-reads.ts'
import { leadingSemicolon, placeNeeds, readsBody as hasBodyNeed } from './needs.ts'
import { planResponses, removalOf } from './response.ts'
import { helperArguments } from './signature.ts'
import { hasKeyClash } from './key-clash.ts'
import type { FunctionInput, FunctionPlan, HelperSummary } from './function-model.ts'
import { isCookieRead, isListWhereTested } from './cookie-list.ts'
import { headerName } from './header-value.ts'
import { kindOf } from '../syntax/value-kind.ts'
import { dropLengthsBeforeCalls, mustDropLength } from './content-length.ts'
import { maySetType, setsOtherType } from './content-type.ts'
import { flowOf, groupPasses, isPipe, outsider } from './function-flow.ts'
import { blockAskedAfter } from './asked-after.ts'
import { blockBesideWaits, emitBeside, refusalName } from './beside-edits.ts'
import { asksNext, blockCalledBackWaits, callsWithoutRequest, emitCalledBack } from './called-back-edits.ts'
import { blockHeldInTry } from './held-in-try.ts'
import { holdOwnResponse, holdResponse, returnThrough, settleResponse } from './handler-answer.ts'
import { checkValue, findValueFaults } from './handler-value.ts'
import { blockNewPause, blockPartsAsKeys } from './kept-by-request.ts'
import { lowerListeners } from './listeners.ts'
import { awaits, blockHidden, blockSilentCallbacks, emitPassages, isInPassage } from './passage-edits.ts'
import { blockLostDeclarations } from './lost-declarations.ts'
import { blockWorkAfterStops, emitStops } from './stops.ts'
import { emitReturns, finishCall } from './returns.ts'
import { answerSilence, listed } from './silence.ts'
import { noteUnawaited } from './unawaited.ts'

/** Rewrites one function (in one variant of it): every use of req and res claimed and lowered, or a blocker. */
export function planFunction(input: FunctionInput, at: Lowering): FunctionPlan {
  const { model, variant } = input
  at.edits.push(...variant.edits)
  const indentAt = (position: number): string => indentIn(at.file.text, variant.shifts, position)
  const entryLines: Piece[][] = []
  for (const node of model.presences) if (at.isLive(node)) block(at, 'PA500', node, { why: 'value' })
  for (const found of model.escapes) {
    if (!at.isLive(found.node)) continue
    if (found.why === 'next') block(at, 'PA246', found.node, { text: snippet(at.file, calledOrName(found.node)) })
    else block(at, 'PA500', found.node, { why: found.why })
  }
  const { flow, claims, unclaimed, calls } = flowOf(input, at.isLive)
  leaveOut(flow, at)
  blockLostDeclarations(variant, at)
  const isSilent = answersAlone(input, flow) && flow.mayFallThrough && !answerSilence(flow, input, at)
  for (const use of unclaimed)
    block(at, sentOrCustom(use), use.node, { name: nameOf(use), text: snippet(at.file, use.node) })
  noteSlips(model, at)
  leaveOutDetails(model, at)
  blockPartsAsKeys(model, at)
  lowerRequest(model, at)
  lowerTypeReads(model, at)
  for (const site of model.destructures)
    if (at.isLive(site.declarator ?? site.pattern)) lowerDestructure(site, at, { entryLines, indentAt })
  lowerPasses(input, calls, { ...at, indentAt })
  for (const claim of claims.values())
    if (claim.kind === 'refusal') block(at, claim.code, claim.node, { name: claim.what })
  for (const later of flow.later) note(at, 'PA315', 'note', later, { text: snippet(at.file, later) })
  for (const { goesOn, node } of flow.exits)
    if (goesOn && !model.uses.some((use) => use.node === node && isSlip(use)))
      note(at, 'PA345', 'review', node, { text: snippet(at.file, node) })
  for (const { node } of flow.between) note(at, 'PA323', 'note', node, { text: snippet(at.file, node) })
  for (const final of flow.finals) note(at, 'PA316', 'note', final)
  for (const problem of flow.problems) block(at, problem.code, problem.node)
  // What runs in `finally` would run before the helper is done: it now waits for the body, or always did not.
  for (const { what, node } of flow.exits)
    if (
      what.kind === 'call' &&
      what.call.callee !== outsider &&
      node.type !== 'AwaitExpression' &&
      isBeforeFinally(node, at)
    )
      if (what.call.callee.fn.async || input.summaries.get(what.call.callee)?.becameAsync) block(at, 'PA317', node)
  // What was set on res before a package answers would be lost: the package makes its own Response.
  for (const { what, pending } of flow.exits)
    if (what.kind === 'call' && what.call.callee === outsider && !areTaken(what.call, pending))
      block(at, 'PA545', what.call.node)
  blockLostStatus(flow, input, at)
  blockInterrupted(flow, input, at)
  blockHeldInTry(flow, input, at)
  blockAskedAfter(flow, input, at)
  dropLengthsBeforeCalls(flow, { at, summaries: input.summaries, indentAt })
  blockUnmet(claims, calls, flow, at)
  lowerListeners({ claims, calls, flow, input }, at)
  const readsState = [...claims.values()].filter((c): c is StateRead => c.kind === 'read')
  const declaresHeaders =
    !input.inherits &&
    !(model.roles.some((r) => r === 'res' || r === 'context') && !input.isEntry && isEffectsOnly(flow))
  const refusal = refusalName(flow, at)
  const responses = planResponses({
    at,
    flow,
    bodyType: input.bodyType,
    functionAt: input.functionAt,
    readsHeaders: readsState.some((read) => at.isLive(read.node)),
    indentAt,
    takesHeaders: !declaresHeaders,
    helperCall: (site, usesHeaders) => {
      const isHandler = site.what.kind === 'call' && site.what.call.callee === input.handler
      if (isHandler && site.what.kind === 'call') returnThrough(site.what.call.node, input, at)
      const isWatched = at.needs.some(({ kind }) => kind === 'answer')
      const race = site.isRaced ? refusal : null
      const use = { at, model, isHandler, summaries: input.summaries, usesHeaders, isWatched, refusal: race, indentAt }
      if (isHandler && site.value) checkValue(site, use)
      else if (isHandler && site.held) holdResponse(site, use)
      else if (isWatched && input.isEntry && !site.held) settleResponse(site, { ...use, usesHeaders: false })
      else if ((isHandler && (usesHeaders || isWatched || race !== null)) || (usesHeaders && isMerging(site)))
        settleResponse(site, use)
      else if (site.held) holdOwnResponse(site, at, indentAt)
      else if (!site.isReplaced) finishCall(site, at, !isHandler && becameAsync(site, input))
    },
    setsOtherType: (site) => setsOtherType(site, input),
    maySetType: (site) => maySetType(site, input, at.file.text),
    mustDropLength: (exit, body) => mustDropLength(exit, body, { tree: at.tree, summaries: input.summaries }),
  })
  for (const read of readsState) {
    responses.usesHeaders = true
    responses.headerSites.push(read.node)
    if (isCookieRead(read) && !isListWhereTested(read.node, at.tree)) block(at, 'PA210', read.node)
    if (mayReadNumber(read, flow, at)) block(at, 'PA210', read.node, { text: snippet(at.file, read.node) })
    at.edits.push({ start: startOf(read.node), end: endOf(read.node), pieces: readPieces(read, at) })
  }
  emitGuards(flow, input, at, indentAt)
  emitPassages(flow, at)
  blockSilentCallbacks(calls, flow, input.passages, at)
  blockWorkAfterStops(flow, input.passages, at)
  emitStops(flow, at, indentAt)
  emitPassedOn(flow, model, at)
  emitReturns(flow, at)
  emitBeside(flow, { input, isAlone: answersAlone(input, flow), at, refusal, indentAt })
  noteUnawaited(flow, input, at)
  const asking = [
    ...[...calls.values()].flatMap(({ callee, node }) => (input.summaries.get(callee)?.asksNext ? [node] : [])),
    ...callsWithoutRequest(model, calls, at),
  ]
  emitCalledBack(flow, at, { indentAt, asking })
  if (entryLines.length > 0) {
    const edit = entryEdit(entryLines, at)
    at.edits.unshift(edit, ...leadingSemicolon(at, edit.start))
  }
  for (const call of calls.values()) {
    const summary = input.summaries.get(call.callee)
    if (!summary?.takes.headers || !isCall(call.node)) continue
    responses.usesHeaders = true
    responses.headerSites.push(call.node)
  }
  const takes = placeNeeds(
    at,
    responses,
    indentAt,
    { headers: declaresHeaders, answer: input.handler !== null || input.isEntry },
    input.bodyArgument,
  )
  if (responses.usesStatus && (input.inherits || isEffectsOnly(flow)) && !input.isEntry) block(at, 'PA521', model.fn)
  if (input.inherits) takes.headers = true
  // Only the request can be read off an object that is not taken apart.
  if (!input.isEntry && wholeContextOf(model.fn, model.roles, at.tree) && (takes.headers || takes.params || takes.body))
    block(at, 'PA500', model.fn, { why: 'context' })
  if (input.value) findValueFaults(flow, input.value, at, input.summaries)
  // What is handed to a package that may answer is no silence.
  if (isSilent && !at.blockers.some(({ code }) => code === 'PA605')) blockSilent(flow, at)
  const callees = [...calls.values()].map(({ callee }) => input.summaries.get(callee))
  const readsBody = bodyReadOf(at, callees, hasBodyNeed(at) && !input.bodyArgument)
  checkBodyReadOnce(at, calls, input, flow)
  const usesAwait = takes.params || at.edits.some((e) => awaits(e) && !isInPassage(e, flow))
  if (usesAwait) blockNewPause(input, at)
  blockCalledBackWaits(flow, at)
  blockBesideWaits(flow, at)
  return {
    edits: at.edits,
    takes,
    flow,
    readsBody,
    usesAwait,
    asksNext: asking.length > 0 || at.edits.some(asksNext),
  }
}

/** What nothing comes to any more needs nothing. */
function leaveOut({ dead }: Flow, at: Lowering): void {
  const { isLive } = at
  if (dead.length > 0) at.isLive = (node) => isLive(node) && !dead.some((part) => contains(part, node))
}

/** In a try (or its catch) whose finally block does something. */
function isBeforeFinally(node: Node, at: Lowering): boolean {
  let below = node
  for (let up = parentOf(node); up && below !== at.fn; below = up, up = parentOf(up))
    if (up.type === 'TryStatement' && up.finalizer && up.finalizer !== below && mayThrow(up.finalizer)) return true
  return false
}

/** What was set before a package answers is put on its Response. */
function areTaken(call: HelperCall, pending: readonly EffectSite[]): boolean {
  return pending.length === 0 || (call.merges === true && pending.every(({ what }) => what.kind === 'header'))
}

function isMerging({ what }: Flow['exits'][number]): boolean {
  return what.kind === 'call' && what.call.merges === true
}

/** The helper that answers here gives a Promise of its answer, which it did not before. */
function becameAsync({ what }: Flow['exits'][number], { summaries }: FunctionInput): boolean {
  return what.kind === 'call' && summaries.get(what.call.callee)?.becameAsync === true
}

/** Declarations for a destructured parameter stand first in the body, after what they need. */
function entryEdit(lines: readonly Piece[][], at: Lowering): Edit {
  const { body } = at.fn
  const first = body.type === 'BlockStatement' ? body.body[0] : null
  const place =
    body.type !== 'BlockStatement' ? startOf(body) : first ? leadStart(at.file, first, startOf(body)) : endOf(body) - 1
  const indent = body.type === 'BlockStatement' ? sourceIndentAt(at.file.text, place) : at.style.indent
  const pieces = lines.flatMap((line): Piece[] => [...line, `${at.style.semicolon}\n${indent}`])
  return { start: place, end: place, pieces, sticky: true }
}

/** A header that was not set reads null in Headers, undefined on res. */
function readPieces(read: StateRead, at: Lowering): Piece[] {
  if (isCookieRead(read)) return [`${at.names.headers}.getSetCookie()`]
  const call: Piece[] = [`${at.names.headers}.${read.what}(`, { from: startOf(read.name), to: endOf(read.name) }, ')']
  return read.what === 'get' && tellsNullFromUndefined(read.node, at.tree) ? ['(', ...call, ' ?? undefined)'] : call
}

/** `res.getHeader` gives back what was set, a number or a list; Headers gives text. */
function mayReadNumber(read: StateRead, { effects }: Flow, at: Lowering): boolean {
  if (read.what !== 'get' || isCookieRead(read)) return false
  const name = headerName(read.name)?.toLowerCase()
  return effects.some(({ what }) => {
    if (what.kind !== 'header' || what.mode === 'delete') return false
    const set = headerName(what.name)?.toLowerCase()
    return (name === undefined || set === undefined || set === name) && kindOf(what.value, at.tree) !== 'string'
  })
}

function isEffectsOnly(flow: Flow): boolean {
  return flow.exits.length === 0 && flow.guards.length === 0 && flow.stops.length === 0
}

/** `next(error)`, or `next` where it is handed on. */
function calledOrName(name: Node): Node {
  const call = parentOf(name)
  return call?.type === 'CallExpression' ? call : name
}

function sentOrCustom({ root, steps }: Use): Code {
  const [first] = steps
  if (root !== 'res' || first?.kind !== 'prop') return 'PA510'
  // `res.json = ...`, `const json = res.json.bind(res)`
  return sentFlags.has(first.name) ? 'PA314' : isResponseMethod(first.name) ? 'PA247' : 'PA510'
}

/** What failed in Pages answers now, which `--strict` does not allow. */
function noteSlips({ uses }: FunctionModel, at: Lowering): void {
  for (const use of uses) {
    if (use.root !== 'res' || !isSlip(use) || !at.isLive(use.ref)) continue
    if (at.strict) block(at, 'PA510', use.node)
    else note(at, 'PA242', 'review', listed(use.node), { text: snippet(at.file, use.node) })
  }
}

/** What HTTP/1 says beside an answer: neither words for the status nor a closed connection, which `--strict` does not allow. */
function leaveOutDetails({ uses }: FunctionModel, at: Lowering): void {
  for (const use of uses) {
    const statement = leftOut(use)
    if (!statement || !at.isLive(use.ref)) continue
    if (at.strict) block(at, 'PA203', statement)
    else {
      note(at, 'PA243', 'note', statement, { text: snippet(at.file, statement) })
      at.edits.push(removalOf(statement, at))
    }
  }
}

function nameOf(use: Use): string {
  const first = use.steps[0]
  return first?.kind === 'prop' ? `${use.root}.${first.name}` : `${use.root}[...]`
}

function lowerRequest(model: FunctionModel, at: Lowering): void {
  for (const use of model.uses) {
    if (use.root !== 'req' || !at.isLive(use.ref)) continue
    const first = use.steps[0]
    if (!first && isInstanceTest(use.node)) {
      block(at, 'PA500', use.ref, { why: 'value' })
      continue
    }
    if (!first) {
      if (!lowerCollectLoop(use, at) && !lowerBodyLoop(use, at)) block(at, 'PA131', use.ref, { name: 'for await' })
      continue
    }
    const idle = setsNothing(use)
    if (idle) {
      note(at, 'PA157', 'note', idle, { text: snippet(at.file, idle) })
      at.edits.push(removalOf(idle, at))
      continue
    }
    const name = first.kind === 'prop' ? first.name : ''
    const concern = requestConcernOf(name, at, first.node)
    if (concern) concern.read(use, at)
    else block(at, refusedRequestMembers.get(name) ?? 'PA510', use.node, { name: nameOf(use) })
  }
}

/** `typeof req.query`: the type is written out. */
function lowerTypeReads({ typeReads }: FunctionModel, at: Lowering): void {
  for (const { part, node } of typeReads) {
    if (!at.isLive(node)) continue
    const type = typeOfPart(part)
    if (type) replace(at, node, type)
    else block(at, 'PA510', node, { name: `req.${part}` })
  }
}

/** Calls of helpers get their new arguments; calls of packages go to a recipe or keep the route. */
function lowerPasses(input: FunctionInput, calls: ReadonlyMap<Node, HelperCall>, at: Lowering): void {
  for (const [node, passes] of groupPasses(input.model.passes)) {
    if (!at.isLive(node) || isPipe(passes[0]?.call ?? (node as t.CallExpression))) continue
    const call = calls.get(node)
    const summary = call ? input.summaries.get(call.callee) : undefined
    if (summary?.blocked) {
      at.blockers.push({ ...summary.blocked, span: spanOf(at.file, node) })
      continue
    }
    if (call && summary && hasKeyClash(call.callee, call.node, summary.takes)) {
      block(at, 'PA501', node, { call: snippet(at.file, call.node.callee) })
      continue
    }
    if (call && summary) {
      const argsStart = argumentsStart(at, call.node)
      const pieces = helperArguments(call.callee, call.node, at, summary.takes)
      at.edits.push({ start: argsStart, end: endOf(call.node), pieces: ['(', ...pieces, ')'] })
      for (const { index, key } of passes)
        if (key !== null && isPutLast(call.node.arguments[index], key))
          note(at, 'PA537', 'note', node, { name: key, text: snippet(at.file, call.node) })
      if (passesOn(call.node)) dropAwait(call, summary, at)
      if (isBesideOthers(call.node)) note(at, 'PA568', 'note', node, { text: snippet(at.file, call.node) })
      const name = input.nameAt(call)
      const loaded = name ? loadedForOneCall(call.node.callee, at.tree) : null
      if (name && loaded) at.edits.push({ start: startOf(loaded.key), end: endOf(loaded.key), pieces: [name] })
      if (name && (!loaded || loaded.shorthand)) at.edits.push({ ...nameRange(call.node, argsStart), pieces: [name] })
      if (summary.takes.request) need(at, summary.takes.request === 'NextRequest' ? 'next-request' : 'request', node)
      // The types of others name what they read: it need not be there for them. A wrapper names what its handler is given.
      if (input.handler) for (const name of summary.takes.custom) need(at, 'custom', node, name)
      if (summary.takes.params) need(at, 'params', node)
      if (summary.takes.context) {
        if (input.isEntry && at.names.context) need(at, 'context', node)
        else block(at, 'PA268', node, { text: snippet(at.file, call.node.callee) })
      }
      if (summary.takes.query) need(at, 'query', node)
      if (summary.takes.body) need(at, 'whole-body', node)
      continue
    }
    if (input.recipe(passes[0]?.call ?? (node as t.CallExpression), passes, at)) continue
    block(at, 'PA501', node, { call: snippet(at.file, (node as t.CallExpression).callee) })
  }
}

/** `Promise.all([requireUser(req), load()])`, and its like. */
function isBesideOthers(call: Node): boolean {
  const list = parentOf(withCasts(call))
  const around = list?.type === 'ArrayExpression' ? parentOf(withCasts(list)) : null
  return (
    isCall(around) &&
    isMember(around.callee) &&
    around.callee.object.type === 'Identifier' &&
    around.callee.object.name === 'Promise' &&
    /^(?:all|race|any)$/.test(memberName(around.callee) ?? '')
  )
}

/** A middleware that waits for nothing, and does not answer. */
function dropAwait({ node, callee, kind }: HelperCall, summary: HelperSummary, at: Lowering): void {
  const awaited = parentOf(node)
  if (kind === 'may' || callee.fn.async || summary.becameAsync || awaited?.type !== 'AwaitExpression') return
  at.edits.push({ start: startOf(awaited), end: startOf(node), pieces: [] })
}

/** What the name of a function stands for in its call: `requireRole` of `requireRole('admin')(req, res)`. */
function nameRange(call: HelperCall['node'], argsStart: number): { start: number; end: number } {
  const { callee } = call
  const made = uncast(callee)
  const types = typesOf(call)
  const end = types ? startOf(types) : argsStart
  return made.type === 'CallExpression'
    ? { start: startOf(made.callee), end: endOf(made.callee) }
    : { start: startOf(callee), end }
}

/** Offset of the opening parenthesis of a call's arguments. */
export function argumentsStart(at: Lowering, call: Pass['call']): number {
  return at.file.text.indexOf('(', endOf(typesOf(call) ?? call.callee))
}

/** `<User>` of `read<User>(req)`. */
function typesOf(call: Pass['call']): Node | null {
  return call.typeArguments ?? call.typeParameters ?? null
}

/** A status that was set here and is sent by a helper: only its headers reach the helper. */
function blockLostStatus(flow: Flow, input: FunctionInput, at: Lowering): void {
  const calls = [
    ...flow.exits.flatMap(({ what, pending }) => (what.kind === 'call' ? [{ call: what.call, pending }] : [])),
    ...flow.guards,
    ...flow.stops,
  ]
  for (const { call, pending } of calls) {
    const isSet = pending.some(({ what }) => what.kind === 'status' && numberValue(what.value) !== 200)
    if (isSet && input.summaries.get(call.callee)?.ownsStatus === false) block(at, 'PA521', call.node)
  }
}

/** `res.status(201).json(await save())` in a try: when save throws, the status is set already and the catch sends it. */
function blockInterrupted(flow: Flow, input: FunctionInput, at: Lowering): void {
  for (const interrupted of flow.interrupted) {
    const { exit, caught } = interrupted
    const goesOn = interrupted.goesOn && !isOverruledBehind(interrupted, flow, input)
    if (exit.what.kind === 'call') {
      const sets = input.summaries.get(exit.what.call.callee)?.setsBefore
      if (caught.length === 0 && !interrupted.goesOn) continue
      if (sets?.status && (goesOn || caught.some((e) => !hasOwnStatus(e, input))))
        block(at, 'PA214', exit.node, { text: snippet(at.file, exit.node) })
      else if (sets?.headers) note(at, 'PA318', 'note', exit.node, { text: snippet(at.file, exit.node) })
      continue
    }
    const isSame = exit.pending.every(({ what }) =>
      what.kind === 'call'
        ? input.summaries.get(what.call.callee)?.setsBefore.status === false
        : what.kind === 'header',
    )
    const isSeen = (effect: Effect): boolean =>
      // 200 is what the status is before anybody sets it.
      !(effect.kind === 'status' && isSame && numberValue(effect.value) === 200) &&
      (effect.kind === 'status'
        ? goesOn || caught.some((e) => !hasOwnStatus(e, input))
        : interrupted.goesOn || caught.length > 0)
    const seen = exit.what.fact.effects.filter(isSeen)
    const text = snippet(at.file, exit.node)
    if (seen.some((effect) => interrupted.goesOn || at.strict || !isBesideAnswer(effect)))
      block(at, 'PA214', exit.node, { text })
    else if (seen.length > 0) note(at, 'PA318', 'note', listed(exit.node), { text })
  }
}

/** Behind the catch block each answer of the handler has a status of its own, and nobody else answers: an error of it is answered with 500. */
function isOverruledBehind({ from }: Interrupted, flow: Flow, input: FunctionInput): boolean {
  if (from === undefined || !input.isEntry || input.isWrapped || flow.mayFallThrough) return false
  const helpers = [...flow.guards, ...flow.stops].map(({ call }) => call.callee)
  return (
    flow.exits.slice(from).every((exit) => hasOwnStatus(exit, input)) &&
    helpers.every((callee) => input.summaries.get(callee)?.ownsStatus === true)
  )
}

/** A header that does not say how the body is to be read. */
function isBesideAnswer(effect: Effect): boolean {
  const name = effect.kind === 'header' ? headerName(effect.name) : null
  return name !== null && !/^(?:content-|set-cookie$|location$)/i.test(name)
}

function hasOwnStatus(exit: ExitSite, { summaries }: FunctionInput): boolean {
  return exit.what.kind === 'call' ? summaries.get(exit.what.call.callee)?.ownsStatus !== false : overrulesStatus(exit)
}

/** Responses and response helpers in places that flow analysis does not reach: callbacks, larger expressions. */
function blockUnmet(
  claims: ReadonlyMap<Node, Claim>,
  calls: ReadonlyMap<Node, HelperCall>,
  flow: Flow,
  at: Lowering,
): void {
  // After a first problem the rest of the list is not walked; it would be blamed for nothing.
  if (flow.problems.length > 0) return
  for (const claim of claims.values()) {
    if (claim.kind !== 'response' || flow.met.has(claim.node)) continue
    blockHidden(claim.node, at)
  }
  for (const call of calls.values()) {
    if (call.kind === 'reads' || flow.met.has(call.node)) continue
    blockHidden(call.node, at)
  }
}

/** Nobody answers after it: a handler, or a wrapper that does nothing with what its handler returns. */
export function answersAlone({ isEntry, value, handler }: FunctionInput, { values }: Flow): boolean {
  return isEntry ? !value : handler !== null && values.length === 0
}

function blockSilent(flow: Flow, at: Lowering): void {
  const where = flow.returns.unanswered.find((u) => u.node)?.node ?? at.fn
  block(at, 'PA313', where)
}

/** A request's body can be read once: a function and its helper, or two helpers in a row, may not both read it. */
function checkBodyReadOnce(at: Lowering, calls: ReadonlyMap<Node, HelperCall>, input: FunctionInput, flow: Flow): void {
  const readers = [...calls.values()].filter((c) => input.summaries.get(c.callee)?.readsBody)
  const own = hasBodyNeed(at) && !input.bodyArgument
  if (input.bodyArgument && at.needs.some((n) => n.kind === 'text' || n.kind === 'raw'))
    block(at, 'PA125', input.model.fn)
  const exits = new Set(flow.exits.map((e) => (e.what.kind === 'call' ? e.what.call.node : null)))
  const before = readers.filter((c) => !exits.has(c.node))
  const first = readers[0]
  if (first && (own || before.length > 1 || (before.length === 1 && readers.length > 1))) block(at, 'PA125', first.node)
}
