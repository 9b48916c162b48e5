import type { Lowering } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { lineStart } from '../syntax/lines.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'

/**
 * `try { load(req.body) } catch {}`: a declaration that goes in front of the first statement opens the line of the block, and its brace gets
 * a line of its own. Null where the block is no line.
 */
export function openLine(place: number, at: Lowering, indent: string): Edit[] | null {
  const { text } = at.file
  const space = /\{([ \t]*)$/.exec(text.slice(lineStart(text, place), place))?.[1]
  if (space === undefined) return null
  const block = blockAt(place, at.fn)
  if (!block || isOpened(block, at) || text.slice(startOf(block), endOf(block)).includes('\n')) return null
  const brace = endOf(block) - 1
  const end = /[ \t]*$/.exec(text.slice(0, brace))?.index ?? brace
  return [
    { start: place - space.length, end: place, pieces: [] },
    { start: end, end: brace, pieces: [`\n${indent}`] },
  ]
}

/** What the method decides goes, and its braces with it. */
function isOpened(block: Node, { isLive }: Lowering): boolean {
  const parent = parentOf(block)
  return (
    (parent?.type === 'IfStatement' && !isLive(parent.test)) ||
    (parent?.type === 'ForOfStatement' && !isLive(parent.left))
  )
}

/** The block whose first statement stands there. */
function blockAt(place: number, fn: Node): Node | null {
  let found: Node | null = null
  walk(fn, (node) => {
    const [first] = node.type === 'BlockStatement' ? node.body : []
    if (first && startOf(first) === place) found = node
    return found === null && startOf(node) <= place && endOf(node) >= place
  })
  return found
}
