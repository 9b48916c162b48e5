import type { Lowering } from '../concerns/lowering.ts'
import type { Piece } from '../syntax/edits.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** The statement whose body, written without braces, this one is. */
export function ownerOf(statement: Node, at: Lowering): Node | null {
  const parent = parentOf(statement)
  const isListed = !parent || /^(?:BlockStatement|SwitchCase|Program|StaticBlock)$/.test(parent.type)
  // An `if` that the method decides is not in the text that is made.
  return isListed || (parent.type === 'IfStatement' && !at.isLive(parent.test)) ? null : parent
}

/** Puts statements before one; an `if` without braces gets them. False where there is no room. */
export function putBefore(
  statement: Node,
  lines: readonly Piece[][],
  { at, indentAt }: { at: Lowering; indentAt: (position: number) => string },
): boolean {
  const [start, end] = [startOf(statement), endOf(statement)]
  const indent = indentAt(start)
  const owner = ownerOf(statement, at)
  if (owner && owner.type !== 'IfStatement') return false
  const inner = owner ? `${indentAt(startOf(owner))}${at.style.indent}` : indent
  const pieces = lines.flatMap((line): Piece[] => [...line, `${at.style.semicolon}\n${inner}`])
  if (!owner) {
    at.edits.push({ start, end: start, pieces })
    return true
  }
  at.edits.push({ start, end: start, pieces: [`{\n${inner}`, ...pieces] })
  at.edits.push({ start: end, end, pieces: [`\n${indentAt(startOf(owner))}}`] })
  return true
}
