import type * as t from '@babel/types'
import { httpMethods } from '../model/route.ts'
import { indentAt, leadStart, lineEnd, lineStart } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { leaves } from '../syntax/completion.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { Work } from './variant.ts'

/** What stands in front of the branch that a decided `if` leaves of itself. */
export interface Head {
  /** Where that begins which goes. */
  start: number
  /** Comments from here on are the branch's. */
  from: number
  /** Comments that stand elsewhere and are the branch's too. */
  comments: readonly t.Comment[]
}

/**
 * A comment above an `if` or an `else if` describes the branch behind it, and so does one on the line of its brace. Above the first of a
 * chain it may speak of more: it stays with methods that it names, and where the chain is a step on the way to an answer.
 */
export function headOf(work: Work, node: t.IfStatement, truth: boolean): Head {
  const { file, context } = work
  const start = chainStart(work, node)
  if (truth) return { start, from: endOf(node.test), comments: work.carried.get(node) ?? [] }
  const lead = leadOf(work, node)
  const said = commentsIn(file, lead, startOf(node)).flatMap(({ value }) => value.match(METHODS) ?? [])
  const isStep = !leaves(node.consequent) && !isLast(node)
  const isKept = said.length > 0 ? said.includes(context.method) : isStep
  return { start: isKept ? start : lead, from: endOf(node.consequent), comments: [] }
}

function isLast(node: t.Statement): boolean {
  const parent = parentOf(node)
  return parent?.type === 'BlockStatement' && parent.body[parent.body.length - 1] === node
}

/** Where a chain or a switch begins that is decided: at a comment which says that methods are told apart there, which they no longer are. */
export function chainStart(work: Work, node: t.Statement): number {
  const lead = leadOf(work, node)
  const [only, other] = commentsIn(work.file, lead, startOf(node))
  const isOfMethods = only && !other && /\bmethods?\b/i.test(only.value) && !only.value.match(METHODS)
  return isOfMethods ? lead : startOf(node)
}

/** The comments in front of an `else if` are not its lead. */
function leadOf({ file, opened }: Work, node: t.Statement): number {
  return opened.has(parentOf(node) as Node) ? startOf(node) : leadStart(file, node)
}

const METHODS = new RegExp(`\\b(?:${httpMethods.join('|')})\\b`, 'g')

/** Takes the head away up to `end`, all but its comments. */
export function leave(work: Work, head: Head, end: number, indent: string): void {
  const comments = [...head.comments, ...commentsIn(work.file, head.from, end)]
  if (end > head.start)
    work.edits.push({
      start: head.start,
      end,
      pieces: comments.map((one) => `${write(one, work.file, indent)}\n${indent}`),
    })
}

export function commentsIn({ comments }: SourceFile, start: number, end: number): t.Comment[] {
  return comments.filter((one) => (one.start ?? 0) >= start && (one.end ?? 0) <= end)
}

/** The text of a comment that moves to an indent. */
export function write(comment: t.Comment, { text }: SourceFile, indent: string): string {
  const before = indentAt(text, comment.start ?? 0)
  const [first, ...others] = text.slice(comment.start ?? 0, comment.end ?? 0).split('\n')
  return [first, ...others.map((line) => indent + (line.startsWith(before) ? line.slice(before.length) : line))].join(
    '\n',
  )
}

/** Where the text of a block begins that can stand on lines of its own: behind a comment on the line of the brace. */
export function bodyStart({ comments, text }: SourceFile, block: t.BlockStatement): number {
  const open = startOf(block) + 1
  const line = lineEnd(text, open)
  let at = open
  for (const one of comments) if ((one.start ?? 0) >= open && (one.end ?? 0) <= line) at = one.end ?? at
  const from = text.slice(at, line).trim() === '' ? at : open
  const rest = text.slice(from, endOf(block) - 1)
  return rest.trim() === '' ? skipSpace(text, open) : skipSpace(text, from)
}

const skipSpace = (text: string, at: number): number => at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)

/** It is the first on its line. */
export function isOnOwnLine(text: string, { start }: t.Comment): boolean {
  return text.slice(lineStart(text, start ?? 0), start ?? 0).trim() === ''
}
