import type * as t from '@babel/types'
import { type Edit, render } from '../../syntax/edits.ts'
import { isParseFailure, parseSource, restoreBytes, type SourceFile } from '../../syntax/parse.ts'
import { analyseScopes, type ScopeTree } from '../../syntax/scope.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import { dropUnused } from '../cleanup.ts'
import { editServedHandler, readServed, type ServedHandler } from './api-handler-test.ts'
import type { AnswerRead } from './answer-read.ts'
import { readAnswers, readRefused } from './answer-reads.ts'
import { type Context, editRefused, editServed, type Understood } from './call-edits.ts'
import { type HandlerCall, readBodyUses, readCall } from './handler-calls.ts'
import { findHandlers, type HandlerImport, type HandlerSpecifier } from './handler-imports.ts'
import { importNextRequest, renameHandlers } from './import-edits.ts'
import { createRefusals, type Irregular, type Refusals } from './irregular.ts'
import { hasSameMocks, type MockWorld } from './mocked-modules.ts'
import { createTestNames } from './test-names.ts'

export interface TestInput extends Pick<MockWorld, 'resolve' | 'rewritten'> {
  /** Path of the test after the run. */
  path: string
  bytes: string
  /** Specifiers in the text that lead to handlers, with what they become. */
  specifiers: ReadonlyMap<string, HandlerSpecifier>
  /** The comment about what was expected of an answer that Next gives. */
  todo: (method: string, lost: readonly string[]) => string
}

/**
 * A test that calls handlers with a mocked request and answer, written for the new exports: all of it or nothing. What it expected of the
 * answer it expects of the Response.
 */
export function convertTest({
  path,
  bytes,
  specifiers,
  resolve,
  rewritten,
  todo,
}: TestInput): { text: string } | Irregular {
  const file = parseSource(path, bytes)
  if (isParseFailure(file)) return { why: 'unread', at: 0 }
  const tree = analyseScopes(file.ast)
  const { refuse, first } = createRefusals()
  const edits = editTest(file, tree, { specifiers, refuse, todo })
  // Reading the other files comes last: scopes of one file are remembered at a time.
  const holds = edits !== null && hasSameMocks(file, { tree, refuse, resolve, rewritten })
  if (!edits || !holds) return first() ?? { why: 'unread', at: 0 }
  const written = dropUnused(path, render(file.text, edits, 0, file.text.length), tree)
  // What had a blank line before and after it has left one too many.
  const text = file.text.includes('\n\n\n') ? written : written.replaceAll(/\n{3,}/g, '\n\n')
  const result = parseSource(path, text)
  if (isParseFailure(result)) return { why: 'unread', at: 0 }
  const lost = file.comments.find((one) => isGone(one, file, result) || isAboveEdit(one, file, edits))
  return lost ? { why: 'comment', at: lost.start ?? 0 } : { text: restoreBytes(text, file) }
}

const countOf = (value: string, { comments }: SourceFile): number =>
  comments.filter((one) => one.value === value).length

function isGone({ value }: t.Comment, file: SourceFile, result: SourceFile): boolean {
  return countOf(value, result) < countOf(value, file)
}

/** `// @ts-expect-error` over a line in which nothing is wrong any more is an error itself. */
function isAboveEdit({ value, end }: t.Comment, { text }: SourceFile, edits: readonly Edit[]): boolean {
  if (!value.includes('@ts-expect-error')) return false
  const from = text.indexOf('\n', end ?? 0) + 1
  const to = text.indexOf('\n', from)
  return edits.some((edit) => edit.start <= (to < 0 ? text.length : to) && edit.end >= from)
}

function editTest(
  file: SourceFile,
  tree: ScopeTree,
  { specifiers, refuse, todo }: Pick<TestInput, 'specifiers' | 'todo'> & Pick<Refusals, 'refuse'>,
): Edit[] | null {
  const handlers = findHandlers(file, tree, { specifiers, refuse })
  if (!handlers) return null
  const calls: Understood[] = []
  const served: ServedHandler[] = []
  for (const handler of handlers) {
    const own = understand(handler, file, { tree, refuse, served })
    if (!own) return null
    calls.push(...own)
  }
  const [handler] = handlers
  if (!handler) return null
  if (calls.length + served.length === 0) return refuse('handler', handler.literal)
  const used = [
    ...calls.map(({ call, method, exported }) => ({ handler: call.handler, method, isWhole: exported === null })),
    ...served.map((one) => ({ handler: one.handler, method: 'GET', isWhole: true })),
  ]
  const names = createTestNames(handlers, used, { tree, refuse })
  if (!names) return null
  const context: Context = { file, tree, style: detectStyle(file), refuse, names, todo }
  const edits = renameHandlers(handlers, file, names)
  for (const one of served) edits.push(editServedHandler(one, names.module(one.handler)))
  let makesRequests = false
  for (const understood of calls) {
    const own = understood.exported === null ? editRefused(understood, context) : editServed(understood, context)
    if (!own) return null
    edits.push(...own.edits)
    makesRequests ||= own.makesRequest
  }
  const imports = makesRequests ? importNextRequest(file, tree, refuse) : []
  return imports && [...edits, ...imports]
}

function understand(
  handler: HandlerImport,
  file: SourceFile,
  { tree, refuse, served }: Pick<Context, 'tree' | 'refuse'> & { served: ServedHandler[] },
): Understood[] | null {
  const { exports, old } = handler.route
  const found: Understood[] = []
  for (const reference of handler.binding.references) {
    if (reference.kind === 'write') continue
    const given = readServed(reference.node, handler, { tree, refuse })
    if (given === undefined) return null
    if (given) {
      served.push(given)
      continue
    }
    const call = readCall(reference, handler, { tree, refuse })
    const bodyUses = call && readBodyUses(call, refuse)
    if (!call || !bodyUses) return null
    if (isCommentLost(call, file)) return refuse('pair', call.statement)
    const { request } = call
    if (request.method === null && !request.isFilled && old.method)
      return refuse('method', request.literal ?? call.statement)
    const [only] = exports.keys()
    const method = request.method ?? (request.isFilled || only === undefined ? 'GET' : only)
    const exported = exports.get(method) ?? null
    // Next makes these itself, of what is exported.
    if (!exported && (method === 'OPTIONS' || (method === 'HEAD' && exports.has('GET')) || bodyUses.length > 0))
      return refuse('refused', call.statement)
    const refused = exported ? null : readRefused(call, { tree, refuse })
    const reads = exported ? readAnswers(call, { tree, refuse }) : []
    if (!reads || (!exported && !refused)) return null
    // It would count what is gone.
    if (refused && refused.others.length > 0 && countsExpectations(file)) return refuse('refused', call.statement)
    const wrong = reads.find((read) => !isAlike(read, call, { file, reads }))
    if (wrong) return refuse(wrong.kind === 'status' ? 'redirect' : 'answer', wrong.node)
    found.push({ call, method, reads, bodyUses, exported, refused })
  }
  return found
}

/** `expect.assertions(2)` */
const countsExpectations = ({ text }: SourceFile): boolean => /\bexpect\s*\.\s*assertions\b/.test(text)

/** A comment in what is taken away. */
function isCommentLost({ declarations, request }: HandlerCall, { comments }: SourceFile): boolean {
  const inside = (at: number, node: Node | null): boolean => node !== null && startOf(node) <= at && at < endOf(node)
  return comments.some(({ start }) => {
    const at = start ?? 0
    return declarations.some((one) => inside(at, one)) && !inside(at, request.body) && !inside(at, request.headers)
  })
}

const CONTENT_TYPE = /^content-type$/i

/** What the mock did otherwise than Next: a redirect without a status, content types that nobody set. */
function isAlike(
  { kind, expects, node, name, value }: AnswerRead,
  { handler, isFake }: HandlerCall,
  { file: { text }, reads }: { file: SourceFile; reads: readonly AnswerRead[] },
): boolean {
  const { old } = handler.route
  if (kind === 'status' && old.redirectsByDefault) return expects !== null && (expects < 300 || expects >= 400)
  if (kind === 'location') return true
  if (kind === 'text' && isFake && value === '')
    return old.endsEmpty || reads.some((read) => isEmptyStatus(read.expects))
  const header =
    kind === 'header' ? (name ? text.slice(startOf(name), endOf(name)) : text.slice(startOf(node), endOf(node))) : ''
  return (
    !CONTENT_TYPE.test(header.replaceAll(/^.*_getHeaders\(\)(?:\.|\[)|['"`\]]/g, '')) || value === 'application/json'
  )
}

const isEmptyStatus = (status: number | null): boolean => status === 204 || status === 304
