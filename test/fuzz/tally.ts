export interface Failure {
  n: number
  kind: string
  message: string
  /** A ready fixture, or the case as it was generated. */
  text: string
}

/** What came of some cases. */
export interface Tally {
  cases: number
  exchanges: number
  /** Cases whose exchanges an earlier run made. */
  remembered: number
  /** Branches of the originals. */
  branches: { reached: number; total: number }
  outcomes: Record<string, number>
  /** First reasons of kept routes, by code. */
  reasons: Record<string, number>
  /** Cases with a finding of this code. */
  codes: Record<string, number>
  /** Cases with this production, and how many of them were kept. */
  productions: Record<string, number>
  keptProductions: Record<string, number>
  failures: Failure[]
}

export const emptyTally = (): Tally => ({
  cases: 0,
  exchanges: 0,
  remembered: 0,
  branches: { reached: 0, total: 0 },
  outcomes: {},
  reasons: {},
  codes: {},
  productions: {},
  keptProductions: {},
  failures: [],
})

export function mergeTally(into: Tally, from: Tally): void {
  into.cases += from.cases
  into.exchanges += from.exchanges
  into.remembered += from.remembered
  into.branches.reached += from.branches.reached
  into.branches.total += from.branches.total
  for (const key of ['outcomes', 'reasons', 'codes', 'productions', 'keptProductions'] as const)
    for (const [name, number] of Object.entries(from[key])) count(into[key], name, number)
  into.failures.push(...from.failures)
}

export function count(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by
}
