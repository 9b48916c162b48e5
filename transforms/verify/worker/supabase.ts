import type { ServerResponse } from 'node:http'
import { canonical } from './canonical.ts'
import { digest } from './draw.ts'
import { moduleStandIn, outsideCall } from './stand-in.ts'
import type { World } from './world.ts'

interface Jar {
  get(name: string): string | null | undefined | Promise<string | null | undefined>
  set(value: string, maxAge: number): unknown
}

type Method = (...args: unknown[]) => Promise<unknown>

const COOKIE = 'sb-harbour-auth-token'

/**
 * @supabase/auth-helpers-nextjs@0.10.0 dist/index.js: the client for `req` and `res`, and the one for the headers of a Request and a Response.
 * Who signed in comes from outside, by the session that the cookies tell; what changes it sets a cookie before its promise is settled.
 */
export function supabaseHelpersModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const ofPages = (context: { req: Pages; res: ServerResponse }): object => clientOf(world, pagesJar(context))
  const ofHeaders = (context: { req: WithHeaders; res: WithHeaders }): object => clientOf(world, headersJar(context))
  const members = {
    createPagesServerClient: ofPages,
    createServerSupabaseClient: ofPages,
    createMiddlewareClient: ofHeaders,
    createMiddlewareSupabaseClient: ofHeaders,
  }
  for (const [key, value] of Object.entries(members)) Reflect.set(module, key, value)
  return module
}

type Attributes = Partial<Record<string, unknown>>

/** The functions for cookies that the client of @supabase/ssr is given: of all at once, or one by one. */
interface Given {
  getAll?: () =>
    | readonly { name: string; value: string }[]
    | null
    | Promise<readonly { name: string; value: string }[] | null>
  setAll?: (cookies: readonly { name: string; value: string; options: Attributes }[]) => unknown
  get?: (name: string) => ReturnType<Jar['get']>
  set?: (name: string, value: string, options: Attributes) => unknown
  remove?: (name: string, options: Attributes) => unknown
}

/** @supabase/ssr@0.8.0 dist/main/cookies.js and utils/helpers.js: what it writes it hands to the functions that it was given, and waits for them. */
export function supabaseServerModule(world: World, name: string): object {
  const module = moduleStandIn(world, name)
  const members = {
    createServerClient: (_url: unknown, _key: unknown, { cookies }: { cookies: Given }): object =>
      clientOf(world, givenJar(cookies)),
    parseCookieHeader: (header: string): object[] =>
      header
        .split(/; */)
        .filter((pair) => pair.includes('='))
        .map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: decode(pair.slice(pair.indexOf('=') + 1)) })),
    serializeCookieHeader: (key: string, value: string, { maxAge, path, sameSite, httpOnly }: Attributes): string =>
      [
        `${key}=${encodeURIComponent(value)}`,
        ...(maxAge === undefined ? [] : [`Max-Age=${String(maxAge)}`]),
        ...(path === undefined ? [] : [`Path=${String(path)}`]),
        ...(httpOnly === true ? ['HttpOnly'] : []),
        ...(sameSite === undefined ? [] : [`SameSite=${String(sameSite)}`]),
      ].join('; '),
  }
  for (const [key, value] of Object.entries(members)) Reflect.set(module, key, value)
  return module
}

function givenJar({ getAll, setAll, get, set, remove }: Given): Jar {
  return {
    get: async (name) => (get ? get(name) : (await getAll?.())?.find((cookie) => cookie.name === name)?.value),
    set: (value, maxAge) => {
      const options = { path: '/', sameSite: 'lax', maxAge }
      if (setAll)
        return setAll([
          { name: `${COOKIE}.0`, value: '', options },
          { name: COOKIE, value, options },
        ])
      return value === '' ? remove?.(COOKIE, options) : set?.(COOKIE, value, options)
    },
  }
}

interface Pages {
  cookies: Partial<Record<string, string>>
}

interface WithHeaders {
  headers: Headers
}

/** Pages: a line of the same name is replaced. */
function pagesJar({ req, res }: { req: Pages; res: ServerResponse }): Jar {
  const lines = (): string[] => [res.getHeader('set-cookie') ?? []].flat().map(String)
  return {
    get: (name) => firstOf(lines(), name) ?? req.cookies[name],
    set: (value, maxAge) => {
      res.setHeader('set-cookie', [...lines().filter((one) => !one.startsWith(`${COOKIE}=`)), lineOf(value, maxAge)])
    },
  }
}

/** Headers: a line more. */
function headersJar({ req, res }: { req: WithHeaders; res: WithHeaders }): Jar {
  return {
    get: (name) =>
      firstOf(res.headers.getSetCookie(), name) ?? firstOf((req.headers.get('cookie') ?? '').split(/; */), name),
    set: (value, maxAge) => res.headers.append('set-cookie', lineOf(value, maxAge)),
  }
}

const lineOf = (value: string, maxAge: number): string =>
  `${COOKIE}=${value}; Max-Age=${String(maxAge)}; Path=/; SameSite=Lax`

function firstOf(lines: readonly string[], name: string): string | undefined {
  const values = lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1))
  const value = values.map((one) => one.split(';')[0] ?? '').find((one) => one !== '')
  return value === undefined ? undefined : decode(value)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function clientOf(world: World, jar: Jar): object {
  const client = moduleStandIn(world, 'supabase')
  const auth = new Proxy(Object(Reflect.get(client, 'auth')), {
    get: (target, property) =>
      typeof property === 'string' && property !== 'then' ? method(property) : Reflect.get(target, property),
  })
  const method =
    (property: string): Method =>
    async (...args) => {
      const token = (await jar.get(COOKIE)) ?? null
      const result = await outsideCall(world, `supabase.auth.${property}`, [token, ...args], [token, ...args])
      if (property === 'signOut') await jar.set('', 0)
      // A session that has run out is renewed by whoever asks for it.
      else if (!property.startsWith('get') || token?.startsWith('old') === true)
        await jar.set(`${property}-${digest(canonical(args))}`, 31536000)
      return result
    }
  Reflect.set(client, 'auth', auth)
  return client
}
