import { importedAs } from '../../syntax/imported.ts'
import { isMember, memberName } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import type { Node } from '../../syntax/tree.ts'

/** `jest` or `vi`, as a global or as the runner exports it. */
export function isRunner(node: Node, tree: ScopeTree): boolean {
  if (node.type !== 'Identifier' || (node.name !== 'jest' && node.name !== 'vi')) return false
  const source = importedAs(node, tree)?.source
  return source === '@jest/globals' || source === 'vitest' || !bindingAt(tree, node)
}

/** `jest.fn(...)` */
export function isMockFunction(node: Node, tree: ScopeTree): boolean {
  return (
    node.type === 'CallExpression' &&
    isMember(node.callee) &&
    memberName(node.callee) === 'fn' &&
    isRunner(node.callee.object, tree)
  )
}
