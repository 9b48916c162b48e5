import { relativePath } from './concerns/module/imports.ts'
import { editSpecifiers, repoint } from './emit/repoint.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import { findAnsweredUrls } from './project/answered-urls.ts'
import { areRewritesClear, rewritesTo } from './project/surroundings.ts'
import type { CallerMethods } from './project/callers.ts'
import { findImporters } from './project/importers.ts'
import { readOrEmpty } from './project/manifests.ts'
import { dependsOnPlace, SPECIAL } from './project/movable-tests.ts'
import { overlayHost } from './project/overlay.ts'
import { createUrlSearch } from './project/url-mentions.ts'
import { dirOf, inDir, isInside, joinPath } from './project/paths.ts'
import { createResolver } from './project/resolve.ts'
import { findSpecifiers } from './project/specifiers.ts'

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
  /** Specifiers as they are here, and as the files have them. */
  specifiers: ReadonlyMap<string, string>
}

/** What of a project may become modules. A URL that the repository calls is a route. */
export function findPrivateModules(
  project: Project,
  host: Host,
  { callers, withheld }: { callers: CallerMethods; withheld: ReadonlySet<string> },
): PrivateModule[] {
  const mentions = createUrlSearch(host)
  return project.apps.flatMap((app) => {
    const sources = new Set(app.routes.map(({ source }) => source))
    const middlewareOf = findAnsweredUrls(host, app)
    const found = app.routes.flatMap((route): PrivateModule[] => {
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
      const isFree = (): boolean => rewritesTo(host, app, route).length === 0 && areRewritesClear(host, app)
      const importers = new Set(project.importers.flatMap(({ from, to }) => (to === source ? [from] : [])))
      const isPrivate =
        middleware !== null || (isHidden(route) && !callers.has(source) && isFree() && !mentions(route, importers))
      const target = inDir(app.appDir, source.slice(app.pagesDir.length + 1))
      if (!isPrivate || isBound(route) || host.exists(target) || SPECIAL.test(target)) return []
      const text = readOrEmpty(host, source)
      const starts = new Set(findSpecifiers(source, text).map(({ start }) => start))
      return dependsOnPlace(source, text, starts) ? [] : [{ route, app, target, middleware }]
    })
    return loadedByRoutes(found, project, sources)
  })
}

/** Those that a route which stays one loads, itself or by others of them. */
function loadedByRoutes(
  found: readonly PrivateModule[],
  { importers }: Project,
  sources: ReadonlySet<string>,
): PrivateModule[] {
  const own = new Set(found.map(({ route }) => route.source))
  const reached = new Set<string>()
  for (let size = -1; size !== reached.size; ) {
    size = reached.size
    for (const { from, to, isTest } of importers) {
      const isLoading = own.has(from) ? reached.has(from) : sources.has(from)
      if (own.has(to) && !isTest && isLoading) reached.add(to)
    }
  }
  return found.filter(({ route }) => reached.has(route.source))
}

/** Its handler, alone or with the whole of the module. */
function asksHandler({ names, kind }: ImportEdge): boolean {
  return (
    kind !== 'mock' && names.some(({ imported, isType }) => !isType && (imported === 'default' || imported === '*'))
  )
}

/** By its name, or that of a folder. */
const isHidden = ({ id }: Route): boolean => id.split('/').some((segment) => segment.startsWith('_'))

/** Its path forbids any move. */
const isBound = ({ diagnostics, params, id }: Route): boolean =>
  diagnostics.some(({ code, level }) => level === 'blocker' && code < 'PA020') || (params.length > 0 && /\]$/.test(id))

/** The tree with these files at their new places, and all that imports them. */
export function withPrivateModules(project: Project, host: Host, modules: readonly PrivateModule[]): PrivateView {
  const places = new Map(modules.map(({ route, target }) => [route.source, target]))
  const texts = new Map<string, string>()
  const specifiers = new Map<string, string>()
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
      if (specifier !== edge.specifier) specifiers.set(specifier, edge.specifier)
    }
    const after = editSpecifiers(text, [...edits.values()])
    if (after !== text || place !== importer) texts.set(place, after)
  }
  const view = overlayHost(host, new Map([...[...places.keys()].map((source) => [source, null] as const), ...texts]))
  const apps = project.apps.map((app) => ({
    ...app,
    routes: app.routes.filter(({ source }) => !places.has(source)),
  }))
  return { project: { ...project, apps, importers: findImporters(view, apps) }, host: view, modules, specifiers }
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
