import type { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

/** What both adapters are given. The request of one side is not that of the other. */
interface Options {
  createContext?: (given: object) => unknown
  onError?: (given: object) => unknown
  responseMeta?: (given: object) => { status?: number; headers?: Record<string, string> } | undefined
}

interface Call {
  method: string
  path: string
  isBatch: boolean
  input: () => Promise<unknown>
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * The adapters of @trpc/server 10 and 11 (adapters/next.ts, adapters/fetch/fetchRequestHandler.ts): each calls a procedure, which is a call to
 * the outside with the context that the project makes; HEAD gets 204, a method other than GET and POST 405.
 */
export function trpcModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  Reflect.set(module, 'createNextApiHandler', (options: Options) => async (req: Query, res: ServerResponse) => {
    const { trpc } = req.query
    const call: Call = {
      method: req.method ?? '',
      path: Array.isArray(trpc) ? trpc.join('/') : String(trpc),
      isBatch: Boolean(req.query.batch),
      input: async () => (req.method === 'GET' ? parse(text(req.query.input)) : req.body),
    }
    const { status, headers, body } = await answer(world, options, call, { req, res })
    res.statusCode = res.statusCode === 200 ? status : res.statusCode
    for (const [key, value] of Object.entries(headers)) res.setHeader(key, value)
    res.end(body)
  })
  Reflect.set(module, 'fetchRequestHandler', async (options: Options & { endpoint: string; req: Request }) => {
    const { req } = options
    const { pathname, searchParams } = new URL(req.url)
    const call: Call = {
      method: req.method,
      path: pathname.slice(options.endpoint.length + 1),
      isBatch: searchParams.has('batch'),
      input: async () => (req.method === 'GET' ? parse(searchParams.get('input') ?? '') : readBody(req)),
    }
    const resHeaders = new Headers()
    const { status, headers, body } = await answer(world, options, call, { req, resHeaders })
    for (const [key, value] of Object.entries(headers)) resHeaders.set(key, value)
    return new Response(body === '' ? null : body, { status, headers: resHeaders })
  })
  return module
}

type Query = IncomingMessage & { query: Record<string, string | string[] | undefined>; body: unknown }

async function answer(world: World, options: Options, call: Call, given: object): Promise<Answer> {
  if (call.method === 'HEAD') return { status: 204, headers: {}, body: '' }
  const type = call.method === 'GET' ? 'query' : call.method === 'POST' ? 'mutation' : 'unknown'
  const paths = call.isBatch ? decodeURIComponent(call.path).split(',') : [call.path]
  const errors: unknown[] = []
  const fail = (error: unknown, path?: string): void => {
    errors.push(error)
    options.onError?.({ ...given, error, path, type, ctx, input: undefined })
  }
  let ctx: unknown
  try {
    ctx = await options.createContext?.(given)
    if (type === 'unknown') throw Object.assign(new Error('METHOD_NOT_SUPPORTED'), { code: 'METHOD_NOT_SUPPORTED' })
    const input = await call.input()
    for (const path of paths) {
      try {
        if (!PROCEDURE.test(path)) throw Object.assign(new Error('NOT_FOUND'), { code: 'NOT_FOUND' })
        await outsideCall(world, 'trpc.procedure', [path, type, input, shown(ctx)], [path])
      } catch (error) {
        fail(error, path)
      }
    }
  } catch (error) {
    fail(error)
  }
  const meta = options.responseMeta?.({ ctx, type, paths, errors, data: [] })
  const status = type === 'unknown' ? 405 : statusOf(errors, paths.length)
  const body = JSON.stringify(errors.length > 0 ? { error: { status } } : { result: { data: paths } })
  return {
    status: meta?.status ?? status,
    headers: { 'content-type': 'application/json', ...meta?.headers },
    body,
  }
}

/** What stands for the request and the response in a context is not the same object on both sides; what is read of it shows elsewhere. */
function shown(ctx: unknown): unknown {
  if (typeof ctx !== 'object' || ctx === null) return ctx
  const held = Object.keys(ctx).filter((key) => key === 'req' || key === 'res')
  return held.length === 0 ? ctx : { ...ctx, ...Object.fromEntries(held.map((key) => [key, key])) }
}

/** Names of procedures are keys of routers, joined by dots: no project has one that must be encoded in a URL. */
const PROCEDURE = /^[\w.-]+$/

/** The status of a call, and of a batch whose calls differ (@trpc/server 10 and 11, http/getHTTPStatusCode.ts: 207). */
function statusOf(errors: readonly unknown[], calls: number): number {
  const statuses = errors.map((error) => (error instanceof Error && error.message === 'NOT_FOUND' ? 404 : 500))
  if (statuses.length === 0) return 200
  return new Set(statuses).size > 1 || (calls > statuses.length && calls > 1) ? 207 : (statuses[0] ?? 500)
}

/** As Next parses a body: JSON by its type, anything else as text; both sides are handed the same, what differs is PA565. */
async function readBody(request: Request): Promise<unknown> {
  const body = await request.text()
  return /^application\/(?:ld\+)?json\s*(?:;|$)/i.test(request.headers.get('content-type') ?? '')
    ? JSON.parse(body || '{}')
    : body
}

const parse = (input: string): unknown => (input === '' ? undefined : JSON.parse(input))
const text = (value: string | string[] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? ''
