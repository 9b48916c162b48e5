import type { Code, Diagnostic } from '../model/diagnostic.ts'
import type { ImportEdge } from '../model/project.ts'
import { positionOf } from '../syntax/lines.ts'
import { type DemandInput, isOurs, refuseEdge } from './demand.ts'
import { type Move, type Mover, planMove } from './move-exports.ts'

/** What importers of a route come to: edges that can follow the move, and those of tests that are left as they are and listed. */
export interface Demand {
  importers: readonly ImportEdge[]
  left: ReadonlySet<ImportEdge>
}

export interface TestRules {
  kindOf: (edge: ImportEdge) => 'test' | 'served' | 'none'
  /** Tests must go on as they are. */
  keep: boolean
}

/** Sorts the importers of a route, or says which of them keeps it. */
export function sortImporters(
  importers: readonly ImportEdge[],
  input: DemandInput,
  { kindOf, keep }: TestRules,
): Demand | Diagnostic {
  const left = new Set<ImportEdge>()
  for (const edge of importers) {
    const refused = refuseEdge(edge, input)
    if (!refused) continue
    const kind = kindOf(edge)
    if (kind === 'none') return refused.code === 'PA422' ? { ...refused, code: 'PA421' } : refused
    // What only calls the handler may be converted: it is seen in the end whether it is.
    if (keep && (edge.kind === 'mock' || kind === 'served' || refused.code !== 'PA422')) return refused
    // A mock of the handler and of other exports can stand for the module that those go to: one export too many hurts nobody.
    if (edge.kind === 'mock' && kind === 'test' && refuseEdge(edge, { ...input, isMockOpen: true }) === null) continue
    if (kind === 'served') return { ...refused, code: 'PA434' }
    left.add(edge)
  }
  return { importers, left }
}

/**
 * Where the exports go that others import. What only a test asks for and cannot be had does not keep the route: the test is left. `null`
 * when nothing is imported that has to move.
 */
export function planDemanded(
  mover: Mover,
  { importers, left }: Demand,
  input: DemandInput,
  { rules, isTaken }: { rules: TestRules; isTaken: (path: string) => boolean },
): { move: Move | null; left: ReadonlySet<ImportEdge> } | Diagnostic {
  if (importers.length === 0) return { move: null, left }
  const out = new Set(left)
  const asked = (edges: readonly ImportEdge[]): ImportEdge[] =>
    edges.map((edge) =>
      left.has(edge) ? { ...edge, names: edge.names.filter((n) => isOurs(n.imported, input)) } : edge,
    )
  let move = planMove(mover, asked(importers), isTaken)
  if ('code' in move) {
    const isTest = (edge: ImportEdge): boolean => !rules.keep && rules.kindOf(edge) === 'test'
    const tests = new Set(importers.filter(isTest).map(({ from }) => from))
    const others = importers.filter(({ from }) => !tests.has(from))
    if (tests.size === 0) return move
    move = planMove(mover, asked(others), isTaken)
    if ('code' in move) return move
    const { exports } = mover
    const { exported } = move
    for (const edge of importers) {
      const isFound = edge.names.every(({ imported }) => exports.types.has(imported) || exported.has(imported))
      if (tests.has(edge.from) && (!isFound || edge.names.length === 0)) out.add(edge)
    }
  }
  // A mock is of a whole module: with no module to go to, there is nothing that it could replace.
  const mocks = move.sibling === null ? importers.filter(({ kind }) => kind === 'mock') : []
  for (const edge of mocks) {
    if (rules.keep || rules.kindOf(edge) !== 'test') return blocked(edge, 'PA422')
    out.add(edge)
  }
  return { move, left: out }
}

/** One finding for each test that is left, at its first import. */
export function listTests(
  { mover, move, left }: { mover: Mover; move: Move | null; left: ReadonlySet<ImportEdge> },
  read: (path: string) => string,
): Diagnostic[] {
  const files = new Map<string, ImportEdge[]>()
  for (const edge of left) files.set(edge.from, [...(files.get(edge.from) ?? []), edge])
  return [...files].map(([file, edges]) => {
    const start = Math.min(...edges.map((edge) => edge.start))
    const names = edges.flatMap((edge) => edge.names.map(({ imported }) => imported))
    const moved = [...new Set(names.filter((name) => move?.exported.has(name)))]
    return {
      code: 'PA433',
      level: 'review',
      span: { file, start, end: start, ...positionOf(read(file), start) },
      data: { test: file, path: mover.source, target: mover.target, moved, sibling: move?.sibling ?? '' },
    }
  })
}

function blocked(edge: ImportEdge, code: Code): Diagnostic {
  const span = { file: edge.to, start: 0, end: 0, line: 1, column: 1 }
  return { code, level: 'blocker', span, data: { other: edge.from } }
}
