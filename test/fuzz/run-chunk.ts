import type { MigrateOptions } from '../../transforms/model/options.ts'
import { checkCase } from './check.ts'
import { generateCase } from './generate.ts'
import { printFixture } from './print-fixture.ts'
import { shrink } from './shrink.ts'

/** Cases `from` to `to` (exclusive) of a seed. */
export interface Chunk {
  seed: number
  from: number
  to: number
  options: Partial<MigrateOptions>
  /** Make failing cases smaller; costs some hundred checks each. */
  shrinks: boolean
}

export interface Failure {
  n: number
  kind: string
  message: string
  /** A ready fixture, or the case as it was generated. */
  text: string
}

export interface Tally {
  cases: number
  exchanges: number
  outcomes: Record<string, number>
  /** First reasons of kept routes, by code. */
  reasons: Record<string, number>
  /** Cases with a finding of this code. */
  codes: Record<string, number>
  /** Of each production: cases with it, and how many of them were kept. */
  productions: Record<string, { cases: number; kept: number }>
  failures: Failure[]
}

export const emptyTally = (): Tally => ({
  cases: 0,
  exchanges: 0,
  outcomes: {},
  reasons: {},
  codes: {},
  productions: {},
  failures: [],
})

export async function runChunk({ seed, from, to, options, shrinks }: Chunk): Promise<Tally> {
  const tally = emptyTally()
  for (let n = from; n < to; n++) {
    const made = generateCase(seed, n)
    tally.cases++
    try {
      const checked = await checkCase(made, options)
      tally.exchanges += checked.exchanges
      count(tally.outcomes, checked.outcome)
      if (checked.reason !== null) count(tally.reasons, checked.reason)
      for (const code of checked.codes) count(tally.codes, code)
      for (const name of made.used) {
        const known = tally.productions[name] ?? { cases: 0, kept: 0 }
        tally.productions[name] = { cases: known.cases + 1, kept: known.kept + (checked.reason === null ? 0 : 1) }
      }
      const [fault] = checked.faults
      if (fault === undefined) continue
      const { made: small, fault: shown } = shrinks ? await shrink(made, fault, options) : { made, fault }
      tally.failures.push({
        n,
        kind: shown.kind,
        message: shown.message,
        text: await printFixture(small, shown, options),
      })
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      tally.failures.push({ n, kind: 'crash', message: text, text: await printFixture(made, null, options) })
    }
  }
  return tally
}

export function mergeTally(into: Tally, from: Tally): void {
  into.cases += from.cases
  into.exchanges += from.exchanges
  for (const key of ['outcomes', 'reasons', 'codes'] as const)
    for (const [name, number] of Object.entries(from[key])) into[key][name] = (into[key][name] ?? 0) + number
  for (const [name, { cases, kept }] of Object.entries(from.productions)) {
    const known = into.productions[name] ?? { cases: 0, kept: 0 }
    into.productions[name] = { cases: known.cases + cases, kept: known.kept + kept }
  }
  into.failures.push(...from.failures)
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}
