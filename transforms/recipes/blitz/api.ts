import { spanOf } from '../../concerns/lowering.ts'
import { parentOf } from '../../syntax/tree.ts'
import type { CounterpartRecipe } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { findNative } from './resolvers.ts'
import { editOf, findBlitzServer, hasRouteHandlers } from './server.ts'

/** The handler can overwrite the cookies of the session in Pages; in App they are added to its Response. */
const API = `export function api(handler) {
  return async (req, res) => {
    const session = sessionOf(req.headers)
    res.setHeader('Set-Cookie', session.cookies)
    return handler(req, res, { session })
  }
}
`

/**
 * `api(handler)` of `setupBlitzServer`: @blitzjs/next@3.0.1 index-server.ts. It opens the session, calls `handler(req, res, ctx)` and answers what is
 * thrown with 400. App: `withBlitzAuth({ GET: handler })` of @blitzjs/auth@3.0.1 server/auth-plugin.ts opens the same session, calls
 * `handler(request, context, { session })`, sets the cookies on the Response, and leaves errors to Next (PA590). Run side by side with
 * Next 15.0.1 (3.0.1) and 14.2.35 (2.1.1).
 */
export const blitzApi: CounterpartRecipe = {
  id: 'blitz/api',
  codes: ['PA590', 'PA591'],
  find: (callee, from, context) => {
    const server = findBlitzServer(callee, context)
    const imported = context.importOf(callee)
    if (!server || !imported) return null
    const span = spanOf(from.file, callee)
    const call = parentOf(callee)
    const isTyped = call?.type === 'CallExpression' && Boolean(call.typeParameters ?? call.typeArguments)
    const native = findNative(context)
    const why = !hasRouteHandlers(context)
      ? 'version'
      : (server.why ?? (server.auth ? (isTyped ? 'types' : native === null ? null : 'native') : 'session'))
    const data = {
      why: why ?? '',
      file: native ?? server.module.path,
      version: context.app.packages['@blitzjs/next'] ?? '',
    }
    return {
      name: 'api',
      text: API,
      blocked: why === null ? null : { code: 'PA591', level: 'blocker', span, data },
      notes: [{ code: 'PA590', level: 'review', span, data: {} }],
      definition: null,
      module: server.module,
      edit: editOf(server),
      readsRaw: false,
      keyed: server.auth && {
        source: imported.source,
        name: server.auth.name,
        // The types of `withBlitzAuth` give back the handler as it is. From 15.5 on the check counts its parameters (next@15.5.26, typegen.ts).
        takesThird: parseRange(context.app.next.raw)?.lets([15, 5, 0]) === false,
      },
    }
  },
}
