import type * as t from '@babel/types'
import { isMember, keyName, memberName, numberValue, stringValue, uncast, withCasts } from '../../syntax/match.ts'
import type { Binding, ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import { kindOf } from '../../syntax/value-kind.ts'
import { type AnswerRead, NOT_OF_HANDLERS, QUOTES, readOf, saidInstead } from './answer-read.ts'
import { expectationOf, isComparable } from './expectation.ts'
import { isMockFunction } from './mock-function.ts'

const MEMBERS = new Set(['status', 'json', 'send', 'end', 'setHeader', 'redirect', 'getHeader', 'writeHead', 'write'])

/** `{ status: jest.fn().mockReturnThis(), json: jest.fn() }`: functions that do nothing, or give the answer itself for a chain. */
export function isFakeAnswer(node: Node, self: Binding, tree: ScopeTree): boolean {
  if (node.type !== 'ObjectExpression') return false
  return node.properties.every((property) => {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    return (
      property.type === 'ObjectProperty' && name !== null && MEMBERS.has(name) && isIdle(property.value, self, tree)
    )
  })
}

/** `jest.fn()`, `jest.fn().mockReturnThis()`, `jest.fn(() => res)` */
function isIdle(value: Node, self: Binding, tree: ScopeTree): boolean {
  const at = uncast(value)
  if (at.type !== 'CallExpression') return false
  if (isMockFunction(at, tree)) return at.arguments.length === 0 || gives(at.arguments[0] as Node, self, tree)
  if (!isMember(at.callee) || !isMockFunction(uncast(at.callee.object), tree)) return false
  if ((uncast(at.callee.object) as t.CallExpression).arguments.length > 0) return false
  return memberName(at.callee) === 'mockReturnThis' && at.arguments.length === 0
}

function gives(fn: Node, self: Binding, tree: ScopeTree): boolean {
  const at = uncast(fn)
  if (at.type !== 'ArrowFunctionExpression' || at.body.type === 'BlockStatement') return false
  const body = uncast(at.body)
  return body.type === 'Identifier' && tree.bindingOf.get(body) === self
}

/** What a test asks of mock functions: what they were called with. */
export function readFakeAnswer(
  member: t.MemberExpression | t.OptionalMemberExpression,
  tree: ScopeTree,
): AnswerRead | null {
  const name = memberName(member)
  if (name === 'json') {
    const list = firstCall(member)
    const up = list ? parentOf(list) : null
    if (list)
      return isMember(up) && up.object === list && memberName(up) === '0' ? readOf('json', up) : readOf('list', list)
  }
  const found = expectationOf(member, tree)
  if (!found) return null
  const [first, second, third] = found.args
  const isCalledWith = /^(?:toHaveBeenCalledWith|toHaveBeenLastCalledWith|toBeCalledWith)$/.test(found.matcher)
  if (name === 'status' && isCalledWith && first && !second)
    return numberValue(first) === null
      ? null
      : readOf('status', member, {
          said: saidInstead(found, [found.isNot ? '.not' : '', '.toBe(', first, ')']),
          expects: found.isNot ? null : numberValue(first),
        })
  if (found.isNot) return null
  if (name === 'json' && isCalledWith && first && !second && isComparable(first, tree))
    return readOf('json', member, { said: saidInstead(found, ['.toEqual(', first, ')']) })
  if (name === 'send' && isCalledWith && first && !second && kindOf(first, tree) === 'string')
    return readOf('text', member, { said: saidInstead(found, ['.toBe(', first, ')']) })
  if (name === 'end' && /^(?:toHaveBeenCalled|toBeCalled)$/.test(found.matcher) && !first)
    return readOf('text', member, { said: saidInstead(found, ['.toBe(', QUOTES, ')']), value: '' })
  if (name === 'setHeader' && isCalledWith && first && second && !third) {
    const header = stringValue(first)
    const value = stringValue(second)
    if (header === null || value === null || NOT_OF_HANDLERS.test(header)) return null
    return readOf('header', member, { name: first, value, said: saidInstead(found, ['.toBe(', second, ')']) })
  }
  return null
}

/** `res.json.mock.calls[0]` */
function firstCall(member: Node): Node | null {
  let at: Node = withCasts(member)
  for (const key of ['mock', 'calls', '0']) {
    const up = parentOf(at)
    if (!isMember(up) || up.object !== at || memberName(up) !== key) return null
    at = up
  }
  return at
}
