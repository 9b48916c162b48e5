import type { Edit } from '../syntax/edits.ts'
import { frozenRanges, indentAt } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { Style } from '../syntax/style.ts'

/** A comment that a review finding leaves at a place of the source. */
export interface Mark {
  at: number
  text: string
}

/**
 * Edits of a function that keeps its place in the text, with its marks. A comment at the end of a body stands above what is added there; any
 * other one below what is declared for its line, and above what its statement begins with now: behind a new `return` it would end that.
 */
export function markedEdits(marks: readonly Mark[], edits: readonly Edit[], file: SourceFile, style: Style): Edit[] {
  const { text } = file
  const own = marks.map((mark) => markEdit(mark, file, style))
  const isAtEnd = ({ start }: Edit): boolean => text[start] === '}'
  // What opens a block is the beginning of its statement, behind a `return` that was put there.
  const isLine = ({ pieces }: Edit): boolean => /(?<!\{)\n[ \t]*$/.test(String(pieces.at(-1)))
  return [
    ...own.filter(isAtEnd),
    ...edits.filter(isLine),
    ...own.filter((edit) => !isAtEnd(edit)),
    ...edits.filter((edit) => !isLine(edit)),
  ]
}

function markEdit(mark: Mark, file: SourceFile, style: Style): Edit {
  const start = lineOf(file, mark.at)
  const inner = file.text[start] === '}' ? style.indent : ''
  return { start, end: start, sticky: true, pieces: [`${inner}${mark.text}\n${indentAt(file.text, start)}`] }
}

/** The first word of the line; of a line that is text of a template, the place itself. */
export function lineOf({ text, ast }: SourceFile, at: number): number {
  const start = text.lastIndexOf('\n', at - 1) + 1 + indentAt(text, at).length
  const isText = frozenRanges(ast.program).some((range) => start >= range.start && start <= range.end)
  return isText ? at : start
}
