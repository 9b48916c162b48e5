import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import { methodsAt } from './call-method.ts'
import { createUrlMatcher } from './match-url.ts'
import { isInside } from './paths.ts'
import { findServed } from './routes.ts'
import { type SourceCollector, scanSources } from './scan.ts'
import { findUrlLiterals } from './url-literals.ts'

/**
 * HTTP methods with which the code of the repository calls each route, by Route.source, sorted. `?` stands for a call
 * whose method is not a literal. A route that nobody calls is absent.
 */
export type CallerMethods = ReadonlyMap<string, readonly string[]>

/** Finds the calls by text search over the sources. */
export function findCallers(host: Host, apps: readonly NextApp[]): CallerMethods {
  const collector = createCallerCollector(apps, (app) => findServed(host, app))
  scanSources(host, [collector])
  return collector.methods()
}

/** Collects calls while the sources are scanned. A file inside an app calls that app; any other file may call them all. */
export function createCallerCollector(
  apps: readonly NextApp[],
  served: (app: NextApp) => ReadonlyMap<string, readonly string[]>,
): SourceCollector & { methods: () => CallerMethods } {
  const found = new Map<string, Set<string>>()
  const targets = apps.map((app) => {
    // What has moved already, and pages of app/: a call of these is none of a dynamic route that is left.
    const others = [...served(app)].map(([id, [source = id]]) => ({ id, source }))
    return { app, match: createUrlMatcher([...app.routes, ...others]) }
  })
  const innermost = [...targets].sort((a, b) => b.app.root.length - a.app.root.length)
  const basePaths = apps.map((app) => app.basePath).filter((path) => path !== '')
  return {
    visit(path, text) {
      if (!/\/api|['"`]api\//.test(text)) return
      const own = innermost.find(({ app }) => isInside(path, app.root))
      for (const literal of findUrlLiterals(text, basePaths)) {
        const routes = (own ? [own] : targets).flatMap(({ match }) => match(literal.path))
        if (routes.length === 0) continue
        const methods = methodsAt(text, literal.start, literal.end)
        for (const route of routes) {
          for (const method of methods) {
            // Several routes: a guess about which is called. Together with a guess about the method it says nothing.
            if (routes.length === 1 || method !== '?') found.set(route, (found.get(route) ?? new Set()).add(method))
          }
        }
      }
    },
    methods: () => new Map([...found].map(([route, methods]) => [route, [...methods].sort()])),
  }
}
