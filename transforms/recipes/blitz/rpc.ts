import type * as t from '@babel/types'
import { spanOf } from '../../concerns/lowering.ts'
import type { Data } from '../../model/diagnostic.ts'
import { httpMethods, type HttpMethod } from '../../model/route.ts'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import type { EntryCall, EntryRecipe, EntryRewrite, RecipeContext } from '../recipe.ts'
import { findNative, findResolvers } from './resolvers.ts'
import { type BlitzServer, findBlitzServer, hasRouteHandlers, soleImport } from './server.ts'

const RPC = '@blitzjs/rpc'

/** What `rpcAppHandler` exports; every other method was answered with 404. */
const METHODS: HttpMethod[] = ['GET', 'POST', 'HEAD']

/**
 * `api(rpcHandler(options))`, or `rpcHandler(options)` alone: @blitzjs/rpc@3.0.1 index-server.ts. App: `withBlitzAuth(rpcAppHandler(options))` of
 * the same packages (@blitzjs/auth@3.0.1 server/auth-plugin.ts), which takes the same options. Both were run side by side with Next 15.0.1
 * (3.0.1) and 14.2.35 (2.1.1): resolvers, sessions and cookies are the same, requests that fail are not (PA590). Resolvers are part of the route, by a
 * loader that looks at the name of its folder, so they must be fit for the module layer of route handlers too.
 */
export const blitzRpc: EntryRecipe = {
  id: 'blitz/rpc',
  codes: ['PA301', 'PA590', 'PA591'],
  packages: [RPC],
  owns: (call, context) => wrapped(call, context) !== null,
  rewrite: (found, context) => {
    const { call, place, exporter, file } = found
    const handler = isRpcHandler(call, context) ? call : wrapped(call, context)
    if (!handler || exporter || place.type !== 'ExportDefaultDeclaration') return null
    if (startOf(place.declaration) !== startOf(call)) return null
    const server = handler === call ? null : findBlitzServer(call.callee, context)
    if (handler !== call && !server) return null
    const keep = (why: string, data: Data = {}): EntryRewrite => ({
      kind: 'keep',
      because: [{ code: 'PA591', level: 'blocker', span: spanOf(file, call), data: { why, ...data } }],
    })
    const version = context.app.packages['@blitzjs/next'] ?? ''
    if (!hasRouteHandlers(context)) return keep('version', { version })
    const [param, ...others] = context.route.params
    if (param?.name !== 'blitz' || param.kind !== 'optional-catch-all' || others.length > 0) return keep('path')
    if (server?.why) return keep(server.why, { file: server.module.path })
    const { files, obstacle } = findResolvers(context)
    if (obstacle) return keep(obstacle.why, { file: obstacle.file })
    const native = findNative(context, files)
    if (native !== null) return keep('native', { file: native })
    const edits = editsOf({ ...found, place, handler, server }, context)
    if (!edits) return keep('imports')
    return {
      kind: 'rewrite',
      edits,
      methods: METHODS,
      modules:
        server?.auth && server.auth.edits.length > 0 ? [{ module: server.module, edits: server.auth.edits }] : [],
      loads: files,
      notes: [
        { code: 'PA590', level: 'review', span: spanOf(file, call), data: { session: server?.auth ? 'yes' : 'no' } },
        {
          code: 'PA301',
          level: 'note',
          span: spanOf(file, call),
          data: { methods: METHODS, lost: httpMethods.filter((m) => !METHODS.includes(m) && m !== 'OPTIONS') },
        },
      ],
    }
  },
}

/** `rpcHandler(options)` inside of `api(rpcHandler(options))`. */
function wrapped({ arguments: [inner, ...others] }: t.CallExpression, context: RecipeContext): t.CallExpression | null {
  const call = inner && others.length === 0 ? uncast(inner) : null
  return call?.type === 'CallExpression' && isRpcHandler(call, context) ? call : null
}

function isRpcHandler({ callee }: t.CallExpression, { tree }: RecipeContext): boolean {
  const imported = importedAs(callee, tree)
  return imported?.source === RPC && imported.name === 'rpcHandler'
}

interface Found extends Omit<EntryCall, 'place'> {
  place: t.ExportDefaultDeclaration
  handler: t.CallExpression
  server: BlitzServer | null
}

/** Null where a name is imported in another way, or used elsewhere in the file. */
function editsOf({ call, handler, place, server, tree }: Found, context: RecipeContext): Edit[] | null {
  const edits: Edit[] = [{ start: startOf(place), end: startOf(call), pieces: ['export const { GET, POST, HEAD } = '] }]
  const rename = (callee: t.Node, name: string): boolean => {
    const specifier = soleImport(callee, context)
    if (!specifier || tree.program.bindings.has(name)) return false
    const isRenamed = startOf(specifier.local) !== startOf(specifier.imported)
    edits.push({ start: startOf(specifier.imported), end: endOf(specifier.imported), pieces: [name] })
    if (!isRenamed) edits.push({ start: startOf(callee), end: endOf(callee), pieces: [name] })
    return true
  }
  if (!rename(handler.callee, 'rpcAppHandler')) return null
  if (!server) return edits
  if (server.auth) return rename(call.callee, server.auth.name) ? edits : null
  edits.push(
    { start: startOf(call), end: startOf(handler), pieces: [] },
    { start: endOf(handler), end: endOf(call), pieces: [] },
  )
  return edits
}
