import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isConstant } from '../syntax/match.ts'
import { endOf, isFunction, isListHolder, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { isDead, type Variant } from './variant.ts'

/** Statements in a row that no request comes to. */
export interface Unreached {
  first: t.Statement
  last: t.Statement
}

/**
 * What none of the bodies of a function contains: behind a statement that always leaves, or behind a test that is the same for every
 * request. It cannot be followed and says nothing about an answer, so it leaves with the old form.
 */
export function findUnreached(fn: FunctionNode, variants: readonly Pick<Variant, 'dead'>[]): Unreached[] {
  if (variants.some(({ dead }) => dead.length === 0)) return []
  const found: Unreached[] = []
  walk(fn.body, (node) => {
    if (isFunction(node) && isPartOfTest(node)) return false
    if (!isStatement(node) || !variants.every((variant) => isDead(variant, node))) return true
    const last = found.at(-1)
    if (last && isNextTo(last.last, node)) last.last = node
    else found.push({ first: node, last: node })
    return false
  })
  return found.filter(({ first, last }) => !isTrivial(first) || !isTrivial(last))
}

/** `methods.some(function (one) { return one === req.method })`: what is asked there is decided, and was asked of each request. */
function isPartOfTest(node: Node): boolean {
  for (let [below, up] = [node, parentOf(node)]; up && !isListHolder(up); [below, up] = [up, parentOf(up)]) {
    if (up.type === 'IfStatement' || up.type === 'ConditionalExpression') return up.test === below
    if (up.type === 'LogicalExpression' && up.left === below) return true
  }
  return false
}

/** It stands in a list, or is a branch of an `if`. */
function isStatement(node: Node): node is t.Statement {
  const parent = parentOf(node)
  if (parent?.type === 'SwitchCase') return node !== parent.test
  return parent !== null && (isListHolder(parent) || (parent.type === 'IfStatement' && node !== parent.test))
}

function isNextTo(before: t.Statement, node: t.Statement): boolean {
  const parent = parentOf(node)
  const list = parent?.type === 'SwitchCase' ? parent.consequent : parent && 'body' in parent ? parent.body : null
  return (
    parentOf(before) === parent && Array.isArray(list) && list.some((one, i) => one === before && list[i + 1] === node)
  )
}

/** It does nothing: `break`, or a `return` for the compiler. */
function isTrivial(node: t.Statement): boolean {
  switch (node.type) {
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'EmptyStatement':
      return true
    case 'BlockStatement':
      return node.body.every(isTrivial)
    case 'IfStatement':
      return isTrivial(node.consequent) && (!node.alternate || isTrivial(node.alternate))
    case 'ReturnStatement':
      return isConstant(node.argument) || node.argument?.type === 'Identifier'
    default:
      return false
  }
}

/** Does a node lie in one of them? */
export function isUnreached(list: readonly Unreached[], node: Node): boolean {
  return list.some(({ first, last }) => startOf(first) <= startOf(node) && endOf(node) <= endOf(last))
}
