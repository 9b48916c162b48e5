import { IncomingMessage, ServerResponse } from 'node:http'
import { canonical } from './canonical.ts'
import { digest } from './draw.ts'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

/** The store of next/headers, or the jar of version 9. */
interface Store {
  set(name: string, value: string, options?: object): unknown
}

interface Options {
  cookieName?: string
}

type Write = (name: string, value: string) => void

/**
 * iron-session 6 to 9 without the sealing: each form in which the session can be opened gives the same one, which comes from outside, and
 * saves it in a cookie that tells its contents.
 */
export function ironSessionModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const open = async (options: Options, write: Write): Promise<object> => {
    const found = await outsideCall(world, 'iron-session.open', [options.cookieName], [options.cookieName])
    const session = typeof found === 'object' && found !== null ? found : {}
    const cookieName = options.cookieName ?? ''
    define(session, 'save', async () => write(cookieName, `saved-${digest(canonical(plain(session)))}`))
    define(session, 'destroy', () => {
      for (const key of Object.keys(session)) Reflect.deleteProperty(session, key)
      write(cookieName, '')
    })
    return session
  }
  const getIronSession = (first: unknown, second: unknown, third?: unknown): unknown =>
    isStore(first) && third === undefined
      ? open(asOptions(second), (key, value) => first.set(key, value, { path: '/' }))
      : open(asOptions(third), (key, value) => append(second, `${key}=${value}; Path=/`))
  const withIronSessionApiRoute =
    (handler: (req: object, res: unknown) => unknown, options: unknown) =>
    async (req: object, res: unknown): Promise<unknown> => {
      const chosen: unknown = typeof options === 'function' ? await Reflect.apply(options, null, [req, res]) : options
      Object.defineProperty(req, 'session', { value: await getIronSession(req, res, chosen), writable: true })
      return handler(req, res)
    }
  const nodeCookies = (_req: unknown, res: unknown): Store => ({
    set: (key, value) => append(res, `${key}=${value}; Path=/`),
  })
  for (const [key, value] of Object.entries({ getIronSession, withIronSessionApiRoute, nodeCookies }))
    Reflect.set(module, key, value)
  return module
}

const isStore = (value: unknown): value is Store =>
  typeof value === 'object' && value !== null && !(value instanceof IncomingMessage) && 'set' in value

const asOptions = (value: unknown): Options => (typeof value === 'object' && value !== null ? value : {})

/** What a save tells of a session: not how it was asked for. */
const plain = (session: object): unknown => JSON.parse(JSON.stringify(session))

/** As the package does it: not among what JSON and loops show. */
function define(session: object, name: string, value: unknown): void {
  Object.defineProperty(session, name, { value, enumerable: false, configurable: true, writable: true })
}

function append(target: unknown, cookie: string): void {
  if (target instanceof ServerResponse) {
    const before = target.getHeader('set-cookie') ?? []
    target.setHeader('set-cookie', [...(Array.isArray(before) ? before : [String(before)]), cookie])
    return
  }
  const headers: unknown = typeof target === 'object' && target !== null ? Reflect.get(target, 'headers') : undefined
  if (headers instanceof Headers) headers.append('set-cookie', cookie)
}
