import { type Adapted, relocated, writeAdaptedRoute } from './adapted-files.ts'
import { changedFiles, findHeld, isMoving, repointChanged } from './adapted-importers.ts'
import { fitAdapter, type Misfit } from './adapter-fit.ts'
import { type AdapterModule, chooseAdapter } from './emit/adapter/module.ts'
import { editImporters, redirectOf } from './emit/relocate.ts'
import { repointTools } from './emit-routes.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { MigrateOptions } from './model/options.ts'
import type { NextApp, Project } from './model/project.ts'
import { diagnostic } from './route-results.ts'

interface AdaptInput {
  project: Project
  host: Host
  settings: MigrateOptions
  /** Routes that answered differently behind the adapter, by source, each with what was found. */
  withheld: ReadonlyMap<string, Diagnostic>
}

/**
 * `--fallback adapter`: the routes that would be kept, as far as the reason is the code of their handlers, run behind one file of the user's
 * own. The handler moves beside its route file, and nothing in it changes but the paths of its imports.
 */
export function adaptRoutes(routes: readonly RouteResult[], input: AdaptInput): RouteResult[] {
  const { project, host, settings, withheld } = input
  if (settings.fallback !== 'adapter') return [...routes]
  const adapted = new Map<string, Adapted>()
  const misfits = new Map<string, Misfit>()
  for (const result of routes) {
    const { source } = result.route
    const app = project.apps.find(({ root }) => root === result.app)
    if (!app || result.outcome !== 'kept' || withheld.has(source)) continue
    const found = fitAdapter(result, { app, project, host })
    if ('why' in found) misfits.set(source, found)
    else adapted.set(source, { fitting: found, ...relocated(found, host) })
  }
  for (const [source, importer] of findHeld(adapted, routes, project)) {
    adapted.delete(source)
    misfits.set(source, { why: 'importer', importer })
  }
  const written = writeAdapted(adapted, routes, input)
  const again = repointChanged(adapted, routes, input)
  const withEdits = (result: RouteResult): RouteResult => ({
    ...result,
    changes: result.changes.map((change) => again.get(change.path) ?? change),
  })
  return routes.map((result) => {
    const { source } = result.route
    const misfit = misfits.get(source)
    const failed = withheld.get(source)
    if (failed) return { ...result, diagnostics: [...result.diagnostics, failed] }
    if (misfit && result.outcome === 'kept') return { ...result, diagnostics: explain(result, misfit) }
    return withEdits(written.get(source) ?? result)
  })
}

function explain({ diagnostics, route }: RouteResult, { why, more, importer }: Misfit): Diagnostic[] {
  const note = diagnostic('PA436', 'note', route.source, importer === undefined ? { why } : { why, importer })
  return [...diagnostics, ...(more ? [more] : []), note]
}

function writeAdapted(
  adapted: ReadonlyMap<string, Adapted>,
  routes: readonly RouteResult[],
  { project, host, settings }: AdaptInput,
): Map<string, RouteResult> {
  const tools = repointTools(adapted, project, host)
  const modules = new Map<NextApp, AdapterModule>()
  const changed = changedFiles(routes)
  const edges = project.importers.filter(
    ({ from, to }) => from !== to && !changed.has(from) && (adapted.has(from) || !isMoving(from, routes)),
  )
  const edited = editImporters(adapted, edges, tools, { read: host.read, isLeaving: () => false })
  const written = new Map<string, RouteResult>()
  for (const [source, one] of adapted) {
    const { app } = one.fitting
    const module = modules.get(app) ?? chooseAdapter(app, host, settings)
    modules.set(app, { ...module, isThere: true })
    const redirect = redirectOf(one, adapted, edges, tools)
    const importers = edited.flatMap(({ change, routes }) => (routes.has(source) ? [change] : []))
    written.set(source, writeAdaptedRoute(one, module, { redirect, importers, host }))
  }
  return written
}
