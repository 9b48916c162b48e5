import type { FileChange } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ImportEdge } from '../model/project.ts'
import type { Move, Mover } from './move-exports.ts'
import { editSpecifiers, repoint, type RepointInput } from './repoint.ts'

/** A route that moves, as far as imports of it are concerned. */
export interface Relocated {
  mover: Mover
  move: Move | null
  /** Imports of it that are not touched. */
  left: ReadonlySet<ImportEdge>
}

export type Relocatables = ReadonlyMap<string, Relocated>
export type RepointTools = Pick<RepointInput, 'paths' | 'resolve'>

/**
 * Routes that cannot move because a route that stays imports from them: a kept file stays byte for byte. Keeping one can keep
 * others, so it is repeated until nothing changes.
 */
export function findHeldBack(
  moving: Relocatables,
  edges: readonly ImportEdge[],
  isRoute: (path: string) => boolean,
): Map<string, Diagnostic> {
  const held = new Map<string, Diagnostic>()
  for (let before = -1; before !== held.size; ) {
    before = held.size
    for (const { from, to } of edges) {
      const stays = isRoute(from) && (!moving.has(from) || held.has(from))
      if (!stays || !moving.has(to) || held.has(to)) continue
      held.set(to, {
        code: 'PA426',
        level: 'blocker',
        span: { file: to, start: 0, end: 0, line: 1, column: 1 },
        data: { other: from },
      })
    }
  }
  return held
}

/** The specifiers of a route that moves itself, for its new place; null for what stays where it is. */
export function redirectOf(
  route: Relocated,
  moving: Relocatables,
  edges: readonly ImportEdge[],
  tools: RepointTools,
): (specifier: string) => string | null {
  const redirects = new Map<string, string>()
  for (const edge of edges) {
    const target = edge.from === route.mover.source ? moving.get(edge.to) : undefined
    if (target) redirects.set(edge.specifier, newSpecifier(edge, route.mover.target, target, tools))
  }
  return (specifier) => redirects.get(specifier) ?? null
}

/** One edit for each other file that imports from routes that move, with the routes that it is made for. */
export function editImporters(
  moving: Relocatables,
  edges: readonly ImportEdge[],
  tools: RepointTools,
  { read, isLeaving }: { read: (path: string) => string; isLeaving: (path: string) => boolean },
): { change: FileChange; routes: ReadonlySet<string> }[] {
  const byFile = new Map<string, { edge: ImportEdge; specifier: string }[]>()
  for (const edge of edges) {
    const target = moving.has(edge.from) || isLeaving(edge.from) ? undefined : moving.get(edge.to)
    if (target && !target.left.has(edge))
      byFile.set(edge.from, [
        ...(byFile.get(edge.from) ?? []),
        { edge, specifier: newSpecifier(edge, edge.from, target, tools) },
      ])
  }
  return [...byFile].map(([path, edits]) => {
    const before = read(path)
    const after = editSpecifiers(before, edits)
    return { change: { kind: 'edit', path, before, after }, routes: new Set(edits.map(({ edge }) => edge.to)) }
  })
}

export function newSpecifier(
  edge: ImportEdge,
  importer: string,
  { mover, move }: Relocated,
  tools: RepointTools,
): string {
  const isMoved =
    move?.sibling && (edge.kind === 'mock' || edge.names.some(({ imported }) => move.exported.has(imported)))
  const to = isMoved ? (move?.sibling ?? mover.target) : mover.target
  return repoint({ ...tools, specifier: edge.specifier, importer, relocation: { from: edge.to, to } })
}
