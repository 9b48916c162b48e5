import type * as t from '@babel/types'
import type { Step, Use } from '../../model/route.ts'
import { isCall, isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
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

/** The body as Pages gave it, for code that looks at all of it: JSON, `{}` for an empty JSON body, `''` where there was none. */
export function wholeBodyExpression(at: Lowering, text: string): string {
  const q = at.style.quote
  return `${text} ? JSON.parse(${text}) : ${at.names.request}.headers.has(${q}content-type${q}) ? {} : ${q}${q}`
}

/** `JSON.parse((await request.text()) || '{}')`: an empty body is `{}` as in Pages, malformed JSON throws. */
export function bodyExpression(at: Lowering): string {
  const empty = at.style.quote === "'" ? "'{}'" : '"{}"'
  return `JSON.parse((await ${at.names.request}.text()) || ${empty})`
}
