import type { MigrateOptions } from '../../transforms/model/options.ts'
import { type Checked, checkCases } from './check.ts'
import { type Case, generateCase } from './generate.ts'
import { printFixture } from './print-fixture.ts'
import { shrink } from './shrink.ts'
import { count, emptyTally, type Tally } from './tally.ts'
import type { Verifier } from './verifier.ts'

/** Cases `from` to `to` (exclusive) of a seed. */
export interface Chunk {
  seed: number
  from: number
  to: number
  options: Partial<MigrateOptions>
  /** At most so many requests a handler. */
  requests: number
  /** Make failing cases smaller; costs some hundred checks each. */
  shrinks: boolean
}

export async function runChunk(chunk: Chunk, verifier: Verifier): Promise<Tally> {
  const { seed, from, to, options, requests } = chunk
  const tally = emptyTally()
  const cases = Array.from({ length: to - from }, (_, i) => generateCase(seed, from + i))
  const tasks = cases.map((made) => ({ made }))
  // One case that crashes us must not hide the others.
  const all = await checkCases(tasks, options, verifier, requests).catch(() => null)
  for (const [i, made] of cases.entries()) {
    try {
      const checked = all?.[i] ?? (await checkCases([{ made }], options, verifier, requests))[0]
      if (checked !== undefined) await note(made, checked, chunk, verifier, tally)
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      tally.failures.push({ n: made.n, kind: 'crash', message, text: await printFixture(made, null, options) })
    }
  }
  return tally
}

async function note(
  made: Case,
  checked: Checked,
  { options, shrinks }: Chunk,
  verifier: Verifier,
  tally: Tally,
): Promise<void> {
  tally.cases++
  tally.exchanges += checked.exchanges
  if (checked.isRemembered) tally.remembered++
  tally.branches.reached += checked.branches.reached
  tally.branches.total += checked.branches.total
  count(tally.outcomes, checked.outcome)
  if (checked.reason !== null) count(tally.reasons, checked.reason)
  for (const code of checked.codes) count(tally.codes, code)
  for (const name of made.used) {
    count(tally.productions, name)
    if (checked.reason !== null) count(tally.keptProductions, name)
  }
  const [fault] = checked.faults
  if (fault === undefined) return
  const { made: small, fault: shown } = shrinks ? await shrink(made, fault, options, verifier) : { made, fault }
  const text = await printFixture(small, shown, options)
  tally.failures.push({ n: made.n, kind: shown.kind, message: shown.message, text })
}
