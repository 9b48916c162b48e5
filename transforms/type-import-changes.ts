import { writeTypeImports } from './emit/type-imports.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { LayerGraph } from './project/layer-graph.ts'
import { createTypeReach } from './project/type-reach.ts'
import { positionOf } from './syntax/lines.ts'

/**
 * App: `import { NextRouter } from 'next/router'` is refused by Turbopack (next@16.4.3) in all that a route handler reaches, though only types
 * use it. Written as `import type` it is dropped by every compiler. Says which routes reach a file where that cannot be written.
 */
export function markTypeImports(
  routes: readonly RouteResult[],
  {
    host,
    graphOf,
    isReached,
  }: {
    host: Host
    graphOf: (app: string) => LayerGraph | null
    /** False for what a route no longer reaches, since its imports go past it. */
    isReached: (source: string, path: string) => boolean
  },
): { routes: RouteResult[]; wrong: ReadonlyMap<string, Diagnostic> } {
  const changes = new Map(routes.flatMap((route) => route.changes.map((change) => [change.path, change] as const)))
  const sources = new Map(routes.map((route) => [route.route.source, route]))
  const reaches = new Map<LayerGraph, ReturnType<typeof createTypeReach>>()
  const edited = new Map<string, readonly string[] | null>()
  const wrong = new Map<string, Diagnostic>()
  const marked = routes.map((route) => {
    const graph = route.target === null ? null : graphOf(route.app)
    const files = graph ? behind(graph, route.route.source) : []
    return graph && files.length > 0
      ? { route, notes: files.flatMap((file) => mark(route, file, graph)), files }
      : { route, notes: [], files: [] }
  })
  return {
    wrong,
    routes: marked.map(({ route, notes, files }) => {
      const own = route.changes.map((change) => changes.get(change.path) ?? change)
      const known = new Set(own.map(({ path }) => path))
      const paths = files.flatMap((file) => edited.get(file) ?? [])
      const more = [...new Set(paths)].flatMap((path) => (known.has(path) ? [] : (changes.get(path) ?? [])))
      return { ...route, diagnostics: [...route.diagnostics, ...notes], changes: [...own, ...more] }
    }),
  }

  function behind(graph: LayerGraph, source: string): readonly string[] {
    const reach = reaches.get(graph) ?? createTypeReach(graph)
    reaches.set(graph, reach)
    return reach.behind(source).filter((path) => isReached(source, path))
  }

  function mark({ route }: RouteResult, file: string, graph: LayerGraph): Diagnostic[] {
    const typed = graph.opened.get(file)?.client().typed ?? []
    const [first] = typed
    if (!first) return []
    const meant = new Set(typed.map(({ specifier }) => specifier))
    const paths = edited.has(file) ? edited.get(file) : write(file, meant)
    edited.set(file, paths ?? null)
    const span = { file, start: first.start, end: first.start, ...positionOf(host.read(file), first.start) }
    if (paths) return [{ code: 'PA034', level: 'note', span, data: { file, from: [...meant] } }]
    const data = { file, what: first.specifier, by: [] }
    wrong.set(route.source, {
      code: 'PA026',
      level: 'blocker',
      span: { ...span, file: route.source, start: 0, end: 0, line: 1, column: 1 },
      data,
    })
    return []
  }

  /** The paths of the texts that a file is in after the run; null when one of them cannot be written. */
  function write(file: string, meant: ReadonlySet<string>): readonly string[] | null {
    const moved = sources.get(file)?.target ? sources.get(file) : undefined
    const places = moved ? moved.changes.filter(({ kind }) => kind === 'create').map(({ path }) => path) : [file]
    const now: FileChange[] = []
    for (const path of places) {
      const change = changes.get(path)
      if (change && change.kind !== 'create' && change.kind !== 'edit') continue
      const old = change ? change.after : host.read(path)
      const text = writeTypeImports(path, old, (specifier) => meant.has(specifier))
      if (text === null) return null
      if (text === old) continue
      now.push(change ? { ...change, after: text } : { kind: 'edit', path, before: old, after: text })
    }
    for (const change of now) changes.set(change.path, change)
    return places
  }
}
