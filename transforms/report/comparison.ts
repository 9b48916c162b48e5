import type { ComparedRoute, ComparisonReport } from '../model/report.ts'
import type { ReportMeta } from './build.ts'

/** What a comparison is made of. */
export interface Compared {
  root: string
  before: string
  after: string
  routes: readonly ComparedRoute[]
  unserved: ComparisonReport['unserved']
}

/** The report of `routeshift verify`. */
export function buildComparison(
  { root, before, after, routes, unserved }: Compared,
  meta: ReportMeta,
): ComparisonReport {
  const count = (proof: string) => routes.filter(({ verification }) => verification.proof === proof).length
  return {
    version: 1,
    tool: { name: 'routeshift', version: meta.version },
    generated: meta.generated,
    root,
    before,
    after,
    routes: [...routes],
    unserved,
    summary: {
      routes: routes.length,
      proven: count('proven'),
      partly: count('partly'),
      differs: count('differs'),
      cannotRun: count('cannot-run'),
    },
  }
}

/** Verdicts in the order a reader needs them, with what they mean. */
export const proofs = [
  {
    proof: 'differs',
    key: 'differs',
    title: 'Differs',
    meaning: 'an answer changed, and no code of the report says so',
  },
  { proof: 'cannot-run', key: 'cannotRun', title: 'Cannot run', meaning: 'could not be replayed' },
  {
    proof: 'partly',
    key: 'partly',
    title: 'Partly',
    meaning: 'no difference found, but some branches were not reached',
  },
  { proof: 'proven', key: 'proven', title: 'Proven', meaning: 'no difference found, every branch reached' },
] as const

/** `5 of 6 branches, 240 exchanges`, and what was not reached. */
export function describeEvidence({ verification }: Pick<ComparedRoute, 'verification'>): string {
  const { why, coverage, exchanges, expected } = verification
  if (why !== null) return why
  const parts = [coverage === null ? '' : `${coverage.reached} of ${coverage.total} branches`, `${exchanges} exchanges`]
  const known = Object.keys(expected).sort()
  if (known.length > 0) parts.push(`expected: ${known.join(', ')}`)
  const missed = coverage?.missed ?? []
  const places = missed.slice(0, 6).map(({ line, what }) => `line ${line} (${what})`)
  if (missed.length > places.length) places.push(`${missed.length - places.length} more`)
  return [
    ...parts.filter((part) => part !== ''),
    ...(places.length > 0 ? [`not reached: ${places.join(', ')}`] : []),
  ].join('; ')
}

/** What the text of a route file says about its making; empty when it is as routeshift writes it. */
export function describeText({ text }: ComparedRoute): string {
  if (text === 'planned' || text === 'unknown') return ''
  return text === 'edited' ? 'edited by hand' : 'not written by routeshift, which would have kept the route'
}
