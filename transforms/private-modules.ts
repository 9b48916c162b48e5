import { relativePath } from './concerns/module/imports.ts'
import { editSpecifiers, repoint } from './emit/repoint.ts'
import type { FileChange } from './model/change.ts'
import type { Data, Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import { findAnsweredUrls } from './project/answered-urls.ts'
import type { CallerMethods } from './project/callers.ts'
import { findImporters } from './project/importers.ts'
import { readOrEmpty } from './project/manifests.ts'
import { dependsOnPlace, SPECIAL } from './project/movable-tests.ts'
import { overlayHost } from './project/overlay.ts'
import { dirOf, inDir, isInside, joinPath } from './project/paths.ts'
import { createResolver } from './project/resolve.ts'
import { findSpecifiers } from './project/specifiers.ts'
import { diagnostic } from './route-results.ts'

/**
 * A file of pages/api that routes load for its handler (`{ GET: import('./_get') }`) and that is no route of its own for anybody: its name, or that of
 * a folder, begins with `_`, as in app/ what is not served does, or the middleware answers all that it is asked. It moves beside those routes, as a module.
 */
export interface PrivateModule {
  route: Route
  app: NextApp
  /** Its place in app/. */
  target: string
  /** The middleware that answers its URL; null when it was served, too. */
  middleware: string | null
}

/** The project as it is when these files lie in app/ already. */
export interface PrivateView {
  project: Project
  host: Host
  modules: readonly PrivateModule[]
}

/** What of a project may become modules. A URL that the repository calls is a route. */
export function findPrivateModules(
  project: Project,
  host: Host,
  { callers, withheld }: { callers: CallerMethods; withheld: ReadonlySet<string> },
): PrivateModule[] {
  return project.apps.flatMap((app) => {
    const sources = new Set(app.routes.map(({ source }) => source))
    const middlewareOf = findAnsweredUrls(host, app)
    return app.routes.flatMap((route): PrivateModule[] => {
      const { source } = route
      const edges = project.importers.filter(({ to, isTest }) => to === source && !isTest)
      const isLoaded = edges.some((edge) => sources.has(edge.from) && edge.from !== source && asksHandler(edge))
      if (
        !isLoaded ||
        withheld.has(source) ||
        edges.some(({ from, kind }) => from === source || kind === 'export-from')
      )
        return []
      const middleware = middlewareOf(route)
      const isPrivate = middleware !== null || (isHidden(route) && !callers.has(source))
      const target = inDir(app.appDir, source.slice(app.pagesDir.length + 1))
      if (!isPrivate || isBound(route) || host.exists(target) || SPECIAL.test(target)) return []
      const text = readOrEmpty(host, source)
      const starts = new Set(findSpecifiers(source, text).map(({ start }) => start))
      return dependsOnPlace(source, text, starts) ? [] : [{ route, app, target, middleware }]
    })
  })
}

/** Its handler, alone or with the whole of the module. */
function asksHandler({ names, kind }: ImportEdge): boolean {
  return (
    kind !== 'mock' && names.some(({ imported, isType }) => !isType && (imported === 'default' || imported === '*'))
  )
}

/** By its name, or that of a folder. */
const isHidden = ({ id }: Route): boolean => id.split('/').some((segment) => segment.startsWith('_'))

/** More than types of it. */
const asksFunctions = ({ names, kind }: ImportEdge): boolean => kind === 'mock' || names.some(({ isType }) => !isType)

/** Its path forbids any move. */
const isBound = ({ diagnostics, params, id }: Route): boolean =>
  diagnostics.some(({ code, level }) => level === 'blocker' && code < 'PA020') || (params.length > 0 && /\]$/.test(id))

/** The tree with these files at their new places, and all that imports them. */
export function withPrivateModules(project: Project, host: Host, modules: readonly PrivateModule[]): PrivateView {
  const places = new Map(modules.map(({ route, target }) => [route.source, target]))
  const texts = new Map<string, string>()
  const moved = overlayHost(
    host,
    new Map([...places].flatMap(([source, target]) => [[source, null] as const, [target, () => ''] as const])),
  )
  const resolve = createResolver(moved, null, '')
  const paths = project.apps.flatMap((app) => (app.config ? [app.config.paths] : []))
  const edges = project.importers.filter(({ to }) => places.has(to))
  for (const importer of new Set([...places.keys(), ...edges.map(({ from }) => from)])) {
    const text = host.read(importer)
    const place = places.get(importer) ?? importer
    const edits = new Map<number, { edge: Pick<ImportEdge, 'start' | 'end'>; specifier: string }>()
    if (place !== importer)
      for (const { specifier, start, end } of findSpecifiers(importer, text)) {
        const from = /^\.\.?(?:\/|$)/.test(specifier) ? joinPath(dirOf(importer), specifier) : null
        if (from !== null) edits.set(start, { edge: { start, end }, specifier: relativePath(dirOf(place), from) })
      }
    for (const edge of edges) {
      if (edge.from !== importer) continue
      const to = places.get(edge.to) ?? edge.to
      const relocation = { from: edge.to, to }
      const specifier = repoint({ paths, resolve, specifier: edge.specifier, importer: place, relocation })
      edits.set(edge.start, { edge, specifier })
    }
    const after = editSpecifiers(text, [...edits.values()])
    if (after !== text || place !== importer) texts.set(place, after)
  }
  const view = overlayHost(host, new Map([...[...places.keys()].map((source) => [source, null] as const), ...texts]))
  const apps = project.apps.map((app) => ({
    ...app,
    routes: app.routes.filter(({ source }) => !places.has(source)),
  }))
  return { project: { ...project, apps, importers: findImporters(view, apps) }, host: view, modules }
}

/** Tests of these modules: as with those of routes, the module is written for the new form, and the test is listed. */
export function leftTests({ modules }: PrivateView): (edge: ImportEdge) => boolean {
  const targets = new Set(modules.map(({ target }) => target))
  return ({ isTest, to }) => isTest && targets.has(to)
}

/** Those that must stay, since a file that loads them does. Keeping one can keep others. */
export function findStaying(view: PrivateView, before: Project, routes: readonly RouteResult[]): Set<string> {
  const { modules, project } = view
  const own = new Set(modules.map(({ route }) => route.source))
  const moving = new Set(
    routes.flatMap(({ route, target, outcome }) => (target !== null && outcome !== 'adapted' ? [route.source] : [])),
  )
  const isRoute = (path: string): boolean => project.apps.some(({ pagesDir }) => isInside(path, inDir(pagesDir, 'api')))
  const staying = new Set<string>()
  for (let size = -1; size !== staying.size; ) {
    size = staying.size
    for (const { from, to, isTest } of before.importers) {
      if (!own.has(to) || isTest || !isRoute(from) || moving.has(from)) continue
      if (!own.has(from) || staying.has(from)) staying.add(to)
    }
  }
  return staying
}

/** Why routes of the view are kept, with the files named as they are. */
export function reasonsOf({ modules }: PrivateView, routes: readonly RouteResult[]): Map<string, Diagnostic[]> {
  const named = (text: string): string =>
    modules.reduce((now, { route, target }) => now.replaceAll(target, route.source), text)
  const valueAsItIs = (value: Data[string]): Data[string] =>
    typeof value === 'string' ? named(value) : Array.isArray(value) ? value.map(named) : value
  const asItIs = ({ span, data, ...found }: Diagnostic): Diagnostic => ({
    ...found,
    span: span && { ...span, file: named(span.file) },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, valueAsItIs(value)])),
  })
  const kept = routes.filter(({ outcome }) => outcome === 'kept')
  return new Map(kept.map(({ route, diagnostics }) => [route.source, diagnostics.map(asItIs)]))
}

/** The results of a run over the view, as changes of the tree as it is; with those of the modules, in the order of the routes. */
export function finishPrivateModules(
  { modules, host: view }: PrivateView,
  { project, host }: { project: Project; host: Host },
  routes: readonly RouteResult[],
): RouteResult[] {
  const targets = new Map(modules.map((module) => [module.target, module]))
  const written = new Map<string, FileChange>()
  const restored = routes.map((result) => ({ ...result, changes: result.changes.map(restore) }))
  const own = modules.map(resultOf)
  const all = new Map([...restored, ...own].map((result) => [`${result.app} ${result.route.source}`, result]))
  const ordered = project.apps.flatMap((app) =>
    app.routes.flatMap((route) => all.get(`${app.root} ${route.source}`) ?? []),
  )
  const rest = restored.filter((result) => !ordered.includes(result))
  return [...ordered, ...rest]

  function restore(change: FileChange): FileChange {
    const known = written.get(change.path)
    if (known) return known
    const made = asItIs(change)
    written.set(change.path, made)
    return made
  }

  /** The change from what the file is on the disk. */
  function asItIs(change: FileChange): FileChange {
    const module = targets.get(change.path)
    if (module && change.after !== null) return moveOf(module, change.after)
    return change.kind === 'edit' || change.kind === 'delete'
      ? ({ ...change, before: host.read(change.path) } as FileChange)
      : change
  }

  function moveOf({ route, target }: PrivateModule, after: string): FileChange {
    return { kind: 'move', from: route.source, path: target, before: host.read(route.source), after }
  }

  /** The files that load it, and stay what they are; by others of these modules, too. */
  function loadersOf(source: string): Set<string> {
    const found = new Set([source])
    // It grows while it is walked.
    for (const path of found)
      for (const { from, to, isTest } of project.importers) if (to === path && !isTest) found.add(from)
    for (const { route } of modules) found.delete(route.source)
    return found
  }

  function resultOf(module: PrivateModule): RouteResult {
    const { route, app, target, middleware } = module
    const importers = project.importers.filter(({ to }) => to === route.source)
    const loading = loadersOf(route.source)
    const ids = app.routes.flatMap(({ id, source }) => (loading.has(source) ? [id] : []))
    const said: Diagnostic = {
      ...diagnostic(middleware === null ? 'PA452' : 'PA451', middleware === null ? 'review' : 'note', route.source),
      data: { target, routes: ids, ...(middleware === null ? {} : { middleware }) },
    }
    const edits = [...new Set(importers.map(({ from }) => from))].flatMap((path): FileChange[] => {
      const isGone =
        !view.isFile(path) || routes.some((result) => result.route.source === path && result.target !== null)
      const [before, after] = isGone ? ['', ''] : [host.read(path), view.read(path)]
      return before === after ? [] : [written.get(path) ?? { kind: 'edit', path, before, after }]
    })
    const isWritten = written.has(target)
    const tests = importers.flatMap((edge) => (edge.isTest && isWritten && asksFunctions(edge) ? [edge.from] : []))
    const listed = [...new Set(tests)].map((test) => diagnostic('PA453', 'review', test, { test, target }))
    const diagnostics = [said, ...listed]
    return {
      route,
      app: app.root,
      outcome: diagnostics.some(({ level }) => level === 'review') ? 'review' : 'migrated',
      target,
      methods: [],
      diagnostics,
      changes: [written.get(target) ?? moveOf(module, view.read(target)), ...edits],
      moduleOf: ids,
    }
  }
}
