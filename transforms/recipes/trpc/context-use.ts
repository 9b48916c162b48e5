import type * as t from '@babel/types'
import { isCall, isMember, memberName, stringValue, withCasts } from '../../syntax/match.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'

/** Classes of requests and headers that neither a Pages request nor a plain object is one of. */
const FETCH: ReadonlySet<string> = new Set(['Request', 'NextRequest', 'Headers'])

/** It is only asked whether it is there, or what it is not. */
export function standsStill(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'ExpressionStatement':
    case 'IfStatement':
      return true
    case 'TemplateLiteral':
      return parentOf(parent)?.type !== 'TaggedTemplateExpression'
    case 'ConditionalExpression':
      return parent.test === node
    case 'LogicalExpression':
      return parent.operator === '&&' && parent.left === node
    case 'UnaryExpression':
      return parent.operator !== 'delete'
    case 'BinaryExpression':
      if (parent.operator === 'instanceof')
        return parent.left === node && parent.right.type === 'Identifier' && FETCH.has(parent.right.name)
      return /^[!=]==?$/.test(parent.operator)
    default:
      return false
  }
}

/** The member, or one of its members, is assigned or deleted. */
export function isWritten(member: Node): boolean {
  let at = withCasts(member)
  for (let up = parentOf(at); isMember(up) && up.object === at; up = parentOf(at)) at = withCasts(up)
  const parent = parentOf(at)
  return (
    (parent?.type === 'AssignmentExpression' && parent.left === at) ||
    parent?.type === 'UpdateExpression' ||
    (parent?.type === 'UnaryExpression' && parent.operator === 'delete')
  )
}

/** The name in `res.setHeader(name, value)` whose result, `res`, nobody takes; null for any other use, and a name that is not written out. */
export function headerSet(member: t.MemberExpression | t.OptionalMemberExpression): string | null {
  const call = parentOf(member)
  if (memberName(member) !== 'setHeader' || !isCall(call) || call.callee !== member) return null
  const [name] = call.arguments
  if (call.arguments.length !== 2 || call.arguments.some(({ type }) => type === 'SpreadElement')) return null
  const parent = parentOf(withCasts(call))
  const isAlone =
    parent?.type === 'ExpressionStatement' || (parent?.type === 'UnaryExpression' && parent.operator === 'void')
  return isAlone ? stringValue(name) : null
}
