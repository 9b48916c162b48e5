import type * as t from '@babel/types'
import type { Step, Use } from '../../model/route.ts'
import { isCall, isMember, memberName, withCasts } from '../../syntax/match.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import { block, type Lowering, need, note, type RequestConcern } from '../lowering.ts'
import { isWritten, replaceName } from './query.ts'

/**
 * `req.body`. Pages: parsed before the handler runs, by content type: JSON to a value, an empty JSON body to `{}`, none at
 * all to `''`, urlencoded to an object, anything else a string; malformed JSON is refused with 400. App: a stream, read once.
 * Kept: JSON bodies, empty ones and repeated reads: the text is parsed when there is one. PA120: content types that
 * Pages parsed differently. PA121: malformed JSON now throws where the body is read, so the handler's own catch may answer.
 */
export const body: RequestConcern = {
  id: 'request/body',
  codes: ['PA118', 'PA120', 'PA121', 'PA122'],
  members: ['body'],
  read: (use, at) => {
    const first = use.steps[0] as Step
    if (at.rawBody) return block(at, 'PA122', use.node)
    if (use.steps.length === 1 ? isWritten(use) : false) return block(at, 'PA118', use.node)
    const parse = jsonParseOf(use)
    need(at, parse ? 'text' : 'body', first.node)
    note(at, 'PA120', 'note', first.node)
    replaceName(at, first.node, at.names.body)
  },
  bind: (leaf, _site, at) => {
    if (at.rawBody || leaf.path.length > 1) return null
    need(at, 'body', leaf.property)
    note(at, 'PA120', 'note', leaf.property)
    return [at.names.body]
  },
}

/** The call in `JSON.parse(req.body)`. */
export function jsonParseOf(use: Use): Node | null {
  if (use.steps.length !== 1) return null
  const outer = withCasts(use.node)
  const parent = parentOf(outer)
  if (!parent || !isCall(parent) || !isMember(parent.callee) || parent.arguments[0] !== (outer as t.Expression) || parent.arguments.length !== 1) return null
  const object = parent.callee.object
  return object.type === 'Identifier' && object.name === 'JSON' && memberName(parent.callee) === 'parse' ? parent : null
}

/** `JSON.parse((await request.text()) || '{}')`: an empty body is `{}` as in Pages, malformed JSON throws. */
export function bodyExpression(at: Lowering): string {
  const empty = at.style.quote === "'" ? "'{}'" : '"{}"'
  return `JSON.parse((await ${at.names.request}.text()) || ${empty})`
}
