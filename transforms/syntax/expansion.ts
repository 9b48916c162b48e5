import type { Edit } from './edits.ts'
import { positionOf } from './lines.ts'
import { isParseFailure, type ParseFailure, parseSource, type SourceFile } from './parse.ts'
import type { ScopeTree } from './scope.ts'
import { contains, type Node, startOf } from './tree.ts'

/** What a file says on the disk, where the text that is analysed has shorthands of packages written out. */
export interface Original {
  text: string
  tree: ScopeTree
  /** What was copied as it is, in the order of the new text. */
  copies: readonly Copy[]
  /** What was changed, in both texts. */
  changes: readonly Change[]
}

interface Copy {
  start: number
  from: number
  length: number
}

interface Change {
  start: number
  end: number
  from: number
  to: number
  /** An insertion that others refer to (an import): it is not taken back with them. */
  isSticky: boolean
}

/** The file with edits made before it is analysed; it knows where everything stood. Slices may lie outside of their edit. */
export function expandFile(file: SourceFile, tree: ScopeTree, edits: readonly Edit[]): SourceFile | ParseFailure {
  const out: Written = { text: '', copies: [], changes: [] }
  write(file.text, edits, { from: 0, to: file.text.length }, out, true)
  const expanded = parseSource(file.path, out.text)
  if (isParseFailure(expanded)) return expanded
  const { copies, changes } = out
  return { ...expanded, eol: file.eol, bom: file.bom, original: { text: file.text, tree, copies, changes } }
}

/** The file with other edits, for good; what was expanded in it before is still known by its place on the disk. */
export function editExpanded(file: SourceFile, edits: readonly Edit[]): SourceFile | ParseFailure {
  const out: Written = { text: '', copies: [], changes: [] }
  write(file.text, edits, { from: 0, to: file.text.length }, out, true)
  const edited = parseSource(file.path, out.text)
  if (isParseFailure(edited)) return edited
  const { eol, bom, original } = file
  return { ...edited, eol, bom, ...(original && { original: moved(original, out) }) }
}

/** By the text that these copies have made of the expanded one. A change that is not in one of them can no longer be taken back. */
function moved(original: Original, { copies, changes }: Pick<Written, 'copies' | 'changes'>): Original {
  const places = changes.map(({ start, end, from }): Change => {
    const at = originalOffset(original, from)
    return { start, end, from: at, to: at + 1, isSticky: true }
  })
  return {
    ...original,
    copies: copies.flatMap((copy) =>
      original.copies.flatMap(({ start, from, length }): Copy[] => {
        const first = Math.max(copy.from, start)
        const last = Math.min(copy.from + copy.length, start + length)
        return last <= first
          ? []
          : [{ start: copy.start + first - copy.from, from: from + first - start, length: last - first }]
      }),
    ),
    changes: [
      ...original.changes.flatMap((change) => {
        const copy = copies.find(({ from, length }) => change.start >= from && change.end <= from + length)
        const by = copy ? copy.start - copy.from : 0
        return copy ? [{ ...change, start: change.start + by, end: change.end + by }] : []
      }),
      ...places,
    ],
  }
}

/** It is async since a shorthand was written out in it: what it throws at once was thrown at its caller. */
export function isMadeAsync(fn: Node, { text, original }: SourceFile): boolean {
  return (original?.changes ?? []).some(
    ({ start, end, from, to }) => start === startOf(fn) && from === to && text.slice(start, end) === 'async ',
  )
}

interface Written {
  text: string
  copies: Copy[]
  changes: Change[]
}

function write(
  source: string,
  edits: readonly Edit[],
  { from, to }: { from: number; to: number },
  out: Written,
  isTop: boolean,
): void {
  let at = from
  const inside = edits
    .filter((edit) => edit.start >= from && edit.end <= to)
    .sort((a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start) || b.end - a.end)
  for (const edit of inside) {
    // Inside another one: written where a slice of that covers it.
    if (edit.start < at) continue
    copy(source, at, edit.start, out)
    const start = out.text.length
    const others = edits.filter((other) => other !== edit)
    for (const piece of edit.pieces) {
      if (typeof piece === 'string') out.text += piece
      else write(source, others, piece, out, false)
    }
    const { length: end } = out.text
    if (isTop) out.changes.push({ start, end, from: edit.start, to: edit.end, isSticky: edit.sticky === true })
    at = edit.end
  }
  copy(source, at, to, out)
}

function copy(source: string, from: number, to: number, out: Written): void {
  if (to <= from) return
  out.copies.push({ start: out.text.length, from, length: to - from })
  out.text += source.slice(from, to)
}

/** 1-based line and column of an offset, in the file as it is on the disk. */
export function placeOf({ text, original }: SourceFile, offset: number): { line: number; column: number } {
  return original ? positionOf(original.text, originalOffset(original, offset)) : positionOf(text, offset)
}

function originalOffset({ copies, changes }: Original, offset: number): number {
  const copied = copies.find(({ start, length }) => offset >= start && offset < start + length)
  if (copied) return copied.from + (offset - copied.start)
  const changed = changes.find(({ start, end }) => offset >= start && offset <= end)
  return changed?.from ?? copies[copies.length - 1]?.from ?? 0
}

/** Where an offset of the disk has come to; null for what was not copied. */
export function expandedOffset({ original }: SourceFile, offset: number): number | null {
  const copied = original?.copies.find(({ from, length }) => offset >= from && offset < from + length)
  return copied ? copied.start + (offset - copied.from) : null
}

/** The node begins with what an expansion has put in front of something. */
export function wasWrittenOut({ original }: SourceFile, node: Node): boolean {
  return original?.changes.some(({ start, from, to }) => start === startOf(node) && from === to) === true
}

/** Takes the expansions outside of these statements back. */
export function restoreEdits({ original }: SourceFile, kept: readonly Node[]): Edit[] {
  if (!original) return []
  return original.changes
    .filter(({ start, end, isSticky }) => {
      const range = { start, end } as Node
      return !isSticky && !kept.some((statement) => contains(statement, range))
    })
    .map(({ start, end, from, to }) => ({ start, end, pieces: [original.text.slice(from, to)] }))
}

/** The names of both texts: what an expansion has left without a use is no longer needed either. */
export function withOriginal(tree: ScopeTree, { original }: SourceFile): ScopeTree {
  if (!original) return tree
  const { scopeOf, globals } = original.tree
  return { ...tree, scopeOf: new Map([...scopeOf, ...tree.scopeOf]), globals: new Map([...globals, ...tree.globals]) }
}
