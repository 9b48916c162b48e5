import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import type { NextApp, Project } from './model/project.ts'
import { loadProject, loadSources } from './project/load.ts'
import { readOnce } from './project/read-once.ts'
import { findSplitState, type Parting } from './project/split-state.ts'
import { findAppHazards } from './project/surroundings.ts'
import { buildReport } from './report/build.ts'
import { toolVersion } from './report/version.ts'
import { diagnostic } from './route-results.ts'
import { followPaths } from './moved-paths.ts'
import { type MigrateHooks, runProgram } from './attempts.ts'

export { printStage } from './print-stage.ts'

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
  const finished = runProgram({ project, host, settings, callers, hooks })
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
