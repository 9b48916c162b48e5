import type { Observation, ReplayRequest, Scenario } from '../../model/verification.ts'
import { matchRoute } from '../route-path.ts'
import type { Words } from '../words.ts'
import { createPackages, createProbe, loadProgram } from './evaluate.ts'
import { observe } from './exchange.ts'
import type { Params } from './next-host.ts'
import { loadNext, type NextModules } from './next-modules.ts'
import { requestWords } from './request-words.ts'
import type { Sandbox } from './sandbox.ts'
import { createWorld, type World } from './world.ts'

export type SideName = 'before' | 'after'

/** Requests of one route. The answers come back one by one, so that it is known where a worker died. */
export interface Job {
  route: string
  /** Path of the bundle of each side. */
  bundles: Readonly<Record<SideName, string>>
  /** Path of the bundle of real packages, if any. */
  packages: string | null
  words: Words
  called: readonly string[]
  runs: readonly { request: ReplayRequest; scenario: Scenario }[]
  /** Only these sides are run; the other's observation is null. */
  sides: readonly SideName[]
  /** The whole list is sent to one instance of the module, as to a server that goes on running. */
  isSequence: boolean
}

export interface JobAnswer {
  index: number
  before: Observation | null
  after: Observation | null
  /** Branches of the original that this run reached. */
  hits: readonly number[]
}

export type WorkerMessage =
  | { kind: 'ready' }
  | ({ kind: 'answer' } & JobAnswer)
  | { kind: 'done' }
  | { kind: 'failed'; why: string }

/** Waits for jobs of the parent process. The first message names the folder of Next. */
export function answerJobs(): void {
  let next: NextModules | null = null
  const openings = new Map<string | null, (world: World) => Sandbox>()
  process.on('message', async (message: { next: string } | { job: Job }) => {
    try {
      if ('next' in message) {
        next = loadNext(message.next)
        tell({ kind: 'ready' })
        return
      }
      if (next === null) throw new Error('a job came before Next was named')
      const { job } = message
      const open = openings.get(job.packages) ?? createPackages(job.packages, next)
      openings.set(job.packages, open)
      await runJob(job, next, open)
      tell({ kind: 'done' })
    } catch (error) {
      tell({ kind: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
}

async function runJob(job: Job, next: NextModules, open: (world: World) => Sandbox): Promise<void> {
  const called = new Set(job.called)
  const instances = new Map<SideName, { world: World; module: unknown }>()
  for (const [index, { request, scenario }] of job.runs.entries()) {
    const hits = new Set<number>()
    const observed: Partial<Record<SideName, Observation>> = {}
    const params = paramsOf(job.route, request.path)
    for (const side of job.sides) {
      const kept = instances.get(side)
      const world =
        kept?.world ?? createWorld(scenario, { ...job.words, request: requestWords(request, params) }, called)
      const sandbox = open(world)
      const load = (): unknown => {
        if (kept !== undefined) return kept.module
        // Branches of the new form are not counted.
        const reached = side === 'before' ? hits : new Set<number>()
        const module = loadProgram(job.bundles[side])(sandbox, createProbe(reached))
        if (job.isSequence) instances.set(side, { world, module })
        return module
      }
      kept?.world.restart()
      observed[side] =
        params === undefined
          ? { answer: { kind: 'crash', why: 'the path is not one of this route' }, calls: [], log: [], rejections: [] }
          : await observe(side, { next, world, route: job.route, params, load }, request)
    }
    tell({ kind: 'answer', index, before: observed.before ?? null, after: observed.after ?? null, hits: [...hits] })
  }
}

/** Undefined where the path is not the route's; null where the route has no params. */
function paramsOf(route: string, path: string): Params | undefined {
  try {
    const params = matchRoute(route, path)
    if (params === null) return undefined
    return route.includes('[') ? params : null
  } catch {
    return undefined // malformed escapes: both routers refuse them
  }
}

function tell(message: WorkerMessage): void {
  process.send?.(message)
}
