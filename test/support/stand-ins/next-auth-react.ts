import type { IncomingMessage } from 'node:http'
import { getToken } from 'next-auth/jwt'

/**
 * Stand-in for `getSession({ req })` of next-auth/react, which asks the server over the network: decodes the token
 * itself, with the secret that all fixtures use.
 */
export async function getSession({ req }: { req: IncomingMessage & { cookies: Partial<Record<string, string>> } }) {
  const token = await getToken({ req, secret: 'fixture-secret' })
  if (token === null) return null
  return { user: { name: token.name, email: token.email }, expires: '' }
}
