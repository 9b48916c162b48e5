import type { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

type ParsedRequest = IncomingMessage & { query: Record<string, unknown>; body: unknown }

/** inngest@3.40.1 next.js: a run of a step is a call to the outside, whichever router asks for it. */
export function inngestModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const answer = async (method: string, step: string | null, body: () => unknown): Promise<[number, string]> => {
    if (!/^(?:GET|POST|PUT)$/.test(method)) return [405, JSON.stringify({ message: 'No action found' })]
    try {
      const given = method === 'POST' ? await body() : null
      const value: unknown = await outsideCall(world, `inngest.${method}`, [step, given], [step, given])
      return [method === 'POST' ? 206 : 200, JSON.stringify(value ?? null)]
    } catch {
      return [500, JSON.stringify({ message: 'The step has failed' })]
    }
  }
  Reflect.set(module, 'serve', () => {
    const handler = async (req: ParsedRequest, res: ServerResponse): Promise<void> => {
      const step = new URL(req.url ?? '/', 'http://localhost').searchParams.get('stepId')
      const [status, body] = await answer(req.method ?? '', step, () => req.body)
      res.statusCode = status
      res.setHeader('content-type', 'application/json')
      res.end(body)
    }
    const route = async (request: Request): Promise<Response> => {
      const step = new URL(request.url).searchParams.get('stepId')
      const [status, body] = await answer(request.method, step, () => request.json())
      return new Response(body, { status, headers: { 'content-type': 'application/json' } })
    }
    return Object.assign(handler, { GET: route, POST: route, PUT: route })
  })
  return module
}
