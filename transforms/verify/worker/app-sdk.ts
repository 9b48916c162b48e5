import type { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import {
  type Answer,
  type Apl,
  type Checked,
  checkToken,
  checkWebhook,
  type Given,
  type WebhookOptions,
} from './app-sdk-checks.ts'
import { readBytes } from './own-packages.ts'
import type { World } from './world.ts'

interface Options {
  manifestFactory?: (given: object) => unknown
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
      ? async (request: Request) => toResponse(await action(options, ofRequest(request)))
      : async (req: ParsedRequest, res: NextResponse) => send(res, await action(options, ofPages(req)))
  Reflect.set(module, 'createManifestHandler', make(manifest))
  Reflect.set(
    module,
    'createAppRegisterHandler',
    make((options, given) => register(world, options, given)),
  )
  const createProtectedHandler = (handler: Handler, apl: Apl) =>
    around((given) => checkToken(world, apl, given), handler, { isRouteHandler, catches: true })
  Reflect.set(module, 'createProtectedHandler', createProtectedHandler)
  for (const name of ['SaleorAsyncWebhook', 'SaleorSyncWebhook']) {
    const Webhook = class {
      createHandler: (handler: Handler) => unknown
      getWebhookManifest: (baseUrl: string) => object
      constructor(readonly options: WebhookOptions) {
        Object.assign(this, options)
        this.createHandler = (handler) =>
          around((given) => checkWebhook(world, options, given), handler, { isRouteHandler, catches: false })
        const { webhookPath, event, name = `${event} webhook` } = options
        this.getWebhookManifest = (baseUrl) => ({ name, targetUrl: new URL(webhookPath, `${baseUrl}/`).href })
      }
    }
    Reflect.set(module, name, Webhook)
  }
  return module
}

type Handler = (...given: unknown[]) => unknown

/** The handler with what is checked before it: in Pages it is not awaited, so that what it throws later goes to Next. */
function around(
  check: (given: Given) => Promise<Checked>,
  handler: Handler,
  { isRouteHandler, catches }: { isRouteHandler: boolean; catches: boolean },
): unknown {
  if (!isRouteHandler)
    return async (req: ParsedRequest, res: NextResponse) => {
      const checked = await check(ofPages(req))
      if ('answer' in checked) return send(res, checked.answer)
      try {
        return handler(req, res, checked.context)
      } catch (error) {
        if (!catches) throw error
        return res.status(500).end()
      }
    }
  return async (request: Request) => {
    const checked = await check(ofRequest(request))
    if ('answer' in checked) return toResponse(checked.answer)
    try {
      return await handler(request, checked.context)
    } catch (error) {
      if (!catches) throw error
      return new Response('Unexpected server error', { status: 500 })
    }
  }
}

function ofRequest(request: Request): Given {
  const { headers, method, url } = request
  const protocol = headers.get('x-forwarded-proto') ?? new URL(url).protocol.replace(':', '')
  return {
    method,
    baseUrl: `${protocol}://${headers.get('host')}`,
    header: (key) => headers.get(key),
    body: () => request.clone().json(),
    rawBody: () => request.clone().text(),
  }
}

function ofPages(req: ParsedRequest): Given {
  const { host, 'x-forwarded-proto': protocol = 'http' } = req.headers
  return {
    method: req.method ?? '',
    baseUrl: `${String(protocol)}://${host}`,
    header: (key) => {
      const value = req.headers[key]
      return Array.isArray(value) ? value.join(', ') : (value ?? null)
    },
    body: async () => req.body,
    rawBody: async () => (await readBytes(req)).toString('utf8'),
  }
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
