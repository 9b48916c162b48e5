import type * as t from '@babel/types'
import { isCall, isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'

/** `jar.set(name, value, options)`, a statement of its own. */
export interface Setting {
  /** The jar, as it is named there. */
  jar: Node
  call: t.CallExpression
  given: readonly t.Expression[]
}

/** Options of a cookie that need neither keys nor the socket nor the cookies that were set before. */
const PLAIN = /^(?:maxAge|expires|path|domain|httpOnly|sameSite|priority|partitioned)$/

/** Null for a call whose value is used, and for options that are not written out, or ask for more. */
export function settingOf(jar: Node): Setting | null {
  const call = methodCall(jar, 'set')
  if (call?.type !== 'CallExpression' || parentOf(call)?.type !== 'ExpressionStatement') return null
  const given = call.arguments.filter(
    (one): one is t.Expression => one.type !== 'SpreadElement' && one.type !== 'ArgumentPlaceholder',
  )
  const [name, , options] = given
  if (!name || given.length !== call.arguments.length || given.length > 3) return null
  return !options || arePlain(uncast(options)) ? { jar, call, given } : null
}

function arePlain(options: Node): boolean {
  return (
    options.type === 'ObjectExpression' &&
    options.properties.every((p) => p.type === 'ObjectProperty' && !p.computed && PLAIN.test(keyName(p) ?? ''))
  )
}

/** `jar.get(name)` */
export function isReader(jar: Node): boolean {
  return methodCall(jar, 'get')?.arguments.length === 1
}

/** `jar && ...`, `if (jar)`: it is there. */
export function isTest(jar: Node): boolean {
  const parent = parentOf(jar)
  if (parent?.type === 'LogicalExpression') return parent.left === jar && parent.operator === '&&'
  return (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') && parent.test === jar
}

function methodCall(object: Node, name: string): t.CallExpression | t.OptionalCallExpression | null {
  const member = parentOf(object)
  if (!isMember(member) || member.object !== object || memberName(member) !== name) return null
  const call = parentOf(member)
  return isCall(call) && call.callee === member ? call : null
}
