import type { FunctionNode, Role } from '../model/route.ts'
import { isMember, keyName, memberName } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

/**
 * The name of an object that holds req and more, and stays an object: `props` that is handed on, or read beyond req and res, and the rest of
 * `({ id, ...props })`. Null where req and res are all that is taken from it.
 */
export function wholeContext(pattern: Node, tree: ScopeTree): Binding | null {
  if (pattern.type === 'Identifier') {
    const binding = bindingAt(tree, pattern)
    return binding?.references.some(({ node, kind }) => kind !== 'type' && !takesRoot(node)) ? binding : null
  }
  if (pattern.type !== 'ObjectPattern') return null
  const isTaken = pattern.properties.some((p) => p.type === 'ObjectProperty' && isRoot(keyName(p)))
  const rest = pattern.properties.find((p) => p.type === 'RestElement')
  return !isTaken && rest?.type === 'RestElement' && rest.argument.type === 'Identifier'
    ? bindingAt(tree, rest.argument)
    : null
}

/** The same for a function, by what its parameters are. */
export function wholeContextOf(fn: FunctionNode, roles: readonly Role[], tree: ScopeTree): Binding | null {
  const param = fn.params[roles.indexOf('context')]
  return param ? wholeContext(param.type === 'AssignmentPattern' ? param.left : param, tree) : null
}

/** `ctx.req`, `const { req, res } = ctx` */
function takesRoot(node: Node): boolean {
  const parent = parentOf(node)
  if (parent && isMember(parent) && parent.object === node) return isRoot(memberName(parent))
  return (
    parent?.type === 'VariableDeclarator' &&
    parent.init === node &&
    parent.id.type === 'ObjectPattern' &&
    parent.id.properties.every((p) => p.type === 'ObjectProperty' && isRoot(keyName(p)))
  )
}

function isRoot(name: string | null): boolean {
  return name === 'req' || name === 'res'
}
