import type { NextVersion } from '../model/project.ts'

/** The newest minor version of each major: what an install without a lock file takes for `^14.0.0`. */
const NEWEST_MINOR: Readonly<Record<number, number>> = { 13: 5, 14: 2, 15: 5, 16: 4 }

/** What `latest`, `canary` and `*` mean today. */
const NEWEST = { major: 16, minor: 4 }

/** Used when nothing names a version: the oldest that most repositories could be on without noticing a difference. */
export const assumedVersion: NextVersion = { major: 15, minor: 0, raw: '', source: 'assumed' }

/** A version that the user asked for. A bare `13` means its first release with a stable app router. */
export function parseOption(text: string): NextVersion | null {
  const match = /^v?(\d+)(?:\.(\d+|x|\*))?/.exec(text.trim())
  if (!match) return null
  const major = Number(match[1])
  const minor = match[2] === undefined ? Number.NaN : Number(match[2])
  const fallback = major === 13 ? 4 : 0
  return { major, minor: Number.isNaN(minor) ? fallback : minor, raw: text.trim(), source: 'option' }
}

/** An exact version from node_modules or a lock file. */
export function parseExact(text: string, source: 'installed' | 'locked'): NextVersion | null {
  const match = /^(\d+)\.(\d+)/.exec(text)
  return match ? { major: Number(match[1]), minor: Number(match[2]), raw: text, source } : null
}

/** True when an exact version is below all that a declared range lets in. */
export function isOlderThan(version: string, range: string): boolean {
  const exact = parseExact(version, 'locked')
  const lowest = rangeOf(range)?.split('||').flatMap(boundsOf).sort(compare)[0]
  return exact !== null && lowest !== undefined && compare(exact, lowest) < 0
}

/**
 * The version that an install of a declared range gives: the newest minor for `^14.0.0`, `14` and `14.x`, else the lowest
 * that is let in, of alternatives too. Null for ranges that name none (`workspace:*`, a git address).
 */
export function parseDeclared(range: string): NextVersion | null {
  const text = range.trim().replace(/^workspace:/, '')
  const source = 'declared'
  if (range.startsWith('workspace:') && /^[*^~]?$/.test(text)) return null
  if (/^(?:latest|canary|rc|beta|next|preview|\*|x|)$/.test(text)) return { ...NEWEST, raw: range, source }
  const plain = rangeOf(range)
  if (plain === null) {
    const tarball = /[-@/]v?(\d+)\.(\d+)\.\d+/.exec(text)
    return tarball ? { major: Number(tarball[1]), minor: Number(tarball[2]), raw: range, source } : null
  }
  const found = plain
    .split('||')
    .flatMap((part) => boundsOf(part).map((bound) => (isOpenMinor(part) ? newestOf(bound) : bound)))
    .sort(compare)[0]
  return found ? { ...found, raw: range, source } : null
}

/** True for versions whose app router is stable enough to move to. */
export function hasRouteHandlers(version: { major: number; minor: number }): boolean {
  return version.major > 13 || (version.major === 13 && version.minor >= 4)
}

/** A semver range without what stands before it; null for addresses. */
function rangeOf(range: string): string | null {
  const plain = range
    .trim()
    .replace(/^workspace:/, '')
    .replace(/^npm:(?:@[^/]+\/)?[^@]+@/, '')
  return /^(?:git|github|file|link|portal|patch|catalog|https?)[:+]/.test(plain) || /^[\w-]+\/[\w-]+/.test(plain)
    ? null
    : plain
}

/** `^14.1.0`, `14` and `14.x`: an install takes the newest minor of the major. */
function isOpenMinor(part: string): boolean {
  return /^\s*(?:\^\s*v?\d|v?\d+(?:\.[x*].*)?\s*$)/.test(part)
}

function newestOf({ major, minor }: { major: number; minor: number }): { major: number; minor: number } {
  return { major, minor: Math.max(minor, NEWEST_MINOR[major] ?? 0) }
}

/** The lower bound of one `||` part: the highest of its bounds, upper bounds left out. */
function boundsOf(part: string): { major: number; minor: number }[] {
  const bounds = [...part.matchAll(/(<=?|>=?|[~^=v])?\s*(?<![\d.])(\d+)(?:\.(\d+|x|\*))?[^\s,]*/g)]
    .filter((match) => !match[1]?.startsWith('<'))
    .map((match) => ({ major: Number(match[2]), minor: Number(match[3]) || 0 }))
  // In a hyphen range the second version is the upper bound.
  const used = /\s-\s/.test(part) ? bounds.slice(0, 1) : bounds
  return used.sort(compare).slice(-1)
}

function compare(a: { major: number; minor: number }, b: { major: number; minor: number }): number {
  return a.major - b.major || a.minor - b.minor
}
