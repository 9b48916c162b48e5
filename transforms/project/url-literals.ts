/** Stands for a part of a URL that is computed. */
export const COMPUTED = '\0'

/** A string or template in a source that holds a URL path under /api. */
export interface UrlLiteral {
  /** From `/api` on, without query and hash; computed parts are COMPUTED. */
  path: string
  /** Offsets of the expression, quotes (and string parts added with `+`) included. */
  start: number
  end: number
}

/** The same path on a stranger's host is not ours: an origin is only believed where it is a developer's own machine. */
const ORIGIN = String.raw`https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|[\w.-]+\.(?:test|local|localhost)|example\.com)(?::\d+)?`
/** What may stand between the opening quote and `/api`: an origin, computed parts, a base path. */
const PREFIX = new RegExp(String.raw`(['"\`])((?:${ORIGIN}|\$\{[^{}]*\}|\/[\w-]+)*)$`)
const NOT_PATH = new RegExp(String.raw`${ORIGIN}|\$\{[^{}]*\}`, 'g')
const STARTS_AT_ORIGIN = new RegExp(`^${ORIGIN}`)
const ADDED = /\s*\+\s*[\w$.()[\]?!]+(?:\s*\+\s*(['"`])([^'"`\n]*)\1)?/y

/** Finds them by text: no parsing, each place looked at once. `basePaths` are those of the apps. */
export function findUrlLiterals(text: string, basePaths: readonly string[]): UrlLiteral[] {
  const out: UrlLiteral[] = []
  for (const match of text.matchAll(/\/api(?=[/'"`?$])|(?<=['"`])api(?=\/)/g)) {
    const before = text.slice(Math.max(0, match.index - 160), match.index)
    const opening = PREFIX.exec(before)
    if (!opening) continue
    const start = match.index - (before.length - opening.index)
    const prefix = before.slice(opening.index + 1).replace(NOT_PATH, '')
    if (prefix !== '' && !basePaths.includes(prefix)) continue
    const literal = readLiteral(text, start, match.index)
    if (literal) out.push(literal)
  }
  return out
}

// A slash that is none of `/api/`, or what ky is given, whose URLs have none.
const GIVEN = /(?:\(\s*(?=['"`]\/(?!api\b))|\.(?:get|post|put|patch|delete)\(\s*(?=['"`](?!https?:|api\/)\w))/g

/** What a call is given first that a client of the API may put `/api` before; `path` has it. */
export function findGivenUrls(text: string): UrlLiteral[] {
  return Array.from(text.matchAll(GIVEN), (match) => {
    const start = match.index + match[0].length
    return readLiteral(text, start, start + 1)
  }).flatMap((literal) => (literal ? { ...literal, path: `/api${literal.path}` } : []))
}

/** `/api` alone, after a base path of an app or the origin of a developer's own machine. */
export function isOwnBase(text: string, basePaths: readonly string[]): boolean {
  const [, prefix] = /^(.*)\/api\/?$/.exec(text.replace(STARTS_AT_ORIGIN, '')) ?? []
  return prefix !== undefined && (prefix === '' || basePaths.includes(prefix))
}

function readLiteral(text: string, start: number, from: number): UrlLiteral | null {
  const quote = text[start] ?? ''
  let path = ''
  let at = from
  for (; at < text.length && text[at] !== quote; at++) {
    const char = text.charAt(at)
    if (char === '\n') return null
    if (quote === '`' && text.startsWith('${', at)) {
      at = endOfBraces(text, at + 1)
      path += COMPUTED
    } else path += char
  }
  let end = at + 1
  // '/api/users/' + id + '/posts'
  for (ADDED.lastIndex = end; ; ) {
    const added = ADDED.exec(text)
    if (!added) break
    path += COMPUTED + (added[2] ?? '')
    end = ADDED.lastIndex
  }
  const clean = (path.startsWith('/') ? path : `/${path}`).replace(/[?#].*$/s, '')
  // Patterns of matchers and of Express-like routers are no calls.
  return /[*:\s]/.test(clean) ? null : { path: clean, start, end }
}

/** Offset of the `}` that closes the `{` at an offset. */
function endOfBraces(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth += 1
    else if (text[at] === '}' && --depth === 0) return at
  }
  return text.length
}
