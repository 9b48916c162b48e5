import { IncomingMessage, ServerResponse } from 'node:http'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

/**
 * next-auth 4 and 5. Each form in which a session can be asked for gives the same session, and NextAuth itself answers on `res` or with a
 * Response, whichever it was called for.
 */
export function nextAuthModule(world: World, name: string, major: number): object {
  const module = moduleStandIn(world, name)
  const session = (options: readonly unknown[]): unknown => outsideCall(world, 'next-auth.session', options, [])
  const getServerSession = (...args: unknown[]): unknown => session(isPair(args) ? args.slice(2) : args)
  const members: Record<string, unknown> =
    name === 'next-auth/react'
      ? { getSession: () => session([]) }
      : {
          getServerSession,
          unstable_getServerSession: getServerSession,
          default: (...args: unknown[]) => (args.length >= 2 ? answer(args[0], args[1]) : configure(session, major)),
        }
  for (const [key, value] of Object.entries(members)) Reflect.set(module, key, value)
  return module
}

/**
 * `getToken({ req })` of both versions (next-auth@4.24.11 jwt/index.ts) looks for the cookies of the session, which may be in several parts, and for a
 * Bearer token: what it finds is all that it is told of a request, in whatever form it has one.
 */
export function tokenModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  Reflect.set(module, 'getToken', (options: { req?: unknown }) => {
    const told = [{ ...options, req: tokenOf(options.req) }]
    return outsideCall(world, `${name}.getToken`, told, told)
  })
  return module
}

function tokenOf(req: unknown): unknown {
  if (typeof req !== 'object' || req === null) return req
  const [cookies, headers]: unknown[] = ['cookies', 'headers'].map((key) => Reflect.get(req, key))
  const all: Record<string, unknown> =
    cookies instanceof Object && 'getAll' in cookies && typeof cookies.getAll === 'function'
      ? Object.fromEntries(cookies.getAll().map((one: { name: string; value: string }) => [one.name, one.value]))
      : { ...Object(cookies) }
  const found = Object.entries(all).filter(([key]) => /(?:next-auth|authjs)\.session-token/.test(key))
  const bearer: unknown =
    headers instanceof Headers ? headers.get('authorization') : Reflect.get(Object(headers), 'authorization')
  return { cookies: Object.fromEntries(found), bearer: bearer ?? null }
}

const isPair = (args: readonly unknown[]): boolean => args[0] instanceof IncomingMessage

/** `NextAuth(options)`: a handler in version 4, an object with all that belongs to it in version 5. */
function configure(session: (options: readonly unknown[]) => unknown, major: number): unknown {
  if (major < 5) return answer
  const auth = (...args: unknown[]): unknown => {
    const [handler] = args
    return typeof handler === 'function' ? handler : session([])
  }
  return { auth, handlers: { GET: answer, POST: answer }, signIn: () => undefined, signOut: () => undefined }
}

/** What stands for the answer of next-auth: JSON for GET and POST, a refusal for every other method. */
function answer(request: unknown, target: unknown): Response | undefined {
  const isPages = request instanceof IncomingMessage
  const method = isPages || request instanceof Request ? (request.method ?? '') : ''
  const isServed = method === 'GET' || method === 'POST' || method === 'HEAD'
  const [status, text] = isServed ? [200, '{"answered":"next-auth"}'] : [400, `Error: ${method} is not supported`]
  const headers = { 'content-type': isServed ? 'application/json' : 'text/plain' }
  if (!(target instanceof ServerResponse)) return new Response(text, { status, headers })
  target.writeHead(status, headers)
  target.end(text)
  return undefined
}
