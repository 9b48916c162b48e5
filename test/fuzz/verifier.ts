import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'
import type {
  Difference,
  Exchange,
  ReplayRequest,
  Scenario,
  VerifiedRoute,
} from '../../transforms/model/verification.ts'
import { unexplained } from '../../transforms/verify/unexplained.ts'
import { createRunner } from '../../transforms/verify/pool.ts'
import { runAll } from '../../transforms/verify/run-job.ts'
import { prepareAll } from '../../transforms/verify/verify-routes.ts'
import { findWorker } from '../../transforms/verify/worker-file.ts'
import type { Files } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'

/** One migrated route with what it is asked. */
export interface Subject {
  route: VerifiedRoute
  before: Files
  after: Files
  runs: readonly Run[]
}

export interface Run {
  request: ReplayRequest
  scenario: Scenario
}

export interface Compared {
  exchanges: number
  /** Exchanges with differences that no code explains. */
  surprises: readonly { exchange: Exchange; differences: readonly Difference[] }[]
  /** Why nothing could be run. */
  failure: string | null
  branches: { reached: number; total: number }
  /** Found in the file of an earlier run, not asked again. */
  isRemembered?: boolean
}

/** The core of `routeshift verify`, with one worker that lives as long as this does. */
export interface Verifier {
  compare(subjects: readonly Subject[]): Promise<Compared[]>
  stop(): void
}

/** Bundles of this many routes stay in the memory of a worker, which then is a new one. */
const maxRoutes = 600
const limits = { requestMs: 5000, memoryMb: 1024 }

/** `next`: the name of a package, `next15` for another version than the main one. */
export async function openVerifier(next = 'next'): Promise<Verifier> {
  const folder = mkdtempSync(join(tmpdir(), 'routeshift-fuzz-'))
  const cwd = join(folder, 'cwd')
  mkdirSync(cwd)
  const nextFolder = dirname(createRequire(import.meta.url).resolve(`${next}/package.json`))
  const runner = createRunner({ worker: await findWorker(folder), next: nextFolder, cwd, limits })
  let batches = 0
  let routes = 0
  return {
    stop() {
      runner.stop()
      rmSync(folder, { recursive: true, force: true })
    },
    async compare(subjects) {
      if (subjects.length === 0) return []
      routes += subjects.length
      if (routes > maxRoutes) {
        runner.stop()
        routes = subjects.length
      }
      const home = join(folder, String(batches++))
      mkdirSync(home)
      const results: Compared[] = []
      for (const [i, prepared] of (await prepare(subjects, nextFolder, home)).entries()) {
        const { route, runs = [] } = subjects[i] ?? {}
        const result = {
          exchanges: 0,
          surprises: [] as Compared['surprises'][number][],
          failure: null as string | null,
        }
        if (route === undefined) continue
        if ('proof' in prepared) {
          results.push({ ...result, failure: prepared.why ?? 'cannot run', branches: { reached: 0, total: 0 } })
          continue
        }
        const hits = new Set<number>()
        const job = { ...prepared.job, runs, sides: ['before', 'after'] as const, isSequence: false }
        result.failure = await runAll(runner, job, ({ exchange, hits: reached }) => {
          result.exchanges++
          for (const branch of reached) hits.add(branch)
          const differences = unexplained(route, exchange)
          if (differences.length > 0) result.surprises.push({ exchange, differences })
        })
        results.push({ ...result, branches: { reached: hits.size, total: prepared.branches.size } })
      }
      rmSync(home, { recursive: true, force: true })
      return results
    },
  }
}

/** All subjects in one tree, each in a folder of its own, so that one call of esbuild bundles them. */
async function prepare(subjects: readonly Subject[], next: string, home: string): ReturnType<typeof prepareAll> {
  const join = (side: 'before' | 'after'): Record<string, string> =>
    Object.fromEntries(
      subjects.flatMap((subject, i) => Object.entries(subject[side]).map(([path, text]) => [`c${i}/${path}`, text])),
    )
  const routes = subjects.map(({ route }, i) => ({
    ...route,
    source: `c${i}/${route.source}`,
    target: `c${i}/${route.target}`,
  }))
  const nothing = { requests: [], scenarios: [] }
  return prepareAll(
    {
      before: createMemoryHost(join('before')),
      after: createMemoryHost(join('after')),
      routes,
      requestsFor: () => nothing,
      next,
      workers: 1,
      limits,
    },
    home,
  )
}
