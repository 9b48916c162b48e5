import type { Edit } from '../syntax/edits.ts'
import { frozenRanges, indentAt, type Range } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

/** Edits that bring the lines of a node, from its second on, from the indent of its first line to another. Lines of template literals stay. */
export function reindent(file: SourceFile, node: Node, to: string, from = indentAt(file.text, startOf(node))): Edit[] {
  return reindentRange(file, { start: startOf(node), end: endOf(node) }, to, from)
}

/** The same for a part of the text. */
export function reindentRange(file: SourceFile, range: Range, to: string, from: string): Edit[] {
  const { text, ast } = file
  if (from === to) return []
  const frozen = frozenRanges(ast.program)
  const edits: Edit[] = []
  for (let end = text.indexOf('\n', range.start); end >= 0 && end < range.end; end = text.indexOf('\n', end + 1)) {
    const start = end + 1
    if (text[start] === '\n' || frozen.some((one) => start > one.start && start <= one.end)) continue
    if (text.startsWith(from, start)) edits.push({ start, end: start + from.length, pieces: [to] })
  }
  return edits
}
