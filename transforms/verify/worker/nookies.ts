import type { IncomingMessage, ServerResponse } from 'node:http'

type Options = Partial<Record<string, unknown>>

interface Context {
  req?: IncomingMessage
  res?: ServerResponse
}

/** nookies@2.5.2 dist/index.js on a server: what it reads, and the lines that it writes, those of others that are there before with them. */
export function nookiesModule(): unknown {
  const own = { setCookie, destroyCookie, parseCookies }
  const short = { set: setCookie, destroy: destroyCookie, get: parseCookies }
  return { ...own, default: short, __esModule: true }
}

function parseCookies(context?: Context, { decode = decodeURIComponent }: { decode?: (value: string) => string } = {}) {
  const found: Record<string, string> = {}
  for (const pair of (context?.req?.headers.cookie ?? '').split(/; */)) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    const value = pair.slice(at + 1).trim()
    if (at >= 0 && found[name] === undefined) found[name] = decoded(value.startsWith('"') ? value.slice(1, -1) : value)
  }
  return found

  function decoded(value: string): string {
    try {
      return decode(value)
    } catch {
      return value
    }
  }
}

function setCookie({ res }: Context, name: string, value: string, options: Options = {}): object {
  if (!res) return {}
  // It also warns.
  if (res.finished) return {}
  const header = res.getHeader('Set-Cookie') ?? []
  const before = (Array.isArray(header) ? header : [String(header)]).map(readLine)
  const { encode: _encode, ...plain } = options
  const added = { ...plain, name, value, sameSite: plain.sameSite === true ? 'strict' : plain.sameSite || 'lax' }
  const kept = before.filter((one) => !isSame(one, added))
  res.setHeader('Set-Cookie', [...kept.map((one) => write(one, String)), write({ ...options, name, value })])
  return {}
}

function destroyCookie(context: Context, name: string, options?: Options): object {
  return setCookie(context, name, '', { ...options, maxAge: -1 })
}

const FLAGS = ['httpOnly', 'secure']
const READ: Readonly<Record<string, (value: string) => unknown>> = {
  'max-age': Number,
  expires: (value) => new Date(value),
  domain: String,
  path: String,
  samesite: String,
  httponly: () => true,
  secure: () => true,
}
const NAMES: Partial<Record<string, string>> = { 'max-age': 'maxAge', samesite: 'sameSite', httponly: 'httpOnly' }

/** set-cookie-parser without decoding. */
function readLine(line: string): Options {
  const [pair = '', ...attributes] = line.split(';')
  const at = pair.indexOf('=')
  const cookie: Options = { name: pair.slice(0, at), value: pair.slice(at + 1) }
  for (const attribute of attributes) {
    const [key = '', ...rest] = attribute.split('=')
    const name = key.trim().toLowerCase()
    const read = READ[name]
    if (read) cookie[NAMES[name] ?? name] = read(rest.join('='))
  }
  return cookie
}

function isSame(a: Options, b: Options): boolean {
  const low = ({ sameSite }: Options): unknown => (typeof sameSite === 'string' ? sameSite.toLowerCase() : sameSite)
  const keysOf = (one: Options): string[] => Object.keys({ ...one, sameSite: 0 })
  return (
    low(a) === low(b) &&
    keysOf(a).length === keysOf(b).length &&
    keysOf(a).every((key) => key === 'sameSite' || a[key] === b[key])
  )
}

/** cookie@0.4.2 `serialize`. */
function write(cookie: Options, encode = encodeURIComponent as (value: string) => string): string {
  const { name, value, maxAge, domain, path, expires, sameSite } = cookie
  const { encode: own = encode } = cookie as { encode?: typeof encode }
  if (maxAge != null && !Number.isFinite(Number(maxAge))) throw new TypeError('option maxAge is invalid')
  if (expires && !(expires instanceof Date)) throw new TypeError('option expires is invalid')
  const word = sameSite === true ? 'strict' : sameSite ? String(sameSite).toLowerCase() : ''
  if (word && !/^(?:lax|strict|none)$/.test(word)) throw new TypeError('option sameSite is invalid')
  return [
    `${name}=${own(value as string)}`,
    ...(maxAge == null ? [] : [`Max-Age=${Math.floor(Number(maxAge))}`]),
    ...(domain ? [`Domain=${domain}`] : []),
    ...(path ? [`Path=${path}`] : []),
    ...(expires instanceof Date ? [`Expires=${expires.toUTCString()}`] : []),
    ...FLAGS.filter((flag) => cookie[flag]).map((flag) => flag.charAt(0).toUpperCase() + flag.slice(1)),
    ...(word ? [`SameSite=${word.charAt(0).toUpperCase()}${word.slice(1)}`] : []),
  ].join('; ')
}
