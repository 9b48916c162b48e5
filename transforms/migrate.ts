import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { Project } from './model/project.ts'
import { loadProject, loadSources } from './project/load.ts'
import { readOnce } from './project/read-once.ts'
import { findAppHazards } from './project/surroundings.ts'
import { buildReport } from './report/build.ts'
import { toolVersion } from './report/version.ts'

import { type Planned, diagnostic, guarded, kept, planRoute } from './plan-routes.ts'
import { emitAll, emitRoute, repointTools, shareChanges, standsAlone } from './emit-routes.ts'

export { printStage } from './print-stage.ts'

export interface MigrateHooks {
  onProgress?: (done: number, total: number) => void
  /** Routes that are kept whatever the analysis says, by source, each with its reason. */
  withheld?: ReadonlyMap<string, Diagnostic>
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
  const project = loadProject(host, settings)
  const { callers } = loadSources(host, project)
  const total = project.apps.reduce((sum, app) => sum + app.routes.length, 0)
  const plans: (Planned | RouteResult)[] = []
  for (const app of project.apps) {
    for (const route of app.routes) {
      const reason = hooks.withheld?.get(route.source)
      const plan = guarded(route, app, () =>
        reason
          ? kept(route, app, [reason])
          : planRoute({ route, app, project, host, settings, callers: callers.get(route.source) ?? [] }),
      )
      plans.push(
        'outcome' in plan || !standsAlone(plan, project)
          ? plan
          : guarded(route, app, () => emitRoute(plan, new Map(), repointTools(new Map(), project, host))),
      )
      hooks.onProgress?.(plans.length, total)
    }
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
  const routes = shareChanges(emitAll(plans, linked, host))
  const changes = [...new Map(routes.flatMap((r) => r.changes).map((change) => [change.path, change])).values()].sort(
    (a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  )
  const touched = project.apps.filter((app) => routes.some((r) => r.app === app.root && r.changes.length > 0))
  const noTypeScript = settings.lang === 'ts' ? touched.filter((app) => !app.hasTypeScript) : []
  const told: Project = {
    ...project,
    diagnostics: [
      ...project.diagnostics,
      ...touched.flatMap((app) => findAppHazards(host, app)),
      ...noTypeScript.map((app) =>
        diagnostic('PA013', 'review', `${app.root === '' ? '' : `${app.root}/`}package.json`),
      ),
    ],
  }
  const report = buildReport(told, routes, { version: toolVersion, generated: new Date().toISOString() })
  return { project, routes, changes, report }
}
