import type * as t from '@babel/types'
import { block, type Lowering, need, note } from '../../concerns/lowering.ts'
import type { Piece } from '../../syntax/edits.ts'
import { keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import { argumentsEdit, sliceOf } from '../call.ts'
import { importName } from '../import-name.ts'
import type { PackageCall, Recipe } from '../recipe.ts'
import { hasRequestClient } from './version.ts'

/** The client for Pages, under its old name too, and the one that takes a Request and a Response, of the same age. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  createPagesServerClient: 'createMiddlewareClient',
  createServerSupabaseClient: 'createMiddlewareSupabaseClient',
}

/**
 * `createPagesServerClient({ req, res }, options)`, @supabase/auth-helpers-nextjs@0.10.0 dist/index.js: a client that reads its session from the
 * Set-Cookie header of res and then from the cookies of req, and writes it to that header when it is renewed or ended, which may be at any
 * call. App: `createMiddlewareClient` does the same with the headers of a Request and with Headers, to which it appends the same lines; the
 * answers are made with them. Not `createRouteHandlerClient`: it does not wait for `cookies()`, which is a Promise from Next 15 on, cannot stand in a
 * module that pages load too, and another client for the same request would not see there what this one has set. PA260: a cookie that is
 * set twice; PA261: versions that have no such client.
 */
export const supabasePagesClient: Recipe = {
  id: 'supabase/pages-client',
  codes: ['PA260', 'PA261'],
  packages: ['@supabase/auth-helpers-nextjs'],
  sets: (found) => clientCall(found) !== null,
  readsBack: true,
  lower: (found, at, context) => {
    const known = clientCall(found)
    if (!known) return false
    const { call } = found
    if (!hasRequestClient(context.app)) {
      block(at, 'PA261', call, { version: context.app.packages['@supabase/auth-helpers-nextjs'] ?? '' })
      return true
    }
    const source = '@supabase/auth-helpers-nextjs'
    const name = importName({ source, name: known.counterpart, other: 'createRequestClient' }, at, context)
    const rest = call.arguments.slice(1).flatMap((argument): Piece[] => [', ', sliceOf(argument)])
    need(at, 'next-request', call)
    at.edits.push(
      { start: startOf(call.callee), end: endOf(call.callee), pieces: [name] },
      argumentsEdit(at.file, call, [contextText(at), ...rest]),
    )
    note(at, 'PA260', 'note', bindingAt(at.tree, call.callee)?.declaration ?? call, { name: known.counterpart })
    return true
  },
}

function clientCall({ call, passes, imported }: PackageCall): { counterpart: string } | null {
  const counterpart = COUNTERPARTS[imported?.name ?? '']
  const declaration = call.callee.type === 'Identifier' ? imported && call.callee : null
  const [first, second, third] = call.arguments
  const object = first ? uncast(first) : null
  if (!counterpart || !declaration || object?.type !== 'ObjectExpression' || third) return null
  if (second?.type === 'SpreadElement' || !isContext(object)) return null
  const isAll = passes.length === 2 && passes.every((pass) => pass.index === 0 && pass.key === pass.root)
  return isAll ? { counterpart } : null
}

/** `{ req, res }`, and nothing else in it. */
function isContext({ properties }: t.ObjectExpression): boolean {
  return (
    properties.length === 2 &&
    properties.every((p) => p.type === 'ObjectProperty' && !p.computed && /^re[qs]$/.test(keyName(p) ?? ''))
  )
}

function contextText({ names: { request, headers }, typed }: Lowering): string {
  const req = request === 'req' ? 'req' : `req: ${request}`
  return `{ ${req}, res: { ${headers === 'headers' ? headers : `headers: ${headers}`} }${typed ? ' as never' : ''} }`
}
