import type { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

type ParsedRequest = IncomingMessage & { query: Record<string, unknown>; body: unknown }

interface Call {
  method: string
  url: URL
  type: string
  body: () => Promise<string>
}

interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

interface YogaOptions {
  context?: ((given: object) => unknown) | object
  fetchAPI?: { Response?: typeof Response }
}

interface ApolloOptions {
  context?: (...given: readonly unknown[]) => unknown
}

type Context = () => unknown

const JSON_ANSWER = { 'content-type': 'application/json; charset=utf-8' }

/** graphql-yoga@5.7.0: one server behind both doors; an operation is a call to the outside with the context that the project makes. */
export function yogaModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  Reflect.set(module, 'createYoga', ({ context, fetchAPI }: YogaOptions) => {
    const contextOf = (given: object) => (typeof context === 'function' ? context(given) : context)
    const yoga = async (req: ParsedRequest, res: ServerResponse): Promise<void> => {
      const { status, headers, body } = await answer(world, ofNode(req), () =>
        contextOf({ req, res, request: asRequest(req) }),
      )
      res.statusCode = status
      for (const [key, value] of Object.entries(headers)) res.setHeader(key, value)
      res.end(body)
    }
    const handleRequest = async (request: Request): Promise<unknown> => {
      const { status, headers, body } = await answer(world, ofRequest(request), () => contextOf({ request }))
      // Without it the answer is of a class that Next does not take for a Response.
      if (fetchAPI?.Response !== Response) return {}
      return new Response(body === '' ? null : body, { status, headers })
    }
    return Object.assign(yoga, { handleRequest })
  })
  return module
}

/** @as-integrations/next@3.2.0: the body is what Next has parsed, or JSON where the content type is nothing but that. */
export function apolloModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  Reflect.set(
    module,
    'startServerAndCreateNextHandler',
    (_server: unknown, { context }: ApolloOptions = {}) =>
      async (req: ParsedRequest | Request, res?: ServerResponse): Promise<unknown> => {
        if (req instanceof Request) {
          const given = req.headers.get('content-type') === 'application/json' ? await req.json() : await req.text()
          const call = { ...ofRequest(req), type: 'application/json', body: async () => textOf(given) }
          const { status, headers, body } = await answer(world, call, () => context?.(req))
          return new Response(body, { status, headers })
        }
        const call = { ...ofNode(req), type: 'application/json', body: async () => textOf(req.body) }
        const { status, headers, body } = await answer(world, call, () => context?.(req, res))
        if (!res) return undefined
        for (const [key, value] of Object.entries(headers)) res.setHeader(key, value)
        res.statusCode = status
        return res.end(body)
      },
  )
  return module
}

/** A text is no object with keys: Apollo refuses it. */
const textOf = (body: unknown): string => (typeof body === 'object' ? JSON.stringify(body) : '')

async function answer(world: World, call: Call, context: Context): Promise<Answer> {
  if (call.method === 'OPTIONS') return { status: 204, headers: {}, body: '' }
  if (call.method !== 'GET' && call.method !== 'POST')
    return {
      status: 405,
      headers: { allow: 'GET, POST' },
      body: refusal('GraphQL only supports GET and POST requests.'),
    }
  const found = call.method === 'GET' ? { query: call.url.searchParams.get('query') } : await sent(call)
  if (found === null) return { status: 400, headers: JSON_ANSWER, body: refusal('POST body sent invalid JSON.') }
  const query: unknown = Reflect.get(found, 'query')
  if (typeof query !== 'string')
    return { status: 400, headers: JSON_ANSWER, body: refusal('Must provide query string.') }
  try {
    const given = await context()
    const data = await outsideCall(world, 'graphql.execute', [query, given], [query, given])
    return { status: 200, headers: JSON_ANSWER, body: JSON.stringify({ data: data ?? null }) }
  } catch {
    return { status: 200, headers: JSON_ANSWER, body: refusal('Unexpected error.') }
  }
}

async function sent({ type, body }: Call): Promise<object | null> {
  if (!/^application\/(?:json|graphql-response\+json)/.test(type)) return {}
  try {
    const value: unknown = JSON.parse(await body())
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return null
  }
}

const refusal = (message: string): string => JSON.stringify({ errors: [{ message }] })

/** As far as a context looks at it: its body is read once. */
const asRequest = ({ url, method, headers }: IncomingMessage): Request =>
  new Request(new URL(url ?? '/', 'http://localhost'), {
    method: method ?? 'GET',
    headers: Object.entries(headers).map(([key, value]): [string, string] => [key, String(value)]),
  })

function ofNode(req: ParsedRequest): Call {
  return {
    method: req.method ?? '',
    url: new URL(req.url ?? '/', 'http://localhost'),
    type: req.headers['content-type'] ?? '',
    body: async () => {
      if (req.body !== undefined) return typeof req.body === 'string' ? req.body : JSON.stringify(req.body)
      const chunks: Uint8Array[] = []
      for await (const chunk of req) chunks.push(chunk)
      return Buffer.concat(chunks).toString('utf8')
    },
  }
}

const ofRequest = (request: Request): Call => ({
  method: request.method,
  url: new URL(request.url),
  type: request.headers.get('content-type') ?? '',
  body: () => request.text(),
})
