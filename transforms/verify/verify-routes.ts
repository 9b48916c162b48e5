import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host } from '../model/host.ts'
import type { ReplayRequest, Scenario, Verification, VerifiedRoute } from '../model/verification.ts'
import { type BundleResult, bundleEntries, bundlePackages } from './bundle.ts'
import { createInstrumenter, type Instrumenter } from './instrumenter.ts'
import { type ClosedModules, createClosedModules } from './closed-modules.ts'
import { cannotRun, judgeRoute, type Unloadable } from './judge.ts'
import { createRunner, type PoolOptions, type Runner } from './pool.ts'
import type { Memory, Prepared } from './prepared.ts'
import { collectCalled, collectWords } from './words.ts'
import { findWorker } from './worker-file.ts'

export interface VerifyInput {
  /** The tree with the pages handlers. */
  before: Host
  /** The tree with the route files. */
  after: Host
  routes: readonly VerifiedRoute[]
  requestsFor: (route: VerifiedRoute) => { requests: readonly ReplayRequest[]; scenarios: readonly Scenario[] }
  /** Absolute folder of the `next` package that hosts both sides: the user's own. */
  next: string
  /** Processes at a time. */
  workers: number
  limits: { requestMs: number; memoryMb: number }
  onProgress?: (done: number, total: number) => void
  /** Asked before a route is replayed, and told what came of it. */
  memory?: Memory
}

/**
 * Replays requests against the handlers of both trees, side by side, with everything outside of the project replaced by
 * stand-ins, and tells for each route what that shows, in the order of the routes. Writes to a temporary folder only; never throws for
 * anything that the project does.
 */
export async function verifyRoutes(input: VerifyInput): Promise<Verification[]> {
  const folder = mkdtempSync(join(tmpdir(), 'routeshift-verify-'))
  try {
    const worker = await findWorker(folder)
    const cwd = join(folder, 'cwd')
    mkdirSync(cwd)
    const options = { worker, next: input.next, cwd, limits: input.limits }
    const closed = createClosedModules(
      input.before,
      input.after,
      new Set(input.routes.flatMap(({ source, target }) => [source, target])),
    )
    const verdicts = new Map<VerifiedRoute, Verification>()
    for (let round = 0; verdicts.size < input.routes.length; round++) {
      const routes = input.routes.filter((route) => !verdicts.has(route))
      const prepared = await prepareAll({ ...input, routes }, join(folder, String(round)), closed)
      const some = round < MAX_ROUNDS ? prepared : prepared.map(unclosable)
      const judged = await judgeAll(some, options, input, () => verdicts.size)
      for (const [index, verdict] of judged.entries()) {
        const route = routes[index]
        if (!route) continue
        if ('close' in verdict) closed.paths.add(verdict.close)
        else verdicts.set(route, verdict)
      }
    }
    return input.routes.flatMap((route) => verdicts.get(route) ?? [])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each round closes the modules for which routes could not be loaded. */
const MAX_ROUNDS = 8
const unclosable = (route: Prepared | Verification): Prepared | Verification =>
  'proof' in route ? route : { ...route, closable: () => null }

async function judgeAll(
  prepared: readonly (Prepared | Verification)[],
  options: PoolOptions,
  { workers, routes: { length }, onProgress, memory }: VerifyInput,
  before: () => number,
): Promise<(Verification | Unloadable)[]> {
  const verdicts: (Verification | Unloadable)[] = []
  let taken = 0
  let done = 0
  const work = async (): Promise<void> => {
    const runner = createRunner(options)
    try {
      for (let at = taken++; at < prepared.length; at = taken++) {
        const route = prepared[at]
        if (route === undefined) continue
        verdicts[at] = 'proof' in route ? route : await judge(route, runner, memory)
        done += 1
        onProgress?.(Math.min(before() + done, length), length)
      }
    } finally {
      runner.stop()
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, prepared.length)) }, work))
  return verdicts
}

async function judge(route: Prepared, runner: Runner, memory?: Memory): Promise<Verification | Unloadable> {
  const known = memory?.recall(route)
  if (known) return known
  const verdict = await judgeRoute(route, runner)
  if ('proof' in verdict) memory?.keep(route, verdict)
  return verdict
}

/** Bundles both sides of all routes. A route that cannot be bundled has its verdict already. */
export async function prepareAll(
  input: VerifyInput,
  folder: string,
  closed: ClosedModules = createClosedModules(input.before, input.after, new Set()),
): Promise<(Prepared | Verification)[]> {
  const { before, after, routes } = input
  const packages = new Map<string, string>()
  const instrumenter = createInstrumenter(routes.map(({ source }) => source))
  const close = (files: readonly string[]): boolean => {
    const path = closed.closable(files)
    if (path !== null) closed.paths.add(path)
    return path !== null
  }
  const olds = await bundleEntries({
    host: before,
    entries: routes.map(({ source }) => source),
    outdir: join(folder, 'before'),
    transform: instrumenter.transform,
    closed: closed.paths,
    close,
    packages,
  })
  // Nobody counts there. V8 writes the code of what fails into the texts of errors: they are compared, so both sides have to be written alike.
  const unread = createInstrumenter([...routes.map(({ target }) => target), ...instrumenter.counted()])
  const news = await bundleEntries({
    host: after,
    entries: routes.map(({ target }) => target),
    outdir: join(folder, 'after'),
    transform: unread.transform,
    closed: closed.paths,
    close: () => false,
    packages,
  })
  const real = packages.size === 0 ? null : await bundlePackages(packages, join(folder, 'packages'))
  return routes.map((route) =>
    prepare(input, route, olds.get(route.source), news.get(route.target), instrumenter, real, closed),
  )
}

function prepare(
  { before: host, requestsFor }: VerifyInput,
  route: VerifiedRoute,
  before: BundleResult | undefined,
  after: BundleResult | undefined,
  instrumenter: Instrumenter,
  packages: string | null,
  { closable }: ClosedModules,
): Prepared | Verification {
  if (before?.kind !== 'bundle')
    return cannotRun(route, `the original cannot be bundled: ${before?.why ?? 'no output'}`)
  if (after?.kind !== 'bundle') return cannotRun(route, `the route cannot be bundled: ${after?.why ?? 'no output'}`)
  const texts = before.bundle.files
    .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
    .map((path) => [path, host.read(path)] as const)
  return {
    route,
    job: {
      route: route.id,
      bundles: { before: before.bundle.path, after: after.bundle.path },
      packages,
      words: collectWords(texts),
      called: [...new Set(texts.flatMap(([, text]) => collectCalled(text)))],
    },
    branches: instrumenter.branchesOf(before.bundle.files),
    missing: before.bundle.missing,
    closable,
    ...requestsFor(route),
  }
}
