import type { Diagnostic } from '../model/diagnostic.ts'
import type { Route } from '../model/project.ts'
import type { ConfigRewrite } from './config-rules.ts'
import { aboutFile } from './diagnostics.ts'

/**
 * A rewrite onto an API route adds query keys: those of its destination, and the parameters of its source when the path
 * of the destination uses none of them. Pages: in `req.query`. App: `request.url` stays that of the source, so a route
 * that reads such a key cannot move.
 */
export function findRewriteHazard(
  route: Route,
  rewrites: readonly ConfigRewrite[],
  others: readonly Route[],
): ((text: string) => Diagnostic | null) | null {
  const found = rewrites.flatMap((rewrite) => {
    const keys = addedKeys(rewrite).filter((key) => route.params.every((param) => param.name !== key))
    return keys.length > 0 && reaches(rewrite, route, others) ? [{ source: rewrite.source, keys }] : []
  })
  if (found.length === 0) return null
  return (text) => {
    for (const { source, keys } of found) {
      const key = keys.find((key) => readsKey(text, key))
      if (key !== undefined) return aboutFile(route.source, 'PA020', 'blocker', { source, key })
    }
    return null
  }
}

/** The rewrites by which a request may arrive at the route under another path: `request.url` then has that path. */
export function findRewritesTo(
  route: Route,
  rewrites: readonly ConfigRewrite[],
  others: readonly Route[],
): readonly ConfigRewrite[] {
  return rewrites.filter(
    (rewrite) => pathOf(rewrite.source) !== pathOf(rewrite.destination) && reaches(rewrite, route, others),
  )
}

const pathOf = (pattern: string): string => pattern.split(/[?#]/)[0] ?? ''

function addedKeys({ source, destination, conditions }: ConfigRewrite): string[] {
  const [path = '', query = ''] = destination.split('#')[0]?.split('?') ?? []
  const own = query.split('&').flatMap((pair) => (pair === '' ? [] : decode(pair.split('=')[0] ?? '')))
  const params = [...namesIn(source), ...conditions]
  const isUsed = namesIn(path).some((name) => params.includes(name))
  return [...new Set([...own, ...(isUsed ? [] : params)])].filter((key) => key !== '')
}

function namesIn(pattern: string): string[] {
  return Array.from(pattern.matchAll(/:([A-Za-z_]\w*)/g), ([, name = '']) => name)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Could a request that is rewritten arrive at the route. */
function reaches({ destination }: ConfigRewrite, route: Route, others: readonly Route[]): boolean {
  const path = (destination.split(/[?#]/)[0] ?? '').replace(/\/+$/, '')
  if (others.some(({ id }) => id === path)) return route.id === path
  return mayMeet(path.split('/').slice(1), route.id.split('/').slice(1))
}

function mayMeet(path: readonly string[], id: readonly string[]): boolean {
  const [segment, part] = [path[0], id[0]]
  // The rest of either side may be anything.
  if ((segment !== undefined && /:\w+[*+?]|\0/.test(segment)) || part?.startsWith('[...') || part?.startsWith('[['))
    return true
  if (segment === undefined || part === undefined) return segment === part
  const isOpen = /[:(]/.test(segment) || part.startsWith('[')
  return (isOpen || segment === part) && mayMeet(path.slice(1), id.slice(1))
}

/** By text: the key is named in a file that reads the query, or the query is used as a whole. */
function readsKey(text: string, key: string): boolean {
  if (!/\bquery\b/.test(text)) return false
  if (new RegExp(`(?<![\\w$])${key.replaceAll(/[^\w]/g, '\\$&')}(?![\\w$])`).test(text)) return true
  // Patterns name each key that they take, except with a rest.
  const plain = text.replaceAll(PATTERN_OF_QUERY, (all) => (all.includes('...') ? '.query' : ''))
  if (/\.query\b(?!\s*(?:\(|\??\.(?!\.)|\[\s*['"`]))/.test(plain)) return true
  // `{ query } = req` is one mention; any other without a key is the whole of it.
  const isTaken = /[{,]\s*query\s*[,}]/.test(plain)
  return isTaken && (plain.match(/(?<![.\w$])query\b(?!\s*(?:\??\.(?!\.)|\[\s*['"`]|:))/g)?.length ?? 0) > 1
}

const PATTERN_OF_QUERY = /\{[^{}]*\}\s*(?::[^=;{}]*)?=\s*\w+\??\.query\b/g
