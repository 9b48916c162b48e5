import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse } from 'node:url'
import { httpMethods } from '../../model/route.ts'
import { callMember, makeNew, type NextModules, readMember } from './next-modules.ts'
import { describeError, lineOf, type World } from './world.ts'
import { HOST } from './wire.ts'

/** Values of the dynamic segments; null for a route that has none. */
export type Params = Readonly<Record<string, string | readonly string[]>> | null

/** One request that a side is to answer. */
export interface Hosting {
  next: NextModules
  world: World
  route: string
  params: Params
  /** Evaluates the module of the route anew. */
  load: () => unknown
}

/** Turns of the event loop in which nothing more happens. */
const QUIET_TURNS = 3

/** Fixed, so that both sides set the same draft mode cookies. */
const preview = {
  previewModeId: '0123456789abcdef0123456789abcdef',
  previewModeEncryptionKey: '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  previewModeSigningKey: 'fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210',
}

/** What `next start` adds before either router sees a request (next@13.5.11 and later, server/base-server.js). */
function forwardHeaders(req: IncomingMessage): void {
  req.headers['x-forwarded-host'] ??= req.headers.host ?? HOST
  req.headers['x-forwarded-port'] ??= '3000'
  req.headers['x-forwarded-proto'] ??= 'http'
  req.headers['x-forwarded-for'] ??= req.socket.remoteAddress ?? ''
}

/**
 * `next start` ignores headers that come after the answer, and sends a line of Set-Cookie once that a list has twice
 * (next@14.2.35 server/base-server.js, next@16.4.3 server/lib/patch-set-header.js).
 */
function patchSetHeader(res: ServerResponse): void {
  const setHeader = res.setHeader.bind(res)
  res.setHeader = (name, value) => {
    if (res.headersSent) return res
    const isList = name.toLowerCase() === 'set-cookie' && Array.isArray(value)
    return setHeader(name, isList ? [...new Set(value)] : value)
  }
}

/** Answers as `next start` does for a file under pages/api. */
export async function servePages(hosting: Hosting, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { next, world, params, route } = hosting
  forwardHeaders(req)
  patchSetHeader(res)
  const url = req.url ?? '/'
  const query = { ...parse(url, true).query, ...params }
  req.url = rewriteUrl(url, next.major, Object.keys(params ?? {}))
  let module: unknown
  try {
    module = wrapHandler(hosting, await loadModule(hosting))
  } catch (error) {
    world.print('load', [error])
    world.loadStack = error instanceof Error ? (error.stack ?? '') : ''
    sendFailure(res, 'Internal Server Error')
    return
  }
  world.isLoading = false
  if (isEdge(module)) {
    req.url = url
    return serveEdge(hosting, module, req, res)
  }
  const revalidate = async (given: unknown): Promise<void> => {
    world.record('res.revalidate', [readMember(given, 'urlPath')], 'res.revalidate')
  }
  const context = { ...preview, revalidate, internalRevalidate: revalidate }
  try {
    await next.apiResolver(req, res, query, module, context, true, false, route)
  } catch {
    // The server around the resolver answers with this text; what was set and written before is kept.
    sendFailure(res, 'Internal Server Error')
  }
}

/** Evaluates the module and lets what it began come to rest: a connection is open long before a request comes. */
async function loadModule({ world, load }: Hosting): Promise<unknown> {
  const before = world.activity
  const module = traced(load)
  let seen = before
  // What a module loads by `import()` while it is loaded itself comes a turn later.
  for (let quiet = 0; quiet < QUIET_TURNS && (quiet === 0 || world.activity > before); quiet++) {
    await new Promise((resolve) => setImmediate(resolve))
    if (world.activity !== seen) quiet = 0
    seen = world.activity
  }
  return module
}

/** The stack of what fails while modules are evaluated tells which module that is. */
function traced(load: () => unknown): unknown {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  try {
    return load()
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** An error that the user's code makes of Next's own class is another class in a build, so its status counts for nothing. */
function wrapHandler({ next }: Hosting, module: unknown): object {
  const handler = readMember(module, 'default') ?? module
  const run = async (req: unknown, res: unknown): Promise<unknown> => {
    try {
      return await (typeof handler === 'function' ? handler(req, res) : callMember(module, 'default', req, res))
    } catch (error) {
      throw error instanceof next.ApiError ? new Error('thrown by the handler') : error
    }
  }
  return { default: run, config: readMember(module, 'config'), runtime: readMember(module, 'runtime') }
}

/**
 * A handler of the edge runtime under pages/api: what it is given and gives back is what a route handler is given and gives back, so that it is
 * run as one, for every method. An event is handed to it in the place of the context.
 */
async function serveEdge(hosting: Hosting, module: unknown, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const handler = readMember(module, 'default')
  const run = (request: unknown): unknown => (typeof handler === 'function' ? handler(request, {}) : undefined)
  const userland = Object.fromEntries([...httpMethods.map((method) => [method, run]), ['runtime', 'edge']])
  await serveApp({ ...hosting, load: () => userland }, req, res)
}

function isEdge(module: unknown): boolean {
  return /edge/.test(String(readMember(module, 'runtime') ?? readMember(readMember(module, 'config'), 'runtime')))
}

/** Answers as `next start` does for a route handler. */
export async function serveApp(hosting: Hosting, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { next, world, params } = hosting
  forwardHeaders(req)
  patchSetHeader(res)
  req.url = rewriteUrl(req.url ?? '/', next.major, [])
  let nodeRequest = makeNew(next.NodeNextRequest, req)
  const nodeResponse = makeNew(next.NodeNextResponse, res)
  const background: Promise<unknown>[] = []
  const waitUntil = (work: unknown): void => {
    background.push(Promise.resolve(work).catch((error: unknown) => world.rejections.push(String(error))))
  }
  try {
    const loaded = await loadModule(hosting)
    const module = createRouteModule(hosting, loaded)
    world.isLoading = false
    if (isEdge(loaded)) req.url = withParams(req.url, params)
    next.addRequestMeta(req, 'initURL', `http://${HOST}${req.url}`)
    nodeRequest = makeNew(next.NodeNextRequest, req)
    const request = next.fromNodeNextRequest(nodeRequest, next.signalFromNodeResponse(res))
    world.isBodyUsed = () => readMember(request, 'bodyUsed') === true
    const context = {
      params: params ?? undefined,
      previewProps: preview,
      prerenderManifest: { version: 4, routes: {}, dynamicRoutes: {}, notFoundRoutes: [], preview },
      staticGenerationContext: { supportsDynamicHTML: true, supportsDynamicResponse: true },
      renderOpts: {
        experimental: {},
        supportsDynamicHTML: true,
        supportsDynamicResponse: true,
        waitUntil,
        onClose: (done: () => void) => res.on('close', done),
        onAfterTaskError: (error: unknown) => world.afterErrors.push(describeError(error)),
      },
      sharedContext: { buildId: 'verify', deploymentId: '' },
    }
    const response = await callMember(module, 'handle', request, context)
    await next.sendResponse(nodeRequest, nodeResponse, response)
  } catch (error) {
    if (res.headersSent) res.destroy()
    else await next.sendResponse(nodeRequest, nodeResponse, new Response(null, { status: 500 }))
    if (world.isLoading) world.print('load', [error])
    else world.uncaught = lineOf('error', [error])
  }
  world.isLoading = false
  for (const work of background) await work
}

function createRouteModule({ next, route }: Hosting, loaded: unknown): object {
  // Next 16 takes a function that loads the module, the versions before it the module.
  const userland = next.major >= 16 ? () => loaded : loaded
  return makeNew(next.AppRouteRouteModule, {
    definition: {
      kind: 'APP_ROUTE',
      page: `${route}/route`,
      pathname: route,
      filename: 'route',
      bundlePath: `app${route}/route`,
    },
    nextConfigOutput: undefined,
    resolvedPagePath: `app${route}/route`,
    userland,
    distDir: '.next',
    relativeProjectDir: '',
    projectDir: '',
  })
}

function sendFailure(res: ServerResponse, text: string): void {
  if (!res.headersSent) res.statusCode = 500
  if (!res.writableEnded) res.end(text)
}

/** On the edge runtime both routers see the params of the path in the query, over keys of the client (semantics, measured). */
function withParams(url: string, params: Params): string {
  const [path = '', search = ''] = url.split(/\?(.*)/s)
  if (!params) return url
  const query = new URLSearchParams(search)
  for (const [key, value] of Object.entries(params)) {
    query.delete(key)
    for (const one of typeof value === 'string' ? [value] : value) query.append(key, one)
  }
  return `${path}?${query}`
}

/** From Next 15 on the query is written anew, keys grouped; Pages also loses the keys that params have (semantics, measured). */
function rewriteUrl(url: string, major: number, params: readonly string[]): string {
  const [path = '', search] = url.split(/\?(.*)/s)
  if (major < 15 || search === undefined) return url
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parse(url, true).query)) {
    if (params.includes(key)) continue
    for (const item of Array.isArray(value) ? value : [value ?? '']) query.append(key, item)
  }
  const text = String(query)
  return text === '' ? path : `${path}?${text}`
}
