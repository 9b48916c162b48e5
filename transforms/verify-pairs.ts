import type { Host } from './model/host.ts'
import type { Migration, RouteResult } from './model/migration.ts'
import type { NextApp } from './model/project.ts'
import type { ComparedRoute, ComparisonReport } from './model/report.ts'
import type { VerifiedRoute } from './model/verification.ts'
import { dirOf, joinPath } from './project/paths.ts'
import { exportedMethods } from './project/exported-methods.ts'
import { findServed } from './project/routes.ts'
import { globalDifferences } from './report/global.ts'
import { namedMethods } from './verify/named-methods.ts'

/** A route of the tree before with the file that serves its URL after. */
export interface Pair {
  app: NextApp
  route: VerifiedRoute
  text: ComparedRoute['text']
}

/** What the trees have to do with each other. */
export interface Pairing {
  pairs: readonly Pair[]
  /** Gone from pages/, and nothing in app/ serves their URL. */
  unserved: ComparisonReport['unserved']
}

/**
 * Finds which route file took over from which API route: the file under pages/ is gone, and app/ serves its URL. `planned` is the migration
 * of the tree before: it knows the codes of each route, and whether the file is what routeshift writes.
 */
export function pairRoutes(planned: Migration, after: Host, isStrict: boolean): Pairing {
  const texts = new Map(planned.changes.flatMap(({ path, after: text }) => (text === null ? [] : [[path, text]])))
  const pairs: Pair[] = []
  const unserved: ComparisonReport['unserved'] = []
  for (const app of planned.project.apps) {
    const served = findServed(after, app)
    for (const result of planned.routes) {
      const { id, source } = result.route
      // A file that is a module now has no URL to ask; it runs with the routes that load it.
      if (result.app !== app.root || result.moduleOf || after.isFile(source)) continue
      const target = served.get(id)?.find((path) => /(?:^|\/)route\.[^/]*$/.test(path))
      if (target === undefined) unserved.push({ route: id, source })
      else pairs.push(pairOf(result, app, target, planned, texts, after, isStrict))
    }
  }
  return { pairs, unserved }
}

/** The adapter that route files of the tree after import, relative to the folder of its app; null when none does. */
export function findAdapter({ project, routes }: Migration, after: Host): string | null {
  for (const app of project.apps) {
    const served = findServed(after, app)
    for (const { app: root, route } of routes) {
      const target =
        root === app.root ? served.get(route.id)?.find((path) => /(?:^|\/)route\.[^/]*$/.test(path)) : undefined
      const [, specifier] =
        target === undefined ? [] : (/\{ pagesHandler \} from ['"](\.[^'"]*)['"]/.exec(after.read(target)) ?? [])
      const path = target === undefined || specifier === undefined ? null : joinPath(dirOf(target), specifier)
      if (path !== null) return app.root === '' ? path : path.slice(app.root.length + 1)
    }
  }
  return null
}

function pairOf(
  result: RouteResult,
  app: NextApp,
  target: string,
  planned: Migration,
  texts: ReadonlyMap<string, string>,
  after: Host,
  isStrict: boolean,
): Pair {
  const text = after.read(target)
  const expected = result.target === target ? texts.get(target) : undefined
  const isMoved = result.outcome !== 'kept' && result.outcome !== 'failed'
  return {
    app,
    route: verifiedRoute(result, target, text, planned, isStrict),
    text: isMoved ? (expected === text ? 'planned' : 'edited') : 'own',
  }
}

/** What replaying needs to know of a route. Codes that keep a route explain no difference. */
export function verifiedRoute(
  { route, diagnostics }: RouteResult,
  target: string,
  text: string,
  { report }: Migration,
  isStrict: boolean,
): VerifiedRoute {
  const own = diagnostics.filter(({ level }) => level === 'note' || level === 'review').map(({ code }) => code)
  const shared = report.project.filter(({ level }) => level === 'note' || level === 'review').map(({ code }) => code)
  return {
    id: route.id,
    params: route.params,
    source: route.source,
    target,
    exported: exportedMethods(target, text),
    codes: [...new Set([...own, ...shared, ...Object.keys(globalDifferences)])],
    named: namedMethods(diagnostics),
    isStrict,
  }
}
