import { IncomingMessage, type ServerResponse } from 'node:http'

type Data = Record<string, unknown>
type Handler = (req: IncomingMessage, res: ServerResponse) => unknown
interface Store {
  get(name: string): { value: string } | undefined
  set(name: string, value: string, options: object): unknown
}

/** iron-session 6 to 8 with a cookie that everybody can read: its value is JSON. */
export async function getIronSession(
  first: IncomingMessage | Request | Store,
  second: unknown,
  third?: { cookieName: string },
): Promise<Data> {
  const { cookieName } = (third ?? second) as { cookieName: string }
  const found =
    'set' in first
      ? first.get(cookieName)?.value
      : readCookie(first instanceof IncomingMessage ? first.headers.cookie : first.headers.get('cookie'), cookieName)
  const session: Data = found ? JSON.parse(decodeURIComponent(found)) : {}
  const write = (value: string): void => {
    if ('set' in first) first.set(cookieName, value, { path: '/' })
    else append(second as ServerResponse | { headers: Headers }, `${cookieName}=${encodeURIComponent(value)}; Path=/`)
  }
  return Object.defineProperties(session, {
    save: { value: async () => write(JSON.stringify(session)) },
    destroy: {
      value: () => {
        for (const key of Object.keys(session)) delete session[key]
        write('')
      },
    },
  })
}

export function withIronSessionApiRoute(handler: Handler, options: { cookieName: string }): Handler {
  return async (req, res) => {
    Object.defineProperty(req, 'session', { value: await getIronSession(req, res, options), writable: true })
    return handler(req, res)
  }
}

function readCookie(header: string | null | undefined, name: string): string | undefined {
  const pair = (header ?? '').split('; ').find((one) => one.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

function append(target: ServerResponse | { headers: Headers }, cookie: string): void {
  if ('headers' in target) target.headers.append('set-cookie', cookie)
  else target.setHeader('set-cookie', [...((target.getHeader('set-cookie') as string[] | undefined) ?? []), cookie])
}

/** Version 9. */
export function nodeCookies(req: IncomingMessage, res: ServerResponse): Store {
  return jar(req.headers.cookie, res)
}

function jar(header: string | null | undefined, target: ServerResponse | { headers: Headers }): Store {
  return {
    get: (name) => {
      const value = readCookie(header, name)
      return value === undefined ? undefined : { value }
    },
    set: (name, value) => append(target, `${name}=${encodeURIComponent(value)}; Path=/`),
  }
}
