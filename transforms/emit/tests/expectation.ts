import type * as t from '@babel/types'
import { importedAs } from '../../syntax/imported.ts'
import { isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import { isJsonAlike } from './mock-request.ts'

/** `expect(value).not.matcher(...args)` as a statement. */
export interface Expectation {
  /** `expect(value)` */
  head: t.CallExpression
  whole: t.CallExpression
  matcher: string
  name: t.Identifier
  isNot: boolean
  args: readonly Node[]
}

/** The expectation that a value is in, when it is all that is expected of. */
export function expectationOf(value: Node, tree: ScopeTree): Expectation | null {
  const argument = withCasts(value)
  const head = parentOf(argument)
  if (head?.type !== 'CallExpression' || head.arguments[0] !== argument || head.arguments.length !== 1) return null
  if (!isExpect(head.callee, tree)) return null
  let member = parentOf(head)
  let isNot = false
  if (isMember(member) && memberName(member) === 'not') {
    isNot = true
    member = parentOf(member)
  }
  const whole = member ? parentOf(member) : null
  if (member?.type !== 'MemberExpression' || member.computed || member.property.type !== 'Identifier') return null
  if (whole?.type !== 'CallExpression' || whole.callee !== member) return null
  if (parentOf(whole)?.type !== 'ExpressionStatement') return null
  return { head, whole, matcher: member.property.name, name: member.property, isNot, args: whole.arguments }
}

function isExpect(node: Node, tree: ScopeTree): boolean {
  if (node.type !== 'Identifier' || node.name !== 'expect') return false
  const source = importedAs(node, tree)?.source
  return source === '@jest/globals' || source === 'vitest' || !bindingAt(tree, node)
}

const OF_JSON = new Set(['String', 'Number', 'Boolean', 'Array', 'Object'])
const MATCHERS = new Set(['objectContaining', 'arrayContaining', 'stringContaining', 'stringMatching', 'anything'])

/** Equal to the value that was handed over means equal to what JSON makes of it. */
export function isComparable(node: Node, tree: ScopeTree): boolean {
  const at = uncast(node)
  if (isJsonAlike(at, tree)) return true
  if (at.type === 'ObjectExpression')
    return at.properties.every((one) => one.type === 'ObjectProperty' && !one.computed && isComparable(one.value, tree))
  if (at.type === 'ArrayExpression') return at.elements.every((one) => one !== null && isComparable(one, tree))
  if (at.type !== 'CallExpression' || !isMember(at.callee) || !isExpect(at.callee.object, tree)) return false
  const name = memberName(at.callee) ?? ''
  if (name === 'any') return at.arguments.every((one) => one.type === 'Identifier' && OF_JSON.has(one.name))
  return MATCHERS.has(name) && at.arguments.every((one) => one.type === 'RegExpLiteral' || isComparable(one, tree))
}
