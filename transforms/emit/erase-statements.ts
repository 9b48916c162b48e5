import type { Edit } from '../syntax/edits.ts'
import { removalRange } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, isListHolder, listOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** Statements and members that go, those in a row as one, so that the blank lines between them leave no gap. */
export function removals(removed: readonly Node[], file: SourceFile): Edit[] {
  const runs: Node[][] = []
  for (const node of removed) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (last && nextOf(last) === node) run?.push(node)
    else runs.push([node])
  }
  return runs.flatMap((run) => removeRun(run, file))
}

function removeRun(run: readonly Node[], file: SourceFile): Edit[] {
  const [first, last] = [run[0], run.at(-1)]
  if (!first || !last) return []
  const { text } = file
  let { start } = rangeOf(first, file)
  let { end } = rangeOf(last, file)
  const before = text.slice(0, start)
  const isLine = text[end - 1] === '\n'
  if (isLine && text.slice(end).trim() === '') start = Math.min(start, before.trimEnd().length + 1)
  else if (isLine && /(?:^|\n[ \t]*\n)$/.test(before)) end += /^(?:[ \t]*\n)*/.exec(text.slice(end))?.[0].length ?? 0
  // Between two others on one line.
  else if (!isLine && /\s$/.test(before) && text[end] === ' ') end++
  return [{ start, end, pieces: [] }, ...separate(first, last, file)]
}

/** Comments at the top of a file, above its imports, are the file's own. */
function rangeOf(node: Node, file: SourceFile): { start: number; end: number } {
  return removalRange(file, node, node.type === 'ImportDeclaration' ? startOf(node) : 0)
}

/** A line that begins with `(` or `[` would go on with the statement that now stands before it. */
function separate(first: Node, last: Node, { text }: SourceFile): Edit[] {
  const list = siblingsOf(first)
  const before = list[list.indexOf(first) - 1]
  const next = nextOf(last)
  // It has one of its own.
  if (next && /;[ \t]*$/.test(text.slice(endOf(last), startOf(next)))) return []
  if (!next || !before || text[endOf(before) - 1] === ';' || !/[([`*/+-]/.test(text[startOf(next)] ?? '')) return []
  return [{ start: startOf(next), end: startOf(next), pieces: [';'] }]
}

function nextOf(node: Node): Node | undefined {
  const list = siblingsOf(node)
  return list[list.indexOf(node) + 1]
}

function siblingsOf(node: Node): readonly Node[] {
  const holder = parentOf(node)
  if (holder?.type === 'ClassBody') return holder.body
  return holder && isListHolder(holder) ? listOf(holder) : []
}
