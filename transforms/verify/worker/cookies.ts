import type { IncomingMessage, ServerResponse } from 'node:http'

type Options = Partial<Record<string, unknown>>

/** cookies@0.9.1 index.js, without keys: only the lines that it writes and the values that it finds. */
export function cookiesModule(): unknown {
  return Object.assign(Jar, { Cookie, default: Jar, __esModule: true })
}

function Jar(this: unknown, request: IncomingMessage, response: ServerResponse): unknown {
  const jar = {
    get: (name: string): string | undefined => {
      const pattern = new RegExp(`(?:^|;) *${name.replace(/[\^$\\.*+?()[\]{}|]/g, '\\$&')}=([^;]*)`)
      const value = pattern.exec(request.headers.cookie ?? '')?.[1]
      return value?.startsWith('"') ? value.slice(1, -1) : value
    },
    set: (name: string, value?: unknown, options?: Options): unknown => {
      if (options?.secure) throw new Error('Cannot send secure cookie over unencrypted connection')
      const before = response.getHeader('Set-Cookie') ?? []
      const lines = typeof before === 'string' ? [before] : [...(before as string[])]
      const isReplaced = (line: string): boolean => Boolean(options?.overwrite) && line.startsWith(`${name}=`)
      response.setHeader('Set-Cookie', [
        ...lines.filter((line) => !isReplaced(line)),
        new Cookie(name, value, options).toHeader(),
      ])
      return jar
    },
  }
  return jar
}

const CONTENT = /^[\t -~\u0080-\u00ff]+$/

class Cookie {
  readonly #line: () => string

  constructor(name: string, value?: unknown, options: Options = {}) {
    if (!CONTENT.test(name) || /[;=]/.test(name)) throw new TypeError('argument name is invalid')
    if (value && (!CONTENT.test(String(value)) || String(value).includes(';')))
      throw new TypeError('argument value is invalid')
    const all: Options = { path: '/', httpOnly: true, ...options }
    if (!value) Object.assign(all, { expires: new Date(0), maxAge: null })
    if (typeof all.maxAge === 'number' ? !Number.isFinite(all.maxAge) : all.maxAge)
      throw new TypeError('option maxAge is invalid')
    this.#line = () => {
      const expires = all.maxAge ? new Date(Date.now() + Number(all.maxAge)) : (all.expires as Date | undefined)
      const sameSite = all.sameSite === true ? 'strict' : all.sameSite
      return [
        `${name}=${value || ''}`,
        ...(all.path ? [`path=${all.path}`] : []),
        ...(expires ? [`expires=${expires.toUTCString()}`] : []),
        ...(all.domain ? [`domain=${all.domain}`] : []),
        ...(all.priority ? [`priority=${String(all.priority).toLowerCase()}`] : []),
        ...(sameSite ? [`samesite=${String(sameSite).toLowerCase()}`] : []),
        ...(all.httpOnly ? ['httponly'] : []),
        ...(all.partitioned ? ['partitioned'] : []),
      ].join('; ')
    }
  }

  toHeader(): string {
    return this.#line()
  }
}
