import { readCallThrough } from '../analyse/call-through.ts'
import { cannotFail, strip } from '../analyse/flow-facts.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { HelperCall } from '../analyse/callees.ts'
import type { EffectSite, ExitSite, Flow } from '../analyse/flow-model.ts'
import type { FunctionInput } from './function-model.ts'
import { block, ownName, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import { isStatusRead, outsider } from './function-flow.ts'
import { headerName } from './header-value.ts'
import { cookieWriter, isCookiePackage } from './package-setters.ts'
import { isAnywhereInTry } from '../syntax/completion.ts'
import { contains, endOf, functionAround, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** What a wrapper does to the answer of its handler. */
export interface AnswerUse {
  at: Lowering
  model: FunctionModel
  summaries: FunctionInput['summaries']
  /** It is the wrapper's handler that answers, and not a package. */
  isHandler: boolean
  /** Headers that it has set go with the answer. */
  usesHeaders: boolean
  /** Work that comes after the answer asks for its status. */
  isWatched: boolean
  /** What a callback may have left by then, which goes out in the place of the answer. */
  refusal: string | null
  indentAt: (position: number) => string
}

/**
 * A wrapper sets headers and then calls the handler, whose answer carries them in Pages unless it sets them itself. In App they are put on
 * the handler's Response, where it has none of that name. A content type would be taken for the handler's own choice, and cookies add up:
 * with those the wrapper stays (PA531).
 */
export function settleResponse(site: ExitSite, use: AnswerUse): void {
  const { at, usesHeaders, indentAt } = use
  if (usesHeaders) checkHeaders(site, at, use.summaries)
  // A package may have cookies of its own, which would take their place in Pages.
  const cookie = use.isHandler ? undefined : site.pending.find(({ what }) => isCookie(what, use.summaries))
  if (cookie) block(at, 'PA531', cookie.node)
  const { statement } = site
  const call = callIn(site)
  // What an unawaited handler throws later never came to the catch.
  if (isAnywhereInTry(call, at.fn) && parentOf(call)?.type !== 'AwaitExpression') return settleLater(site, use)
  const isListed = /^(?:BlockStatement|SwitchCase)$/.test(parentOf(statement)?.type ?? '')
  if (!isListed || site.isNested || (site.form !== 'returned' && site.form !== 'tail'))
    return block(at, 'PA212', site.node)
  site.isReplaced = true
  const response = ownName(at, 'response', 'answer')
  const line = `${at.style.semicolon}\n${indentAt(startOf(statement))}`
  at.edits.push({
    start: startOf(statement),
    end: endOf(statement),
    pieces: [
      use.refusal === null ? '' : `if (${use.refusal}) return ${use.refusal}${line}`,
      `const ${response} = await `,
      { from: startOf(call), to: endOf(call) },
      ...linesAfter(site, response, use).map((text) => line + text),
      `${line}return ${use.refusal === null ? '' : `${use.refusal} ?? `}${response}${at.style.semicolon}`,
    ],
  })
}

/** `return handler(req, res)` in a `try`: its answer is not waited for there now either. */
function settleLater(site: ExitSite, use: AnswerUse): void {
  const { at, isHandler, isWatched, refusal, indentAt } = use
  const { statement, form, isNested } = site
  if (form !== 'returned' || isNested || !isHandler || isWatched || refusal !== null)
    return block(at, 'PA212', site.node)
  site.isReplaced = true
  const response = ownName(at, 'response', 'answer')
  const call = callIn(site)
  const outer = `\n${indentAt(startOf(statement))}`
  const line = `${at.style.semicolon}${outer}${at.style.indent}`
  at.edits.push({
    start: startOf(site.node),
    end: endOf(site.node),
    pieces: [
      'Promise.resolve(',
      { from: startOf(call), to: endOf(call) },
      `).then((${response}) => {${outer}${at.style.indent}`,
      linesAfter(site, response, use).join(line),
      `${line}return ${response}${at.style.semicolon}${outer}})`,
    ],
  })
}

/** What comes right after the handler's answer is there. */
function linesAfter(site: ExitSite, response: string, use: AnswerUse): string[] {
  const { names } = use.at
  const status = use.isWatched ? [`${names.answer}.status = ${response}.status`] : []
  return use.usesHeaders ? [mergeLine(site, response, use), ...status] : status
}

/** A content type cannot be merged, and a name that is not known may be one. */
export function checkHeaders(site: ExitSite, at: Lowering, summaries: FunctionInput['summaries']): void {
  const others = site.pending.filter((one) => !writesCookies(one))
  for (const one of others) {
    const { what, node } = one
    if (what.kind !== 'status' && what.kind !== 'write' && !isMergeable(one, summaries))
      block(at, 'PA531', what.kind === 'header' ? node : site.node)
  }
  const isTaken = others.some(({ what }) => what.kind === 'inherited')
  if (isTaken || (others.length > 0 && others.length < site.pending.length)) block(at, 'PA531', site.node)
}

/** What can be put on another Response: cookies beside those that are there, others where it has none of the name. */
export function isMergeable({ what, isHeld }: EffectSite, summaries: FunctionInput['summaries']): boolean {
  // The package cors sets headers of its own.
  if (what.kind === 'call' && what.call.callee === outsider) return what.call.kind === 'stops'
  if (what.kind === 'call')
    return isCookiePackage(what.call.callee) || summaries.get(what.call.callee)?.isMergeable === true
  if (what.kind !== 'header') return what.kind === 'inherited'
  const name = headerName(what.name)?.toLowerCase()
  // What a package sets while the handler runs may come after what the handler sets.
  if (isHeld && name !== 'set-cookie') return false
  return name !== undefined && name !== 'content-type' && what.mode !== 'delete'
}

export function isCookie(what: EffectSite['what'], summaries: FunctionInput['summaries']): boolean {
  if (what.kind === 'call')
    return isCookiePackage(what.call.callee) || summaries.get(what.call.callee)?.setsCookies === true
  return what.kind === 'header' && headerName(what.name)?.toLowerCase() === 'set-cookie'
}

/** Whether a function may set cookies, on its way or in an answer. */
export function mayCookies({ effects, exits, guards }: Flow, summaries: FunctionInput['summaries']): boolean {
  const mayCall = ({ callee }: HelperCall): boolean => summaries.get(callee)?.setsCookies !== false
  return (
    effects.some(
      (one) => isCookie(one.what, summaries) || (!isMergeable(one, summaries) && one.what.kind === 'call'),
    ) ||
    guards.some(({ call }) => mayCall(call)) ||
    exits.some(({ what }) =>
      what.kind === 'call' ? mayCall(what.call) : what.fact.effects.some((effect) => isCookie(effect, summaries)),
    )
  )
}

/** A package that adds its cookie to those that are there. */
function writesCookies({ what }: EffectSite): boolean {
  return what.kind === 'call' && isCookiePackage(what.call.callee)
}

/** The same for one that is not asked what cookies there are: others of the answer make no difference to it. */
export function onlyAddsCookies({ what }: EffectSite): boolean {
  return what.kind === 'call' && what.call.callee === cookieWriter
}

export function mergeLine({ pending }: ExitSite, response: string, { at, summaries }: AnswerUse): string {
  const { headers } = at.names
  const free = (word: string, other: string): string => (word === response || word === headers ? other : word)
  const [name, value] = [free('name', 'key'), free('value', 'header')]
  const each = `for (const [${name}, ${value}] of ${headers})`
  if (pending.some(writesCookies)) return `${each} ${response}.headers.append(${name}, ${value})`
  const q = at.style.quote
  return pending.some(({ what }) => isCookie(what, summaries))
    ? `${each} if (${name} === ${q}set-cookie${q} || !${response}.headers.has(${name})) ${response}.headers.append(${name}, ${value})`
    : `${each} if (!${response}.headers.has(${name})) ${response}.headers.set(${name}, ${value})`
}

/** `const response = await handler(request, context)`, what the wrapper does after that, and `return response`. */
export function holdResponse(site: ExitSite, use: AnswerUse): void {
  const { at, model, usesHeaders, isWatched, indentAt } = use
  const { statement, held } = site
  if (!held?.last) return
  if (usesHeaders) checkHeaders(site, at, use.summaries)
  const call = callIn(site)
  const isAwaited = parentOf(call)?.type === 'AwaitExpression'
  const statuses = model.uses.filter(
    (use) => use.root === 'res' && held.between.some((node) => contains(node, use.node)) && isStatusRead(use),
  )
  if (!isAwaited && (usesHeaders || isWatched || statuses.length > 0)) return block(at, 'PA212', site.node)
  const response = held.name ?? ownName(at, 'response', 'answer')
  for (const { node } of statuses)
    at.edits.push({ start: startOf(node), end: endOf(node), pieces: [`${response}.status`] })
  const { semicolon } = at.style
  const indent = `\n${indentAt(startOf(statement))}`
  if (held.name === null)
    at.edits.push({ start: startOf(statement), end: startOf(statement), pieces: [`const ${response} = `] })
  for (const text of linesAfter(site, response, use))
    at.edits.push({ start: endOf(statement), end: endOf(statement), pieces: [indent + text + semicolon] })
  const { end, last } = held
  if (!end) at.edits.push({ start: endOf(last), end: endOf(last), pieces: [`${indent}return ${response}${semicolon}`] })
  else if (end.argument?.type !== 'Identifier' || end.argument.name !== held.name)
    at.edits.push({ start: startOf(end), end: endOf(end), pieces: [`return ${response}${semicolon}`] })
  const [first] = held.between
  if (first) note(at, 'PA536', 'review', first, { text: snippet(at.file, first) })
}

/** `const response = Response.json(data)`, what the function does after its answer, and `return response`. */
export function holdOwnResponse(
  { statement, held }: ExitSite,
  at: Lowering,
  indentAt: (position: number) => string,
): void {
  if (!held?.last) return
  const response = ownName(at, 'response', 'answer')
  const { semicolon } = at.style
  at.edits.push({ start: startOf(statement), end: startOf(statement), pieces: [`const ${response} = `] })
  const { end, last, between } = held
  if (end) at.edits.push({ start: startOf(end), end: endOf(end), pieces: [`return ${response}${semicolon}`] })
  else {
    const line = `\n${indentAt(startOf(statement))}return ${response}${semicolon}`
    at.edits.push({ start: endOf(last), end: endOf(last), pieces: [line] })
  }
  const work = failingWork(between, at.tree)
  const [first] = between
  const told = work ?? first
  if (told) note(at, 'PA338', work ? 'review' : 'note', told, { text: snippet(at.file, told).replace(/;$/, '') })
}

/** The first of the statements that can fail. */
export function failingWork(between: readonly Node[], tree: ScopeTree): Node | undefined {
  return between.find((node) => node.type !== 'ExpressionStatement' || !cannotFail(node, tree))
}

/** The handler's call, or the one around it that gives its answer back. */
function callIn(site: ExitSite): Node {
  return strip(site.node)
}

/** `async () => { await handler(req, res) }` gives the answer back now. */
export function returnThrough(call: Node, input: FunctionInput, at: Lowering): void {
  const tail = functionAround(call) === input.model.fn ? null : readCallThrough(call, input.passages)?.tail
  if (tail) at.edits.push({ start: startOf(tail), end: startOf(tail), pieces: ['return '] })
}
