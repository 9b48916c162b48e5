import { isCall, isMember, memberName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import type { Node } from './tree.ts'

/** `Promise.reject(error)` */
export function isRejection(value: Node, tree: ScopeTree): boolean {
  const node = uncast(value)
  if (!isCall(node) || !isMember(node.callee) || memberName(node.callee) !== 'reject') return false
  const { object } = node.callee
  return object.type === 'Identifier' && object.name === 'Promise' && bindingAt(tree, object) === null
}
