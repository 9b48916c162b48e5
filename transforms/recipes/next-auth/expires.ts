import { type Lowering, note } from '../../concerns/lowering.ts'
import { isCall, isMember, keyName, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'

/**
 * A session made from the options alone has no `expires` (next-auth@4.24.15 next/index.js deletes it). Named where the code
 * reads it or sends the whole session; tests and other members do not miss it.
 */
export function noteExpires(call: Node, at: Lowering): void {
  const place = findLoss(holderOf(call), at)
  if (place) note(at, 'PA541', 'review', place)
}

/** The call with its await and casts. */
function holderOf(call: Node): Node {
  const outer = withCasts(call)
  const up = parentOf(outer)
  return up?.type === 'AwaitExpression' ? withCasts(up) : outer
}

/** The place where a value's `expires` is read or may leave the route. */
function findLoss(value: Node, at: Lowering): Node | null {
  const parent = parentOf(value)
  if (!parent) return null
  if (isMember(parent) && parent.object === value) return memberName(parent) === 'expires' ? parent : null
  if (parent.type === 'VariableDeclarator' && parent.init === value) return findLossIn(parent.id, at)
  if (parent.type === 'AssignmentExpression' && parent.right === value && parent.left.type === 'Identifier')
    return findLossIn(parent.left, at)
  if (parent.type === 'SpreadElement' || parent.type === 'ObjectProperty') return value
  // Only a response sends it; a function that takes the session is the project's own.
  return isCall(parent) && isMember(parent.callee) && /^(json|send)$/.test(memberName(parent.callee) ?? '')
    ? value
    : null
}

function findLossIn(target: Node, at: Lowering): Node | null {
  if (target.type === 'ObjectPattern') {
    return target.properties.find((p) => p.type === 'RestElement' || keyName(p) === 'expires') ?? null
  }
  const references = target.type === 'Identifier' ? (bindingAt(at.tree, target)?.references ?? []) : []
  for (const { node, kind } of references) {
    const place = kind === 'read' && at.isLive(node) && uncast(node) === node ? findLoss(withCasts(node), at) : null
    if (place) return place
  }
  return null
}
