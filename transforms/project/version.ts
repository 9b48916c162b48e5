import type { NextVersion } from '../model/project.ts'

/** What `latest`, `canary` and `*` mean today. */
const NEWEST = { major: 16, minor: 0 }

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

/** An exact version from node_modules. */
export function parseInstalled(text: string): NextVersion | null {
  const match = /^(\d+)\.(\d+)/.exec(text)
  return match ? { major: Number(match[1]), minor: Number(match[2]), raw: text, source: 'installed' } : null
}

/** The lowest version that a declared range lets in; null for ranges that name none (`workspace:*`, a git address). */
export function parseDeclared(range: string): NextVersion | null {
  const text = range.trim().replace(/^workspace:/, '')
  const source = 'declared'
  if (range.startsWith('workspace:') && /^[*^~]?$/.test(text)) return null
  if (/^(?:latest|canary|rc|beta|next|preview|\*|x|)$/.test(text)) return { ...NEWEST, raw: range, source }
  const plain = text.replace(/^npm:(?:@[^/]+\/)?[^@]+@/, '')
  if (/^(?:git|github|file|link|portal|patch|https?)[:+]/.test(plain) || /^[\w-]+\/[\w-]+/.test(plain)) {
    const tarball = /[-@/]v?(\d+)\.(\d+)\.\d+/.exec(plain)
    return tarball ? { major: Number(tarball[1]), minor: Number(tarball[2]), raw: range, source } : null
  }
  const lowest = plain.split('||').flatMap(lowestOf).sort(compare)[0]
  return lowest ? { ...lowest, raw: range, source } : null
}

/** True for versions whose app router is stable enough to move to. */
export function hasRouteHandlers(version: { major: number; minor: number }): boolean {
  return version.major > 13 || (version.major === 13 && version.minor >= 4)
}

/** The lower bound of one `||` part: the highest of its bounds, upper bounds left out. */
function lowestOf(part: string): { major: number; minor: number }[] {
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
