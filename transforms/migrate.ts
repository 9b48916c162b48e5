import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { NextApp, Project, Route } from './model/project.ts'
import type { SharedFunctions } from './plan/shared-model.ts'
import type { CallerMethods } from './project/callers.ts'
import { loadProject, loadSources } from './project/load.ts'
import { createMovableTests } from './project/movable-tests.ts'
import { createOwnSources } from './project/own-sources.ts'
import { readOnce } from './project/read-once.ts'
import { findSplitState, type Parting } from './project/split-state.ts'
import { findAppHazards } from './project/surroundings.ts'
import { createTestKinds } from './project/test-files.ts'
import { buildReport } from './report/build.ts'
import { toolVersion } from './report/version.ts'

import { type AliasRoute, askedOf, findAliases, waitingFor, withoutAliasEdges } from './alias-routes.ts'
import { type Planned, planRoute } from './plan-routes.ts'
import { diagnostic, guarded, kept } from './route-results.ts'
import { followPaths } from './moved-paths.ts'
import { createOpenedRoutes } from './opened-routes.ts'
import { createImportBypasses, type ImportBypasses } from './import-bypasses.ts'
import { adaptRoutes } from './adapt-routes.ts'
import { convertTests } from './converted-tests.ts'
import { createSharedAttempts, type SharedAttempts } from './shared-attempts.ts'
import { findClashes, findForeign, findSharedClashes } from './change-clashes.ts'
import { emitAll, emitRoute, repointTools, shareChanges, standsAlone } from './emit-routes.ts'

export { printStage } from './print-stage.ts'

export interface MigrateHooks {
  onProgress?: (done: number, total: number) => void
  /** `file`: nothing but the route's own file can be written, so no function of another module is followed. */
  scope?: 'file' | 'program'
  /** Routes that are kept whatever the analysis says, by source, each with its reason. */
  withheld?: ReadonlyMap<string, Diagnostic>
  /** Routes that stay although they could run behind the adapter, by source, each with its reason. */
  unadapted?: ReadonlyMap<string, Diagnostic>
}

/**
 * The map in code: load the project, analyse and decide each route, emit, report. Writes nothing: the changes are a value,
 * `applyChanges` writes them. A route that crashes us is that route's PA901; the others go on.
 */
export async function migrate(
  options: Partial<MigrateOptions>,
  world: Host,
  hooks: MigrateHooks = {},
): Promise<Migration> {
  const host = readOnce(world)
  const settings: MigrateOptions = { ...defaultOptions, ...options }
  const loaded = loadProject(host, settings)
  // One file alone does not show whether there is such a server.
  const project = hooks.scope === 'file' ? { ...loaded, customServers: loaded.apps.map(({ root }) => root) } : loaded
  const { callers, apiDocs, docImports, unread } = loadSources(host, project)
  const finished = runAttempts({ project, host, settings, callers, hooks })
  const { routes } = finished
  const touched = project.apps.filter((app) => routes.some((r) => r.app === app.root && r.changes.length > 0))
  const paths =
    hooks.scope === 'file'
      ? { changes: [], notes: [] }
      : followPaths(host, touched, routes, { all: project.apps, apiDocs, docImports })
  const all = [...routes.flatMap((r) => r.changes), ...paths.changes]
  const changes = [...new Map(all.map((change) => [change.path, change])).values()].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
  )
  const noTypeScript = settings.lang === 'ts' ? touched.filter((app) => !app.hasTypeScript) : []
  const told: Project = {
    ...project,
    diagnostics: [
      ...project.diagnostics,
      ...touched.flatMap((app) => findAppHazards(host, app)),
      ...(hooks.scope === 'file' ? [] : touched.flatMap((app) => findSplitState(host, app, partingOf(routes, app)))),
      ...finished.notes,
      ...adapterNotes(routes),
      ...paths.notes,
      ...(touched.length > 0 ? unread.map(({ path, why }) => diagnostic('PA038', 'review', path, { why })) : []),
      ...noTypeScript.map((app) =>
        diagnostic('PA013', 'review', `${app.root === '' ? '' : `${app.root}/`}package.json`),
      ),
    ],
  }
  const report = buildReport(told, routes, { version: toolVersion, generated: new Date().toISOString() })
  return { project, routes, changes, report }
}

/** Which of an app's routes run in app/ after this, and which go on in pages/. */
function partingOf(routes: readonly RouteResult[], { root, unasked }: NextApp): Parting {
  const own = routes.filter(({ app }) => app === root)
  const sourcesOf = (list: readonly RouteResult[]): string[] => list.map(({ route }) => route.source)
  return {
    moving: sourcesOf(own.filter(({ target }) => target !== null)),
    staying: [
      ...sourcesOf(own.filter(({ target }) => target === null)),
      ...(unasked ?? []).map(({ source }) => source),
    ],
  }
}

/** What differs for every adapted route, said once. */
function adapterNotes(routes: readonly RouteResult[]): Diagnostic[] {
  const adapted = routes.filter(({ outcome }) => outcome === 'adapted').length
  return adapted === 0 ? [] : [{ code: 'PA437', level: 'note', span: null, data: { adapted } }]
}

interface RunInput {
  project: Project
  host: Host
  settings: MigrateOptions
  callers: CallerMethods
  hooks: MigrateHooks
}

interface AttemptInput extends RunInput {
  aliases: readonly AliasRoute[]
  attempts: SharedAttempts
  bypasses: ImportBypasses
  testKind: ReturnType<typeof createTestKinds>
  movableTest: ReturnType<typeof createMovableTests>
}

/** Attempts at the whole program until one holds; once more without the routes that could not be written in the end. */
function runAttempts(input: RunInput): { routes: RouteResult[]; notes: readonly Diagnostic[] } {
  const { host, settings, hooks } = input
  const scope = hooks.scope ?? 'program'
  const aliases = scope === 'program' ? findAliases(input.project, host, new Set(hooks.withheld?.keys())) : []
  const project = withoutAliasEdges(input.project, aliases)
  const movableTest = createMovableTests(host, project.apps, { keep: settings.keepTested })
  const testKind = createTestKinds(host, project.apps, movableTest)
  const attempts = createSharedAttempts(project, host, { strict: settings.strict, scope, declared: settings.declared })
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
