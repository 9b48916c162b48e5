import type * as t from '@babel/types'
import type { Step, Use } from '../../model/route.ts'
import { isCall, isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { isOnlyRead, namesIn } from '../../syntax/only-read.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { functionAround, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { block, type Lowering, need, note, type RequestConcern } from '../lowering.ts'
import { readForm } from './form-body.ts'
import { isWritten, replaceName } from './query.ts'

/**
 * `req.body`. Pages: parsed before the handler runs, by content type: JSON to a value, an empty JSON body to `{}`, none at
 * all to `''`, urlencoded to an object, anything else a string; malformed JSON is refused with 400. App: a stream, read once.
 * Kept: JSON bodies, empty ones and repeated reads: the text is parsed when there is one. PA120: content types that
 * Pages parsed differently (none with --strict, whose reader parses as Pages did). PA123 (left where the reads are placed): `JSON.parse(req.body)` failed for JSON clients, whose body was parsed already; it is served now.
 */
export const body: RequestConcern = {
  id: 'request/body',
  codes: ['PA118', 'PA120', 'PA122', 'PA123'],
  members: ['body'],
  read: (use, at) => {
    const first = use.steps[0] as Step
    if (at.rawBody) return block(at, 'PA122', use.node)
    if (use.steps.length === 1 ? isWritten(use) : false) return block(at, 'PA118', use.node)
    if (at.reader) return readStrict(use, at)
    if (at.formBody) return readForm(use, at)
    const parse = jsonParseOf(use)
    need(at, parse ? 'text' : isFieldRead(use, at) ? 'body' : 'whole-body', first.node)
    note(at, 'PA120', 'note', first.node)
    replaceName(at, first.node, at.names.body)
  },
  bind: (leaf, _site, at) => {
    if (at.rawBody || leaf.path.length > 1) return null
    if (at.reader) {
      need(at, 'whole-body', leaf.property)
      return [at.names.body]
    }
    if (at.formBody) {
      need(at, 'form', leaf.property)
      return [`Object.fromEntries(${at.names.form})`]
    }
    need(
      at,
      leaf.target.type === 'Identifier' && !isReadByField(leaf.target, at) ? 'whole-body' : 'body',
      leaf.property,
    )
    note(at, 'PA120', 'note', leaf.property)
    return [at.names.body]
  },
}

/** The value is what Pages gave, so every use of it stays as it is. */
function readStrict(use: Use, at: Lowering): void {
  const first = use.steps[0] as Step
  need(at, 'whole-body', first.node)
  replaceName(at, first.node, at.names.body)
}

/** The call in `JSON.parse(req.body)`. */
export function jsonParseOf(use: Use): Node | null {
  if (use.steps.length !== 1) return null
  const outer = withCasts(use.node)
  const parent = parentOf(outer)
  if (
    !parent ||
    !isCall(parent) ||
    !isMember(parent.callee) ||
    parent.arguments[0] !== (outer as t.Expression) ||
    parent.arguments.length !== 1
  )
    return null
  const object = parent.callee.object
  return object.type === 'Identifier' && object.name === 'JSON' && memberName(parent.callee) === 'parse' ? parent : null
}

/** `req.body.name`, `const { name } = req.body`, `req.body || {}`: an empty body may be `{}` or `''` alike. */
function isFieldRead(use: Use, at: Lowering): boolean {
  if (use.steps.length > 1) return true
  const outer = withCasts(use.node)
  const parent = parentOf(outer)
  if (parent?.type === 'VariableDeclarator')
    return parent.id.type === 'Identifier' ? isReadByField(parent.id, at) : isPlainPattern(parent.id)
  if (parent?.type === 'SpreadElement') return true
  return (
    parent?.type === 'LogicalExpression' &&
    parent.left === outer &&
    parent.operator !== '&&' &&
    uncast(parent.right).type === 'ObjectExpression'
  )
}

function isPlainPattern(pattern: Node): boolean {
  return pattern.type === 'ObjectPattern' && !pattern.properties.some((p) => p.type === 'RestElement')
}

/** A name of which only fields are read. */
function isReadByField(id: t.Identifier, at: Lowering): boolean {
  const binding = bindingAt(at.tree, id)
  if (binding?.kind !== 'const') return false
  return binding.references.every((r) => {
    const outer = withCasts(r.node)
    const parent = parentOf(outer)
    return (
      r.kind === 'type' ||
      (isMember(parent) && parent.object === outer) ||
      (parent?.type === 'VariableDeclarator' && parent.init === outer && isPlainPattern(parent.id))
    )
  })
}

/** What the body is read from. A Request gives it once: a wrapper reads that of a copy, and leaves the other to its handler. */
export function bodySource(at: Lowering): string {
  return leavesBody(at) ? `${at.names.request}.clone()` : at.names.request
}

/**
 * A wrapper that reads the body before the handler is called, and changes nothing in it: nobody can copy what has been read already, and what
 * is changed in a copy is not what the handler reads.
 */
export function leavesBody({ needs, handlerCalls = [], fn, reader, tree }: Lowering): boolean {
  const reads = needs.filter(({ kind }) => /^(?:body|whole-body|text|raw|form)$/.test(kind))
  const isLeft = reads.every(
    ({ node, kind }) =>
      /^(?:body|whole-body|text)$/.test(kind) &&
      functionAround(node) === fn &&
      handlerCalls.every((call) => startOf(node) < startOf(call)) &&
      isUnchanged(node, tree),
  )
  const isAsked = reader === null && reads.length > 0 && handlerCalls.length > 0
  return isAsked && isLeft && !handlerCalls.some((call) => isHoisted(call, fn))
}

/** `req.body`, or `{ body }` of a pattern. */
function isUnchanged(node: Node, tree: Lowering['tree']): boolean {
  if (isMember(node)) return isOnlyRead(node, tree)
  return (
    node.type === 'ObjectProperty' &&
    namesIn(node.value).every((id) =>
      bindingAt(tree, id)?.references.every(({ node: ref, kind }) => kind !== 'write' && isOnlyRead(ref, tree)),
    )
  )
}

/** In a function that may be called above the place where it stands. */
function isHoisted(call: Node, fn: Node): boolean {
  for (let up = functionAround(call); up && up !== fn; up = functionAround(up))
    if (up.type === 'FunctionDeclaration') return true
  return false
}

/** The body as Pages gave it, for code that looks at all of it: JSON, `{}` for an empty JSON body, `''` where there was none. */
export function wholeBodyExpression(at: Lowering, text: string): string {
  const q = at.style.quote
  return `${text} ? JSON.parse(${text}) : ${at.names.request}.headers.has(${q}content-type${q}) ? {} : ${q}${q}`
}

/** `JSON.parse((await request.text()) || '{}')`: an empty body is `{}` as in Pages, malformed JSON throws. */
export function bodyExpression(at: Lowering): string {
  const empty = at.style.quote === "'" ? "'{}'" : '"{}"'
  return `JSON.parse((await ${bodySource(at)}.text()) || ${empty})`
}
