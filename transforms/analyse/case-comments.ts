import type * as t from '@babel/types'
import { indentAt, lineEnd } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { commentsIn, isOnOwnLine } from './carried-comments.ts'

/** A `case` of which something is left. */
export interface Arm {
  arm: t.SwitchCase
  /** The braces around its statements. */
  block: t.BlockStatement | null
  statements: readonly t.Statement[]
  /** Those that the method never comes to, the `break` first. */
  rest: readonly t.Statement[]
}

/** Comments above the labels that lead to these statements, and on the lines of the labels: up to where the statements begin. */
export function labelComments(file: SourceFile, node: t.SwitchStatement, { arm }: Arm, start: number): t.Comment[] {
  const { cases } = node
  let index = cases.indexOf(arm)
  const found = commentsIn(file, caseColon(file.text, arm), start)
  for (; index >= 0; index--) {
    const label = cases[index] as t.SwitchCase
    const before = cases[index - 1]
    found.unshift(...aboveLabel(file, node, index))
    if (!before || before.consequent.length > 0) break
    found.unshift(...sameLine(file, caseColon(file.text, before), startOf(label)))
  }
  return found
}

/** On lines of their own between two cases, where they are not set as deep as the statements of the first: those are the end of it. */
function aboveLabel(file: SourceFile, node: t.SwitchStatement, index: number): t.Comment[] {
  const label = node.cases[index] as t.SwitchCase
  const before = node.cases[index - 1]
  const from = before ? endOf(before) : endOf(node.discriminant)
  const isOfBefore = before && before.consequent.length > 0
  return commentsIn(file, from, startOf(label)).filter(
    (one) => isOnOwnLine(file.text, one) && (!isOfBefore || !isDeeper(file, one, label)),
  )
}

/** Comments behind the last statement that is left: the end of the case, unless it goes on with what the method never comes to. */
export function endComments(file: SourceFile, node: t.SwitchStatement, part: Arm, end: number): t.Comment[] {
  const { arm, block, rest } = part
  if (rest.some((statement) => statement.type !== 'BreakStatement')) return []
  const next = block ? undefined : node.cases[node.cases.indexOf(arm) + 1]
  const close = block ? endOf(block) : next ? startOf(next) : endOf(node)
  return commentsIn(file, end, close).filter(
    (one) => isOnOwnLine(file.text, one) && (next === undefined || isDeeper(file, one, next)),
  )
}

function isDeeper(file: SourceFile, comment: t.Comment, label: t.SwitchCase): boolean {
  return indentAt(file.text, comment.start ?? 0).length > indentAt(file.text, startOf(label)).length
}

function sameLine(file: SourceFile, from: number, to: number): t.Comment[] {
  return commentsIn(file, from, Math.min(to, lineEnd(file.text, from)))
}

/** Where the statements of a case may begin. */
export function caseColon(text: string, arm: t.SwitchCase): number {
  return text.indexOf(':', arm.test ? endOf(arm.test) : startOf(arm))
}
