import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { frozenRanges, indentAt, lineStart, type Range } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import type { MethodContext } from './method-value.ts'

/** A statement as flow analysis sees it: what the request's method decides is already decided. */
export type Item =
  | { kind: 'plain'; node: t.Statement }
  | { kind: 'expression'; node: t.Expression }
  | { kind: 'if'; node: t.IfStatement; consequent: Item[]; otherwise: Item[] | null }
  | { kind: 'block'; node: Node; body: Item[] }
  /** Statements of a switch that was opened; a break among them still leaves it. */
  | { kind: 'arms'; node: t.SwitchStatement; body: Item[] }
  | { kind: 'try'; node: t.TryStatement; body: Item[]; handler: Item[] | null; finalizer: Item[] | null }
  | { kind: 'switch'; node: t.SwitchStatement; cases: { node: t.SwitchCase; body: Item[] }[] }
  | { kind: 'loop'; node: t.Statement; body: Item[] }

/** A function body with one method's answers filled in. */
export interface Variant {
  method: string
  items: Item[]
  /** What turns the original body text into this variant's. */
  edits: Edit[]
  /** Parts of the source that this variant does not contain. */
  dead: Range[]
  /** The same string for methods that are treated alike. */
  signature: string
  /** Characters taken off the line starts of a range, where blocks were opened. */
  shifts: Shift[]
  /** The bodies of callbacks whose result is the function's. */
  inner: ReadonlyMap<Node, Item[]>
}

export interface Shift {
  range: Range
  by: number
}

export interface Work {
  file: SourceFile
  context: MethodContext
  edits: Edit[]
  dead: Range[]
  decisions: string[]
  shifts: Shift[]
  names: Set<string>
  /** Ifs without a block whose branch took their place. */
  opened: Set<Node>
  /** Comments that stand above an `else if`, by that if: they describe its branch. */
  carried: Map<Node, readonly t.Comment[]>
  inner: Map<Node, Item[]>
}

/** The indent that a source position has in the variant's text. */
export function indentIn(text: string, shifts: readonly Shift[], at: number): string {
  return shifted(indentAt(text, at), shifts, lineStart(text, at), at)
}

function shifted(lead: string, shifts: readonly Shift[], line: number, at = line): string {
  const by = shifts.reduce((sum, s) => (at >= s.range.start && line <= s.range.end ? sum + s.by : sum), 0)
  return by > 0 ? lead.slice(Math.min(by, lead.length)) : lead
}

/** One edit for each line that moves out, however many blocks around it were opened. Lines of template literals stay. */
export function shiftEdits(file: SourceFile, fn: FunctionNode, shifts: readonly Shift[]): Edit[] {
  if (shifts.length === 0) return []
  const { text } = file
  const frozen = frozenRanges(file.ast.program)
  const edits: Edit[] = []
  for (let at = text.indexOf('\n', startOf(fn)); at >= 0 && at + 1 < endOf(fn); at = text.indexOf('\n', at + 1)) {
    const start = at + 1
    if (frozen.some((f) => start > f.start && start <= f.end)) continue
    const lead = indentAt(text, start)
    const moved = shifted(lead, shifts, start)
    if (moved !== lead) edits.push({ start, end: start + lead.length, pieces: [moved] })
  }
  return edits
}

export function isDead(variant: Pick<Variant, 'dead'>, node: Node): boolean {
  return variant.dead.some((r) => startOf(node) >= r.start && endOf(node) <= r.end)
}
