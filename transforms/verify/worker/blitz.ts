import type { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

type ParsedRequest = IncomingMessage & { query: Record<string, unknown>; body: unknown }

type NextResponse = ServerResponse & {
  status(code: number): NextResponse
  send(body: unknown): void
  json(body: unknown): void
}

interface Context {
  session?: unknown
}

interface RpcOptions {
  onError?: (error: unknown, ctx: Context) => void
  formatError?: (error: unknown, ctx: Context) => unknown
}

interface Call {
  method: string
  path: readonly string[]
  body: () => unknown
  ctx: Context
}

interface Answer {
  status: number
  body?: object
}

const isPlugin = Symbol('session')

/**
 * Blitz 2 and 3: `api` and `withBlitzAuth` open the session, which is a call to the outside as a resolver is; `api` answers what is thrown
 * with 400 (blitz-next/src/index-server.ts, blitz-auth/src/server/auth-plugin.ts, blitz-rpc/src/index-server.ts).
 */
export function blitzModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  if (name === '@blitzjs/auth') Reflect.set(module, 'AuthServerPlugin', () => isPlugin)
  if (name === '@blitzjs/next') Reflect.set(module, 'setupBlitzServer', (options: Setup) => setup(world, options))
  if (name !== '@blitzjs/rpc') return module
  Reflect.set(
    module,
    'rpcHandler',
    (options: RpcOptions = {}) =>
      async (req: ParsedRequest, res: NextResponse, ctx: Context = {}) => {
        const call = { method: req.method ?? '', path: segments(req.query.blitz), body: () => req.body, ctx }
        const { status, body } = await answer(world, call, options)
        if (body) res.status(status).json(body)
        else res.status(status).end()
      },
  )
  Reflect.set(module, 'rpcAppHandler', (options: RpcOptions = {}) => {
    const handle = async (request: Request, given: { params: Promise<{ blitz?: unknown }> }, ctx: Context = {}) => {
      const { blitz } = await given.params
      const call = { method: request.method, path: segments(blitz), body: () => request.json(), ctx }
      const { status, body } = await answer(world, call, options)
      return new Response(body ? JSON.stringify(body) : null, { status })
    }
    return { GET: handle, POST: handle, HEAD: handle }
  })
  return module
}

interface Setup {
  plugins: readonly unknown[]
  onError?: (error: unknown) => void
  formatError?: (error: unknown) => unknown
}

type RouteHandler = (request: Request, given: unknown, ctx: Context) => Promise<Response>

function setup(world: World, { plugins, onError, formatError }: Setup): object {
  const hasSession = plugins.includes(isPlugin)
  const open = async (): Promise<Context> => (hasSession ? { session: await openSession(world) } : {})
  const api =
    (handler: (req: object, res: object, ctx: Context) => unknown) => async (req: object, res: NextResponse) => {
      try {
        return await handler(req, res, await open())
      } catch (error) {
        onError?.(error)
        const told = formatError?.(error) ?? error
        world.sentErrors.push(typeof told === 'string' ? told : JSON.stringify(told))
        return res.status(400).send(told)
      }
    }
  const withBlitzAuth = (handlers: Record<string, RouteHandler>) =>
    Object.fromEntries(
      Object.entries(handlers).map(([method, handler]) => [
        method,
        async (request: Request, given: unknown) => handler(request, given, await open()),
      ]),
    )
  const pages = (handler: unknown): unknown => handler
  return { api, gSSP: pages, gSP: pages, ...(hasSession ? { withBlitzAuth } : {}) }
}

/** There always is one: of somebody, or anonymous. What it is told goes to the outside. */
async function openSession(world: World): Promise<object> {
  await outsideCall(world, 'blitz.session', [], [])
  const known: Record<string, unknown> = { userId: 7, role: 'USER', $publicData: { userId: 7, role: 'USER' } }
  return new Proxy(known, {
    get: (_target, name) => {
      if (typeof name !== 'string' || !name.startsWith('$') || name in known) return Reflect.get(known, name)
      return (...args: readonly unknown[]) => outsideCall(world, `blitz.session.${name}`, args, args)
    },
  })
}

async function answer(world: World, { method, path, body, ctx }: Call, options: RpcOptions): Promise<Answer> {
  if (path.length === 0) throw new Error('No resolver for path: /')
  if (method === 'HEAD') return { status: 200 }
  if (method !== 'POST') return { status: 404 }
  const given = await body()
  const params: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, 'params') : undefined
  if (params === undefined)
    return { status: 400, body: { result: null, error: { message: 'Request body is missing the `params` key' } } }
  try {
    const result: unknown = await outsideCall(world, 'blitz.resolver', [path, params, ctx], [path, params])
    // superjson makes null of what is undefined.
    return { status: 200, body: { result: result ?? null, error: null } }
  } catch (error) {
    options.onError?.(error, ctx)
    const told = options.formatError?.(error, ctx) ?? error
    return { status: 200, body: { result: null, error: told instanceof Error ? told.message : told } }
  }
}

const segments = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
