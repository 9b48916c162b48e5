import type { IncomingMessage } from 'node:http'
import { format } from 'node:util'
import { testApiHandler } from 'next-test-api-route-handler'
import type { FixtureRequest } from './fixture.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'

/** What a client sees of one request, and what the handler printed. */
export type Observation =
  | { kind: 'hang'; log: readonly string[] }
  | {
      kind: 'response'
      status: number
      headers: Readonly<Record<string, string>>
      cookies: readonly string[]
      body: Buffer
      log: readonly string[]
    }

export type Side = 'pages' | 'app'
type Options = Parameters<typeof testApiHandler>[0]
type PagesHandler = Extract<Options, { pagesHandler: unknown }>['pagesHandler']
type AppHandler = Extract<Options, { appHandler: unknown }>['appHandler']
type Test = NonNullable<Options['test']>

/** A handler that answers nothing within this time never will. */
const patience = 1000
const origin = 'localhost:3000'
const clientAddress = '127.0.0.1'

/** Runs one request on one side. `module` is the loaded bundle of the route file. */
export async function replay(
  side: Side,
  module: unknown,
  route: string,
  request: FixtureRequest,
): Promise<Observation> {
  const params = matchRoute(route, request.path)
  if (params === null) throw new Error(`request "${request.name}": ${request.path} is not a path of ${route}`)
  const log: string[] = []
  let observation: Observation | null = null
  const test: Test = async ({ fetch }) => {
    observation = await observe(fetch, request, log)
  }
  const release = captureConsole(log)
  try {
    if (side === 'pages') {
      await testApiHandler({
        pagesHandler: module as PagesHandler,
        params,
        url: request.path,
        requestPatcher: pinConnection,
        test,
      })
    } else {
      await testApiHandler({
        appHandler: withParams(module as AppHandler),
        params,
        url: `http://${origin}${request.path}`,
        requestPatcher: (incoming) => pinHeaders(incoming.headers),
        test,
      })
    }
  } finally {
    release()
  }
  return observation ?? { kind: 'hang', log }
}

/** The test handler leaves params out where there are none; a real server gives `{}` (an optional catch-all without a segment). */
function withParams(module: AppHandler): AppHandler {
  const wrapped: Record<string, unknown> = { ...module }
  for (const [name, handler] of Object.entries(module)) {
    if (typeof handler !== 'function' || !/^[A-Z]+$/.test(name)) continue
    const run = handler as (request: unknown, context: unknown) => unknown
    wrapped[name] = (request: unknown, context: { params?: unknown } | undefined) =>
      run(request, { ...context, params: Promise.resolve(context?.params).then((params) => params ?? {}) })
  }
  return wrapped as AppHandler
}

/** Sends one request and reads the whole answer. */
export async function observe(
  send: (init: RequestInit) => Promise<Response>,
  request: FixtureRequest,
  log: readonly string[],
  timeout = patience,
): Promise<Observation> {
  const { method, headers = {} } = request
  const body = readBody(request)
  try {
    const init = { method, headers: { ...headers }, signal: AbortSignal.timeout(timeout) }
    const response = await send(body === null ? init : { ...init, body })
    return {
      kind: 'response',
      status: response.status,
      headers: Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie')),
      cookies: response.headers.getSetCookie(),
      body: Buffer.from(await response.arrayBuffer()),
      log,
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'hang', log }
    throw error
  }
}

/** Bytes, because fetch would add a content type to a string. */
function readBody({ body, base64 }: FixtureRequest): Uint8Array<ArrayBuffer> | null {
  if (base64 !== undefined) return new Uint8Array(Buffer.from(base64, 'base64'))
  return body === undefined ? null : new Uint8Array(Buffer.from(body, 'utf8'))
}

/** `next start` tells both routers the same host and client address; the two test servers would not. */
function pinConnection(request: IncomingMessage): void {
  request.headers.host = origin
  request.headers['x-forwarded-for'] ??= clientAddress
  Object.defineProperty(request.socket, 'remoteAddress', { value: clientAddress })
}

function pinHeaders(headers: Headers): void {
  headers.set('host', origin)
  if (!headers.has('x-forwarded-for')) headers.set('x-forwarded-for', clientAddress)
}

/** What a handler prints shows which of its statements ran, and in what order. */
function captureConsole(log: string[]): () => void {
  const levels = ['debug', 'error', 'info', 'log', 'warn'] as const
  const saved = levels.map((level) => [level, console[level]] as const)
  for (const level of levels) {
    console[level] = (...values: unknown[]) => {
      log.push(
        `${level}: ${format(...values.map((value) => (value instanceof Error ? `${value.name}: ${value.message}` : value)))}`,
      )
    }
  }
  return () => {
    for (const [level, original] of saved) console[level] = original
  }
}
