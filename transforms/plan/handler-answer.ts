import { readCallThrough } from '../analyse/call-through.ts'
import { cannotFail, strip } from '../analyse/flow-facts.ts'
import type { EffectSite, ExitSite } from '../analyse/flow-model.ts'
import type { FunctionInput } from './function-model.ts'
import { block, freeName, type Lowering, note, snippet } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import { cookieWriter, isStatusRead, outsider } from './function-flow.ts'
import { headerName } from './header-value.ts'
import { isInTry } from './returns.ts'
import { contains, endOf, functionAround, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * A wrapper sets headers and then calls the handler, whose answer carries them in Pages unless it sets them itself. In App they are put on
 * the handler's Response, where it has none of that name. A content type would be taken for the handler's own choice, and cookies add up:
 * with those the wrapper stays (PA531).
 */
export function mergeHeaders(site: ExitSite, at: Lowering, indentAt: (position: number) => string): void {
  checkHeaders(site, at)
  const { statement } = site
  const isListed = /^(?:BlockStatement|SwitchCase)$/.test(parentOf(statement)?.type ?? '')
  if (!isListed || site.isNested || (site.form !== 'returned' && site.form !== 'tail'))
    return block(at, 'PA212', site.node)
  const call = callIn(site)
  // What an unawaited handler throws later never came to the catch.
  if (isInTry(call, at) && parentOf(call)?.type !== 'AwaitExpression') return block(at, 'PA212', site.node)
  site.isReplaced = true
  const response = freeName(at.tree, at.fn, 'response', 'answer')
  const line = `${at.style.semicolon}\n${indentAt(startOf(statement))}`
  const { headers } = at.names
  at.edits.push({
    start: startOf(statement),
    end: endOf(statement),
    pieces: [
      `const ${response} = await `,
      { from: startOf(call), to: endOf(call) },
      `${line}${mergeLine(site, headers, response)}`,
      `${line}return ${response}${at.style.semicolon}`,
    ],
  })
}

/** Cookies and a content type cannot be merged. */
export function checkHeaders(site: ExitSite, at: Lowering): void {
  for (const { what, node } of site.pending) {
    if (what.kind !== 'header') continue
    const name = headerName(what.name)?.toLowerCase()
    if (name === undefined || name === 'content-type' || name === 'set-cookie' || what.mode === 'delete')
      block(at, 'PA531', node)
  }
  const others = site.pending.filter((one) => !writesCookies(one))
  const hasCookies = others.length < site.pending.length
  if (others.some(isUnknown) || (hasCookies && others.length > 0)) block(at, 'PA531', site.node)
}

/** Helpers may set anything; cors sets headers of its own. */
function isUnknown({ what }: EffectSite): boolean {
  if (what.kind === 'call') return what.call.kind !== 'stops' || what.call.callee !== outsider
  return what.kind === 'inherited'
}

function writesCookies({ what }: EffectSite): boolean {
  return what.kind === 'call' && what.call.callee === cookieWriter
}

export function mergeLine({ pending }: ExitSite, headers: string, response: string): string {
  if (pending.some(writesCookies))
    return `for (const [name, value] of ${headers}) ${response}.headers.append(name, value)`
  return `for (const [name, value] of ${headers}) if (!${response}.headers.has(name)) ${response}.headers.set(name, value)`
}

/** `const response = await handler(request, context)`, what the wrapper does after that, and `return response`. */
export function holdResponse(
  site: ExitSite,
  {
    at,
    model,
    usesHeaders,
    indentAt,
  }: { at: Lowering; model: FunctionModel; usesHeaders: boolean; indentAt: (position: number) => string },
): void {
  const { statement, held } = site
  if (!held?.last) return
  if (usesHeaders) checkHeaders(site, at)
  const call = callIn(site)
  const isAwaited = parentOf(call)?.type === 'AwaitExpression'
  const statuses = model.uses.filter(
    (use) => use.root === 'res' && held.between.some((node) => contains(node, use.node)) && isStatusRead(use),
  )
  if (!isAwaited && (usesHeaders || statuses.length > 0)) return block(at, 'PA212', site.node)
  const response = held.name ?? freeName(at.tree, at.fn, 'response', 'answer')
  for (const { node } of statuses)
    at.edits.push({ start: startOf(node), end: endOf(node), pieces: [`${response}.status`] })
  const { semicolon } = at.style
  const indent = `\n${indentAt(startOf(statement))}`
  if (held.name === null)
    at.edits.push({ start: startOf(statement), end: startOf(statement), pieces: [`const ${response} = `] })
  if (usesHeaders) {
    const merge = `${indent}${mergeLine(site, at.names.headers, response)}${semicolon}`
    at.edits.push({ start: endOf(statement), end: endOf(statement), pieces: [merge] })
  }
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
  const response = freeName(at.tree, at.fn, 'response', 'answer')
  const { semicolon } = at.style
  at.edits.push({ start: startOf(statement), end: startOf(statement), pieces: [`const ${response} = `] })
  const { end, last, between } = held
  if (end) at.edits.push({ start: startOf(end), end: endOf(end), pieces: [`return ${response}${semicolon}`] })
  else {
    const line = `\n${indentAt(startOf(statement))}return ${response}${semicolon}`
    at.edits.push({ start: endOf(last), end: endOf(last), pieces: [line] })
  }
  const work = between.find((node) => node.type !== 'ExpressionStatement' || !cannotFail(node, at.tree))
  const [first] = between
  const told = work ?? first
  if (told) note(at, 'PA338', work ? 'review' : 'note', told, { text: snippet(at.file, told).replace(/;$/, '') })
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
