import type * as t from '@babel/types'
import { type ExtraExport, findExtraExports, findTypeExports } from '../concerns/module/exports.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ImportEdge } from '../model/project.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { some } from '../syntax/tree.ts'
import { extract, type Extraction, type Origin } from './extraction.ts'
import { chooseName } from './sibling-name.ts'

/** A route file that other files import from, and where its handler goes. */
export interface Mover extends Origin {
  source: string
  /** Path of the new route file. */
  target: string
  typed: boolean
  exports: ExportTable
}

/** What a module exports: exported name to name in the module. */
export interface ExportTable {
  values: ReadonlyMap<string, ExtraExport>
  types: ReadonlyMap<string, string>
}

/** What becomes of a route's other exports. */
export interface Move {
  /** The module beside the new route file; null when only types are imported, which a route file may export. */
  sibling: string | null
  extraction: Extraction
  /** Exported names that importers find in the sibling. */
  exported: ReadonlySet<string>
}

export function readExports(file: SourceFile): ExportTable {
  return { values: new Map(findExtraExports(file).map((found) => [found.name, found])), types: findTypeExports(file) }
}

/**
 * Pages: a route file may export anything. App: only methods, segment config and types. What other files import moves to a
 * module beside the route file. A file that imports anything moved finds all that it imports there, so that no import is split.
 */
export function planMove(
  mover: Mover,
  edges: readonly ImportEdge[],
  isTaken: (path: string) => boolean,
): Move | Diagnostic {
  const asked = askedNames(mover, edges)
  const wanted = new Set(
    [...asked.values()].flatMap((names) => [...names].filter((name) => mover.exports.values.has(name))),
  )
  for (;;) {
    const extraction = extract(
      mover,
      [...wanted].flatMap((name) => localOf(mover, name) ?? []),
    )
    if ('code' in extraction) return extraction
    const isMoved = (name: string): boolean => wanted.has(name) || extraction.names.has(localOf(mover, name) ?? '')
    const left = [...asked.values()].flatMap((names) =>
      [...names].some(isMoved) ? [...names].filter((name) => !isMoved(name)) : [],
    )
    if (left.length > 0) {
      for (const name of left) wanted.add(name)
      continue
    }
    const exported = new Set([...asked.values()].flatMap((names) => [...names].filter(isMoved)))
    return {
      extraction,
      exported,
      sibling: exported.size === 0 ? null : siblingPath(mover, extraction, exported, isTaken),
    }
  }
}

/** Names that each file imports; a test that mocks the module as a whole asks for none. */
function askedNames({ exports }: Mover, edges: readonly ImportEdge[]): Map<string, Set<string>> {
  const asked = new Map<string, Set<string>>()
  for (const edge of edges) {
    const names = asked.get(edge.from) ?? new Set()
    asked.set(edge.from, names)
    for (const { imported } of edge.names)
      if (exports.values.has(imported) || exports.types.has(imported)) names.add(imported)
  }
  return asked
}

/** The name inside the module; null for what it only passes on (`export { x } from`). */
export function localOf({ exports }: Mover, name: string): string | null {
  const value = exports.values.get(name)
  if (value) return value.statement.type === 'ExportNamedDeclaration' && !value.statement.source ? value.local : null
  return exports.types.get(name) ?? null
}

function siblingPath(
  mover: Mover,
  extraction: Extraction,
  exported: ReadonlySet<string>,
  isTaken: (path: string) => boolean,
): string {
  const dir = mover.target.slice(0, mover.target.lastIndexOf('/'))
  const hasJsx = extraction.moved.some(({ statement }) => containsJsx(statement))
  const extension = mover.typed ? (hasJsx ? 'tsx' : 'ts') : 'js'
  const names = [...mover.exports.values.keys(), ...mover.exports.types.keys()].filter((name) => exported.has(name))
  return `${dir}/${chooseName(names, mover.source, (name) => isTaken(`${dir}/${name}`))}.${extension}`
}

function containsJsx(statement: t.Statement): boolean {
  return some(statement, (node) => node.type === 'JSXElement' || node.type === 'JSXFragment')
}
