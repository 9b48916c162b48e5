import type { FunctionModel, Pass } from '../model/route.ts'
import { isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { type Node, parentOf, some } from '../syntax/tree.ts'
import type { Takes } from './needs.ts'

/**
 * Whether an object of `req` and `res` has, or the function takes off it, a field of its own by a name that one of the two gets in App:
 * `get({ req, request: 7 })`.
 */
export function hasKeyClash({ fn, roles }: FunctionModel, call: Pass['call'], takes: Takes): boolean {
  const keys = new Set<string | null>([
    ...(takes.request ? ['request'] : []),
    ...(takes.params ? ['params'] : []),
    ...(takes.body ? ['body'] : []),
    ...(takes.headers ? ['headers'] : []),
    ...(takes.answer ? ['answer'] : []),
  ])
  return roles.some((role, index) => {
    if (role !== 'context' || keys.size === 0) return false
    // What a wrapper is given is no function yet.
    const [param, argument] = [fn.params?.[index], call.arguments[index]]
    return (
      (argument !== undefined && gives(uncast(argument), keys)) || (param !== undefined && takesOff(param, keys, fn))
    )
  })
}

function gives(argument: Node, keys: ReadonlySet<string | null>): boolean {
  return (
    argument.type === 'ObjectExpression' &&
    argument.properties.some((one) => one.type !== 'SpreadElement' && keys.has(keyName(one)))
  )
}

function takesOff(pattern: Node, keys: ReadonlySet<string | null>, fn: Node): boolean {
  if (pattern.type === 'AssignmentPattern') return takesOff(pattern.left, keys, fn)
  if (pattern.type === 'ObjectPattern')
    return pattern.properties.some((one) =>
      one.type === 'RestElement' ? takesOff(one.argument, keys, fn) : keys.has(keyName(one)),
    )
  if (pattern.type !== 'Identifier') return false
  return some(fn, (node) => {
    if (node.type !== 'Identifier' || node === pattern || node.name !== pattern.name) return false
    const parent = parentOf(node)
    if (isMember(parent) && parent.object === node) return keys.has(memberName(parent))
    return parent?.type === 'VariableDeclarator' && parent.init === node && takesOff(parent.id, keys, fn)
  })
}
