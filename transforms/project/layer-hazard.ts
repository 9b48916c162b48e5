import { type Host, HostError } from '../model/host.ts'
import { type ClientImport, findClientImport, isBuiltForBoth, isCompiled } from './client-imports.ts'
import type { Resolver } from './resolve.ts'
import { findStaticImports, isClientFile, type StaticImport } from './static-imports.ts'

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

interface Edge {
  to: string
  from: StaticImport
}

interface Module {
  text: string
  edges: readonly Edge[]
  trouble: ClientImport | null
}

interface Graph {
  modules: Map<string, Module | null>
  /** Files from which nothing is reached. */
  clean: Set<string>
  /** Edges that only carry types, and those that are known not to. */
  types: Set<Edge>
  values: Set<Edge>
}

const graphs = new WeakMap<Host, Graph>()

/**
 * Pages: API routes are plain Node modules. App: everything that a route handler reaches is compiled for the react-server
 * layer, where `react-dom/server`, `next/router` and hooks break the build and a 'use client' file is only a reference.
 * Follows imports, dynamic ones too, through files of the project and stops at packages. Each file is read once for all routes.
 */
export function findLayerHazard(host: Host, resolve: Resolver, file: string): Hazard | null {
  const graph = graphs.get(host) ?? {
    modules: new Map(),
    clean: new Set(),
    types: new Set(),
    values: new Set(),
  }
  graphs.set(host, graph)
  const open = (path: string): Module | null => {
    const known = graph.modules.get(path)
    if (known !== undefined) return known
    const module = readModule(host, resolve, path)
    graph.modules.set(path, module)
    return module
  }
  const isCompiledAt = ({ from }: Edge, path: string): boolean => isCompiled(from, path, open(path)?.text ?? '')
  for (;;) {
    const seen = new Set<string>()
    const path = findPath(file, { graph, open, seen })
    if (path === null) {
      for (const each of seen) graph.clean.add(each)
      return null
    }
    // Compilers drop imports that only types use, and with them all that lies behind.
    const idle = path.find((edge, at) => !graph.values.has(edge) && !isCompiledAt(edge, path[at - 1]?.to ?? file))
    if (idle) graph.types.add(idle)
    else {
      for (const edge of path) graph.values.add(edge)
      return describe(path, file, open)
    }
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

interface Search {
  graph: Graph
  open: (path: string) => Module | null
  seen: Set<string>
}

/** The fewest edges that lead to a file with trouble, or null. */
function findPath(file: string, { graph, open, seen }: Search): readonly Edge[] | null {
  const found = new Map<string, { edge: Edge; before: string }>()
  const queue = [file]
  seen.add(file)
  // It grows while it is walked.
  for (const path of queue) {
    const module = open(path)
    if (module?.trouble) return trace(path, found)
    for (const edge of module?.edges ?? []) {
      if (seen.has(edge.to) || graph.clean.has(edge.to) || graph.types.has(edge)) continue
      seen.add(edge.to)
      found.set(edge.to, { edge, before: path })
      queue.push(edge.to)
    }
  }
  return null
}

function trace(end: string, found: ReadonlyMap<string, { edge: Edge; before: string }>): Edge[] {
  const step = found.get(end)
  return step ? [...trace(step.before, found), step.edge] : []
}

function describe(path: readonly Edge[], file: string, open: Search['open']): Hazard | null {
  const end = path.at(-1)?.to ?? file
  const trouble = open(end)?.trouble
  if (!trouble) return null
  const start = path[0]?.from.start ?? 0
  const before = (open(file)?.text ?? '').slice(0, start)
  const by = path.slice(0, -1).map(({ to }) => to)
  return { ...trouble, file: end, by, start, line: before.split('\n').length, column: start - before.lastIndexOf('\n') }
}

function readModule(host: Host, resolve: Resolver, path: string): Module | null {
  if (!/\.[cm]?[jt]sx?$/.test(path) || path.endsWith('.d.ts')) return null
  let text: string
  try {
    text = host.read(path)
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
  if (/use client/.test(text) && isClientFile(text))
    return { text, edges: [], trouble: { code: 'PA026', what: 'use client' } }
  const imports = findStaticImports(text)
  const trouble = findClientImport(imports, { path, text })
  if (trouble) return { text, edges: [], trouble }
  const edges = imports.flatMap((from) => {
    const to = isBuiltForBoth(from.specifier) ? null : resolve(path, from.specifier)
    return to === null ? [] : { to, from }
  })
  return { text, edges, trouble: null }
}
