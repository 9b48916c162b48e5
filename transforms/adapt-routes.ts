import { type Fitting, fitAdapter, type Misfit } from './adapter-fit.ts'
import { adapterChange, type AdapterModule, adapterSpecifier, chooseAdapter } from './emit/adapter/module.ts'
import { printAdaptedRoute } from './emit/adapter/route-file.ts'
import { readExports } from './emit/move-exports.ts'
import { editImporters, redirectOf, type Relocated } from './emit/relocate.ts'
import { rebaseEdits } from './concerns/module/imports.ts'
import { readConfig, segmentExports } from './concerns/module/config.ts'
import { repointTools } from './emit-routes.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { MigrateOptions } from './model/options.ts'
import type { ImportEdge, NextApp, Project } from './model/project.ts'
import { httpMethods } from './model/route.ts'
import { diagnostic, isTaken } from './plan-routes.ts'
import { dirOf, isInside, nameOf } from './project/paths.ts'
import { render } from './syntax/edits.ts'
import { restoreBytes } from './syntax/parse.ts'
import { detectStyle } from './syntax/style.ts'

interface AdaptInput {
  project: Project
  host: Host
  settings: MigrateOptions
  /** Routes that answered differently behind the adapter, by source, each with what was found. */
  withheld: ReadonlyMap<string, Diagnostic>
}

/** A route that will run behind the adapter, as far as imports of it are concerned. */
interface Adapted extends Relocated {
  fitting: Fitting
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
  const written = writeAdapted(adapted, input)
  return routes.map((result) => {
    const { source } = result.route
    const misfit = misfits.get(source)
    const failed = withheld.get(source)
    if (failed) return { ...result, diagnostics: [...result.diagnostics, failed] }
    if (misfit && result.outcome === 'kept') return { ...result, diagnostics: explain(result, misfit) }
    return written.get(source) ?? result
  })
}

function explain({ diagnostics, route }: RouteResult, { why, more, importer }: Misfit): Diagnostic[] {
  const note = diagnostic('PA436', 'note', route.source, importer === undefined ? { why } : { why, importer })
  return [...diagnostics, ...(more ? [more] : []), note]
}

/** `handler.ts` beside the route file, under the first name that is free. */
function relocated({ route, app, file, tree }: Fitting, host: Host): Relocated {
  const extension = nameOf(route.source).replace(/^.*\./, '')
  const names = ['handler', 'pages-handler', ...Array.from({ length: 9 }, (_, i) => `handler-${i + 2}`)]
  const free = names.find((name) => !isTaken(`${route.targetDir}/${name}`, app, host)) ?? 'handler'
  const target = `${route.targetDir}/${free}.${extension}`
  const mover = {
    source: route.source,
    target,
    typed: file.language === 'ts',
    file,
    tree,
    exports: readExports(file),
    fixed: new Set<never>(),
  }
  return { mover, move: null, left: new Set() }
}

/** Routes that a file imports which this run writes otherwise, or must not touch; with that file. Holding one back can hold others. */
function findHeld(
  adapted: ReadonlyMap<string, Adapted>,
  routes: readonly RouteResult[],
  { apps, importers }: Project,
): Map<string, string> {
  const sources = new Set(routes.map(({ route }) => route.source))
  const changed = new Set(
    routes.flatMap(({ changes }) =>
      changes.flatMap((change) => [change.path, ...(change.kind === 'move' ? [change.from] : [])]),
    ),
  )
  const isFixed = (path: string): boolean =>
    sources.has(path) || changed.has(path) || apps.some(({ pagesDir }) => isInside(path, `${pagesDir}/api`))
  const held = new Map<string, string>()
  for (let before = -1; before !== held.size; ) {
    before = held.size
    for (const { from, to } of importers) {
      const moves = adapted.has(from) && !held.has(from)
      if (adapted.has(to) && !held.has(to) && from !== to && !moves && isFixed(from)) held.set(to, from)
    }
  }
  return held
}

function writeAdapted(
  adapted: ReadonlyMap<string, Adapted>,
  { project, host, settings }: AdaptInput,
): Map<string, RouteResult> {
  const tools = repointTools(adapted, project, host)
  const modules = new Map<NextApp, AdapterModule>()
  const edges = project.importers.filter(({ from, to }) => from !== to)
  const edited = editImporters(adapted, edges, tools, { read: host.read, isLeaving: () => false })
  const written = new Map<string, RouteResult>()
  for (const [source, one] of adapted) {
    const { app } = one.fitting
    const module = modules.get(app) ?? chooseAdapter(app, host, settings)
    modules.set(app, { ...module, isThere: true })
    const redirect = redirectOf(one, adapted, edges as ImportEdge[], tools)
    const importers = edited.flatMap(({ change, routes }) => (routes.has(source) ? [change] : []))
    written.set(source, writeRoute(one, module, { redirect, importers, host }))
  }
  return written
}

function writeRoute(
  { fitting, mover }: Adapted,
  module: AdapterModule,
  {
    redirect,
    importers,
    host,
  }: { redirect: (specifier: string) => string | null; importers: FileChange[]; host: Host },
): RouteResult {
  const { route, app, file, because } = fitting
  const style = detectStyle(file)
  const config = readConfig(file)
  const moved = rebaseEdits(file, dirOf(route.source), route.targetDir, redirect)
  const handler = restoreBytes(render(file.text, moved, 0, file.text.length), file)
  const [, stem = '', own = ''] = /^(.*)\.(\w+)$/.exec(mover.target) ?? []
  const text = printAdaptedRoute(
    {
      adapter: adapterSpecifier(module, route.targetDir),
      handler: `./${nameOf(stem)}`,
      hasConfig: config.statement !== null || config.blockers.length > 0,
      segments: segmentExports(file, config),
    },
    style,
    file,
  )
  const target = `${route.targetDir}/${route.targetStem}.${routeExtension(own, fitting)}`
  const adapter = adapterChange(module, style, file)
  const notes = route.diagnostics.filter(({ level }) => level !== 'blocker')
  return {
    route,
    app: app.root,
    outcome: 'adapted',
    target,
    methods: httpMethods,
    diagnostics: [
      diagnostic('PA435', 'note', route.source, { handler: mover.target, adapter: module.path }),
      ...because,
      ...notes.filter((note) => !because.includes(note)),
      ...(/\burl\b/.test(file.text)
        ? route.params.map(({ name }) => diagnostic('PA115', 'note', route.source, { key: name }))
        : []),
      ...(/\b(?:draftMode|preview|setDraftMode)\b/.test(file.text) ? [diagnostic('PA438', 'note', route.source)] : []),
      ...(/\bremoteAddress\b/.test(file.text) ? [diagnostic('PA140', 'review', route.source)] : []),
    ],
    changes: [
      { kind: 'move', from: route.source, path: mover.target, before: host.read(route.source), after: handler },
      { kind: 'create', path: target, before: null, after: text },
      ...(adapter ? [adapter] : []),
      ...importers,
    ],
  }
}

/** Nothing in it needs JSX. With custom pageExtensions Next looks for `route.api.ts` only if they name it. */
function routeExtension(own: string, { app, route }: Fitting): string {
  const [, ...stem] = route.targetStem.split('.')
  const plain = own.replace(/x$/, '')
  return app.pageExtensions.includes([...stem, plain].join('.')) ? plain : own
}
