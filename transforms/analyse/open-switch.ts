import type * as t from '@babel/types'
import { commentEnd, indentAt, lineStart, type Range } from '../syntax/lines.ts'
import { hasOwnBreak, leaves } from '../syntax/completion.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import { type Arm, caseColon, endComments, labelComments } from './case-comments.ts'
import { chainStart, write } from './carried-comments.ts'
import { evaluate } from './method-value.ts'
import type { Item, Work } from './variant.ts'
import { bury, declares, isListed, remove, shift } from './prune.ts'
import { list } from './specialise.ts'

export function openSwitch(work: Work, node: t.SwitchStatement): Item[] {
  const subject = evaluate(node.discriminant, work.context)
  const tests = node.cases.map((c) => (c.test ? evaluate(c.test, work.context) : null))
  const known = subject.kind === 'string' && tests.every((v) => v === null || v.kind === 'string')
  const bySwitchTrue = subject.kind === 'boolean' && tests.every((v) => v === null || v.kind === 'boolean')
  if (!known && !bySwitchTrue) {
    return [{ kind: 'switch', node, cases: node.cases.map((c) => ({ node: c, body: list(work, c.consequent) })) }]
  }
  let index = tests.findIndex((v) => v !== null && 'value' in v && v.value === (subject as { value: unknown }).value)
  if (index < 0) index = node.cases.findIndex((c) => c.test === null)
  // Cases without statements of their own share those of the next: the same decision.
  while (index >= 0 && index < node.cases.length - 1 && node.cases[index]?.consequent.length === 0) index++
  work.decisions.push(`${startOf(node)}#${index}`)
  bury(work, node.discriminant)
  if (index < 0) {
    for (const arm of node.cases) bury(work, arm)
    remove(work, node)
    return []
  }
  return openCase(work, node, index)
}

/** Keeps the statements from one case on until a break, across fall-through, and takes the switch away around them. */
function openCase(work: Work, node: t.SwitchStatement, index: number): Item[] {
  const { text } = work.file
  const live: Arm[] = []
  let closed = false
  node.cases.forEach((arm, i) => {
    if (i < index || closed) {
      bury(work, arm)
      return
    }
    const only = arm.consequent[0]
    const block =
      arm.consequent.length >= 1 && only?.type === 'BlockStatement' && arm.consequent.slice(1).every(isBreak)
        ? only
        : null
    const statements = block ? [...block.body, ...arm.consequent.slice(1)] : arm.consequent
    const stop = statements.findIndex((s) => isBreak(s) || leaves(s) || s.type === 'ContinueStatement')
    const kept = stop < 0 ? statements : statements.slice(0, isBreak(statements[stop] as t.Statement) ? stop : stop + 1)
    closed = stop >= 0
    for (const s of statements.slice(kept.length)) bury(work, s)
    live.push({ statements: kept, rest: statements.slice(kept.length), arm, block })
  })
  const parts = live.filter((l) => l.statements.length > 0)
  const first = parts[0]
  const last = parts[parts.length - 1]
  if (!first || !last) {
    remove(work, node)
    return []
  }
  const hasBreak = parts.some((part) => part.statements.some((s) => hasOwnBreak(s)))
  const items = parts.flatMap((part) => list(work, part.statements))
  const outer = indentAt(text, startOf(node))
  const braces = !isListed(work, node) || (parts.length === 1 && declares(first.statements, work))
  const inner = braces ? outer + indentUnit(text, node) : outer
  const written = (comments: readonly t.Comment[]): string[] => comments.map((one) => write(one, work.file, inner))
  let at = chainStart(work, node)
  let tail: string[] = []
  parts.forEach((part, i) => {
    const { start, end } = bodyRange(work, part.statements, part.block ?? part.arm)
    // What a case falls into may be a second answer, which goes.
    const labels = i > 0 ? [] : labelComments(work.file, node, part, start)
    const head = written(labels).map((comment) => `${comment}\n${inner}`)
    const before = i > 0 ? [...tail, `\n${inner}`] : braces ? [`{\n${inner}`] : []
    work.edits.push({ start: at, end: start, pieces: [...before, ...head] })
    shift(work, { start, end }, inner)
    at = end
    tail = written(endComments(work.file, node, part, end)).map((comment) => `\n${inner}${comment}`)
  })
  work.edits.push({ start: at, end: endOf(node), pieces: [...tail, ...(braces ? [`\n${outer}}`] : [])] })
  return hasBreak ? [{ kind: 'arms', node, body: items }] : items
}

function indentUnit(text: string, node: Node): string {
  const outer = indentAt(text, startOf(node))
  const inner = indentAt(text, startOf((node as t.SwitchStatement).cases[0] ?? node))
  return inner.length > outer.length ? inner.slice(outer.length) : '  '
}

/** From the first statement (or the comment above it) to the last one (and the comment after it on its line). */
function bodyRange(work: Work, statements: readonly t.Statement[], holder: Node): Range {
  const { text } = work.file
  const first = statements[0] as t.Statement
  const last = statements[statements.length - 1] as t.Statement
  const open = holder.type === 'BlockStatement' ? startOf(holder) + 1 : startOf(holder)
  let start = startOf(first)
  for (const comment of work.file.comments) {
    const from = comment.start ?? 0
    if (
      from >= open &&
      from < start &&
      /\n\s*$/.test(text.slice(lineStart(text, from) - 1, from)) &&
      (holder.type === 'BlockStatement' || from > caseColon(text, holder as t.SwitchCase))
    ) {
      start = from
      break
    }
  }
  return { start, end: commentEnd(text, endOf(last)) }
}

function isBreak(statement: t.Statement): boolean {
  return statement.type === 'BreakStatement' && !statement.label
}
