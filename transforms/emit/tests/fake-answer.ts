import type * as t from '@babel/types'
import { isMember, keyName, memberName, numberValue, stringValue, uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf, type PlainFunction } from '../../syntax/tree.ts'
import { kindOf } from '../../syntax/value-kind.ts'
import { type AnswerRead, NOT_OF_HANDLERS, QUOTES, readOf, saidInstead } from './answer-read.ts'
import { expectationOf, isComparable } from './expectation.ts'
import { madeBy } from './maker.ts'
import { isMockFunction } from './mock-function.ts'

const MEMBERS = new Set(['status', 'json', 'send', 'end', 'setHeader', 'redirect', 'getHeader', 'writeHead', 'write'])

/**
 * `{ status: jest.fn().mockReturnThis(), json: jest.fn() }`: functions that do nothing, or give the answer itself for a chain. Or a call of
 * a function of the test that makes such an object and nothing else.
 */
export function isFakeAnswer(node: Node, self: Binding, tree: ScopeTree): boolean {
  if (node.type === 'ObjectExpression') return isFakeLiteral(node, self, tree)
  const made = node.type === 'CallExpression' && node.arguments.length === 0 ? madeBy(node.callee, tree) : null
  return made !== null && makesFake(made, tree)
}

function isFakeLiteral({ properties }: t.ObjectExpression, self: Binding | null, tree: ScopeTree): boolean {
  return properties.every((property) => {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    return property.type === 'ObjectProperty' && name !== null && isFakeMember(name, property.value, self, tree)
  })
}

const isFakeMember = (name: string, value: Node, self: Binding | null, tree: ScopeTree): boolean =>
  MEMBERS.has(name) && isIdle(value, self, tree)

/** `const res = {}; res.status = jest.fn().mockReturnValue(res); return res;` */
function makesFake({ body }: PlainFunction, tree: ScopeTree): boolean {
  if (body.type !== 'BlockStatement') {
    const given = uncast(body)
    return given.type === 'ObjectExpression' && isFakeLiteral(given, null, tree)
  }
  const [first, ...others] = body.body
  const last = others.pop() ?? first
  const returned = last?.type === 'ReturnStatement' && last.argument ? uncast(last.argument) : null
  if (returned?.type === 'ObjectExpression')
    return others.length === 0 && first === last && isFakeLiteral(returned, null, tree)
  const binding = returned?.type === 'Identifier' ? bindingAt(tree, returned) : null
  const declarator = binding?.declaration
  if (binding?.kind !== 'const' || declarator?.type !== 'VariableDeclarator' || !declarator.init) return false
  const init = uncast(declarator.init)
  const isFirst =
    first?.type === 'VariableDeclaration' && first.declarations.length === 1 && first.declarations[0] === declarator
  return (
    isFirst &&
    init.type === 'ObjectExpression' &&
    isFakeLiteral(init, binding, tree) &&
    others.every((one) => one.type === 'ExpressionStatement' && isMemberSet(one.expression, binding, tree))
  )
}

function isMemberSet(node: Node, self: Binding, tree: ScopeTree): boolean {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=' || !isMember(node.left)) return false
  const object = uncast(node.left.object)
  return (
    object.type === 'Identifier' &&
    bindingAt(tree, object) === self &&
    isFakeMember(memberName(node.left) ?? '', node.right, self, tree)
  )
}

/** `jest.fn()`, `jest.fn().mockReturnThis()`, `jest.fn().mockReturnValue(res)`, `jest.fn(() => res)` */
function isIdle(value: Node, self: Binding | null, tree: ScopeTree): boolean {
  const at = uncast(value)
  if (at.type !== 'CallExpression') return false
  const [argument, other] = at.arguments
  if (isMockFunction(at, tree)) return !argument || gives(argument, self, tree)
  if (!isMember(at.callee) || other) return false
  const made = uncast(at.callee.object)
  if (!isMockFunction(made, tree) || (made as t.CallExpression).arguments.length > 0) return false
  if (memberName(at.callee) === 'mockReturnThis') return !argument
  return memberName(at.callee) === 'mockReturnValue' && !!argument && isSelf(argument, self, tree)
}

function gives(fn: Node, self: Binding | null, tree: ScopeTree): boolean {
  const at = uncast(fn)
  return at.type === 'ArrowFunctionExpression' && at.body.type !== 'BlockStatement' && isSelf(at.body, self, tree)
}

function isSelf(node: Node, self: Binding | null, tree: ScopeTree): boolean {
  const at = uncast(node)
  return self !== null && at.type === 'Identifier' && bindingAt(tree, at) === self
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
    // Without a call of it the status is 200 too.
    return numberValue(first) === null || (found.isNot && numberValue(first) === 200)
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
