import type { Exchange, Observation } from '../model/verification.ts'
import type { Runner } from './pool.ts'
import type { Job, SideName } from './worker/jobs.ts'

export interface RunResult {
  exchange: Exchange
  /** Branches that the original reached. */
  hits: readonly number[]
}

/** Runs that killed the worker before a job is given up. */
const MAX_DEATHS = 12
/** A request that took too long may have met a busy machine: alone it has so many times the limit. */
const PATIENCE_ALONE = 5

/**
 * Runs all requests of a job. Where the process dies or hangs, it is found out which side did that, the rest goes on in a new one. Null, or why
 * nothing can be run.
 */
export async function runAll(runner: Runner, job: Job, take: (result: RunResult) => void): Promise<string | null> {
  let from = 0
  for (let deaths = 0; from < job.runs.length; deaths++) {
    const runs = job.runs.slice(from)
    const end = await runner.run({ ...job, runs }, ({ index, before, after, hits }) => {
      const run = runs[index]
      if (run !== undefined && before !== null && after !== null) take({ exchange: { ...run, before, after }, hits })
    })
    if (end.kind === 'done') return null
    if (end.kind === 'failed') return end.why
    const at = from + end.index
    const run = job.runs[at]
    if (run === undefined || deaths >= MAX_DEATHS) return `the worker keeps dying: ${end.why}`
    const alone = { ...job, runs: [run] }
    const before = await observeAlone(runner, alone, 'before')
    const after = await observeAlone(runner, alone, 'after')
    const exchange = { ...run, before: before.observation, after: after.observation }
    take({ exchange, hits: before.hits })
    from = at + 1
  }
  return null
}

async function observeAlone(
  runner: Runner,
  job: Job,
  side: SideName,
): Promise<{ observation: Observation; hits: readonly number[] }> {
  const found: { observation: Observation; hits: readonly number[] }[] = []
  const end = await runner.run(
    { ...job, sides: [side] },
    (answer) => {
      const observation = answer[side]
      if (observation !== null) found.push({ observation, hits: answer.hits })
    },
    PATIENCE_ALONE,
  )
  const why = end.kind === 'done' ? 'no answer' : end.why
  return found[0] ?? { observation: { answer: { kind: 'crash', why }, calls: [], log: [], rejections: [] }, hits: [] }
}
