import type { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

interface Options {
  manifestFactory?: (given: object) => unknown
}

interface Answer {
  status: number
  body: unknown
}

type ParsedRequest = IncomingMessage & { body: unknown }

type NextResponse = ServerResponse & {
  status(code: number): NextResponse
  send(body: unknown): void
  json(body: unknown): void
}

/**
 * The adapters of @saleor/app-sdk 1 (handlers/next and handlers/next-app-router): each runs the same action. The registration itself is a call
 * to the outside.
 */
export function appSdkModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const isRouteHandler = name.endsWith('/next-app-router')
  const make = (action: (options: Options, given: Given) => Promise<Answer>) => (options: Options) =>
    isRouteHandler
      ? async (request: Request) => {
          const url = new URL(request.url)
          const protocol = request.headers.get('x-forwarded-proto') ?? url.protocol.replace(':', '')
          const baseUrl = `${protocol}://${request.headers.get('host')}`
          const { headers, method } = request
          const body = (): Promise<unknown> => request.clone().json()
          return toResponse(await action(options, { method, baseUrl, header: (key) => headers.get(key), body }))
        }
      : async (req: ParsedRequest, res: NextResponse) => {
          const { host, 'x-forwarded-proto': protocol = 'http' } = req.headers
          const header = (key: string): string | null => {
            const value = req.headers[key]
            return Array.isArray(value) ? value.join(', ') : (value ?? null)
          }
          const baseUrl = `${String(protocol)}://${host}`
          const body = async (): Promise<unknown> => req.body
          send(res, await action(options, { method: req.method ?? '', baseUrl, header, body }))
        }
  Reflect.set(module, 'createManifestHandler', make(manifest))
  Reflect.set(
    module,
    'createAppRegisterHandler',
    make((options, given) => register(world, options, given)),
  )
  return module
}

interface Given {
  method: string
  baseUrl: string
  header: (key: string) => string | null
  body: () => Promise<unknown>
}

async function manifest({ manifestFactory }: Options, { method, baseUrl }: Given): Promise<Answer> {
  if (method !== 'GET') return { status: 405, body: 'Method not allowed' }
  try {
    return { status: 200, body: await manifestFactory?.({ appBaseUrl: baseUrl }) }
  } catch {
    return { status: 500, body: 'Error resolving manifest file.' }
  }
}

async function register(world: World, _options: Options, { method, header, body }: Given): Promise<Answer> {
  if (method !== 'POST') return { status: 405, body: 'Method not allowed' }
  if (!header('saleor-api-url')) return { status: 400, body: 'Missing saleor-api-url header' }
  let parsed: unknown
  try {
    parsed = await body()
  } catch {
    return { status: 400, body: 'Invalid request json.' }
  }
  const token: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'auth_token') : undefined
  if (!token) return { status: 400, body: 'Missing auth token.' }
  try {
    await outsideCall(world, 'app-sdk.register', [token, header('saleor-api-url')], [])
    return { status: 200, body: { success: true } }
  } catch {
    return { status: 500, body: { success: false } }
  }
}

function toResponse({ status, body }: Answer): Response {
  const isText = typeof body === 'string'
  return new Response(isText ? body : JSON.stringify(body), {
    status,
    headers: { 'Content-Type': isText ? 'text/plain' : 'application/json' },
  })
}

function send(res: NextResponse, { status, body }: Answer): void {
  if (typeof body === 'string') res.status(status).send(body)
  else res.status(status).json(body)
}
