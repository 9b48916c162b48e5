import { type Host, HostError } from '../model/host.ts'
import {
  type ClientImport,
  findClientImport,
  findCompiled,
  type ImportUses,
  isBuiltForBoth,
  openUses,
} from './client-imports.ts'
import { analysedText, parseSource } from '../syntax/parse.ts'
import type { Resolver } from './resolve.ts'
import { findStaticImports, isClientFile, type StaticImport } from './static-imports.ts'

/** One file imports another. */
export interface LayerEdge {
  to: string
  from: StaticImport
}

/** A file of the project as far as its imports go. */
export interface LayerModule {
  /** As it is analysed, so that offsets are those of the parsed file. */
  text: string
  edges: readonly LayerEdge[]
  uses: ImportUses
  /** Found when it is first asked for: the file may have to be parsed. */
  client(): ClientCode
}

export interface ClientCode {
  /** What route handlers may not reach and is in this file; nothing behind it is looked at then. */
  trouble: ClientImport | null
  /** Imports that would be trouble if they were not of types alone: to be written as `import type`. */
  typed: readonly StaticImport[]
}

/** The files that route handlers reach. Each is read once for all routes. */
export interface LayerGraph {
  /** Null for what is no readable source. */
  open(path: string): LayerModule | null
  /** Compilers drop imports that only types use, and with them all that lies behind. */
  isCompiled(edge: LayerEdge, path: string): boolean
  /** Is an edge known to be dropped? Nothing is parsed for this. */
  isDropped(edge: LayerEdge): boolean
  /** Files from which no trouble is reached. */
  clean: Set<string>
  /** What was opened so far. */
  opened: ReadonlyMap<string, LayerModule | null>
}

const graphs = new WeakMap<Host, LayerGraph>()

/** Follows imports, dynamic ones too, through files of the project and stops at packages. */
export function layerGraph(host: Host, resolve: Resolver): LayerGraph {
  const known = graphs.get(host) ?? createGraph(host, resolve)
  graphs.set(host, known)
  return known
}

function createGraph(host: Host, resolve: Resolver): LayerGraph {
  const modules = new Map<string, LayerModule | null>()
  const compiled = new Map<LayerEdge, boolean>()
  const open = (path: string): LayerModule | null => {
    const known = modules.get(path)
    if (known !== undefined) return known
    const module = readModule(host, resolve, path)
    modules.set(path, module)
    return module
  }
  return {
    open,
    isCompiled(edge, path) {
      if (!compiled.has(edge)) {
        const module = open(path)
        const found = module
          ? findCompiled(
              module.edges.map(({ from }) => from),
              module.uses,
            )
          : []
        for (const [i, each] of (module?.edges ?? []).entries()) compiled.set(each, found[i] ?? true)
      }
      return compiled.get(edge) ?? true
    },
    isDropped: (edge) => compiled.get(edge) === false,
    clean: new Set(),
    opened: modules,
  }
}

function readModule(host: Host, resolve: Resolver, path: string): LayerModule | null {
  if (!/\.[cm]?[jt]sx?$/.test(path) || path.endsWith('.d.ts')) return null
  let text: string
  try {
    text = analysedText(host.read(path))
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
  const imports = findStaticImports(text)
  const edges = imports.flatMap((from) => {
    const to = isBuiltForBoth(from.specifier) ? null : resolve(path, from.specifier)
    return to === null ? [] : { to, from }
  })
  const uses = openUses(path, () => parseSource(path, text))
  let known: ClientCode | null = null
  const client = (): ClientCode => {
    known ??= findClientCode(imports, text, uses)
    return known
  }
  return { text, edges, uses, client }
}

function findClientCode(imports: readonly StaticImport[], text: string, uses: ImportUses): ClientCode {
  const isClient = /use client/.test(text) && isClientFile(text)
  return isClient
    ? { trouble: { code: 'PA026', what: 'use client' }, typed: [] }
    : findClientImport(imports, text, uses)
}
