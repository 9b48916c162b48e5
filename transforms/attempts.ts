import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { MigrateOptions } from './model/options.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import type { SharedFunctions } from './plan/shared-model.ts'
import type { CallerMethods } from './project/callers.ts'
import { createMovableTests } from './project/movable-tests.ts'
import { createOwnSources } from './project/own-sources.ts'
import { createTestKinds } from './project/test-files.ts'
import { type AliasRoute, askedOf, findAliases, waitingFor, withoutAliasEdges } from './alias-routes.ts'
import { type Planned, planRoute } from './plan-routes.ts'
import { guarded, kept } from './route-results.ts'
import { createOpenedRoutes } from './opened-routes.ts'
import { createImportBypasses, type ImportBypasses } from './import-bypasses.ts'
import { adaptRoutes } from './adapt-routes.ts'
import { convertTests } from './converted-tests.ts'
import { findPrivateModules, findStaying, leftTests, withPrivateModules } from './private-modules.ts'
import { finishPrivateModules, reasonsOf } from './private-results.ts'
import { createSharedAttempts, type SharedAttempts } from './shared-attempts.ts'
import { findClashes, findForeign, findSharedClashes } from './change-clashes.ts'
import { emitAll, emitRoute, repointTools, shareChanges, standsAlone } from './emit-routes.ts'

export interface MigrateHooks {
  onProgress?: (done: number, total: number) => void
  /** `file`: nothing but the route's own file can be written, so no function of another module is followed. */
  scope?: 'file' | 'program'
  /** Routes that are kept whatever the analysis says, by source, each with its reason. */
  withheld?: ReadonlyMap<string, Diagnostic>
  /** Routes that stay although they could run behind the adapter, by source, each with its reason. */
  unadapted?: ReadonlyMap<string, Diagnostic>
}

export interface RunInput {
  project: Project
  host: Host
  settings: MigrateOptions
  callers: CallerMethods
  hooks: MigrateHooks
  /** Imports of shared functions that hold no old form: those of tests that are listed. */
  isLeft?: (edge: ImportEdge) => boolean
}

interface AttemptInput extends RunInput {
  aliases: readonly AliasRoute[]
  attempts: SharedAttempts
  bypasses: ImportBypasses
  testKind: ReturnType<typeof createTestKinds>
  movableTest: ReturnType<typeof createMovableTests>
}

/** With the files that routes load as modules of their own moved beside them, as far as all that loads them moves. */
export function runProgram(input: RunInput): ReturnType<typeof runAttempts> {
  const { project, host, callers, hooks, settings } = input
  if (hooks.scope === 'file') return runAttempts(input)
  const reasons = new Map<string, readonly Diagnostic[]>()
  let modules = findPrivateModules(project, host, { callers, withheld: new Set(hooks.withheld?.keys()) })
  while (modules.length > 0) {
    const view = withPrivateModules(project, host, modules)
    const isLeft = settings.keepTested ? () => false : leftTests(view)
    const finished = runAttempts({ ...input, project: view.project, host: view.host, isLeft })
    for (const [source, why] of reasonsOf(view, finished.routes)) if (!reasons.has(source)) reasons.set(source, why)
    const staying = findStaying(view, project, finished.routes)
    if (staying.size === 0) {
      const routes = finishPrivateModules(view, { project, host }, finished.routes)
      return { ...finished, routes: withReasons(routes, reasons) }
    }
    modules = modules.filter(({ route }) => !staying.has(route.source))
  }
  const finished = runAttempts(input)
  return { ...finished, routes: withReasons(finished.routes, reasons) }
}

/** What keeps a route is what kept it when all that it loads could move with it, not that this could not. */
function withReasons(
  routes: readonly RouteResult[],
  reasons: ReadonlyMap<string, readonly Diagnostic[]>,
): RouteResult[] {
  return routes.map((result) => {
    const why = result.outcome === 'kept' ? reasons.get(result.route.source) : undefined
    return why ? { ...result, diagnostics: why } : result
  })
}

/** Attempts at the whole program until one holds; once more without the routes that could not be written in the end. */
function runAttempts(input: RunInput): { routes: RouteResult[]; notes: readonly Diagnostic[] } {
  const { host, settings, hooks } = input
  const scope = hooks.scope ?? 'program'
  const aliases = scope === 'program' ? findAliases(input.project, host, new Set(hooks.withheld?.keys())) : []
  const project = withoutAliasEdges(input.project, aliases)
  const movableTest = createMovableTests(host, project.apps, { keep: settings.keepTested })
  const testKind = createTestKinds(host, project.apps, movableTest)
  const attempts = createSharedAttempts(project, host, {
    strict: settings.strict,
    scope,
    declared: settings.declared,
    ...(input.isLeft ? { isLeft: input.isLeft } : {}),
  })
  const bypasses = createImportBypasses(project, host, { scope, keepTested: settings.keepTested, testKind })
  const attempt = createAttempt({ ...input, project, aliases, attempts, bypasses, testKind, movableTest })
  let written = attempt()
  while (attempts.learn(written.plans, written.routes)) written = attempt()
  const finished = attempts.finish(written.routes)
  const passed = bypasses.finish(shareChanges(finished.routes))
  const wrong = new Map([
    ...passed.wrong,
    ...written.clashes,
    ...findSharedClashes(written.plans, finished.written),
    ...(scope === 'program' ? findForeign(passed.routes, createOwnSources(host)) : []),
  ])
  const tests =
    scope === 'program' && wrong.size === 0
      ? convertTests(passed.routes, written.plans, { project, host, movable: movableTest })
      : { routes: passed.routes, held: new Map<string, Diagnostic>() }
  if (settings.keepTested) for (const [source, why] of tests.held) wrong.set(source, why)
  if (wrong.size === 0) {
    const withheldAdapted = hooks.unadapted ?? new Map<string, Diagnostic>()
    const routes =
      scope === 'program'
        ? adaptRoutes(tests.routes, { project: input.project, host, settings, withheld: withheldAdapted })
        : tests.routes
    return { routes, notes: [...finished.notes, ...passed.notes] }
  }
  const withheld = new Map([...(hooks.withheld ?? []), ...wrong])
  return runAttempts({ ...input, hooks: { ...hooks, withheld } })
}

interface Attempt {
  plans: readonly (Planned | RouteResult)[]
  routes: RouteResult[]
  /** Routes that need a file to be written otherwise than others do. */
  clashes: ReadonlyMap<string, Diagnostic>
}

/** Plans and writes every route. What called no function of another module is the same in the next attempt, and kept for it. */
function createAttempt(input: AttemptInput): () => Attempt {
  const { project, host, settings, attempts, bypasses, callers, hooks, testKind, movableTest } = input
  const waiting = waitingFor(input.aliases)
  const settled = new Map<string, Planned | RouteResult>()
  /** Routes that were not asked for and share nothing. */
  const deaf = new Set<string>()
  const opened = createOpenedRoutes(host)
  const total = project.apps.reduce((sum, app) => sum + app.routes.length, 0)
  return () => {
    const plans: (Planned | RouteResult)[] = []
    for (const app of project.apps) {
      const shared = attempts.open(app)
      let sharesFunctions = false
      for (const route of app.routes) {
        const known = settled.get(route.source)
        let asksOthers = false
        const watched = watch(shared, () => {
          asksOthers = true
        })
        const input = inputFor(route, app, watched)
        const reason = hooks.withheld?.get(route.source) ?? waiting.get(route.source)
        const plan = known ?? guarded(route, app, () => (reason ? kept(route, app, [reason]) : planRoute(input)))
        const result =
          'outcome' in plan || !standsAlone(plan, project)
            ? plan
            : guarded(route, app, () => emitRoute(plan, new Map(), repointTools(new Map(), project, host)))
        plans.push(result)
        sharesFunctions ||= asksOthers
        if (!asksOthers) {
          settled.set(route.source, result)
          opened.close(route)
        }
        hooks.onProgress?.(Math.min(plans.length, total), total)
      }
      if (sharesFunctions) hearUnasked(app, shared)
    }
    const added = plans.flatMap((plan) => ('outcome' in plan ? [] : plan.newEdges))
    const linked: Project = { ...project, importers: [...project.importers, ...added] }
    // A route that another one will import from is planned again: what it exports must be found in its new place.
    for (const [i, plan] of plans.entries()) {
      if ('outcome' in plan) continue
      const input = { ...plan.input, project: linked }
      const isAsked = added.some((edge) => edge.to === input.route.source)
      plans[i] = isAsked ? guarded(input.route, input.app, () => planRoute(input)) : { ...plan, input }
    }
    const routes = emitAll(plans, linked, { host, movable: movableTest })
    return { plans, routes: shareChanges(routes), clashes: findClashes(routes) }
  }

  function inputFor(route: Route, app: NextApp, shared: SharedFunctions) {
    const asked = askedOf(route, input.aliases, callers)
    return { route, app, project, host, opened, settings, ...asked, shared, bypasses, testKind, movableTest }
  }

  /** Planned for what it asks of shared functions, so that they get the form which one run over all routes gives them. */
  function hearUnasked(app: NextApp, shared: SharedFunctions): void {
    for (const route of app.unasked ?? []) {
      if (deaf.has(route.source)) continue
      let asksOthers = false
      const watched = watch(shared, () => {
        asksOthers = true
      })
      guarded(route, app, () => planRoute(inputFor(route, app, watched)))
      if (asksOthers) continue
      deaf.add(route.source)
      opened.close(route)
    }
  }
}

/** Tells when a route has a function of another module that is followed. */
function watch(shared: SharedFunctions, onFound: () => void): SharedFunctions {
  const told = <T>(found: T | null): T | null => {
    if (found !== null) onFound()
    return found
  }
  return {
    ...shared,
    follow: (...call) => told(shared.follow(...call)),
    followWrapper: (...callee) => told(shared.followWrapper(...callee)),
  }
}
