import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exchange, ReplayRequest, Scenario } from '../../transforms/model/verification.ts'
import { bundleEntries } from '../../transforms/verify/bundle.ts'
import { createRunner } from '../../transforms/verify/pool.ts'
import { runAll } from '../../transforms/verify/run-job.ts'
import { findWorker } from '../../transforms/verify/worker-file.ts'
import { repositoryRoot, type Target } from './fixture.ts'
import { createMemoryHost } from './memory-host.ts'
import { compilers } from './type-tree.ts'

const idle = 'export default (req, res) => res.end()'

/** What is to be observed. A side that is not given answers nothing of interest. */
export interface Trial {
  target: Target
  /** `/api/test` unless given. */
  route?: string
  pages?: string
  app?: string
  /** Other files of both trees. */
  files?: Readonly<Record<string, string>>
  requests: readonly Partial<ReplayRequest>[]
  scenario?: Scenario
  /** All requests go to one instance of the module. */
  isSequence?: boolean
  limits?: { requestMs: number; memoryMb: number }
}

/** Runs requests in a worker process as verify does, and gives what was observed without judging it. */
export async function observeBoth(trial: Trial): Promise<Exchange[]> {
  const { target, route = '/api/test', pages = idle, app = '', files = {}, requests } = trial
  const folder = mkdtempSync(join(tmpdir(), 'routeshift-observe-'))
  const [source, place] = [`pages${route}.ts`, `app${route}/route.ts`]
  const host = createMemoryHost({ ...files, [source]: pages, [place]: app }, { root: repositoryRoot })
  const bundle = async (entry: string): Promise<string> => {
    const found = await bundleEntries({
      host,
      entries: [entry],
      outdir: join(folder, entry.slice(0, 3)),
      transform: (_path, text) => text,
      closed: new Set(),
      close: () => false,
      packages: new Map(),
    })
    const result = found.get(entry)
    if (result?.kind !== 'bundle') throw new Error(result?.why ?? `${entry} was not bundled`)
    return result.bundle.path
  }
  const cwd = join(folder, 'cwd')
  mkdirSync(cwd)
  const runner = createRunner({
    worker: await findWorker(folder),
    next: join(repositoryRoot, 'node_modules', compilers[target].next),
    cwd,
    limits: trial.limits ?? { requestMs: 5000, memoryMb: 256 },
  })
  try {
    const exchanges: Exchange[] = []
    const scenario = trial.scenario ?? { name: 'succeed', calls: 'succeed', seed: 0 }
    const job = {
      route,
      bundles: { before: await bundle(source), after: await bundle(place) },
      packages: null,
      words: { all: [], named: {} },
      called: [],
      runs: requests.map((request) => ({ request: { name: '', method: 'GET', path: route, ...request }, scenario })),
      sides: ['before', 'after'] as const,
      isSequence: trial.isSequence ?? false,
    }
    const failure = await runAll(runner, job, ({ exchange }) => exchanges.push(exchange))
    if (failure !== null) throw new Error(failure)
    return exchanges
  } finally {
    runner.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
