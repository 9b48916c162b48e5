import type { Host } from '../model/host.ts'
import type { ClientImport } from './client-imports.ts'
import { type LayerEdge, type LayerGraph, layerGraph } from './layer-graph.ts'
import type { Resolver } from './resolve.ts'

/** Something among the imports of a route that the module layer of route handlers does not take. */
export interface Hazard {
  code: ClientImport['code']
  /** The file that imports it, or that is it. */
  file: string
  /** What it is: `react-dom/server`, `useState`, `use client`. */
  what: string
  /** The files between the route and that one, in the order in which they import each other. */
  by: readonly string[]
  /** Where the route file imports what leads there. */
  start: number
  line: number
  column: number
}

/**
 * Pages: API routes are plain Node modules. App: everything that a route handler reaches is compiled for the react-server
 * layer, where `react-dom/server`, `next/router` and hooks break the build and a 'use client' file is only a reference.
 */
export function findLayerHazard(host: Host, resolve: Resolver, file: string): Hazard | null {
  const graph = layerGraph(host, resolve)
  for (;;) {
    const seen = new Set<string>()
    const path = findPath(file, graph, seen)
    if (path === null) {
      for (const each of seen) graph.clean.add(each)
      return null
    }
    const idle = path.find((edge, at) => !graph.isCompiled(edge, path[at - 1]?.to ?? file))
    if (!idle) return describe(path, file, graph)
  }
}

/** The same behind files that a package makes part of a route: no import of the route leads there. */
export function findLoadedHazard(host: Host, resolve: Resolver, files: readonly string[]): Hazard | null {
  for (const file of files) {
    const found = findLayerHazard(host, resolve, file)
    if (found) return { ...found, by: found.file === file ? [] : [file, ...found.by], start: 0, line: 1, column: 1 }
  }
  return null
}

/** The fewest edges that lead to a file with trouble, or null. */
function findPath(file: string, graph: LayerGraph, seen: Set<string>): readonly LayerEdge[] | null {
  const found = new Map<string, { edge: LayerEdge; before: string }>()
  const queue = [file]
  seen.add(file)
  // It grows while it is walked.
  for (const path of queue) {
    const module = graph.open(path)
    if (module?.client().trouble) return trace(path, found)
    for (const edge of module?.edges ?? []) {
      if (seen.has(edge.to) || graph.clean.has(edge.to) || graph.isDropped(edge)) continue
      seen.add(edge.to)
      found.set(edge.to, { edge, before: path })
      queue.push(edge.to)
    }
  }
  return null
}

function trace(end: string, found: ReadonlyMap<string, { edge: LayerEdge; before: string }>): LayerEdge[] {
  const step = found.get(end)
  return step ? [...trace(step.before, found), step.edge] : []
}

function describe(path: readonly LayerEdge[], file: string, graph: LayerGraph): Hazard | null {
  const end = path.at(-1)?.to ?? file
  const trouble = graph.open(end)?.client().trouble
  if (!trouble) return null
  const start = path[0]?.from.start ?? 0
  const before = (graph.open(file)?.text ?? '').slice(0, start)
  const by = path.slice(0, -1).map(({ to }) => to)
  return { ...trouble, file: end, by, start, line: before.split('\n').length, column: start - before.lastIndexOf('\n') }
}
