import type { Route } from '../model/project.ts'
import { paramOf } from './routes.ts'
import { COMPUTED } from './url-literals.ts'

interface Target {
  source: string
  segments: readonly { text: string; kind: 'static' | 'single' | 'catch-all' | 'optional-catch-all' }[]
}

const RANK = { static: 0, single: 1, 'catch-all': 2, 'optional-catch-all': 3 }

/** Finds the routes that a URL path may reach, as Next would pick them; several only where a computed part leaves it open. */
export function createUrlMatcher(routes: readonly Pick<Route, 'id' | 'source'>[]): (path: string) => string[] {
  const targets = routes.map(toTarget).sort(bySpecificity)
  return (path) => {
    const segments = path.split('/').filter((segment) => segment !== '')
    const first = targets.find((target) => matches(target, segments, false))
    if (first) return [first.source]
    // `/api/users${query}`: the computed tail is no part of the path.
    const last = segments.at(-1) ?? ''
    if (last.endsWith(COMPUTED) && last !== COMPUTED) {
      const cut = [...segments.slice(0, -1), last.slice(0, -1)]
      const found = targets.find((target) => matches(target, cut, false))
      if (found) return [found.source]
    }
    return targets.filter((target) => matches(target, segments, true)).map((target) => target.source)
  }
}

function toTarget(route: Pick<Route, 'id' | 'source'>): Target {
  const segments = route.id.slice(1).split('/')
  return {
    source: route.source,
    segments: segments.map((text) => ({ text, kind: paramOf(text)?.kind ?? 'static' })),
  }
}

function bySpecificity(a: Target, b: Target): number {
  for (let at = 0; at < Math.max(a.segments.length, b.segments.length); at++) {
    const [left, right] = [a.segments[at], b.segments[at]]
    const difference = (left ? RANK[left.kind] : -1) - (right ? RANK[right.kind] : -1)
    if (difference !== 0) return difference
  }
  return 0
}

/** `loose`: a computed segment may also be the name of a static one. */
function matches(target: Target, segments: readonly string[], loose: boolean): boolean {
  for (const [at, part] of target.segments.entries()) {
    const segment = segments[at]
    if (part.kind === 'optional-catch-all') return true
    if (segment === undefined) return false
    if (part.kind === 'catch-all') return true
    if (part.kind === 'static' && segment !== part.text && !(loose && segment === COMPUTED)) return false
  }
  return target.segments.length === segments.length
}
