import type { Host } from '../model/host.ts'
import type { ImportEdge } from '../model/project.ts'
import { findImportersOf } from './importers.ts'

/** Import edges into modules, and into those that hand their exports on; the repository is read once for all that are asked for together. */
export function createImporterIndex(host: Host): (paths: ReadonlySet<string>) => ImportEdge[] {
  const known = new Map<string, ImportEdge[]>()
  const of = (paths: ReadonlySet<string>): ImportEdge[] => {
    const unknown = new Set([...paths].filter((path) => !known.has(path)))
    if (unknown.size > 0) {
      for (const path of unknown) known.set(path, [])
      for (const edge of findImportersOf(host, unknown)) known.get(edge.to)?.push(edge)
    }
    const edges = [...paths].flatMap((path) => known.get(path) ?? [])
    const handing = edges.flatMap(({ kind, from }) => (kind === 'export-from' && !paths.has(from) ? [from] : []))
    return handing.length > 0 ? of(new Set([...paths, ...handing])) : edges
  }
  return of
}
