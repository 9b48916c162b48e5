import type * as t from '@babel/types'
import { areAdjacent, type EffectSite, type ExitSite, type Flow } from '../analyse/flow.ts'
import { block, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { Body, Effect } from '../model/response.ts'
import type { Piece } from '../syntax/edits.ts'
import { removalRange } from '../syntax/lines.ts'
import { isConstant, isQuiet, numberValue, stringValue, uncast } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, endOf, type Node, some, startOf } from '../syntax/tree.ts'
import { isDefined, isEnvironment, kindOf } from '../syntax/value-kind.ts'
import type { StreamRegion } from '../analyse/streams.ts'
import { emitStream } from './stream.ts'
import { cookieLoop, headerName, headerValues, isSetCookie } from './header-value.ts'
import { type HeaderPiece, type Init, printResponse } from './print-response.ts'

/** What a function's responses turned out to need. */
export interface ResponsePlan {
  /** A Headers value is declared (or taken as a parameter). */
  usesHeaders: boolean
  usesStatus: boolean
  /** Statements that use them, to find where they are declared. */
  headerSites: Node[]
  statusSites: Node[]
}

export interface ResponseContext {
  at: Lowering
  flow: Flow
  /** Type argument of NextApiResponse<T>, as written; null for any. */
  bodyType: string | null
  /** Final indent of a source position. */
  indentAt: (position: number) => string
  /** Text of the call of a helper, pieces of source included. */
  helperCall: (site: ExitSite) => void
}

/**
 * Folds what was set on the way into each response. Set once, certainly, right before or as a constant: part of the
 * Response's own init. Set on some paths, for several responses or by a helper: a Headers value (or a status variable)
 * that is filled where the code set it, in the same order.
 */
export function planResponses(context: ResponseContext): ResponsePlan {
  const { at, flow } = context
  const variable = variableSites(context)
  const plan: ResponsePlan = { usesHeaders: false, usesStatus: false, headerSites: [], statusSites: [] }
  for (const site of flow.effects) emitEffect(site, variable, context, plan)
  for (const exit of flow.exits) {
    if (exit.what.kind === 'call') context.helperCall(exit)
    else emitExit(exit, exit.what.fact.exit as Body, exit.what.fact.effects, variable, context, plan)
  }
  for (const statement of new Set(flow.effects.filter((e) => !variable.has(e)).map((e) => e.statement))) {
    if (!statement) continue
    const all = flow.effects.filter((e) => e.statement === statement)
    if (all.every((e) => !variable.has(e) && !e.isInner)) at.edits.push({ ...removalRange(at.file, statement, startOf(statement)), pieces: [] })
  }
  return plan
}

/** The effects that cannot be folded, closed under sharing an exit. */
function variableSites(context: ResponseContext): Set<EffectSite> {
  const { flow } = context
  const variable = new Set(flow.effects.filter((site) => !isFoldable(site, context)))
  for (let grew = true; grew; ) {
    grew = false
    for (const exit of flow.exits) {
      for (const family of FAMILIES) {
        const sites = exit.pending.filter((s) => familyOf(s) === family && !isRedundant(s, context))
        if (!sites.some((s) => variable.has(s))) continue
        for (const site of sites) if (!variable.has(site)) grew = Boolean(variable.add(site))
      }
    }
    for (const statement of new Set(flow.effects.map((e) => e.statement))) {
      const sites = flow.effects.filter((e) => e.statement === statement && statement && familyOf(e) === 'header')
      if (sites.some((s) => variable.has(s))) for (const site of sites) if (!variable.has(site)) grew = Boolean(variable.add(site))
    }
  }
  return variable
}

const FAMILIES = ['status', 'header', 'write'] as const

function familyOf(site: EffectSite): (typeof FAMILIES)[number] {
  return site.what.kind === 'status' || site.what.kind === 'write' ? site.what.kind : 'header'
}

function isFoldable(site: EffectSite, context: ResponseContext): boolean {
  if (site.what.kind === 'call' || site.what.kind === 'inherited' || site.isInner) return false
  if (isRedundant(site, context)) return true
  // A response with a status of its own does not see this one.
  const exits = [...site.exits].filter(([exit]) => site.what.kind !== 'status' || !overrulesStatus(exit))
  const [only] = exits
  if (!only || exits.length !== 1 || !only[1] || only[0].what.kind !== 'response') return false
  const effect = site.what
  if (effect.kind === 'header' && effect.mode === 'delete') return false
  const value = effect.value as Node
  if (effect.kind === 'header' && isSetCookie(effect) && headerValues(effect, context.at) === null) return false
  if (effect.kind === 'write') return isConstant(value) || isSteady(value, context) || areAdjacent(site, only[0], context.flow)
  if (isConstant(value)) return true
  return (isQuiet(value) && areAdjacent(site, only[0], context.flow)) || isSteady(value, context)
}

/** A name that never changes, or a template of such: worth the same wherever it stands. */
function isSteady(value: Node, { at }: ResponseContext): boolean {
  const node = uncast(value)
  if (node.type === 'Identifier') {
    const binding = bindingAt(at.tree, node)
    return binding !== null && binding.kind !== 'let' && binding.references.every((r) => r.kind !== 'write') && kindOf(node, at.tree) === 'string'
  }
  if (node.type === 'TemplateLiteral') return node.expressions.every((e) => isConstant(e) || isSteady(e, { at } as ResponseContext))
  return false
}

/** `Content-Type: application/json` where every response it reaches is JSON already, and statuses that redirect overrules. */
function isRedundant(site: EffectSite, _context: ResponseContext): boolean {
  const effect = site.what
  if (effect.kind === 'header' && effect.mode === 'set' && headerName(effect.name)?.toLowerCase() === 'content-type') {
    const type = stringValue(effect.value)
    const exits = [...site.exits.keys()]
    return exits.length > 0 && type !== null && /^application\/json\b/i.test(type) && exits.every((e) => e.what.kind === 'response' && isJson(e.what.fact.exit))
  }
  if (effect.kind === 'status') {
    const exits = [...site.exits.keys()]
    return exits.length > 0 && isQuiet(effect.value) && exits.every(overrulesStatus)
  }
  return false
}

function overrulesStatus(exit: ExitSite): boolean {
  return exit.what.kind === 'response' && (exit.what.fact.exit?.kind === 'redirect' || exit.what.fact.effects.some((x) => x.kind === 'status'))
}

function isJson(body: Body | null): boolean {
  return body?.kind === 'json'
}

/** A variable effect becomes a statement on the Headers value or the status variable. */
function emitEffect(site: EffectSite, variable: ReadonlySet<EffectSite>, context: ResponseContext, plan: ResponsePlan): void {
  const { at } = context
  if (!variable.has(site)) return
  const { what } = site
  if (what.kind === 'write') return block(at, 'PA230', site.node)
  if (what.kind === 'inherited') {
    plan.usesHeaders = true
    return
  }
  if (familyOf(site) === 'header') {
    plan.usesHeaders = true
    if (site.statement) plan.headerSites.push(site.statement)
  }
  if (what.kind === 'call' || site.statement === null) return
  if (site.isInner) {
    const [line] = what.kind === 'status' ? [] : effectLines(what, site, context, plan)
    if (line) at.edits.push({ start: startOf(site.node), end: endOf(site.node), pieces: line })
    return
  }
  const own = context.flow.effects.filter((e) => e.statement === site.statement && variable.has(e))
  if (own[0] !== site) return
  const indent = context.indentAt(startOf(site.statement))
  const lines: Piece[][] = []
  for (const one of own) if (one.what.kind === 'status' || one.what.kind === 'header') lines.push(...effectLines(one.what, one, context, plan))
  const pieces = lines.flatMap((line, i) => [...(i > 0 ? [`${at.style.semicolon}\n${indent}`] : []), ...line])
  at.edits.push({ start: startOf((site.statement as t.ExpressionStatement).expression ?? site.node), end: endOf((site.statement as t.ExpressionStatement).expression ?? site.node), pieces })
}

function effectLines(effect: Effect, site: EffectSite | null, context: ResponseContext, plan: ResponsePlan): Piece[][] {
  const { at } = context
  if (effect.kind === 'status') {
    if (site && isOnlyStatus(site, context)) return [[`const ${at.names.status} = `, slice(effect.value)]]
    plan.usesStatus = true
    if (site?.statement) plan.statusSites.push(site.statement)
    return [[`${at.names.status} = `, slice(effect.value)]]
  }
  if (effect.kind === 'write') return []
  const { headers } = at.names
  const name = nameText(effect.name, at)
  if (effect.mode === 'delete') return [[`${headers}.delete(`, name, ')']]
  const values = headerValues(effect, at)
  if (values === null) return cookieLoop(effect, at, hasEarlierCookies(effect, context))
  const verb = (i: number): string => (effect.mode === 'append' || i > 0 ? 'append' : 'set')
  if (values.length === 0) return [[`${headers}.delete(`, name, ')']]
  return values.map((value, i) => [`${headers}.${verb(i)}(`, name, ', ', ...value, ')'])
}

/** The one status of the function, set for certain before all that use it in its own block: a constant. */
function isOnlyStatus(site: EffectSite, { flow }: ResponseContext): boolean {
  const all = flow.effects.filter((e) => e.what.kind === 'status')
  const block = (site.statement as (Node & { parent?: Node }) | null)?.parent
  const isAlone = flow.effects.filter((e) => e.statement === site.statement).length === 1
  return all.length === 1 && isAlone && block?.type === 'BlockStatement' && [...site.exits].every(([exit, certain]) => overrulesStatus(exit) || (certain && contains(block, exit.statement)))
}

function hasEarlierCookies(effect: Effect, { flow }: ResponseContext): boolean {
  return flow.effects.some((e) => e.what.kind === 'header' && e.what !== effect && isSetCookie(e.what))
}

function nameText(name: Node | string, at: Lowering): Piece {
  return typeof name === 'string' ? JSON.stringify(name).replaceAll('"', at.style.quote) : slice(name)
}

function slice(node: Node): Piece {
  return { from: startOf(node), to: endOf(node) }
}

function emitExit(exit: ExitSite, body: Body, own: readonly Effect[], variable: ReadonlySet<EffectSite>, context: ResponseContext, plan: ResponsePlan): void {
  const { at } = context
  const pending = exit.pending.filter((s) => !isRedundant(s, context) || isCarried(s))
  const folded = pending.filter((s) => !variable.has(s)).map((s) => s.what as Effect)
  const usesHeaders = pending.some((s) => variable.has(s) && familyOf(s) === 'header')
  const usesStatus = pending.some((s) => variable.has(s) && familyOf(s) === 'status')
  const init: Init = { status: null, headers: [], variable: null }
  const statuses = [...folded, ...own].filter((e) => e.kind === 'status')
  const last = statuses[statuses.length - 1]
  const ownStatus = own.some((e) => e.kind === 'status')
  if (last && (ownStatus || !usesStatus)) init.status = numberValue(last.value) ?? statusPieces(last.value, at)
  else if (usesStatus) {
    init.status = [at.names.status]
    const only = pending.find((s) => variable.has(s) && familyOf(s) === 'status')
    if (!only || !isOnlyStatus(only, context)) {
      plan.usesStatus = true
      plan.statusSites.push(exit.statement)
    }
  }
  init.headers = foldHeaders([...folded, ...own], body, at)
  if (exit.stream) return emitStreamExit(exit, exit.stream, init, usesHeaders, context, plan)
  const parts = [...folded, ...own].filter((e) => e.kind === 'write')
  const value = parts.length > 0 ? writtenBody(parts, body, exit, context) : bodyOf(exit, body, init, context)
  if (value === null) return
  if (usesHeaders) {
    // json() set its type over the handler's own; a Headers value may hold another by now.
    if (value.kind === 'json' && pending.some((s) => variable.has(s) && setsOtherType(s))) init.headers.push(typeHeader('application/json', at))
    plan.usesHeaders = true
    plan.headerSites.push(exit.statement)
    if (!spillHeaders(exit, init, context)) return
    init.variable = at.names.headers
  }
  const indent = context.indentAt(startOf(exit.node))
  const pieces = printResponse(value, init, at, indent)
  at.edits.push({ start: startOf(exit.node), end: endOf(exit.node), pieces })
}

function setsOtherType(site: EffectSite): boolean {
  if (site.what.kind !== 'header' || headerName(site.what.name)?.toLowerCase() !== 'content-type') return false
  return !/^application\/json\b/.test(stringValue(site.what.value) ?? '')
}

function emitStreamExit(exit: ExitSite, region: StreamRegion, init: Init, usesHeaders: boolean, context: ResponseContext, plan: ResponsePlan): void {
  if (usesHeaders) {
    plan.usesHeaders = true
    plan.headerSites.push(region.first)
    init.variable = context.at.names.headers
  }
  emitStream(exit, region, init, context.at, context.indentAt(startOf(region.first)))
}

/** A status that may be missing was a 500 in Pages; a Response would take it for 200. */
function statusPieces(value: Node, at: Lowering): Piece[] {
  const core = uncast(value)
  note(at, 'PA204', 'note', value, { text: snippet(at.file, value) })
  const mayBeMissing = core.type === 'MemberExpression' || core.type === 'OptionalMemberExpression'
  return mayBeMissing ? [slice(value), ' ?? 500'] : [slice(value)]
}

/** A dropped content type is gone for JSON, nothing else. */
function isCarried(site: EffectSite): boolean {
  return site.what.kind === 'header' && headerName(site.what.name)?.toLowerCase() !== 'content-type'
}

/** Headers as they stand when the response is sent: a later set replaces an earlier one of the same name. */
function foldHeaders(effects: readonly Effect[], body: Body, at: Lowering): HeaderPiece[] {
  let headers: HeaderPiece[] = []
  for (const effect of effects) {
    if (effect.kind !== 'header' || effect.mode === 'delete') continue
    const name = headerName(effect.name)
    if (name?.toLowerCase() === 'content-type' && isJson(body)) continue
    if (effect.mode === 'set' && name !== null) headers = headers.filter((h) => h.name?.toLowerCase() !== name.toLowerCase())
    for (const value of headerValues(effect, at) ?? []) headers.push({ name, computed: name === null ? slice(effect.name as Node) : null, value })
  }
  return headers
}

/** With a Headers value the exit's own headers are set on it, in a statement before; false when there is no room for one. */
function spillHeaders(exit: ExitSite, init: Init, context: ResponseContext): boolean {
  const { at } = context
  if (init.headers.length === 0) return true
  const parent = (exit.statement as Node & { parent?: Node }).parent
  const isInList = parent?.type === 'BlockStatement' || parent?.type === 'SwitchCase'
  if (!isInList || exit.isNested || exit.form === 'arrow') {
    block(at, 'PA212', exit.node)
    return false
  }
  const indent = context.indentAt(startOf(exit.statement))
  const pieces = init.headers.flatMap((h): Piece[] => [`${at.names.headers}.${h.name?.toLowerCase() === 'set-cookie' ? 'append' : 'set'}(`, h.computed ?? JSON.stringify(h.name).replaceAll('"', at.style.quote), ', ', ...h.value, `)${at.style.semicolon}\n${indent}`])
  at.edits.push({ start: startOf(exit.statement), end: startOf(exit.statement), pieces })
  init.headers = []
  return true
}

/** `write(a); write(b); end(c)` is one body: a + b + c. */
function writtenBody(parts: readonly Effect[], body: Body, exit: ExitSite, { at }: ResponseContext): ResponseValue | null {
  const values = parts.flatMap((p) => (p.kind === 'write' ? [p.value] : []))
  if (body.kind === 'end' && body.value) values.push(body.value)
  if (body.kind !== 'end' || values.some((v) => kindOf(v, at.tree) !== 'string')) {
    block(at, 'PA230', parts[0]?.node ?? exit.node)
    return null
  }
  note(at, 'PA227', 'note', exit.node)
  return { kind: 'plain', value: values.flatMap((v, i): Piece[] => [...(i > 0 ? [' + '] : []), ...operand(v)]) }
}

function operand(value: Node): Piece[] {
  return /^(Conditional|Logical|Binary|Arrow|Assignment|Yield|Await)/.test(uncast(value).type) ? ['(', slice(value), ')'] : [slice(value)]
}

const NO_BODY = new Set([204, 205, 304])

export type ResponseValue = { kind: 'json'; value: Piece[]; isLong: boolean } | { kind: 'plain'; value: Piece[] }

/** The argument of the Response; adds the headers that its kind of body needs. Null when it is refused. */
function bodyOf(exit: ExitSite, body: Body, init: Init, context: ResponseContext): ResponseValue | null {
  const { at } = context
  const none: ResponseValue = { kind: 'plain', value: ['null'] }
  if (body.kind === 'redirect') {
    const target = uncast(body.url)
    if ((target.type === 'MemberExpression' || target.type === 'OptionalMemberExpression') && !isEnvironment(target)) note(at, 'PA229', 'note', target, { text: snippet(at.file, target) })
    init.status = body.status ? (numberValue(body.status) ?? [slice(body.status)]) : 307
    init.headers = [...init.headers.filter((h) => h.name?.toLowerCase() !== 'location'), { name: 'Location', computed: null, value: [slice(body.url)] }]
    return none
  }
  if (body.kind === 'pipe') {
    note(at, 'PA228', 'note', exit.node)
    return { kind: 'plain', value: ['Readable.toWeb(', slice(body.value), `)${at.typed ? ' as ReadableStream<Uint8Array>' : ''}`] }
  }
  const { value } = body
  if (value && some(value, (n) => n.type === 'YieldExpression')) {
    block(at, 'PA220', value)
    return null
  }
  if (typeof init.status === 'number' && NO_BODY.has(init.status)) {
    if (value && !isQuiet(value)) {
      block(at, 'PA226', value)
      return null
    }
    if (value) dropOnlyUse(value, at)
    return none
  }
  if (!value) {
    if (body.kind === 'json') init.headers.push(typeHeader('application/json', at))
    return none
  }
  if (body.kind === 'json') return jsonBody(value, init, context)
  const kind = kindOf(value, at.tree)
  if (kind === 'undefined' || kind === 'null') {
    return none
  }
  if (body.kind === 'end' && kind !== 'string' && kind !== 'buffer' && kind !== 'unknown') {
    block(at, 'PA220', value)
    return null
  }
  if (body.kind === 'send') {
    if (kind === 'object' || kind === 'list' || kind === 'number' || kind === 'boolean') {
      init.headers = init.headers.filter((h) => h.name?.toLowerCase() !== 'content-type')
      return jsonBody(value, init, context)
    }
    if (kind === 'unknown') return sendUnknown(value, init, context)
  }
  if (kind === 'buffer') {
    if (body.kind === 'send' && !hasType(init, exit)) init.headers.push(typeHeader('application/octet-stream', at))
    return { kind: 'plain', value: ['new Uint8Array(', slice(value), ')'] }
  }
  const text = beginningOf(value, at)
  if (/^\s*<(!doctype|[a-z][a-z0-9-]*[\s>/])/i.test(text) && !hasType(init, exit)) {
    init.headers.push(typeHeader('text/html; charset=utf-8', at))
    note(at, 'PA224', 'note', value)
  }
  return { kind: 'plain', value: [slice(value)] }
}

/** `const gone = await remove(); res.status(204).json(gone)`: nobody reads the name any more, the work stays. */
function dropOnlyUse(value: Node, at: Lowering): void {
  const name = uncast(value)
  const binding = name.type === 'Identifier' ? bindingAt(at.tree, name) : null
  const declaration = binding?.declaration
  if (binding?.references.length !== 1 || declaration?.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier' || declaration.init?.type !== 'AwaitExpression') return
  const statement = (declaration as Node & { parent?: Node }).parent
  if (statement?.type === 'VariableDeclaration' && statement.declarations.length === 1) at.edits.push({ start: startOf(statement), end: startOf(declaration.init), pieces: [] })
}

/** How a text begins, where its literal (or the constant that holds it) shows that. */
function beginningOf(value: Node, at: Lowering, depth = 0): string {
  const node = uncast(value)
  if (node.type === 'TemplateLiteral') return node.quasis[0]?.value.cooked ?? ''
  if (node.type === 'BinaryExpression' && node.operator === '+') return beginningOf(node.left, at, depth)
  const declaration = node.type === 'Identifier' && depth < 3 ? bindingAt(at.tree, node)?.declaration : null
  if (declaration?.type === 'VariableDeclarator' && declaration.init) return beginningOf(declaration.init, at, depth + 1)
  return stringValue(node) ?? ''
}

/** A value of which nothing shows whether it is text: the response type tells (NextApiResponse<T>), else it is refused. */
function sendUnknown(value: Node, init: Init, context: ResponseContext): ResponseValue | null {
  const type = context.bodyType?.trim() ?? ''
  if (type === 'string') return { kind: 'plain', value: [slice(value)] }
  if (/^\{|\[\]$|^Array</.test(type)) return jsonBody(value, init, context)
  block(context.at, 'PA221', value)
  return null
}

function jsonBody(value: Node, init: Init, context: ResponseContext): ResponseValue {
  const { at } = context
  if (kindOf(value, at.tree) === 'undefined') {
    init.headers.push(typeHeader('application/json', at))
    return { kind: 'plain', value: ['null'] }
  }
  const core = uncast(value)
  const isLiteral = core.type === 'ObjectExpression' || core.type === 'ArrayExpression'
  const pieces: Piece[] = [slice(value)]
  if (!isLiteral && !isDefined(value, at.tree)) {
    note(at, 'PA222', 'note', value)
    const mixes = core.type === 'ConditionalExpression' || (core.type === 'LogicalExpression' && core.operator !== '??')
    pieces.splice(0, 1, ...(mixes ? ['(', slice(value), ') ?? null'] : [slice(value), ' ?? null']))
  }
  if (context.bodyType && at.typed && !/^(any|unknown)$/.test(context.bodyType.trim())) {
    const knowsSatisfies = at.typescript[0] > 4 || at.typescript[1] >= 9
    if (isLiteral && knowsSatisfies) pieces.push(` satisfies ${context.bodyType.trim()}`)
  }
  return { kind: 'json', value: pieces, isLong: at.file.text.slice(startOf(value), endOf(value)).includes('\n') }
}

function typeHeader(type: string, at: Lowering): HeaderPiece {
  return { name: 'Content-Type', computed: null, value: [`${at.style.quote}${type}${at.style.quote}`] }
}

function hasType(init: Init, exit: ExitSite): boolean {
  const isType = (name: string | null): boolean => name?.toLowerCase() === 'content-type'
  return init.headers.some((h) => isType(h.name)) || exit.pending.some((s) => s.what.kind === 'call' || s.what.kind === 'inherited' || (s.what.kind === 'header' && isType(headerName(s.what.name))))
}
