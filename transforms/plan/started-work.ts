import type { Lowering } from '../concerns/lowering.ts'
import { isCall, isMember, memberName, uncast, withCasts } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { isListHolder, listOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * The first statement of a list that starts work which is only waited for at `statement` or after it: `const user = load()` with
 * `await user` below. Where the body is read in between, the work may fail with nobody there to catch it, and Node ends the process.
 */
export function startOfWork(at: Lowering, list: readonly Node[], statement: Node): Node | null {
  const before = list.slice(0, Math.max(0, list.indexOf(statement)))
  return before.find((one) => at.isLive(one) && startsWork(at, one, startOf(statement))) ?? null
}

/** The same, for the lists of statements around a node in its function. */
export function isBehindStartedWork(at: Lowering, node: Node): boolean {
  let below: Node = node
  for (let up = parentOf(node); up && below !== at.fn; below = up, up = parentOf(up))
    if (isListHolder(up) && startOfWork(at, listOf(up), below)) return true
  return false
}

function startsWork(at: Lowering, statement: Node, from: number): boolean {
  if (statement.type !== 'VariableDeclaration') return false
  return statement.declarations.some(({ id, init }) => {
    const value = init ? uncast(init) : null
    if (id.type !== 'Identifier' || !value || !(isCall(value) || value.type === 'NewExpression')) return false
    const reads = (bindingAt(at.tree, id)?.references ?? []).filter(
      ({ node, kind }) => kind === 'read' && at.isLive(node),
    )
    return (
      reads.some(({ node }) => startOf(node) >= from && isWaitedFor(node)) &&
      !reads.some(({ node }) => startOf(node) < from && isWaitedFor(node))
    )
  })
}

/** `await p`, `p.catch(...)`, `Promise.race([p, q])`. */
function isWaitedFor(node: Node): boolean {
  const whole = withCasts(node)
  const parent = parentOf(whole)
  if (!parent) return false
  if (parent.type === 'AwaitExpression' || parent.type === 'ReturnStatement') return true
  if (isMember(parent) && parent.object === whole) return /^(?:then|catch|finally)$/.test(memberName(parent) ?? '')
  const call = parent.type === 'ArrayExpression' ? parentOf(parent) : parent
  return Boolean(call && isCall(call) && isMember(call.callee) && isPromise(call.callee.object))
}

const isPromise = (node: Node): boolean => node.type === 'Identifier' && node.name === 'Promise'
