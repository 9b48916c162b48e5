import type { Edit, Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { indentAt } from '../../syntax/lines.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import { reindent } from '../layout.ts'
import type { Outside } from './outside.ts'
import type { Router } from './router.ts'

/** As in analyse/middleware.ts: the call answers, or the function goes on after it. */
export const NEXT = 'next$'

export function isNext(node: Node | undefined): boolean {
  return node?.type === 'Identifier' && node.name === NEXT
}

/** What is known while a router is written out, and what comes of it. */
export interface Writing {
  module: SourceModule
  router: Router
  names: readonly [req: string, res: string]
  unit: string
  semicolon: string
  edits: Edit[]
  /** Middleware that is written in the chain and cannot stand in the handler. */
  hoisted: Piece[][]
  /** Comments that have found a place. */
  told: Set<number>
  /** Functions that have been written, with the name of those that were given one. */
  written: Map<Node, string | null>
  isGuarded: boolean
  /** Names of what is written in other modules. */
  outside: Outside
}

/** Edits inside a function that stands in several chains. */
export function once(fn: Node, { written, edits }: Writing, make: () => readonly Edit[]): void {
  if (written.has(fn)) return
  written.set(fn, null)
  edits.push(...make())
}

/** What stands between the braces of a body, at another indent. */
export function blockLines(body: Node, indent: string, writing: Writing): Piece[] {
  const { module, unit } = writing
  const { file } = module
  const from = startOf(body) + 1
  const to = endOf(body) - 1
  const text = file.text.slice(from, to)
  if (text.trim() === '') return []
  const start = from + (/^[ \t]*\n/.exec(text)?.[0].length ?? 0)
  const end = to - (/\s*$/.exec(text)?.[0].length ?? 0)
  const first = indentAt(file.text, start)
  const outer = first.endsWith(unit) ? first.slice(0, first.length - unit.length) : indentAt(file.text, startOf(body))
  const target = indent.slice(0, indent.length - unit.length)
  once(body, writing, () => reindent(file, { ...body, start: from, end: to } as Node, target, outer))
  return start > from
    ? [{ from: start, to: end }]
    : [indent, { from: from + (text.length - text.trimStart().length), to: end }]
}
