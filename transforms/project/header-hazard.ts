import type { Diagnostic } from '../model/diagnostic.ts'
import type { NextVersion, Route } from '../model/project.ts'
import type { ConfigHeader } from './config-rules.ts'

/** Where handlers add to what the config says instead. */
const ADDED = new Set(['set-cookie', 'vary', 'www-authenticate', 'proxy-authenticate'])

/**
 * A header that both `headers()` of the config and the handler set. Pages: the handler wins. App: so it is in 13.4 only;
 * 13.5 and 14 send both, from 15 on the config wins. Null when the config sets none on the route's path.
 */
export function findHeaderHazards(
  route: Route,
  headers: readonly ConfigHeader[],
  next: NextVersion,
): ((text: string) => Diagnostic[]) | null {
  if (next.major === 13 && next.minor < 5) return null
  const path = route.id.replaceAll(/\[[^/]*\]/g, 'x')
  const own = headers.filter(({ source, name }) => !ADDED.has(name.toLowerCase()) && compileSource(source)?.test(path))
  if (own.length === 0) return null
  return (text) => {
    const set = headersIn(text)
    const names = new Map<string, Diagnostic>()
    for (const { name, value } of own) {
      const found = set.find((header) => header.name === name.toLowerCase())
      // The same value twice is the same answer, unless both lines are sent.
      if (!found || (next.major >= 15 && value !== null && found.value === value)) continue
      const start = found.at
      const before = text.slice(0, start)
      const line = before.split('\n').length
      const column = start - before.lastIndexOf('\n')
      const span = { file: route.source, start, end: start + name.length, line, column }
      const winner = next.major >= 15 ? 'config' : 'both'
      names.set(name.toLowerCase(), { code: 'PA022', level: 'review', span, data: { name, winner } })
    }
    return [...names.values()]
  }
}

const SET = /\.(?:setHeader|appendHeader)\(\s*(['"`])([\w-]+)\1\s*,\s*(?:(['"`])([^'"`$]*)\3\s*\))?/g
const WRITE_HEAD = /\.writeHead(?:er)?\([^{};]*\{([^}]*)\}/g

/** Headers that a text sets by literal names, in lower case; `json` sets the content type. */
function headersIn(text: string): { name: string; value: string | null; at: number }[] {
  const set = Array.from(text.matchAll(SET), (match) => {
    return { name: (match[2] ?? '').toLowerCase(), value: match[4] ?? null, at: match.index + 1 }
  })
  const written = Array.from(text.matchAll(WRITE_HEAD)).flatMap((match) =>
    Array.from((match[1] ?? '').matchAll(/(['"`]?)([\w-]+)\1\s*:/g), ([, , name = '']) => {
      return { name: name.toLowerCase(), value: null, at: match.index + 1 }
    }),
  )
  const json = /\.json\(/.exec(text)
  return [
    ...set,
    ...written,
    ...(json ? [{ name: 'content-type', value: 'application/json', at: json.index + 1 }] : []),
  ]
}

/** A source pattern of the Next config as a regular expression; null for the forms that are not known. */
function compileSource(source: string): RegExp | null {
  if (/[{}\0]/.test(source)) return null
  const pattern = source
    .replace(/\/+$/, '')
    .replaceAll(/\/:\w+(?:\([^()]*\))?\*/g, '(?:/.*)?')
    .replaceAll(/\/:\w+(?:\([^()]*\))?\+/g, '/.+')
    .replaceAll(/\/:\w+(?:\([^()]*\))?\?/g, '(?:/[^/]+)?')
    .replaceAll(/:\w+\(/g, '(')
    .replaceAll(/(?<!\()(?<!\?):\w+/g, '[^/]+')
  try {
    return new RegExp(`^${pattern}$`, 'i')
  } catch {
    return null
  }
}
