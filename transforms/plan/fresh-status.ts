import type { Value } from '../analyse/method-value.ts'
import { claimResponse } from '../concerns/response/registry.ts'
import type { FunctionModel, Use } from '../model/route.ts'
import { numberValue, withCasts } from '../syntax/match.ts'
import { contains, endOf, functionAround, isLoop, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { isStatusRead } from './function-flow.ts'

/**
 * `res.statusCode !== 200` in a wrapper that answers with what its handler returns: a handler that sets a status is kept (PA552), so that it
 * still is the 200 that every response begins with (node:http, ServerResponse.statusCode), unless the wrapper itself may have set one.
 */
export function freshStatuses(model: FunctionModel, handlerCalls: readonly Node[]): Map<Node, Value> {
  const known = new Map<Node, Value>()
  for (const use of model.uses) {
    const answer = use.root === 'res' && isStatusRead(use) ? comparedWith200(use.node) : null
    if (answer && isFresh(use.node, model, handlerCalls))
      known.set(answer.node, { kind: 'boolean', value: answer.value })
  }
  return known
}

function comparedWith200(read: Node): { node: Node; value: boolean } | null {
  const node = withCasts(read)
  const parent = parentOf(node)
  if (parent?.type !== 'BinaryExpression' || parent.left !== node) return null
  const other = numberValue(parent.right)
  if (other === null) return null
  switch (parent.operator) {
    case '===':
    case '==':
      return { node: parent, value: other === 200 }
    case '!==':
    case '!=':
      return { node: parent, value: other !== 200 }
    default:
      return null
  }
}

/** Nothing in the function can have set a status before. */
function isFresh(read: Node, { fn, uses, passes }: FunctionModel, handlerCalls: readonly Node[]): boolean {
  for (let up = parentOf(read); up && up !== fn; up = parentOf(up)) if (isLoop(up)) return false
  const isLater = (node: Node): boolean => startOf(node) > endOf(read)
  const isOver = (node: Node): boolean => isLater(node) || !isCaught(node, read, fn)
  const isFine = (use: Use): boolean => {
    if (use.root !== 'res' || isStatusRead(use) || contains(use.node, read) || !mayStatus(use)) return true
    if (isExit(use)) return isOver(use.node)
    return isLater(use.node) && functionAround(use.node) === functionAround(read)
  }
  return (
    uses.every(isFine) &&
    passes.every(({ root, call }) => {
      if (root !== 'res' || handlerCalls.includes(call)) return true
      return (isLater(call) && functionAround(call) === functionAround(read)) || (isReturned(call) && isOver(call))
    })
  )
}

const SILENT = /^(?:(?:set|append|remove|get|has)Headers?|getHeaderNames|headersSent|writableEnded|finished)$/

function mayStatus({ steps }: Use): boolean {
  const [first] = steps
  return first?.kind !== 'prop' || !SILENT.test(first.name) || steps.length > 2
}

function isExit(use: Use): boolean {
  const claim = claimResponse(use)
  return claim?.kind === 'response' && claim.exit !== null
}

function isReturned(call: Node): boolean {
  const outer = parentOf(withCasts(call))
  const above = outer?.type === 'AwaitExpression' ? parentOf(withCasts(outer)) : outer
  return above?.type === 'ReturnStatement'
}

/** What fails there goes on in a catch, after which the status is read. */
function isCaught(node: Node, read: Node, fn: Node): boolean {
  for (let up = parentOf(node); up && up !== fn; up = parentOf(up))
    if (up.type === 'TryStatement' && up.handler && contains(up.block, node) && !contains(up.block, read)) return true
  return false
}
