/** A part of a replacement: literal text, or a piece of the source that is rendered with its own edits. */
export type Piece = string | Slice

export interface Slice {
  from: number
  to: number
}

/**
 * One change of the source: [start, end) becomes the pieces. Edits may nest: an edit inside another one's range takes
 * effect where a slice of the outer edit covers it, and is dropped where none does. Two edits may not cross.
 */
export interface Edit {
  start: number
  end: number
  pieces: readonly Piece[]
  /** An insertion that stays even where the statement it stands before is taken away: a declaration others need. */
  sticky?: boolean
}

/** Edits that cross, or two different replacements of one range: a defect of ours, never of the user's code. */
export class EditConflict extends Error {
  override name = 'EditConflict'
}

/** Renders source[from, to) with the edits applied. Insertions (empty ranges) at the same place keep their given order. */
export function render(source: string, edits: readonly Edit[], from: number, to: number): string {
  const sorted = mergeDeletions(edits, source)
    .map((edit, order) => ({ edit, order }))
    .filter(({ edit }) => edit.start >= from && edit.end <= to)
    .sort((a, b) => a.edit.start - b.edit.start || width(b.edit) - width(a.edit) || a.order - b.order)
    .map(({ edit }) => edit)
  return renderSorted(source, insertionsFirst(sorted), from, to, edits)
}

/** Deletions that overlap are one deletion: a removed last statement and the removed end of its block share a line break. */
function mergeDeletions(edits: readonly Edit[], source: string): Edit[] {
  const isDeletion = (e: Edit): boolean => e.pieces.length === 0 && width(e) > 0
  const deletions = edits.filter(isDeletion).sort((a, b) => a.start - b.start || b.end - a.end)
  const merged: Edit[] = []
  for (const edit of deletions) {
    const last = merged[merged.length - 1]
    if (last && edit.start < last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, edit.end) }
    else merged.push(edit)
  }
  const others = edits.filter((e) => !isDeletion(e))
  return [...others, ...merged.map((deletion) => besideComment(clip(wholeLine(deletion, source), others), source))]
}

/** What follows a deletion must not come to stand in a comment that ends its line before it. */
function besideComment(deletion: Edit, source: string): Edit {
  const { start, end } = deletion
  const before = source.slice(source.lastIndexOf('\n', start - 1) + 1, start)
  const isRisk =
    /\/\/[^\n]*$/.test(before) && source.slice(start, end).includes('\n') && !/^[ \t]*(?:\n|$)/.test(source.slice(end))
  return isRisk ? { ...deletion, pieces: ['\n'] } : deletion
}

/** A deletion from the first word of a line to the start of another takes the indent of its first line along. */
function wholeLine(deletion: Edit, source: string): Edit {
  const line = source.lastIndexOf('\n', deletion.start - 1) + 1
  const isIndentOnly = line < deletion.start && /^[ \t]*$/.test(source.slice(line, deletion.start))
  return isIndentOnly && source[deletion.end - 1] === '\n' ? { ...deletion, start: line } : deletion
}

/** A deletion gives way where it reaches into a replacement: line breaks at the border belong to the replacement. */
function clip(deletion: Edit, others: readonly Edit[]): Edit {
  let { start, end } = deletion
  for (const other of others) {
    if (other.start > start && other.start < end && other.end > end) end = other.start
    if (other.end > start && other.end < end && other.start < start) start = other.end
  }
  return start === deletion.start && end === deletion.end ? deletion : { ...deletion, start, end }
}

function width(edit: Edit): number {
  return edit.end - edit.start
}

/** At one offset, insertions come before the replacement that starts there. */
function insertionsFirst(edits: Edit[]): Edit[] {
  return edits.sort(
    (a, b) =>
      a.start - b.start || Number(width(a) > 0) - Number(width(b) > 0) || (width(a) > 0 ? width(b) - width(a) : 0),
  )
}

function renderSorted(source: string, edits: readonly Edit[], from: number, to: number, all: readonly Edit[]): string {
  let out = ''
  let at = from
  let index = 0
  while (index < edits.length) {
    const edit = edits[index] as Edit
    index++
    if (edit.start < at) throw new EditConflict(`edits cross at ${edit.start}`)
    out += source.slice(at, edit.start)
    const inner: Edit[] = []
    if (width(edit) > 0) {
      while (index < edits.length) {
        const next = edits[index] as Edit
        if (next.start >= edit.end) break
        if (next.end > edit.end) throw new EditConflict(`edits cross at ${next.start}`)
        inner.push(next)
        index++
      }
    }
    out += renderPieces(source, edit, inner, all)
    at = edit.end
  }
  return out + source.slice(at, to)
}

function renderPieces(source: string, edit: Edit, inner: readonly Edit[], all: readonly Edit[]): string {
  const kept = edit.pieces.some((p) => typeof p !== 'string')
    ? ''
    : inner
        .filter((e) => e.sticky)
        .map((e) => ownLine(e, source.slice(edit.start, edit.end).endsWith('\n'), source, all))
        .join('')
  return (
    kept +
    edit.pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece
        if (piece.from < edit.start || piece.to > edit.end) return render(source, all, piece.from, piece.to)
        const within = inner.filter((e) => e.start >= piece.from && e.end <= piece.to)
        return renderSorted(source, within, piece.from, piece.to, all)
      })
      .join('')
  )
}

/** `declaration;\n  ` before a statement becomes `  declaration;\n` in the place of its deleted line. */
function ownLine(edit: Edit, isWholeLine: boolean, source: string, all: readonly Edit[]): string {
  const text = edit.pieces.map((p) => (typeof p === 'string' ? p : render(source, all, p.from, p.to))).join('')
  const indent = /\n([ \t]*)$/.exec(text)?.[1] ?? ''
  return isWholeLine ? `${indent}${text.slice(0, text.length - indent.length)}` : text
}
