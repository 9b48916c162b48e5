import type * as t from '@babel/types'
import type { ExitSite, Flow } from '../analyse/flow-model.ts'
import type { Item } from '../analyse/variant.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { isFunction, type Node, some } from '../syntax/tree.ts'

interface Search {
  flow: Flow
  /** Is a statement, or a test, of those that are asked about? */
  counts: (node: Node) => boolean
  /** Leaves out helpers that answer: what they do beside that is not asked for. */
  isOwn?: boolean
}

/** The first thing that is done but to answer, to set headers, to log or to throw; null where there is none. */
export function findWork(items: readonly Item[], search: Search): Node | null {
  for (const item of items) {
    const found = workIn(item, search)
    if (found) return found
  }
  return null
}

function workIn(item: Item, search: Search): Node | null {
  const { flow, counts, isOwn } = search
  switch (item.kind) {
    case 'block':
    case 'arms':
      return findWork(item.body, search)
    case 'if':
      if (counts(item.node) && calls(item.node.test)) return item.node.test
      return findWork([...item.consequent, ...(item.otherwise ?? [])], search)
    case 'plain': {
      const { node } = item
      if (!counts(node) || /^(?:Throw|Empty|Break)/.test(node.type)) return null
      const exit = flow.exits.find(({ statement }) => statement === node)
      if (exit) return (isOwn && exit.what.kind === 'call') || !exitWorks(exit) ? null : node
      if (flow.effects.some(({ statement }) => statement === node) || isLog(node)) return null
      return calls(node) ? node : null
    }
    case 'expression':
      return null
    default:
      if (isOwn && item.kind === 'try') return findWork(item.body, search)
      return counts(item.node) ? item.node : null
  }
}

/** An answer that waits for something, itself or in the helper that gives it. */
function exitWorks({ what, statement }: ExitSite): boolean {
  if (what.kind === 'call') return what.call.callee.fn.async || what.call.node.arguments.some((one) => calls(one))
  return some(
    statement,
    (node) => node.type === 'AwaitExpression',
    (node) => !isFunction(node),
  )
}

function calls(node: Node): boolean {
  return some(
    node,
    (one) =>
      /^(?:CallExpression|OptionalCallExpression|NewExpression|AwaitExpression|AssignmentExpression|UpdateExpression)$/.test(
        one.type,
      ),
    (one) => !isFunction(one),
  )
}

/** A line for the console or for a logger, whoever writes it. */
function isLog(node: Node): node is t.ExpressionStatement {
  const call = node.type === 'ExpressionStatement' ? uncast(node.expression) : null
  if (call?.type !== 'CallExpression' || !isMember(call.callee)) return false
  return /^(?:log|info|warn|error|debug|trace)$/.test(memberName(call.callee) ?? '') && !call.arguments.some(calls)
}
