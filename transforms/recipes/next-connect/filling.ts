import type * as t from '@babel/types'
import { isMember } from '../../syntax/match.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'

/** In the statement that exports it or gives it back, or that makes another router or handler of it. */
export function isInKnown(
  node: Node,
  { statements, depth }: { statements: ReadonlySet<Node>; depth: number },
): boolean {
  for (let up = parentOf(node); up; up = parentOf(up)) {
    if (up.type === 'ExportDefaultDeclaration' || up.type === 'ExportSpecifier') return true
    if (up.type === 'ReturnStatement') return depth > 0
    if (up.type === 'VariableDeclaration' && statements.has(up)) return true
    if (up.type === 'ExpressionStatement' || up.type === 'BlockStatement') return false
  }
  return false
}

/** `router.use(a).get(b)` */
export function fillingStatement(node: Node): t.ExpressionStatement | null {
  let at: Node = node
  for (let up = parentOf(at); up; up = parentOf(at)) {
    if (up.type === 'ExpressionStatement') return up
    const isChain = (isMember(up) && up.object === at) || (up.type === 'CallExpression' && up.callee === at)
    if (!isChain) return null
    at = up
  }
  return null
}
