import { moduleStandIn } from './stand-in.ts'
import type { World } from './world.ts'

interface Attributes {
  path?: string
  domain?: string
  maxAge?: number
  expires?: Date
  httpOnly?: boolean
  secure?: boolean
  sameSite?: boolean | string
}

interface Store {
  getAll(): readonly { name: string; value: string }[]
  set(cookie: object): unknown
}

interface Given extends Attributes {
  req?: { cookies?: Record<string, string> | Store }
  res?: { getHeader(name: string): unknown; setHeader(name: string, value: readonly string[]): unknown }
  cookies?: () => Store | Promise<Store>
}

/** cookies-next@6.1.0 lib/server/index.js: the cookies of `req` and a header of `res`, or the store of next/headers. */
export function cookiesNextModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const all = async ({ req, cookies }: Given): Promise<Record<string, string>> => {
    const store = cookies ? await cookies() : req?.cookies
    if (!isStore(store)) return store ?? {}
    return Object.fromEntries(store.getAll().map((cookie) => [cookie.name, cookie.value]))
  }
  const set = async (key: string, data: unknown, { req, res, cookies, ...attributes }: Given): Promise<void> => {
    const value = typeof data === 'string' ? data : JSON.stringify(data)
    if (cookies) (await cookies()).set({ name: key, value, ...attributes })
    else if (res) {
      const set = res.getHeader('Set-Cookie')
      const lines: unknown[] = Array.isArray(set) ? set : set ? [set] : []
      res.setHeader('Set-Cookie', [...lines.map(String), serialize(key, value, { path: '/', ...attributes })])
      if (!req?.cookies || isStore(req.cookies)) return
      if (data === '') delete req.cookies[key]
      else req.cookies[key] = value
    }
  }
  const members = {
    getCookies: all,
    getCookie: async (key: string, given: Given) =>
      (await all(given))[key]?.replace(/(%[0-9A-Z]{2})+/g, decodeURIComponent),
    hasCookie: async (key: string, given: Given) => key !== '' && Object.hasOwn(await all(given), key),
    setCookie: set,
    deleteCookie: (key: string, given: Given) => set(key, '', { ...given, maxAge: -1 }),
  }
  for (const [key, value] of Object.entries(members)) Reflect.set(module, key, value)
  return module
}

const isStore = (value: object | undefined): value is Store => typeof Reflect.get(value ?? {}, 'getAll') === 'function'

function serialize(name: string, value: string, given: Attributes): string {
  const { path, domain, maxAge, expires, httpOnly, secure, sameSite } = given
  const site = sameSite === true ? 'Strict' : typeof sameSite === 'string' ? capital(sameSite) : null
  return [
    `${name}=${encodeURIComponent(value)}`,
    ...(maxAge === undefined ? [] : [`Max-Age=${Math.floor(maxAge)}`]),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    ...(path === undefined ? [] : [`Path=${path}`]),
    ...(expires === undefined ? [] : [`Expires=${expires.toUTCString()}`]),
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    ...(site === null ? [] : [`SameSite=${site}`]),
  ].join('; ')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()
