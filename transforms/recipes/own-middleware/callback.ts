import type * as t from '@babel/types'
import { isCall, isMember, memberName, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, type PlainFunction } from '../../syntax/tree.ts'

/** What is called by the names of a Promise's executor. */
export interface Settling {
  resolve: Binding
  reject: Binding | null
  tree: ScopeTree
}

/** What a middleware's callback does when it is called without an error: it resolves, or waits for a handler and resolves then. */
export interface GoesOn {
  /** Null where it only resolves. */
  handler: t.CallExpression | null
  /** What the handler throws at once is thrown in the middleware, too. */
  mayThrow: boolean
}

/** `resolve`, `(result) => (result instanceof Error ? reject(result) : resolve(result))`; null for a callback that does more than go on. */
export function readCallback(callback: Node, settling: Settling): GoesOn | null {
  const value = uncast(callback)
  if (isNamed(value, settling.resolve, settling.tree)) return { handler: null, mayThrow: false }
  if (!isPlainFunction(value) || value.generator || value.params.length > 1) return null
  const [given] = value.params
  if (given && given.type !== 'Identifier') return null
  const found = readBody(value, { ...settling, given: given ? bindingAt(settling.tree, given) : null })
  return found && { ...found, mayThrow: found.handler !== null && !value.async }
}

interface Called extends Settling {
  /** The parameter that an error would be; undefined here. */
  given: Binding | null
}

type Found = Pick<GoesOn, 'handler'>

function readBody({ body }: PlainFunction, called: Called): Found | null {
  return body.type === 'BlockStatement' ? readList(body.body, called) : readValue(body, called)
}

function readList(statements: readonly t.Statement[], called: Called): Found | null {
  const [first, ...rest] = statements
  if (!first) return null
  if (first.type === 'IfStatement') {
    const decided = decide(first.test, called)
    if (decided === null) return null
    const branch = decided ? first.consequent : first.alternate
    // A branch that is run must be the way that goes on.
    return branch ? readList([...listOf(branch), ...rest], called) : readList(rest, called)
  }
  if (first.type === 'BlockStatement') return readList([...first.body, ...rest], called)
  if (first.type === 'TryStatement') return rest.length === 0 ? readTry(first, called) : null
  const value =
    first.type === 'ReturnStatement' ? first.argument : first.type === 'ExpressionStatement' ? first.expression : null
  if (!value) return null
  const handler = awaited(value)
  if (first.type === 'ExpressionStatement' && handler) {
    const after = readList(rest, called)
    return after && after.handler === null ? { handler } : null
  }
  const isEnd = first.type === 'ReturnStatement' || rest.every((one) => one.type === 'ReturnStatement' && !one.argument)
  return isEnd ? readValue(value, called) : null
}

function listOf(node: t.Statement): readonly t.Statement[] {
  return node.type === 'BlockStatement' ? node.body : [node]
}

/** `try { await handler(req, res); resolve() } catch (error) { reject(error) }` */
function readTry({ block, handler, finalizer }: t.TryStatement, called: Called): Found | null {
  const [only, other] = handler?.body.body ?? []
  const error = handler?.param?.type === 'Identifier' ? bindingAt(called.tree, handler.param) : null
  const value =
    only?.type === 'ExpressionStatement' ? only.expression : only?.type === 'ReturnStatement' ? only.argument : null
  if (finalizer || other || !error || !called.reject || !value) return null
  const call = uncast(value)
  if (!isCall(call) || !isNamed(call.callee, called.reject, called.tree) || call.arguments.length !== 1) return null
  const [given] = call.arguments
  return given && isNamed(given, error, called.tree) ? readList(block.body, called) : null
}

function readValue(node: Node, called: Called): Found | null {
  const value = uncast(node)
  if (value.type === 'ConditionalExpression') {
    const decided = decide(value.test, called)
    return decided === null ? null : readValue(decided ? value.consequent : value.alternate, called)
  }
  if (!isCall(value)) return null
  if (isNamed(value.callee, called.resolve, called.tree)) return readResolved(value, called)
  return readChain(value, called)
}

/** `resolve()`, `resolve(result)`, `resolve(handler(req, res))` */
function readResolved({ arguments: all }: Pick<t.CallExpression, 'arguments'>, called: Called): Found | null {
  const [given, other] = all
  if (other) return null
  if (!given) return { handler: null }
  const value = uncast(given)
  const call = value.type === 'AwaitExpression' ? uncast(value.argument) : value
  if (call.type === 'CallExpression') return { handler: call }
  const isPlain = /^(?:Null|Boolean|Numeric|String)Literal$/.test(value.type)
  const isNothing = value.type === 'Identifier' && value.name === 'undefined'
  return isPlain || isNothing || (called.given && isNamed(value, called.given, called.tree)) ? { handler: null } : null
}

/** `handler(req, res).then(resolve).catch(reject)` and `handler(req, res).then(resolve, reject)` */
function readChain(call: t.CallExpression | t.OptionalCallExpression, called: Called): Found | null {
  const { callee } = call
  if (!isMember(callee)) return null
  const name = memberName(callee)
  const inner = uncast(callee.object)
  const [first, second, more] = call.arguments
  const isReject = (node: Node): boolean =>
    called.reject !== null && (isNamed(node, called.reject, called.tree) || rejects(node, called))
  if (name === 'catch' && first && !second && isReject(first)) return isCall(inner) ? readChain(inner, called) : null
  if (name !== 'then' || !first || more || (second && !isReject(second))) return null
  const then = readCallback(first, called)
  return then?.handler === null && inner.type === 'CallExpression' ? { handler: inner } : null
}

/** `(error) => reject(error)` */
function rejects(node: Node, { reject, tree }: Called): boolean {
  const fn = uncast(node)
  if (!isPlainFunction(fn) || fn.body.type === 'BlockStatement' || fn.params.length !== 1) return false
  const call = uncast(fn.body)
  const [param] = fn.params
  const error = param?.type === 'Identifier' ? bindingAt(tree, param) : null
  const [given, other] = isCall(call) ? call.arguments : []
  const isSame = given !== undefined && !other && error !== null && isNamed(given, error, tree)
  return isSame && isCall(call) && reject !== null && isNamed(call.callee, reject, tree)
}

/** What a test says of a result that is undefined; null where that cannot be told. */
function decide(node: Node, called: Called): boolean | null {
  const test = uncast(node)
  const isGiven = (side: Node): boolean => called.given !== null && isNamed(side, called.given, called.tree)
  if (isGiven(test)) return false
  if (test.type === 'UnaryExpression' && test.operator === '!') {
    const inner = decide(test.argument, called)
    return inner === null ? null : !inner
  }
  if (test.type === 'LogicalExpression' && test.operator === '&&')
    return decide(test.left, called) === false ? false : null
  if (test.type !== 'BinaryExpression' || !isGiven(test.left)) return null
  if (test.operator === 'instanceof') return false
  const right = uncast(test.right)
  const isUndefined = right.type === 'Identifier' && right.name === 'undefined'
  if (test.operator === '!=' || test.operator === '==')
    return isUndefined || right.type === 'NullLiteral' ? test.operator === '==' : null
  if (test.operator === '!==' || test.operator === '===') return isUndefined ? test.operator === '===' : null
  return null
}

function awaited(node: Node): t.CallExpression | null {
  const value = uncast(node)
  const call = value.type === 'AwaitExpression' ? uncast(value.argument) : null
  return call?.type === 'CallExpression' ? call : null
}

export function isNamed(node: Node, binding: Binding, tree: ScopeTree): boolean {
  const value = uncast(node)
  return value.type === 'Identifier' && bindingAt(tree, value) === binding
}
