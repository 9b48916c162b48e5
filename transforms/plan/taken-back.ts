import type * as t from '@babel/types'
import { mayThrow } from '../analyse/flow-facts.ts'
import { isInTry } from '../syntax/completion.ts'
import { isFunction, isListHolder, isLoop, listOf, type Node, parentOf, some } from '../syntax/tree.ts'

export interface Between {
  fn: Node
  isRemoval: (node: Node) => boolean
  /** An answer, or a call that may answer; false for what the method decides away. */
  isAnswer: (node: Node) => boolean
  isLive: (node: Node) => boolean
}

/**
 * Whether a listener is taken back before each end that comes after it, so that an answer never finds it: `always`; `unless-it-throws`
 * where an error that nobody catches passes the removal by; `no` when in doubt.
 */
export function takenBack(listener: Node, between: Between): 'always' | 'unless-it-throws' | 'no' {
  if (isBeforeFinally(listener, between)) return 'always'
  const statement = parentOf(listener)
  const holder = statement?.type === 'ExpressionStatement' ? parentOf(statement) : null
  if (!statement || !holder || !isListHolder(holder)) return 'no'
  const list = listOf(holder)
  const path: Path = { ...between, passed: [] }
  const ending = follow(list.slice(list.indexOf(statement as t.Statement) + 1), path)
  if (ending !== 'removed') return 'no'
  if (!path.passed.some((node) => mayThrow(node))) return 'always'
  return isInTry(listener, between.fn) ? 'no' : 'unless-it-throws'
}

interface Path extends Between {
  /** What runs while the listener is there. */
  passed: Node[]
}

type Ending = 'removed' | 'open' | 'lost'

function follow(list: readonly t.Statement[], path: Path): Ending {
  for (const statement of list) {
    const ending = step(statement, path)
    if (ending !== 'open') return ending
  }
  return 'open'
}

function step(statement: t.Statement, path: Path): Ending {
  if (!path.isLive(statement)) return 'open'
  if (isRemovalStatement(statement, path)) return 'removed'
  if (statement.type === 'BlockStatement') return follow(statement.body, path)
  if (statement.type === 'TryStatement' && removes(statement.finalizer, path)) return 'removed'
  if (statement.type === 'IfStatement' && !mayEnd(statement.test, path)) {
    path.passed.push(statement.test)
    const { consequent, alternate } = statement
    const endings = [step(consequent, path), alternate ? step(alternate, path) : 'open']
    // Taken back on one way only: the other has to come to a removal of its own, which does no harm to the first.
    return endings.includes('lost') ? 'lost' : endings.includes('open') ? 'open' : 'removed'
  }
  path.passed.push(statement)
  return mayEnd(statement, path) ? 'lost' : 'open'
}

const isRemovalStatement = (statement: Node, { isRemoval }: Between): boolean =>
  statement.type === 'ExpressionStatement' && isRemoval(statement.expression)

/** The answer is not complete before a `finally` block that waits for nothing takes the listener back. */
function removes(finalizer: t.BlockStatement | null | undefined, between: Between): boolean {
  const before = finalizer?.body.findIndex((statement) => isRemovalStatement(statement, between)) ?? -1
  return (
    finalizer?.body.slice(0, Math.max(before, 0)).some((s) => mayThrow(s) || mayEnd(s, between)) === false &&
    before >= 0
  )
}

function isBeforeFinally(listener: Node, between: Between): boolean {
  let below = listener
  for (let up = parentOf(listener); up && below !== between.fn; below = up, up = parentOf(up))
    if (up.type === 'TryStatement' && up.finalizer !== below && removes(up.finalizer, between)) return true
  return false
}

/** The function may be left here, or the list. */
function mayEnd(node: Node, { isAnswer, isLive }: Between): boolean {
  if (some(node, (part) => isLive(part) && isAnswer(part))) return true
  return some(
    node,
    (part) => isLive(part) && (/^(?:Return|Throw)Statement$/.test(part.type) || isJumpOut(part, node)),
    (part) => !isFunction(part),
  )
}

/** `break` and `continue`, except in a loop or switch of their own. */
function isJumpOut(jump: Node, around: Node): boolean {
  if (jump.type !== 'BreakStatement' && jump.type !== 'ContinueStatement') return false
  if (jump.label) return true
  for (let up: Node | null = jump; up; up = up === around ? null : parentOf(up))
    if (isLoop(up) || (up.type === 'SwitchStatement' && jump.type === 'BreakStatement')) return false
  return true
}
