import type { Diagnostic } from './model/diagnostic.ts'
import type { RouteResult } from './model/migration.ts'
import type { Planned } from './plan-routes.ts'

/**
 * Routes that need a file written otherwise than a route before them does (two factories of one module, each with a new form of its own; a
 * module whose import of a route moves, too): a file has one new text, that of the first. By source.
 */
export function findClashes(routes: readonly RouteResult[]): Map<string, Diagnostic> {
  const texts = new Map<string, string | null>()
  const found = new Map<string, Diagnostic>()
  for (const { route, changes } of routes)
    for (const { path, kind, after } of changes) {
      const known = texts.get(path)
      if (known === undefined) texts.set(path, after)
      else if (known !== after && !(kind === 'create' && isSameCode(known, after)))
        found.set(route.source, clash(route.source, path))
    }
  return found
}

/** Routes whose recipe edits a module in which functions that routes share are written anew, too. */
export function findSharedClashes(
  plans: readonly (Planned | RouteResult)[],
  shared: ReadonlySet<string>,
): Map<string, Diagnostic> {
  return new Map(
    plans.flatMap((plan) => {
      const edited = 'outcome' in plan ? [] : (plan.plan.rewrite?.modules ?? [])
      const both = edited.find(({ module }) => shared.has(module.path))
      return both && !('outcome' in plan)
        ? [[plan.mover.source, clash(plan.mover.source, both.module.path)] as const]
        : []
    }),
  )
}

/** Routes for which a file is changed that is read here and is not ours. By source. */
export function findForeign(routes: readonly RouteResult[], isOwn: (path: string) => boolean): Map<string, Diagnostic> {
  return new Map(
    routes.flatMap(({ route: { source }, changes }) => {
      const foreign = changes.find(({ kind, path }) => kind === 'edit' && SOURCE.test(path) && !isOwn(path))
      const span = { file: source, start: 0, end: 0, line: 1, column: 1 }
      const data = { name: '', file: foreign?.path ?? '', why: 'foreign' }
      return foreign ? [[source, { code: 'PA527', level: 'blocker', span, data }] as const] : []
    }),
  )
}

/** A new file is written in the style of the route that asks for it first. */
function isSameCode(a: string | null, b: string | null): boolean {
  const bare = (text: string | null): string | undefined =>
    text
      ?.replaceAll(/[;\s]+/g, ' ')
      .replaceAll("'", '"')
      .replaceAll(' }', '}')
  return bare(a) === bare(b)
}

const SOURCE = /\.[cm]?[jt]sx?$/

function clash(source: string, path: string): Diagnostic {
  const span = { file: source, start: 0, end: 0, line: 1, column: 1 }
  return { code: 'PA409', level: 'blocker', span, data: { path } }
}
