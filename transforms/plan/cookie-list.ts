import type { StateRead } from '../model/response.ts'
import { isMember, memberName, stringValue, uncast, withCasts } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, type Node, parentOf } from '../syntax/tree.ts'

/** `res.getHeader('Set-Cookie')`: the cookies that were set so far. */
export function isCookieRead({ name, what }: StateRead): boolean {
  return what === 'get' && stringValue(name)?.toLowerCase() === 'set-cookie'
}

/**
 * In Pages the header is undefined, one string or a list, as it was set; `headers.getSetCookie()` is a list, which may be empty. Code that takes the
 * forms apart with `Array.isArray` goes the way of the list, and adds to it; where it forgets the one string in the other way, it is not the same.
 */
export function isListWhereTested(read: Node, tree: ScopeTree): boolean {
  let whole = withCasts(read)
  const around = parentOf(whole)
  if (
    around?.type === 'LogicalExpression' &&
    around.left === whole &&
    around.operator !== '&&' &&
    isNothing(around.right)
  )
    whole = withCasts(around)
  const declarator = parentOf(whole)
  if (declarator?.type !== 'VariableDeclarator' || declarator.init !== whole || declarator.id.type !== 'Identifier')
    return false
  const binding = bindingAt(tree, declarator.id)
  const reads = binding?.references.filter(({ kind }) => kind !== 'type') ?? []
  return (
    reads.length > 0 && reads.every(({ node, kind }) => kind === 'read' && isTested(node, tree) && !isChanged(node))
  )
}

/** Inside `Array.isArray(existing) ? ... : ...`, or an `if` of that kind, whose other way takes the value too. */
function isTested(node: Node, tree: ScopeTree): boolean {
  const binding = bindingAt(tree, node)
  const isTest = (test: Node): boolean => {
    const call = uncast(test)
    if (call.type !== 'CallExpression' || !isMember(call.callee) || memberName(call.callee) !== 'isArray') return false
    const [first] = call.arguments
    return first?.type === 'Identifier' && bindingAt(tree, first) === binding
  }
  for (let up = parentOf(node); up; up = parentOf(up))
    if ((up.type === 'ConditionalExpression' || up.type === 'IfStatement') && contains(up, node) && isTest(up.test)) {
      const { alternate } = up
      return Boolean(alternate && binding?.references.some((one) => contains(alternate, one.node)))
    }
  return false
}

/** The list that Node gives is its own: `existing.push(cookie)` sets a cookie. */
function isChanged(node: Node): boolean {
  const member = parentOf(node)
  if (!member || !isMember(member) || member.object !== node) return false
  const parent = parentOf(member)
  const isWritten = parent?.type === 'AssignmentExpression' && parent.left === member
  return isWritten || /^(?:push|unshift|pop|shift|splice|sort|reverse|fill|length)$/.test(memberName(member) ?? '')
}

function isNothing(node: Node): boolean {
  return node.type === 'ArrayExpression' && node.elements.length === 0
}
