import type * as t from '@babel/types'
import type { RecipeContext } from '../recipes/recipe.ts'
import type { EffectSite, ExitSite, Flow } from '../analyse/flow-model.ts'
import { block, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { Body, Effect } from '../model/response.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { indentAt, removalRange } from '../syntax/lines.ts'
import { isCalm } from '../syntax/calm.ts'
import { numberValue, uncast } from '../syntax/match.ts'
import { contains, endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { StreamRegion } from '../analyse/streams.ts'
import { emitStream } from './stream.ts'
import { mayDropBody } from './empty-status.ts'
import { deletion, isMissedLength, isReplaced } from './content-length.ts'
import { cookieLoop, headerName, headerValues, isSetCookie } from './header-value.ts'
import { type HeaderPiece, type Init, printResponse } from './print-response.ts'

import { familyOf, isJson, isOnlyStatus, isRedundant, variableSites } from './fold.ts'
import { holdOwnResponse } from './handler-answer.ts'
import { emitSilence } from './silence.ts'
import { bodyOf, typeHeader } from './response-body.ts'
import { ownerOf, putBefore } from './statement-room.ts'
import { isSetTooLate, writtenBody, writtenFirst } from './written-body.ts'

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
  /** The function of the project that a callee names. */
  functionAt: RecipeContext['functionAt']
  /** The code asks for headers that it has set: they must be set where they were. */
  readsHeaders: boolean
  /** What callers have set is there already. */
  takesHeaders: boolean
  /** Final indent of a source position. */
  indentAt: (position: number) => string
  /** Text of the call of a helper, pieces of source included. */
  helperCall: (site: ExitSite, usesHeaders: boolean) => void
  /** What is set there may be a content type other than JSON's. */
  setsOtherType: (site: EffectSite) => boolean
  /** What is set there may be, or hold, a content type. */
  maySetType: (site: EffectSite) => boolean
  /** It states a length of its own, and another may be on the Headers value. */
  mustDropLength: (exit: ExitSite, body: Body) => boolean
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
    if (exit.what.kind === 'call')
      context.helperCall(
        exit,
        exit.pending.some((s) => variable.has(s) && familyOf(s) === 'header'),
      )
    else emitExit(exit, exit.what.fact.exit as Body, exit.what.fact.effects, variable, context, plan)
  }
  for (const statement of new Set(flow.effects.filter((e) => !variable.has(e)).map((e) => e.statement))) {
    if (!statement) continue
    const all = flow.effects.filter((e) => e.statement === statement)
    if (all.every((e) => !variable.has(e) && !e.isInner)) at.edits.push(removalOf(statement, at))
  }
  return plan
}

/** Takes a statement away; the `if` without braces that it is the whole of goes with it, or would take the next one. */
export function removalOf(statement: Node, at: Lowering): Edit {
  const owner = ownerOf(statement, at)
  if (!owner) return { ...removalRange(at.file, statement, startOf(statement)), pieces: [] }
  const isAll = owner.type === 'IfStatement' && !owner.alternate && isCalm(owner.test, at.tree) && !ownerOf(owner, at)
  if (isAll) {
    at.needs = at.needs.filter((need) => !contains(owner, need.node))
    return { ...removalRange(at.file, owner, startOf(owner)), pieces: [] }
  }
  return { start: startOf(statement), end: endOf(statement), pieces: ['{}'] }
}

/** A variable effect becomes a statement on the Headers value or the status variable. */
function emitEffect(
  site: EffectSite,
  variable: ReadonlySet<EffectSite>,
  context: ResponseContext,
  plan: ResponsePlan,
): void {
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
    if (what.kind !== 'status') emitInner(site.node, effectLines(what, site, context, plan), at)
    return
  }
  const own = context.flow.effects.filter((e) => e.statement === site.statement && variable.has(e))
  if (own[0] !== site) return
  const indent = context.indentAt(startOf(site.statement))
  const lines: Piece[][] = []
  for (const one of own)
    if (one.what.kind === 'status' || one.what.kind === 'header')
      lines.push(...effectLines(one.what, one, context, plan))
  if (lines.length > 1 && ownerOf(site.statement, at)) {
    const inner = `${indent}${at.style.indent}`
    const pieces = lines.flatMap((line): Piece[] => [inner, ...line, `${at.style.semicolon}\n`])
    at.edits.push({
      start: startOf(site.statement),
      end: endOf(site.statement),
      pieces: ['{\n', ...pieces, `${indent}}`],
    })
    return
  }
  const pieces = lines.flatMap((line, i) => [...(i > 0 ? [`${at.style.semicolon}\n${indent}`] : []), ...line])
  at.edits.push({
    start: startOf((site.statement as t.ExpressionStatement).expression ?? site.node),
    end: endOf((site.statement as t.ExpressionStatement).expression ?? site.node),
    pieces,
  })
}

/** In a callback: one line in place of the call, several where the call is a statement of its own. */
function emitInner(node: Node, lines: readonly Piece[][], at: Lowering): void {
  const statement = parentOf(node)
  const isExpression = statement?.type !== 'ExpressionStatement'
  const isLoop = lines.some(([first]) => typeof first === 'string' && first.startsWith('for '))
  if (lines.length > 1 ? isExpression || ownerOf(statement, at) : isLoop && isExpression)
    return block(at, 'PA212', node)
  const indent = indentAt(at.file.text, startOf(node))
  const pieces = lines.flatMap((line, i) => [...(i > 0 ? [`${at.style.semicolon}\n${indent}`] : []), ...line])
  at.edits.push({ start: startOf(node), end: endOf(node), pieces })
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
  if (values === null) {
    // A callback may be called again.
    const clearFirst = context.takesHeaders || site?.isInner === true || hasEarlierCookies(effect, context)
    if (clearFirst && effect.mode === 'set' && asksHeaders(effect.value, at)) block(at, 'PA210', effect.node)
    return cookieLoop(effect, at, clearFirst)
  }
  const verb = (i: number): string => (effect.mode === 'append' || i > 0 ? 'append' : 'set')
  if (values.length === 0) return [[`${headers}.delete(`, name, ')']]
  return values.map((value, i) => [`${headers}.${verb(i)}(`, name, ', ', ...value, ')'])
}

/** What is set depends on the headers that are there: a helper is handed them. */
function asksHeaders({ start, end }: Node, { edits, names }: Lowering): boolean {
  const isIn = (edit: Edit): boolean => edit.start >= (start ?? 0) && edit.end <= (end ?? 0)
  return edits.some((edit) => isIn(edit) && edit.pieces.some((piece) => isNamed(piece, names.headers)))
}

/** `request.headers` is another. */
const isNamed = (piece: Piece, name: string): boolean =>
  typeof piece === 'string' && new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(piece)

function hasEarlierCookies(effect: Effect, { flow }: ResponseContext): boolean {
  return flow.effects.some((e) => e.what.kind === 'header' && e.what !== effect && isSetCookie(e.what))
}

function nameText(name: Node | string, at: Lowering): Piece {
  return typeof name === 'string' ? JSON.stringify(name).replaceAll('"', at.style.quote) : slice(name)
}

export function slice(node: Node): Piece {
  return { from: startOf(node), to: endOf(node) }
}

function isHeadWritten(site: EffectSite): boolean {
  const { node } = site
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    node.callee.property.type === 'Identifier' &&
    /^writeHead(?:er)?$/.test(node.callee.property.name)
  )
}

function emitExit(
  exit: ExitSite,
  body: Body,
  own: readonly Effect[],
  variable: ReadonlySet<EffectSite>,
  context: ResponseContext,
  plan: ResponsePlan,
): void {
  const { at } = context
  // writeHead sends the head: what an exit would set after it is too late in Pages, and would count in App.
  const head = exit.pending.find(isHeadWritten)
  const isTooLate = (site: EffectSite): boolean =>
    head !== undefined && site.order > head.order && site.node !== head.node
  if (head && (own.length > 0 || !/^(?:end|pipe)$/.test(body.kind) || exit.pending.some(isTooLate)))
    return block(at, 'PA211', exit.node)
  const pending = exit.pending.filter((s) => !isRedundant(s, context))
  const folded = pending.filter((s) => !variable.has(s)).map((s) => s.what as Effect)
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
  const parts = [...folded, ...own].filter((e) => e.kind === 'write')
  const begun = writtenFirst(body, parts)
  if (typeof init.status !== 'number' && mayDropBody(statusesOf(ownStatus ? [] : pending, own), begun, at.tree))
    return block(at, 'PA226', exit.node)
  const missed = own.find((effect) => isMissedLength(effect, body, at.tree))
  if (missed) return block(at, 'PA233', missed.node, { text: snippet(at.file, missed.node) })
  init.headers = foldHeaders([...folded, ...own], body, context)
  const usesHeaders =
    init.headers.some(({ lines }) => lines !== undefined) ||
    pending.some((s) => variable.has(s) && familyOf(s) === 'header')
  if (exit.stream && init.headers.some(({ lines }) => lines)) return block(at, 'PA212', exit.node)
  if (exit.stream) return emitStreamExit(exit, exit.stream, init, usesHeaders, context, plan)
  if (isSetTooLate(exit, own)) return block(at, 'PA230', exit.node)
  const value =
    parts.length > 0
      ? writtenBody(parts, body, init, exit, { variable, context })
      : bodyOf(exit, body, init, variable, context)
  if (value === null) return
  // A type of its own beside a header that may be one: which of them counts is not to be seen in an object.
  const unnamed = [...folded, ...own].find((effect) => effect.kind === 'header' && headerName(effect.name) === null)
  const isTyped = value.kind === 'json' || init.headers.some(({ name }) => name?.toLowerCase() === 'content-type')
  if (unnamed && isTyped) return block(at, 'PA210', unnamed.node)
  if (usesHeaders) {
    // json() set its type over the handler's own; a Headers value may hold another by now.
    if (value.kind === 'json' && pending.some((s) => variable.has(s) && context.setsOtherType(s)))
      init.headers.push(typeHeader('application/json', at))
    if (context.mustDropLength(exit, body))
      init.headers.push({ name: 'Content-Length', computed: null, value: [], isDropped: true })
    plan.usesHeaders = true
    plan.headerSites.push(exit.statement)
    if (!spillHeaders(exit, init, context)) return
    init.variable = at.names.headers
  }
  const indent = context.indentAt(startOf(exit.node))
  const pieces = printResponse(value, init, at, indent)
  if (exit.form === 'silent') emitSilence(exit, pieces, at, indent)
  else at.edits.push({ start: startOf(exit.node), end: endOf(exit.node), pieces })
  if (exit.held) holdOwnResponse(exit, at, context.indentAt)
}

/** All that an answer's status may come from. */
function statusesOf(pending: readonly EffectSite[], own: readonly Effect[]): Node[] {
  const set = pending.map(({ what }) => what)
  return [...set, ...own].flatMap((what) => (what.kind === 'status' ? [what.value] : []))
}

function emitStreamExit(
  exit: ExitSite,
  region: StreamRegion,
  init: Init,
  usesHeaders: boolean,
  context: ResponseContext,
  plan: ResponsePlan,
): void {
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

/** Headers as they stand when the response is sent: a later set replaces an earlier one of the same name. */
function foldHeaders(effects: readonly Effect[], body: Body, context: ResponseContext): HeaderPiece[] {
  const { at } = context
  let headers: HeaderPiece[] = []
  for (const effect of effects) {
    if (effect.kind !== 'header' || effect.mode === 'delete') continue
    const name = headerName(effect.name)
    if (name?.toLowerCase() === 'content-type' && isJson(body)) continue
    if (isReplaced(effect, body, at.tree)) continue
    if (effect.mode === 'set' && name !== null)
      headers = headers.filter((h) => h.name?.toLowerCase() !== name.toLowerCase())
    const values = headerValues(effect, at)
    if (values === null) {
      const clearFirst = context.takesHeaders || hasEarlierCookies(effect, context)
      if (clearFirst && effect.mode === 'set' && asksHeaders(effect.value as Node, at)) block(at, 'PA210', effect.node)
      headers.push({ name, computed: null, value: [], lines: cookieLoop(effect, at, clearFirst) })
    }
    for (const [i, value] of (values ?? []).entries()) {
      const isAdded = effect.mode === 'append' || i > 0
      headers.push({ name, computed: name === null ? slice(effect.name as Node) : null, value, isAdded })
    }
  }
  return headers
}

function setting(h: HeaderPiece, at: Lowering): Piece[] {
  return [
    h.isFallback ? `if (!${at.names.headers}.has(${at.style.quote}${h.name}${at.style.quote})) ` : '',
    `${at.names.headers}.${h.isAdded ? 'append' : 'set'}(`,
    h.computed ?? JSON.stringify(h.name).replaceAll('"', at.style.quote),
    ', ',
    ...h.value,
    ')',
  ]
}

/** With a Headers value the exit's own headers are set on it, in a statement before; false when there is no room for one. */
function spillHeaders(exit: ExitSite, init: Init, context: ResponseContext): boolean {
  const { at } = context
  if (init.headers.length === 0) return true
  if (exit.isNested || exit.form === 'arrow' || !parentOf(exit.statement)) {
    block(at, 'PA212', exit.node)
    return false
  }
  // What Pages sets when it has the value would be set before it here, and be on the answer of the catch block.
  const isRedirect = exit.what.kind === 'response' && exit.what.fact.exit?.kind === 'redirect'
  const sets = init.headers.some(({ isDropped }) => !isDropped)
  if (
    !isRedirect &&
    sets &&
    context.flow.interrupted.some((i) => i.exit === exit && (i.goesOn || i.caught.length > 0))
  ) {
    block(at, 'PA214', exit.node)
    return false
  }
  const lines = init.headers.flatMap((h): Piece[][] => h.lines ?? [h.isDropped ? [deletion(at)] : setting(h, at)])
  if (!putBefore(exit.statement, lines, context)) {
    block(at, 'PA212', exit.node)
    return false
  }
  init.headers = []
  return true
}
