import type { Edit, Piece } from '../../syntax/edits.ts'
import { indentAt, removalRange } from '../../syntax/lines.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import type { ScopeTree } from '../../syntax/scope.ts'
import { quoted, type Style } from '../../syntax/style.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import type { AnswerRead } from './answer-read.ts'
import type { RefusedReads } from './answer-reads.ts'
import type { HandlerCall } from './handler-calls.ts'
import type { Refusals } from './irregular.ts'
import { type PrintedRequest, printRequest } from './print-request.ts'
import { editReads } from './read-edits.ts'
import type { ExportedMethod } from './route-facts.ts'
import type { TestNames } from './test-names.ts'

/** A call of a handler with all that the test does with it. */
export interface Understood {
  call: HandlerCall
  method: string
  reads: readonly AnswerRead[]
  bodyUses: readonly Node[]
  /** Null where Next answers that the method is not allowed. */
  exported: ExportedMethod | null
  refused: RefusedReads | null
}

export interface Context {
  file: SourceFile
  tree: ScopeTree
  style: Style
  refuse: Refusals['refuse']
  names: TestNames
  todo: (method: string, lost: readonly string[]) => string
}

interface CallEdits {
  edits: Edit[]
  makesRequest: boolean
}

/**
 * Pages: the handler refuses. App: Next does, where the method is not exported, with an empty body and without `Allow`: what else was expected
 * is named in a comment.
 */
export function editRefused({ call, method, refused }: Understood, context: Context): CallEdits {
  const { file, style, names, todo } = context
  const [first, ...statuses] = refused?.statuses ?? []
  const others = refused?.others ?? []
  const gone = [...call.declarations, call.statement, ...statuses, ...others]
  const edits: Edit[] = gone.map((one) => ({ ...removalRange(file, one), pieces: [] }))
  if (first) {
    const indent = indentAt(file.text, startOf(first))
    const lost = others.map((one) =>
      file.text.slice(startOf(one), endOf(one)).replace(/;$/, '').replaceAll(/\s+/g, ' '),
    )
    const says = lost.length > 0 ? todo(method, lost) : 'Next answers 405 to a method that the route does not export.'
    const text = `// ${says}\n${indent}expect(${names.module(call.handler)}).not.toHaveProperty(${quoted(style, method)})`
    edits.push({ start: startOf(first), end: endOf(first.expression), pieces: [text] })
  }
  return { edits, makesRequest: false }
}

/** Pages: req and res are handed over. App: a Request is, and the Response is had. */
export function editServed(
  { call, method, reads, bodyUses, exported }: Understood,
  context: Context,
): CallEdits | null {
  const { file, tree, style, refuse, names } = context
  if (!exported) return null
  const own = names.ofCall(call)
  const body = bodyUses.length > 0 ? bodyName(call, own.body) : null
  const printed = printRequest(call, { file, tree, style, refuse, method, exported, body: body?.name ?? null })
  if (!printed) return null
  const edits: Edit[] = bodyUses.map((use) => ({ start: startOf(use), end: endOf(use), pieces: [body?.name ?? ''] }))
  edits.push(
    ...editDeclarations(call, printed, { context, hoisted: body?.isHoisted ? body.name : null, name: own.request }),
  )
  const end = file.text[endOf(call.statement) - 1] === ';' ? ';' : ''
  const indent = indentAt(file.text, startOf(call.statement))
  const called = (given: string | null): string => {
    const args = [given, printed.context].flatMap((one) => one ?? [])
    const value = `await ${names.method(call.handler, method)}(${args.join(', ')})${end}`
    return reads.length > 0 ? `const ${own.response} = ${value}` : value
  }
  const inside = called(argumentOf(call, printed, own.request))
  const isLong =
    printed.text !== null && !call.requestBinding && (inside.includes('\n') || indent.length + inside.length > 110)
  const text = isLong ? `const ${own.request} = ${printed.text}${end}\n${indent}${called(own.request)}` : inside
  edits.push({ start: startOf(call.statement), end: endOf(call.statement), pieces: [text] })
  const read = editReads(call, reads, { context, response: own.response, data: own.data })
  return read && { edits: [...edits, ...read], makesRequest: printed.text !== null }
}

/** A body that has a name keeps it. */
function bodyName({ request }: HandlerCall, free: string): { name: string; isHoisted: boolean } {
  return request.body?.type === 'Identifier'
    ? { name: request.body.name, isHoisted: false }
    : { name: free, isHoisted: true }
}

function argumentOf({ requestBinding }: HandlerCall, { text }: PrintedRequest, name: string): string | null {
  return text === null ? null : requestBinding ? name : text
}

function editDeclarations(
  call: HandlerCall,
  printed: PrintedRequest,
  { context, hoisted, name }: { context: Context; hoisted: string | null; name: string },
): Edit[] {
  const { file } = context
  const [first, ...others] = call.declarations
  if (!first) return []
  const removed = (one: Node): Edit => ({ ...removalRange(file, one), pieces: [] })
  const semicolon = file.text[endOf(first) - 1] === ';' ? ';' : ''
  const indent = indentAt(file.text, startOf(first))
  const { body } = call.request
  const lines: Piece[] = []
  if (hoisted !== null && body)
    lines.push(`const ${hoisted} = `, { from: startOf(body), to: endOf(body) }, semicolon, `\n${indent}`)
  if (call.requestBinding && printed.text !== null) lines.push(`const ${name} = ${printed.text}${semicolon}`)
  else if (lines.length > 0) lines.pop()
  if (!call.requestBinding || lines.length === 0) return call.declarations.map(removed)
  return [{ start: startOf(first), end: endOf(first), pieces: lines }, ...others.map(removed)]
}
