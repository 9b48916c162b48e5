import { writeBypasses } from './bypass-changes.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, NextApp, Project, Route } from './model/project.ts'
import type { Bypass } from './project/bypass.ts'
import { createImporterIndex } from './project/importer-index.ts'
import { type LayerGraph, layerGraph } from './project/layer-graph.ts'
import { findLayerHazard, type Hazard } from './project/layer-hazard.ts'
import { projectModules } from './project/modules.ts'
import { inDir, isInside } from './project/paths.ts'
import { createSkipped, type LoadEffect } from './project/skipped.ts'
import { findTypeHazard } from './project/type-reach.ts'
import { createWaysRound } from './project/way-round.ts'
import { createTaker } from './taken-names.ts'
import { markTypeImports } from './type-import-changes.ts'
import { positionOf } from './syntax/lines.ts'

/**
 * Pages: a route may import a name through a module that also has code for the browser. App: the build breaks. Where that module only hands the
 * name on, or the declaration can stand alone, the files on the way import it from there. One answer for all routes.
 */
export interface ImportBypasses {
  /** Why a route reaches what route handlers may not; null when it does not, or will not. */
  blockerOf(app: NextApp, route: Route): Diagnostic | null
  /** The changes and findings of the routes that move; and the routes whose changes cannot be written. */
  finish(routes: readonly RouteResult[]): {
    routes: RouteResult[]
    notes: readonly Diagnostic[]
    wrong: ReadonlyMap<string, Diagnostic>
  }
}

interface FoundWay {
  bypasses: readonly Bypass[]
  skipped: [Bypass, LoadEffect] | null
  /** Does the route reach a file by the other ways? */
  isReached: (path: string) => boolean
}

export function createImportBypasses(
  project: Project,
  host: Host,
  {
    scope,
    keepTested,
    testKind,
  }: { scope: 'file' | 'program'; keepTested: boolean; testKind: (edge: ImportEdge) => 'test' | 'served' | 'none' },
): ImportBypasses {
  const importers = createImporterIndex(host)
  const finders = new Map<NextApp, ReturnType<typeof createFinder>>()
  const graphs = new Map<string, LayerGraph>()
  const found = new Map<
    string,
    { bypasses: readonly Bypass[]; blocker: Diagnostic; isReached: (path: string) => boolean }
  >()
  const isRoute = (path: string): boolean => project.apps.some((app) => isInside(path, inDir(app.pagesDir, 'api')))
  return { blockerOf, finish }

  function blockerOf(app: NextApp, route: Route): Diagnostic | null {
    const { resolve } = projectModules(host, app)
    const graph = layerGraph(host, resolve)
    const hazard =
      findLayerHazard(host, resolve, route.source) ?? (scope === 'file' ? findTypeHazard(graph, route.source) : null)
    graphs.set(app.root, graph)
    if (!hazard) return null
    const blocker = layerBlocker(route, hazard)
    if (scope === 'file') return blocker
    const finder = finders.get(app) ?? createFinder(app)
    finders.set(app, finder)
    const way = finder(route)
    if (!way) return blocker
    if (way.skipped) return { ...blocker, data: { ...blocker.data, ...effectData(way.skipped) } }
    const [test] = keepTested ? testsOf(way.bypasses) : []
    if (test) return { ...mockNote(test, way.bypasses), level: 'blocker' }
    found.set(route.source, { bypasses: way.bypasses, blocker, isReached: way.isReached })
    return null
  }

  function createFinder(app: NextApp) {
    const modules = projectModules(host, app)
    const graph = layerGraph(host, modules.resolve)
    // A new module among the pages would be a page.
    const isPage = (path: string): boolean => project.apps.some(({ pagesDir }) => isInside(path, pagesDir))
    const waysRound = createWaysRound(graph, modules, { isRoute, canTake: createTaker(modules, isPage) })
    const skippedBy = createSkipped(host, graph, modules)
    return ({ source }: Route): FoundWay | null => {
      const way = waysRound(source)
      if (!way) return null
      const isReached = way.reached(source)
      const bypasses: Bypass[] = []
      for (const bypass of way.bypasses) {
        const { acts, throws } = skippedBy(bypass, way.reached)
        if (acts) return { bypasses: way.bypasses, skipped: [bypass, acts], isReached }
        bypasses.push(throws ? { ...bypass, throws } : bypass)
      }
      return { bypasses, skipped: null, isReached }
    }
  }

  function finish(routes: readonly RouteResult[]): ReturnType<ImportBypasses['finish']> {
    const asking = new Map(
      routes.flatMap((route) => {
        const bypasses = route.target === null ? undefined : found.get(route.route.source)?.bypasses
        return bypasses ? [[route, bypasses] as const] : []
      }),
    )
    const written = writeBypasses(routes, asking, { project, host })
    const wrong = written.wrong.flatMap((source) => {
      const blocker = found.get(source)?.blocker
      return blocker ? [[source, blocker] as const] : []
    })
    const all = [...asking.values()].flat()
    const marked = markTypeImports(written.routes, {
      host,
      graphOf: (root) => graphs.get(root) ?? null,
      isReached: (source, path) => found.get(source)?.isReached(path) ?? true,
    })
    return {
      routes: marked.routes,
      notes: testsOf(all).map((edge) => mockNote(edge, all)),
      wrong: new Map([...marked.wrong, ...wrong]),
    }
  }

  /** Tests that replace, or look at, a module as a whole: what went past it is not reached by that any more. One import for each. */
  function testsOf(bypasses: readonly Bypass[]): ImportEdge[] {
    if (bypasses.length === 0) return []
    const passed = new Set(bypasses.flatMap(passedBy))
    const edges = importers(
      new Set([...passed, ...bypasses.flatMap(({ names }) => names.map(({ to }) => to.path))]),
    ).filter(
      (edge) =>
        passed.has(edge.to) &&
        testKind(edge) !== 'none' &&
        (edge.kind === 'mock' || (edge.kind === 'import' && edge.names.some(({ imported }) => imported === '*'))),
    )
    return [...new Map(edges.map((edge) => [`${edge.from} ${edge.to}`, edge])).values()]
  }

  function mockNote({ from, to, start }: ImportEdge, bypasses: readonly Bypass[]): Diagnostic {
    const place = positionOf(host.read(from), start)
    const files = [...new Set(bypasses.flatMap((bypass) => (passedBy(bypass).includes(to) ? [bypass.file] : [])))]
    return {
      code: 'PA574',
      level: 'review',
      span: { file: from, start, end: start, ...place },
      data: { test: from, barrel: to, files },
    }
  }
}

/** The finding about a route that reaches what route handlers may not. */
export function layerBlocker({ source }: Route, { code, file, what, by, start, line, column }: Hazard): Diagnostic {
  return { code, level: 'blocker', span: { file: source, start, end: start, line, column }, data: { file, what, by } }
}

/** All modules that names were had through, and no longer are. */
function passedBy({ barrel, names }: Bypass): string[] {
  return [barrel, ...names.flatMap(({ past }) => past)]
}

function effectData([{ barrel }, { file, text, line }]: [Bypass, LoadEffect]): Record<string, string> {
  return { barrel, effect: text, effectAt: `${file}:${line}` }
}
