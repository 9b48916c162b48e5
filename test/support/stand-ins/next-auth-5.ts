import type { IncomingMessage } from 'node:http'
import { headers } from 'next/headers.js'

/** Stand-in for next-auth 5: the session cookie holds the plain name of the user. */
interface Session {
  user: { name: string }
}

type Auth = (request?: IncomingMessage, response?: unknown) => Promise<Session | null>

export default function NextAuth(_config: unknown): { auth: Auth; handlers: Record<string, () => Response> } {
  const auth: Auth = async (request) => {
    const cookie = request === undefined ? (await headers()).get('cookie') : request.headers.cookie
    const name = /(?:^|; ?)authjs\.session-token=([^;]+)/.exec(cookie ?? '')?.[1]
    return name === undefined ? null : { user: { name } }
  }
  const answer = () => Response.json({})
  return { auth, handlers: { GET: answer, POST: answer } }
}
