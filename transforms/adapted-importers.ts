import { rebaseSpecifier } from './concerns/module/imports.ts'
import { newSpecifier, type Relocatables } from './emit/relocate.ts'
import { repointTools } from './emit-routes.ts'
import type { FileChange } from './model/change.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { ImportEdge, Project } from './model/project.ts'
import { dirOf, isInside } from './project/paths.ts'

/** Routes that a file imports which this run writes otherwise, or must not touch; with that file. Holding one back can hold others. */
export function findHeld(
  adapted: Relocatables,
  routes: readonly RouteResult[],
  { apps, importers }: Project,
): Map<string, string> {
  const sources = new Set(routes.map(({ route }) => route.source))
  const changed = changedFiles(routes)
  const isFixed = (edge: ImportEdge): boolean => {
    const { from } = edge
    if (changed.has(from) || isMoving(from, routes)) return placeInChanged(edge, routes, changed) === null
    return sources.has(from) || apps.some(({ pagesDir }) => isInside(from, `${pagesDir}/api`))
  }
  const held = new Map<string, string>()
  for (let before = -1; before !== held.size; ) {
    before = held.size
    for (const edge of importers) {
      const { from, to } = edge
      const moves = adapted.has(from) && !held.has(from)
      if (adapted.has(to) && !held.has(to) && from !== to && !moves && isFixed(edge)) held.set(to, from)
    }
  }
  return held
}

/** By path; null for what is moved or deleted. */
export function changedFiles(routes: readonly RouteResult[]): Map<string, FileChange | null> {
  return new Map(
    routes.flatMap(({ changes }) =>
      changes.flatMap((change): [string, FileChange | null][] =>
        change.kind === 'move'
          ? [
              [change.path, null],
              [change.from, null],
            ]
          : [[change.path, change.kind === 'delete' ? null : change]],
      ),
    ),
  )
}

export const isMoving = (source: string, routes: readonly RouteResult[]): boolean =>
  routes.some(({ route, target }) => route.source === source && target !== null)

/** Where a file that this run writes anew imports a route, and the specifier that it has there; null where it is not found. */
function placeInChanged(
  { from, specifier }: ImportEdge,
  routes: readonly RouteResult[],
  changed: ReadonlyMap<string, FileChange | null>,
): { path: string; specifier: string } | null {
  const route = routes.find((result) => result.route.source === from && result.target !== null)
  const path = route?.target ?? from
  const rebased = route ? rebaseSpecifier(specifier, dirOf(from), route.route.targetDir, () => null) : null
  const now = rebased ?? specifier
  const text = changed.get(path)?.after ?? ''
  return text.includes(`'${now}'`) || text.includes(`"${now}"`) ? { path, specifier: now } : null
}

/** Files that the run writes anyway, with their imports of adapted routes. */
export function repointChanged(
  adapted: Relocatables,
  routes: readonly RouteResult[],
  { project, host }: { project: Project; host: Host },
): Map<string, FileChange> {
  const tools = repointTools(adapted, project, host)
  const changed = changedFiles(routes)
  const again = new Map<string, FileChange>()
  for (const edge of project.importers) {
    const target = adapted.has(edge.from) ? undefined : adapted.get(edge.to)
    const place = target && edge.from !== edge.to ? placeInChanged(edge, routes, changed) : null
    const change = place ? (again.get(place.path) ?? changed.get(place.path)) : null
    if (!target || !place || !change || (change.kind !== 'edit' && change.kind !== 'create')) continue
    const next = newSpecifier({ ...edge, specifier: place.specifier }, place.path, target, tools)
    const replace = (text: string, quote: string): string =>
      text.replaceAll(`${quote}${place.specifier}${quote}`, `${quote}${next}${quote}`)
    again.set(place.path, { ...change, after: replace(replace(change.after, "'"), '"') })
  }
  return again
}
