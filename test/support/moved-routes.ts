import { namedMethods } from '../../transforms/verify/named-methods.ts'
import type { Run } from './run-fixture.ts'

/** A route that a run of the engine moves to the App Router. `codes`: what its report names. */
export interface MovedRoute {
  id: string
  source: string
  target: string
  methods: readonly string[]
  codes: ReadonlySet<string>
  named: Readonly<Record<string, readonly string[]>>
}

/** Static routes first, as both routers match. */
export function listMovedRoutes({ migration }: Run): MovedRoute[] {
  const rank = (id: string): string => id.replaceAll('[', '\uFFFF')
  return migration.report.routes
    .flatMap(({ route, source, target, outcome, methods, moduleOf, diagnostics }) =>
      target !== null && !moduleOf && (outcome === 'migrated' || outcome === 'review' || outcome === 'adapted')
        ? [
            {
              id: route,
              source,
              target,
              methods,
              codes: new Set(diagnostics.map(({ code }) => code)),
              named: namedMethods(migration.routes.find((found) => found.route.source === source)?.diagnostics ?? []),
            },
          ]
        : [],
    )
    .sort((a, b) => (rank(a.id) < rank(b.id) ? -1 : 1))
}
