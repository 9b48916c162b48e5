import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Host, runStart } from './model/host.ts'
import type { Migration } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { NextApp } from './model/project.ts'
import type { ComparisonReport } from './model/report.ts'
import type { Verification, VerifiedRoute } from './model/verification.ts'
import { migrate } from './migrate.ts'
import { projectModules } from './project/modules.ts'
import { requireNextPackage } from './project/next-package.ts'
import { overlayChanges } from './project/overlay.ts'
import { treeAt } from './project/tree-at.ts'
import { buildComparison } from './report/comparison.ts'
import { globalDifferences } from './report/global.ts'
import { reportVerification } from './report/verification.ts'
import { toolVersion } from './report/version.ts'
import { readReach } from './verify/handler-sources.ts'
import type { Memory } from './verify/prepared.ts'
import { defaultLimit, defaultMixtures, synthesise } from './verify/synthesise.ts'
import { verifyRoutes } from './verify/verify-routes.ts'
import { createEnvironment } from './verify/worker/environment.ts'
import { findAdapter, pairRoutes, verifiedRoute } from './verify-pairs.ts'

/** How routes are replayed. */
export interface ReplayOptions {
  /** A folder in which Next is installed; null for that of the application. */
  nextFrom: string | null
  /** Chooses what outside calls answer; the same seed gives the same result. */
  seed: number
  /** Milliseconds that one request may take. */
  timeLimit: number
  /** Processes at a time; null leaves it to the machine. */
  workers: number | null
  /** Requests for each route. */
  requests: number
}

/** What is compared with what. */
export interface VerifyOptions extends MigrateOptions, ReplayOptions {
  /** The commit to compare with; null for HEAD, or where no route has moved since, the start of the last run. */
  from: string | null
}

export interface VerifyHooks {
  onProgress?: (done: number, total: number) => void
  memory?: Memory
}

export const defaultReplay: ReplayOptions = {
  nextFrom: null,
  seed: 1,
  timeLimit: 2000,
  workers: null,
  requests: defaultLimit,
}

const MEMORY_MB = 512

/**
 * Compares the routes at a commit with the route files that serve their URLs in the working tree. Nothing outside of the project is called:
 * what it would answer is made up, alike on both sides. Throws UserError when the comparison cannot begin.
 */
export async function verify(
  options: Partial<VerifyOptions>,
  host: Host,
  hooks: VerifyHooks = {},
): Promise<ComparisonReport> {
  const settings: VerifyOptions = { ...defaultOptions, ...defaultReplay, from: null, ...options }
  const { from, before, pairs, unserved } = await findMoved(settings, host)
  const found = await replay(
    pairs.map(({ app, route }) => ({ app, route })),
    { before, after: host },
    settings,
    hooks,
  )
  const routes = pairs.flatMap(({ route, text }) => {
    const verification = found.get(route.source)
    if (!verification) return []
    const codes = route.codes.filter((code) => !Object.hasOwn(globalDifferences, code))
    const { id, source, target } = route
    return [{ route: id, source, target, text, codes, verification: reportVerification(verification) }]
  })
  const meta = { version: toolVersion, generated: new Date().toISOString() }
  return buildComparison({ root: host.root, before: from, after: 'working tree', routes, unserved }, meta)
}

/** The routes that have moved since a commit. A migration that is committed already began where the last run started. */
async function findMoved(settings: VerifyOptions, host: Host) {
  const since = async (from: string) => {
    const before = treeAt(host, from)
    const planned = await migrate(settings, before)
    const used = settings.fallback === null ? findAdapter(planned, host) : null
    const adapted =
      used === null ? planned : await migrate({ ...settings, fallback: 'adapter', adapterFile: used }, before)
    return { from, before, ...pairRoutes(adapted, host, settings.strict) }
  }
  const found = await since(settings.from ?? 'HEAD')
  const isEmpty = found.pairs.length === 0 && found.unserved.length === 0
  return isEmpty && settings.from === null && host.git.resolve(runStart) !== null ? since(runStart) : found
}

/** Replays the routes that a migration moves, before anything is written; by source file. `only`: leaves the others out. */
export async function verifyMigration(
  migration: Migration,
  host: Host,
  options: Partial<ReplayOptions> & { strict?: boolean },
  hooks: VerifyHooks & { only?: ReadonlySet<string> } = {},
): Promise<Map<string, Verification>> {
  const after = overlayChanges(host, migration.changes)
  const routes = migration.project.apps.flatMap((app) =>
    migration.routes.flatMap((result) => {
      const { target, route } = result
      if (result.app !== app.root || target === null || result.moduleOf || result.changes.length === 0) return []
      if (hooks.only && !hooks.only.has(route.source)) return []
      return [{ app, route: verifiedRoute(result, target, after.read(target), migration, options.strict ?? false) }]
    }),
  )
  return replay(routes, { before: host, after }, { ...defaultReplay, ...options }, hooks)
}

/** Each application is hosted by its own Next. */
async function replay(
  routes: readonly { app: NextApp; route: VerifiedRoute }[],
  { before, after }: { before: Host; after: Host },
  { nextFrom, seed, timeLimit, workers, requests }: ReplayOptions,
  { onProgress, memory }: VerifyHooks,
): Promise<Map<string, Verification>> {
  const found = new Map<string, Verification>()
  const environment = createEnvironment({ name: 'succeed', calls: 'succeed', seed })
  let done = 0
  for (const app of new Set(routes.map((one) => one.app))) {
    const own = routes.filter((one) => one.app === app).map(({ route }) => route)
    const modules = projectModules(before, app)
    const verified = await verifyRoutes({
      before,
      after,
      routes: own,
      requestsFor({ id, params, source }) {
        const reach = readReach(source, modules)
        const sources = { ...reach, params, environment: (name: string) => environment[name] ?? '' }
        return synthesise({ ...sources, id, seed, limit: requests, mixtures: defaultMixtures })
      },
      next: requireNextPackage(join(before.root, app.root), nextFrom),
      workers: workers ?? defaultWorkers(),
      limits: { requestMs: timeLimit, memoryMb: MEMORY_MB },
      ...(memory && { memory }),
      onProgress: (count) => onProgress?.(done + count, routes.length),
    })
    for (const verification of verified) found.set(verification.route.source, verification)
    done += own.length
  }
  return found
}

/** Two sides, each with a process of its own, and room for what else the machine does. */
function defaultWorkers(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2))
}
