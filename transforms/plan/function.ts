import type * as t from '@babel/types'
import type { HelperCall, HelperKind, Program } from '../analyse/callees.ts'
import { analyseFlow } from '../analyse/flow.ts'
import { strip } from '../analyse/flow-facts.ts'
import type { ExitSite, Flow, Truth } from '../analyse/flow-model.ts'
import { indentIn, isDead, type Variant } from '../analyse/specialise.ts'
import { block, freeName, type Lowering, need, note, snippet } from '../concerns/lowering.ts'
import { refusedRequestMembers, requestConcernOf } from '../concerns/request/registry.ts'
import { claimResponse, sentFlags } from '../concerns/response/registry.ts'
import type { Code } from '../model/diagnostic.ts'
import type { Claim, ResponseFact, StateRead } from '../model/response.ts'
import type { FunctionModel, FunctionNode, Pass, Use } from '../model/route.ts'
import { lowerCollectLoop } from '../recipes/collect-loop.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { indentAt as sourceIndentAt, leadStart, outerRange, removalRange } from '../syntax/lines.ts'
import { tellsNullFromUndefined } from '../syntax/absence.ts'
import { isCall, isMember, memberName, stringValue, withCasts } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, functionAround, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { lowerDestructure, withIndent } from './destructure.ts'
import { emitGuards } from './guards.ts'
import { placeNeeds, readsBody as hasBodyNeed, type Takes } from './needs.ts'
import { planResponses } from './response.ts'
import { helperArguments } from './signature.ts'

/** A helper as its callers must know it. */
export interface HelperSummary {
  kind: HelperKind
  takes: Takes
  /** Reads the body, itself or through its own helpers. */
  readsBody: boolean
  /** Headers of the caller are taken over and may be added to. */
  inherits: boolean
  returns: { answered: Truth[]; unanswered: Truth[] }
  /** Status of each of its responses, where it can be told. */
  statuses: (number | { argument: number } | null)[]
  /** A Promise is returned where a plain value was. */
  becameAsync: boolean
}

export interface FunctionPlan {
  edits: Edit[]
  takes: Takes
  flow: Flow
  readsBody: boolean
  usesAwait: boolean
}

export interface FunctionInput {
  model: FunctionModel
  variant: Variant
  program: Program
  summaries: ReadonlyMap<FunctionModel, HelperSummary>
  /** The helper that a call goes to in this variant. */
  calleeOf: (call: Node) => { callee: FunctionModel; passes: readonly Pass[] } | null
  /** Tried on passes to packages; false when no recipe knows the call. */
  recipe: (call: Pass['call'], passes: readonly Pass[], at: Lowering) => boolean
  /** A call to a package that sends the response itself. */
  answers: (call: Pass['call'], passes: readonly Pass[]) => boolean
  inherits: boolean
  /** The body is handed over by the caller instead of being read. */
  bodyArgument: boolean
  bodyType: string | null
  isEntry: boolean
}

/** The flow of a function in one variant, without rewriting anything. */
export function flowOf(
  input: FunctionInput,
  isLive: (node: Node) => boolean,
): { flow: Flow; claims: Map<Node, Claim>; unclaimed: Use[]; calls: Map<Node, HelperCall> } {
  const claims = new Map<Node, Claim>()
  const unclaimed: Use[] = []
  for (const use of input.model.uses) {
    if (use.root !== 'res' || !isLive(use.ref)) continue
    const first = use.steps[0]
    if (first?.kind === 'prop' && sentFlags.has(first.name) && use.steps.length === 1) {
      if (isLive(use.node)) unclaimed.push(use)
      continue
    }
    const claim = claimResponse(use)
    if (claim) claims.set(claim.node, claim)
    else unclaimed.push(use)
  }
  for (const piped of pipesOf(input.model, isLive)) claims.set(piped.node, piped)
  const facts = new Map<Node, ResponseFact>()
  for (const [node, claim] of claims)
    if (claim.kind === 'response' && functionAround(node) === input.model.fn) facts.set(node, claim)
  const calls = new Map<Node, HelperCall>()
  for (const [, passes] of groupPasses(input.model.passes)) {
    const node = passes[0]?.call
    if (!node || node.type === 'NewExpression' || !isLive(node)) continue
    const target = input.calleeOf(node)
    const summary = target ? input.summaries.get(target.callee) : undefined
    if (target && summary) calls.set(node, { node, callee: target.callee, kind: summary.kind, passes: target.passes })
    else if (!target && input.answers(node, passes)) calls.set(node, { node, callee: outsider, kind: 'always', passes })
  }
  const callbackFacts = [...claims.values()].flatMap((c) =>
    c.kind === 'response' && functionAround(c.node) !== input.model.fn ? [c] : [],
  )
  const flow = analyseFlow({
    items: input.variant.items,
    facts,
    callbackFacts,
    calls,
    isLive,
    inherits: input.inherits,
  })
  return { flow, claims, unclaimed, calls }
}

/** Stands for a package's function: it has no body here and no summary. */
const outsider: FunctionModel = {
  fn: { type: 'ArrowFunctionExpression' } as FunctionNode,
  name: null,
  roles: [],
  isEntry: false,
  uses: [],
  destructures: [],
  passes: [],
  escapes: [],
  presences: [],
}

/** `stream.pipe(res)` sends the stream: the one pass of res whose meaning the call itself shows. */
function pipesOf(model: FunctionModel, isLive: (node: Node) => boolean): ResponseFact[] {
  return model.passes.flatMap((pass): ResponseFact[] => {
    const { call } = pass
    if (
      pass.root !== 'res' ||
      pass.key !== null ||
      !isPipe(call) ||
      !isLive(call) ||
      !isCall(call) ||
      !isMember(call.callee)
    )
      return []
    return [{ kind: 'response', node: call, effects: [], exit: { kind: 'pipe', value: call.callee.object } }]
  })
}

function isPipe(call: Pass['call']): boolean {
  return isCall(call) && isMember(call.callee) && memberName(call.callee) === 'pipe' && call.arguments.length === 1
}

export function groupPasses(passes: readonly Pass[]): Map<Node, Pass[]> {
  const groups = new Map<Node, Pass[]>()
  for (const pass of passes) groups.set(pass.call, [...(groups.get(pass.call) ?? []), pass])
  return groups
}

/** Rewrites one function (in one variant of it): every use of req and res claimed and lowered, or a blocker. */
export function planFunction(input: FunctionInput, at: Lowering): FunctionPlan {
  const { model, variant } = input
  at.edits.push(...variant.edits)
  const indentAt = (position: number): string => indentIn(at.file.text, variant.shifts, position)
  const entryLines: Piece[][] = []
  for (const node of model.presences) if (at.isLive(node)) block(at, 'PA500', node, { why: 'value' })
  for (const found of model.escapes) if (at.isLive(found.node)) block(at, 'PA500', found.node, { why: found.why })
  const { flow, claims, unclaimed, calls } = flowOf(input, at.isLive)
  for (const use of unclaimed) block(at, sentOrCustom(use), use.node, { name: nameOf(use) })
  lowerRequest(model, at)
  withIndent(
    (_at, position) => indentAt(position),
    () => {
      for (const site of model.destructures)
        if (at.isLive(site.declarator ?? site.pattern)) lowerDestructure(site, at, entryLines)
    },
  )
  lowerPasses(input, calls, at)
  for (const claim of claims.values())
    if (claim.kind === 'refusal') block(at, claim.code, claim.node, { name: claim.what })
  for (const later of flow.later) note(at, 'PA315', 'note', later, { text: snippet(at.file, later) })
  for (const problem of flow.problems) block(at, problem.code, problem.node)
  // What was set on res before a package answers would be lost: the package makes its own Response.
  for (const { what, pending } of flow.exits)
    if (what.kind === 'call' && what.call.callee === outsider && pending.length > 0) block(at, 'PA545', what.call.node)
  blockUnmet(claims, calls, flow, at)
  const readsState = [...claims.values()].filter((c): c is StateRead => c.kind === 'read')
  const responses = planResponses({
    at,
    flow,
    bodyType: input.bodyType,
    indentAt,
    helperCall: (site) => finishCall(site, at),
  })
  for (const read of readsState) {
    responses.usesHeaders = true
    responses.headerSites.push(read.node)
    if (stringValue(read.name)?.toLowerCase() === 'set-cookie') block(at, 'PA210', read.node)
    at.edits.push({ start: startOf(read.node), end: endOf(read.node), pieces: readPieces(read, at) })
  }
  emitGuards(flow, input, at, indentAt)
  emitReturns(flow, at)
  if (entryLines.length > 0) at.edits.unshift(entryEdit(entryLines, at))
  for (const call of calls.values()) {
    const summary = input.summaries.get(call.callee)
    if (!summary?.takes.headers || !isCall(call.node)) continue
    responses.usesHeaders = true
    responses.headerSites.push(call.node)
  }
  const declaresHeaders =
    !input.inherits &&
    !(model.roles.some((r) => r === 'res' || r === 'context') && !input.isEntry && isEffectsOnly(flow))
  const takes = placeNeeds(at, responses, indentAt, declaresHeaders, input.bodyArgument)
  if (responses.usesStatus && (input.inherits || isEffectsOnly(flow)) && !input.isEntry) block(at, 'PA521', model.fn)
  if (input.inherits) takes.headers = true
  if (input.isEntry && flow.mayFallThrough) blockSilent(flow, at)
  const readsBody =
    (hasBodyNeed(at) && !input.bodyArgument) ||
    [...calls.values()].some((c) => input.summaries.get(c.callee)?.readsBody)
  checkBodyReadOnce(at, calls, input, flow)
  const usesAwait =
    takes.params || at.edits.some((e) => e.pieces.some((p) => typeof p === 'string' && /\bawait /.test(p)))
  return { edits: at.edits, takes, flow, readsBody, usesAwait }
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
  const call: Piece[] = [`${at.names.headers}.${read.what}(`, { from: startOf(read.name), to: endOf(read.name) }, ')']
  return read.what === 'get' && tellsNullFromUndefined(read.node, at.tree) ? ['(', ...call, ' ?? undefined)'] : call
}

function isEffectsOnly(flow: Flow): boolean {
  return flow.exits.length === 0 && flow.guards.length === 0
}

function sentOrCustom(use: Use): Code {
  const name = nameOf(use)
  return sentFlags.has(name) ? 'PA314' : 'PA510'
}

function nameOf(use: Use): string {
  const first = use.steps[0]
  return first?.kind === 'prop' ? `${use.root}.${first.name}` : `${use.root}[...]`
}

function lowerRequest(model: FunctionModel, at: Lowering): void {
  for (const use of model.uses) {
    if (use.root !== 'req' || !at.isLive(use.ref)) continue
    const first = use.steps[0]
    if (!first) {
      if (!lowerCollectLoop(use, at)) block(at, 'PA131', use.ref, { name: 'for await' })
      continue
    }
    const name = first.kind === 'prop' ? first.name : ''
    const concern = requestConcernOf.get(name)
    if (concern) concern.read(use, at)
    else block(at, refusedRequestMembers[name] ?? 'PA510', use.node, { name: nameOf(use) })
  }
}

/** Calls of helpers get their new arguments; calls of packages go to a recipe or keep the route. */
function lowerPasses(input: FunctionInput, calls: ReadonlyMap<Node, HelperCall>, at: Lowering): void {
  for (const [node, passes] of groupPasses(input.model.passes)) {
    if (!at.isLive(node) || isPipe(passes[0]?.call ?? (node as t.CallExpression))) continue
    const call = calls.get(node)
    const summary = call ? input.summaries.get(call.callee) : undefined
    if (call && summary) {
      const argsStart = argumentsStart(at, call.node)
      const pieces = helperArguments(call.callee, call.node, at, summary.takes)
      at.edits.push({ start: argsStart, end: endOf(call.node), pieces: ['(', ...pieces, ')'] })
      const name = call.callee.name
      if (name && at.file.text.slice(startOf(call.node.callee), endOf(call.node.callee)) !== name)
        at.edits.push({ start: startOf(call.node.callee), end: argsStart, pieces: [name] })
      if (summary.takes.request) need(at, summary.takes.request === 'NextRequest' ? 'next-request' : 'request', node)
      if (summary.takes.params) need(at, 'params', node)
      if (summary.takes.body) need(at, 'whole-body', node)
      continue
    }
    if (input.recipe(passes[0]?.call ?? (node as t.CallExpression), passes, at)) continue
    block(at, 'PA501', node, { call: snippet(at.file, (node as t.CallExpression).callee) })
  }
}

/** Offset of the opening parenthesis of a call's arguments. */
export function argumentsStart(at: Lowering, call: t.CallExpression | t.OptionalCallExpression): number {
  const from = call.typeArguments ? endOf(call.typeArguments) : endOf(call.callee)
  return at.file.text.indexOf('(', from)
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
    block(at, functionAround(claim.node) === at.fn ? 'PA321' : 'PA320', claim.node)
  }
  for (const call of calls.values()) {
    if (call.kind === 'reads' || flow.met.has(call.node)) continue
    block(at, functionAround(call.node) === at.fn ? 'PA321' : 'PA320', call.node)
  }
}

/** `await helper(req, res)` as the last thing: `return helper(request)`; the await stays where a try around must see the error. */
function finishCall(site: ExitSite, at: Lowering): void {
  if (site.form === 'arrow') return
  const node = site.node
  const inner = withCasts(node)
  if (node.type === 'AwaitExpression' && site.form === 'tail' && !isInTry(node, at))
    at.edits.push({ start: startOf(inner), end: startOf(node.argument), pieces: [] })
  if (node.type === 'UnaryExpression' && node.operator === 'void')
    at.edits.push({ start: startOf(node), end: startOf(node.argument), pieces: [] })
}

function isInTry(node: Node, at: Lowering): boolean {
  for (let up = parentOf(node); up && up !== at.fn; up = parentOf(up)) if (up.type === 'TryStatement') return true
  return false
}

/** Puts `return` before responses that were the last thing their path did, and takes away what stood after them. */
function emitReturns(flow: Flow, at: Lowering): void {
  for (const statement of new Set(flow.exits.filter((e) => e.form === 'tail').map((e) => e.statement))) {
    at.edits.push({ start: startOf(statement), end: startOf(statement), pieces: ['return '] })
  }
  for (const statement of new Set(flow.exits.filter((e) => e.isNested).map((e) => e.statement))) dropVoid(statement, at)
  for (const exit of flow.exits) {
    const core =
      exit.form === 'logical' && exit.statement.type === 'ExpressionStatement' ? strip(exit.statement.expression) : null
    if (core?.type !== 'LogicalExpression') continue
    // `a && res.json(b)` is `if (a) return Response.json(b)`.
    const not = core.operator === '||'
    at.edits.push({ start: startOf(exit.statement), end: startOf(exit.statement), pieces: [not ? 'if (!(' : 'if ('] })
    at.edits.push({
      start: outerRange(at.file.text, core.left).end,
      end: startOf(exit.node),
      pieces: [not ? ')) return ' : ') return '],
    })
  }
  for (const drop of flow.drops) {
    const parent = parentOf(drop)
    const range = removalRange(at.file, drop, startOf(parent ?? drop))
    at.edits.push({ ...range, pieces: [] })
  }
}

/** `return void (a ? res.json(b) : res.end())` returns what it chooses now. */
function dropVoid(statement: Node, at: Lowering): void {
  const value =
    statement.type === 'ReturnStatement'
      ? statement.argument
      : statement.type === 'ExpressionStatement'
        ? statement.expression
        : null
  if (value?.type === 'UnaryExpression' && value.operator === 'void')
    at.edits.push({ start: startOf(value), end: outerRange(at.file.text, value.argument).start, pieces: [] })
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

/** The names for a function's new variables. */
export function chooseNames(model: FunctionModel, tree: Lowering['tree']): Lowering['names'] {
  const { fn } = model
  return {
    request: paramNamed(model, 'req') === 'request' ? 'request' : freeName(tree, fn, 'request', 'req_'),
    params: freeName(tree, fn, 'params', 'routeParams'),
    searchParams: freeName(tree, fn, 'searchParams', 'urlSearchParams'),
    query: queryName(model, tree),
    body: freeName(tree, fn, 'body', 'payload', 'requestBody'),
    form: freeName(tree, fn, 'form', 'formFields'),
    headers: freeName(tree, fn, 'headers', 'responseHeaders'),
    status: freeName(tree, fn, 'status', 'responseStatus'),
  }
}

function paramNamed(model: FunctionModel, role: 'req' | 'res'): string | null {
  const param = model.fn.params[model.roles.indexOf(role)]
  return param?.type === 'Identifier' ? param.name : null
}

/** `query` may be a name of the code that only stands for req.query: then it is free. */
function queryName(model: FunctionModel, tree: Lowering['tree']): string {
  const alias = model.destructures
    .flatMap((d) => d.leaves)
    .find((l) => l.isAlias && l.path.length === 1 && l.path[0] === 'query' && l.target.type === 'Identifier')
  const name = alias?.target.type === 'Identifier' ? alias.target.name : null
  if (name && bindingAt(tree, alias?.target as Node)) return name
  return freeName(tree, model.fn, 'query', 'searchQuery')
}

export { isDead }
