import { type Bypass, type CanTake, createBypasses } from './bypass.ts'
import { reachedFrom, type Walk, walkFrom } from './compiled-walk.ts'
import type { LayerEdge, LayerGraph } from './layer-graph.ts'
import type { ProjectModules } from './modules.ts'

/** What a route imports by other ways, so that it reaches no client code any more. */
export interface WayRound {
  bypasses: readonly Bypass[]
  /** What does a file reach then? */
  reached(file: string): (path: string) => boolean
}

/**
 * Finds the imports that must go past a module for a route to reach no client code. A file is stuck when it has client code, or imports a stuck
 * file and cannot have the names elsewhere: the fewest files that this holds for, so that several such modules on one way, and ways that meet
 * again, come to one answer for all routes. Files of routes are left as they are, but for the route's own.
 */
export function createWaysRound(
  graph: LayerGraph,
  modules: ProjectModules,
  { isRoute, canTake }: { isRoute: (path: string) => boolean; canTake: CanTake },
) {
  const bypassOf = createBypasses(graph, modules, canTake)
  const known = new Set<string>()
  const stuck = new Set<string>()
  let settled = 0
  return (route: string): WayRound | null => {
    include(route)
    for (;;) {
      settle()
      const before = known.size
      const bypasses = collect(route)
      // What a bypass leads to may be a file that was not met yet.
      if (known.size === before)
        return bypasses && { bypasses, reached: (file) => reachedFrom(() => walk(file, new Map())) }
    }
  }

  function include(path: string): void {
    const queue = known.has(path) ? [] : [path]
    for (const at of queue) {
      if (known.has(at)) continue
      known.add(at)
      const module = graph.open(at)
      if (module?.client().trouble) stuck.add(at)
      else queue.push(...(module?.edges ?? []).map(({ to }) => to))
    }
  }

  function settle(): void {
    if (known.size === settled) return
    for (let again = true; again; ) {
      again = false
      for (const path of known) {
        if (stuck.has(path) || isFree(path)) continue
        stuck.add(path)
        again = true
      }
    }
    settled = known.size
  }

  function isFree(path: string): boolean {
    for (const edge of graph.open(path)?.edges ?? []) {
      if (!stuck.has(edge.to) || graph.isDropped(edge) || !graph.isCompiled(edge, path)) continue
      if (isRoute(path) || !bypass(edge, path)) return false
    }
    return true
  }

  function bypass(edge: LayerEdge, path: string): Bypass | null {
    return bypassOf(edge, path, (to) => {
      include(to)
      return !stuck.has(to)
    })
  }

  /** Files that are only reached by imports that the compiler drops need no change. */
  function collect(route: string): readonly Bypass[] | null {
    for (;;) {
      const found = new Map<string, Bypass>()
      const walked = walk(route, found)
      if (!walked) return null
      const bypasses = [...found.values()]
      if (bypasses.every(({ file }) => walked.isCompiled(file))) return bypasses
    }
  }

  function walk(start: string, found: Map<string, Bypass>): Walk | null {
    if (graph.open(start)?.client().trouble) return null
    return walkFrom(start, graph, (edge, path) => {
      if (!stuck.has(edge.to)) return [{ edge, to: edge.to }]
      if (!graph.isCompiled(edge, path)) return []
      const by = bypass(edge, path)
      if (by) found.set(`${path} ${edge.to}`, by)
      return by?.names.flatMap(({ leads }) => leads.map((to) => ({ edge, to }))) ?? null
    })
  }
}
