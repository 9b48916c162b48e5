import type { LayerGraph } from './layer-graph.ts'
import type { Hazard } from './layer-hazard.ts'

/** Which files have imports that must become those of types, among what a route handler reaches. */
export interface TypeReach {
  /** Paths, in the order in which they were read. */
  behind(file: string): readonly string[]
}

/** Goes backwards from the few files that have such imports, over what was opened for all routes. */
export function createTypeReach({ opened, isDropped }: LayerGraph): TypeReach {
  const typed = [...opened].flatMap(([path, module]) => (module && module.client().typed.length > 0 ? [path] : []))
  const importers = new Map<string, string[]>()
  if (typed.length > 0)
    for (const [path, module] of opened)
      for (const edge of module?.edges ?? [])
        if (!isDropped(edge)) importers.set(edge.to, [...(importers.get(edge.to) ?? []), path])
  const reached = typed.map((path) => [path, reaching(path, importers)] as const)
  return { behind: (file) => reached.flatMap(([path, from]) => (from.has(file) ? [path] : [])) }
}

function reaching(path: string, importers: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set([path])
  // It grows while it is walked.
  for (const each of found) for (const from of importers.get(each) ?? []) found.add(from)
  return found
}

/** The same as trouble, for those who write no other file: such an import stays as it is. */
export function findTypeHazard(graph: LayerGraph, source: string): Hazard | null {
  const [file] = createTypeReach(graph).behind(source)
  const what = file === undefined ? undefined : graph.opened.get(file)?.client().typed[0]?.specifier
  return file === undefined || !what ? null : { code: 'PA026', file, what, by: [], start: 0, line: 1, column: 1 }
}
