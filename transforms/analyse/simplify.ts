import type * as t from '@babel/types'
import { isMember, uncast } from '../syntax/match.ts'
import { isFunction, type Node, some, startOf, walk } from '../syntax/tree.ts'
import { truthOf, evaluate } from './method-value.ts'
import type { Work } from './variant.ts'
import { bury, keepOnly } from './prune.ts'

/** The truth of a test that asks about the request, where dropping the test drops nothing that must run. */
export function decide(work: Work, test: t.Expression): boolean | null {
  const truth = askedTruth(work, test)
  return truth !== null && isDroppable(work, test) ? truth : null
}

/** What only constants of the project decide (`const DEBUG = false`) is theirs, and stays as it is written. */
function askedTruth(work: Work, test: t.Expression): boolean | null {
  const node = uncast(test)
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const truth = askedTruth(work, node.argument)
    return truth === null ? null : !truth
  }
  if (node.type === 'LogicalExpression' && node.operator !== '??') {
    const ends = node.operator === '||'
    const sides = [askedTruth(work, node.left), askedTruth(work, node.right)]
    return sides.includes(ends) ? ends : sides.includes(null) ? null : !ends
  }
  let isAsked = false
  const onFact = (): void => {
    isAsked = true
  }
  const truth = truthOf(evaluate(node, { ...work.context, onFact }))
  return isAsked ? truth : null
}

function isDroppable(work: Work, test: Node): boolean {
  const { context } = work
  const mustRun = (n: Node): boolean => {
    if (
      n.type === 'AwaitExpression' ||
      n.type === 'AssignmentExpression' ||
      n.type === 'UpdateExpression' ||
      n.type === 'NewExpression'
    )
      return evaluate(n, context).kind === 'unknown'
    if (n.type !== 'CallExpression' && n.type !== 'OptionalCallExpression') return false
    if (isMember(n.callee) && evaluate(n.callee.object, context).kind !== 'unknown') return false
    return evaluate(n, context).kind === 'unknown'
  }
  return !some(test, mustRun, (n) => !context.known?.has(n))
}

/** Takes decided parts out of `a && b`, `a || b` and `c ? x : y` anywhere in an expression or simple statement. */
export function simplify(work: Work, root: Node): void {
  walk(root, (node) => {
    if (node !== root && isFunction(node)) return false
    if (node.type === 'ConditionalExpression') {
      const truth = decide(work, node.test)
      if (truth === null) return undefined
      const chosen = truth ? node.consequent : node.alternate
      work.decisions.push(`${startOf(node)}${truth ? '+' : '-'}`)
      bury(work, node.test)
      bury(work, truth ? node.alternate : node.consequent)
      keepOnly(work, node, chosen)
      simplify(work, chosen)
      return false
    }
    if (node.type === 'LogicalExpression' && node.operator !== '??') return !simplifyLogical(work, node)
    return undefined
  })
}

function simplifyLogical(work: Work, node: t.LogicalExpression): boolean {
  const neutral = node.operator === '&&'
  const left = decide(work, node.left)
  if (left === neutral) {
    work.decisions.push(`${startOf(node)}>`)
    bury(work, node.left)
    keepOnly(work, node, node.right)
    simplify(work, node.right)
    return true
  }
  if (decide(work, node.right) === neutral && isTest(node)) {
    work.decisions.push(`${startOf(node)}<`)
    bury(work, node.right)
    keepOnly(work, node, node.left)
    simplify(work, node.left)
    return true
  }
  return false
}

/** Only in a test is the value of `a && true` as good as `a`. */
function isTest(node: Node): boolean {
  let at: Node = node
  for (let up = (at as Node & { parent?: Node }).parent; up; up = (at as Node & { parent?: Node }).parent) {
    if (up.type === 'IfStatement' || up.type === 'ConditionalExpression' || up.type === 'WhileStatement')
      return up.test === at
    if (up.type === 'UnaryExpression' && up.operator === '!') return true
    if (up.type !== 'LogicalExpression' && uncast(up) !== uncast(at)) return false
    at = up
  }
  return false
}
