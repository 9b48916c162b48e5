import { type Host, HostError } from '../model/host.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import type { Resolver } from './resolve.ts'
import { findStaticImports, isClientFile, type StaticImport } from './static-imports.ts'

/** Something among the imports of a route that the module layer of route handlers does not take. */
export interface Hazard {
  code: 'PA025' | 'PA026'
  /** The file that imports it, or that is it. */
  file: string
  /** What it is: `react-dom/server`, `useState`, `use client`. */
  what: string
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
  trouble: Pick<Hazard, 'code' | 'what'> | null
}

interface Graph {
  modules: Map<string, Module | null>
  /** Files from which nothing is reached. */
  clean: Set<string>
  /** The edges that lead from a file to trouble, checked. */
  paths: Map<string, readonly Edge[]>
  /** Edges that only carry types, and those that are known not to. */
  types: Set<Edge>
  values: Set<Edge>
}

/** React's exports that a server module may not import by name, used or not. */
const CLIENT_REACT =
  /^(?:Component|PureComponent|createContext|createFactory|use(?:DeferredValue|Effect|ImperativeHandle|InsertionEffect|LayoutEffect|Reducer|Ref|State|SyncExternalStore|Transition))$/

const graphs = new WeakMap<Host, Graph>()

/**
 * Pages: API routes are plain Node modules. App: everything that a route handler reaches is compiled for the react-server
 * layer, where `react-dom/server`, `next/router` and hooks break the build and a 'use client' file is only a reference.
 * Follows static imports through files of the project and stops at packages. Each file is read once for all routes.
 */
export function findLayerHazard(host: Host, resolve: Resolver, file: string): Hazard | null {
  const graph = graphs.get(host) ?? {
    modules: new Map(),
    clean: new Set(),
    paths: new Map(),
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
  for (;;) {
    const seen = new Set<string>()
    const path = findPath(file, { graph, open, seen })
    if (path === null) {
      for (const each of seen) graph.clean.add(each)
      return null
    }
    // Compilers drop imports that only types use, and with them all that lies behind.
    const idle = path.find((edge, at) => !graph.values.has(edge) && !isUsed(edge, path[at - 1]?.to ?? file, open))
    if (idle) graph.types.add(idle)
    else {
      for (const edge of path) graph.values.add(edge)
      for (const [at, edge] of path.entries()) graph.paths.set(edge.to, path.slice(at + 1))
      return describe(path, file, open)
    }
  }
}

interface Search {
  graph: Graph
  open: (path: string) => Module | null
  seen: Set<string>
}

/** The edges that lead to a file with trouble, or null. */
function findPath(file: string, search: Search): readonly Edge[] | null {
  const { graph, open, seen } = search
  const known = graph.paths.get(file)
  if (known) return known
  if (seen.has(file) || graph.clean.has(file)) return null
  seen.add(file)
  const module = open(file)
  if (module === null) return null
  if (module.trouble) return []
  for (const edge of module.edges) {
    const rest = graph.types.has(edge) ? null : findPath(edge.to, search)
    if (rest) return [edge, ...rest]
  }
  return null
}

function describe(path: readonly Edge[], file: string, open: Search['open']): Hazard | null {
  const end = path.at(-1)?.to ?? file
  const trouble = open(end)?.trouble
  if (!trouble) return null
  const start = path[0]?.from.start ?? 0
  const before = (open(file)?.text ?? '').slice(0, start)
  return { ...trouble, file: end, start, line: before.split('\n').length, column: start - before.lastIndexOf('\n') }
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
  const trouble = imports.flatMap((each) => troubleOf(each) ?? [])[0] ?? null
  if (trouble) return { text, edges: [], trouble }
  const edges = imports.flatMap((from) => {
    const to = resolve(path, from.specifier)
    return to === null ? [] : { to, from }
  })
  return { text, edges, trouble: null }
}

function troubleOf({ specifier, names }: StaticImport): Module['trouble'] {
  if (specifier === 'react-dom/server') return { code: 'PA025', what: specifier }
  if (specifier === 'next/router') return { code: 'PA026', what: specifier }
  const hook = specifier === 'react' ? names?.find(({ imported }) => CLIENT_REACT.test(imported)) : undefined
  return hook ? { code: 'PA026', what: hook.imported } : null
}

/** Does the file use a name of the import as a value? TypeScript drops the import otherwise. In doubt it does. */
function isUsed({ from }: Edge, path: string, open: Search['open']): boolean {
  if (from.names === null || !/\.[cm]?tsx?$/.test(path)) return true
  const file = parseSource(path, open(path)?.text ?? '')
  if (isParseFailure(file)) return true
  const { bindings } = analyseScopes(file.ast).program
  return from.names.some(({ local }) => bindings.get(local)?.references.some(({ kind }) => kind !== 'type') ?? true)
}
