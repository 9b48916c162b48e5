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
    take({ exchange: { ...run, before, after }, hits: [] })
    from = at + 1
  }
  return null
}

async function observeAlone(runner: Runner, job: Job, side: SideName): Promise<Observation> {
  const found: Observation[] = []
  const end = await runner.run({ ...job, sides: [side] }, (answer) => {
    const observation = answer[side]
    if (observation !== null) found.push(observation)
  })
  const why = end.kind === 'done' ? 'no answer' : end.why
  return found[0] ?? { answer: { kind: 'crash', why }, calls: [], log: [], rejections: [] }
}
