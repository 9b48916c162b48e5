import type * as t from '@babel/types'
import { isMember, memberName, withCasts } from '../../syntax/match.ts'
import type { ScopeTree } from '../../syntax/scope.ts'
import { contains, endOf, functionAround, type Node, parentOf, some, startOf, statementOf } from '../../syntax/tree.ts'
import type { AnswerRead } from './answer-read.ts'
import { expectationOf } from './expectation.ts'
import { readFakeAnswer } from './fake-answer.ts'
import type { HandlerCall } from './handler-calls.ts'
import type { Refusals } from './irregular.ts'
import { readMockAnswer } from './mock-answer.ts'

interface World {
  tree: ScopeTree
  refuse: Refusals['refuse']
}

/** What a test expects of an answer that Next gives: the status, as statements, and all else that it says. */
export interface RefusedReads {
  statuses: readonly t.ExpressionStatement[]
  others: readonly t.ExpressionStatement[]
}

/** Null unless all that is done with the answer is to expect things of it, 405 among them. */
export function readRefused(call: HandlerCall, world: World): RefusedReads | null {
  const found: RefusedReads & { statuses: t.ExpressionStatement[]; others: t.ExpressionStatement[] } = {
    statuses: [],
    others: [],
  }
  for (const { node } of call.responseBinding.references) {
    const at = withCasts(node)
    const parent = parentOf(at)
    if (isOwn(node, call)) continue
    const statement = statementOf(node)
    const isExpected =
      statement?.type === 'ExpressionStatement' &&
      statement.expression.type === 'CallExpression' &&
      isMember(statement.expression.callee) &&
      isMember(parent) &&
      parentOf(statement) === parentOf(call.statement) &&
      startOf(statement) > startOf(call.statement) &&
      functionAround(node) === functionAround(call.callee) &&
      isOfExpectation(node, statement, world.tree)
    if (!isExpected || !isMember(parent)) return world.refuse('refused', node)
    const read = call.isFake ? readFakeAnswer(parent, world.tree) : readMockAnswer(parent, world.tree)
    const list = read?.kind === 'status' && read.expects === 405 ? found.statuses : found.others
    if (!list.includes(statement)) list.push(statement)
  }
  const isCounted = found.statuses.length + found.others.length !== 1 && countsExpectations(call.statement)
  return found.statuses.length > 0 && !isCounted ? found : world.refuse('refused', call.statement)
}

/** `expect.assertions(2)` */
function countsExpectations(statement: Node): boolean {
  const around = functionAround(statement)
  return (
    around !== null &&
    some(around, (at) => isMember(at) && memberName(at) === 'assertions' && isNamed(at.object, 'expect'))
  )
}

const isNamed = (node: Node, name: string): boolean => node.type === 'Identifier' && node.name === name

/** It is handed to the handler, or a function of the answer gives it back. */
function isOwn(node: Node, { callee, declarations }: HandlerCall): boolean {
  const parent = parentOf(withCasts(node))
  const isHanded = parent?.type === 'CallExpression' && parent.callee === callee
  return isHanded || declarations.some((one) => contains(one, node))
}

/** It is in what `expect` is given. */
function isOfExpectation(node: Node, statement: Node, tree: ScopeTree): boolean {
  for (let at: Node | null = node; at && at !== statement; at = parentOf(at)) if (expectationOf(at, tree)) return true
  return false
}

const BODIES: ReadonlySet<AnswerRead['kind']> = new Set(['json', 'list', 'text'])

/** In a loop: a body is read once. */
function isRepeated(node: Node, list: Node): boolean {
  for (let at: Node | null = node; at && at !== list; at = parentOf(at))
    if (/^(?:For|While|DoWhile)/.test(at.type)) return true
  return false
}

/** All reads of the answer of a call, in order; null where one has no counterpart. */
export function readAnswers(call: HandlerCall, world: World): AnswerRead[] | null {
  const { tree, refuse } = world
  const reads: AnswerRead[] = []
  const list = parentOf(call.statement)
  for (const { node } of call.responseBinding.references) {
    const at = withCasts(node)
    const parent = parentOf(at)
    if (isOwn(node, call)) continue
    if (!isMember(parent) || parent.object !== at) return refuse('answer', node)
    const read = call.isFake ? readFakeAnswer(parent, tree) : readMockAnswer(parent, tree)
    if (!read) return refuse('answer', parent)
    const isAfter = startOf(node) > endOf(call.statement) && startOf(list as Node) <= startOf(node)
    // In a function of its own it may run at another time, and cannot wait for the body.
    if (!isAfter || endOf(list as Node) < endOf(node) || functionAround(node) !== functionAround(call.callee))
      return refuse('place', parent)
    if (BODIES.has(read.kind) && isRepeated(node, list as Node)) return refuse('place', parent)
    reads.push(read)
  }
  return reads.sort((a, b) => startOf(a.node) - startOf(b.node))
}
