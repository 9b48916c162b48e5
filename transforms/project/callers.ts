import type { Host } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import { methodsAt } from './call-method.ts'
import { createClientCalls } from './client-calls.ts'
import { createUrlMatcher } from './match-url.ts'
import { isInside } from './paths.ts'
import { findServed } from './routes.ts'
import { type SourceCollector, scanSources } from './scan.ts'
import { findUrlLiterals, type UrlLiteral } from './url-literals.ts'

/**
 * HTTP methods with which the code of the repository calls each route, by Route.source, sorted. `?` stands for a call
 * whose method is not a literal. A route that nobody calls is absent.
 */
export type CallerMethods = ReadonlyMap<string, readonly string[]>

/** Finds the calls by text search over the sources. */
export function findCallers(host: Host, apps: readonly NextApp[]): CallerMethods {
  const collector = createCallerCollector(host, apps)
  scanSources(host, [collector])
  return collector.methods()
}

/** Collects calls while the sources are scanned. A file inside an app calls that app; any other file may call them all. */
export function createCallerCollector(
  host: Host,
  apps: readonly NextApp[],
): SourceCollector & { methods: () => CallerMethods } {
  const found = new Map<string, Set<string>>()
  const targets = apps.map((app) => {
    // What has moved already, and pages of app/: a call of these is none of a dynamic route that is left.
    const others = [...findServed(host, app)].map(([id, [source = id]]) => ({ id, source }))
    return { app, match: createUrlMatcher([...app.routes, ...others]) }
  })
  const innermost = [...targets].sort((a, b) => b.app.root.length - a.app.root.length)
  const basePaths = apps.map((app) => app.basePath).filter((path) => path !== '')
  const clients = new Map(apps.map((app) => [app, createClientCalls(host, app, basePaths)]))
  return {
    visit(path, text) {
      const own = innermost.find(({ app }) => isInside(path, app.root))
      const called = own ? [own] : targets
      const routesAt = (url: string) => called.flatMap(({ match }) => match(url))
      if (/\/api|['"`]api\//.test(text)) note(text, findUrlLiterals(text, basePaths), routesAt)
      const ofClients = called[0] && clients.get(called[0].app)?.(path, text, (url) => routesAt(url).length > 0)
      if (ofClients) note(ofClients.text, ofClients.urls, routesAt)
    },
    methods: () => new Map([...found].map(([route, methods]) => [route, [...methods].sort()])),
  }

  function note(text: string, literals: readonly UrlLiteral[], routesAt: (url: string) => readonly string[]): void {
    for (const literal of literals) {
      const routes = routesAt(literal.path)
      if (routes.length === 0) continue
      const methods = methodsAt(text, literal.start, literal.end)
      for (const route of routes) {
        for (const method of methods) {
          // Several routes: a guess about which is called. Together with a guess about the method it says nothing.
          if (routes.length === 1 || method !== '?') found.set(route, (found.get(route) ?? new Set()).add(method))
        }
      }
    }
  }
}
