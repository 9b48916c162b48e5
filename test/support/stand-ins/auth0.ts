import { IncomingMessage, ServerResponse } from 'node:http'
import { cookies } from 'next/headers.js'

/** Stand-in for @auth0/nextjs-auth0 3 and 4: the session cookie is the name of the user, or what was saved. */
type Session = Record<string, unknown>

const readCookie = async (request: unknown): Promise<string | undefined> =>
  request instanceof IncomingMessage
    ? /(?:^|; ?)__session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
    : (await cookies()).get('__session')?.value

export async function getSession(request?: unknown): Promise<Session | null> {
  const name = await readCookie(request)
  return name === undefined ? null : { user: { name } }
}

export async function getAccessToken(...args: unknown[]): Promise<object> {
  const options = args.find((one) => !(one instanceof IncomingMessage) && !(one instanceof ServerResponse))
  const name = await readCookie(args[0])
  if (name === undefined) throw new Error('The user does not have an active session.')
  return { token: `${name}-${JSON.stringify(options)}` }
}

export async function updateSession(...args: unknown[]): Promise<void> {
  const [request, response] = args
  const value = encodeURIComponent(JSON.stringify(args[args.length - 1]))
  if ((await readCookie(request)) === undefined) throw new Error('The user is not authenticated.')
  if (response instanceof ServerResponse) response.setHeader('set-cookie', [`__session=${value}; Path=/`])
  else (await cookies()).set('__session', JSON.stringify(args[0]), { path: '/' })
}

export class Auth0Client {
  getSession = getSession
  getAccessToken = getAccessToken
  updateSession = updateSession
}

export const initAuth0 = (): Auth0Client => new Auth0Client()
