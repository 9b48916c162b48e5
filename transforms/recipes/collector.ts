import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isCall, isMember, memberName, numberValue, stringValue, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node } from '../syntax/tree.ts'

/** What the collected chunks are made into. */
export type Collected = 'buffer' | 'text' | 'json'

/**
 * The helper that reads a stream to its end, which everybody copies: chunks pushed by `for await` or by `on('data')`, joined at
 * the end; or a string that they are added to. Anything more in it (a limit, a count, a second parameter) is not that helper.
 */
export function collects(fn: FunctionNode, tree: ScopeTree): Collected | null {
  const [param, ...others] = fn.params
  if (param?.type !== 'Identifier' || others.length > 0 || fn.generator) return null
  const body = fn.body.type === 'BlockStatement' ? fn.body.body : [fn.body]
  const isStream = (node: Node): boolean => isSame(node, param, tree)
  return collectsByLoop(body, isStream, tree) ?? collectsByEvents(body, isStream, tree)
}

/** `const chunks = []; for await (const chunk of stream) chunks.push(chunk); return Buffer.concat(chunks)` */
function collectsByLoop(body: readonly Node[], isStream: (node: Node) => boolean, tree: ScopeTree): Collected | null {
  const [declaration, loop, end, ...rest] = body
  const store = storeOf(declaration) ?? bytesOf(declaration)
  if (!store || loop?.type !== 'ForOfStatement' || end?.type !== 'ReturnStatement' || rest.length > 0) return null
  return isStream(loop.right) && isGathering(loop, store, tree) ? resultOf(end.argument, store, tree) : null
}

/** The name that chunks go to. */
export interface Store {
  id: t.Identifier
  isText: boolean
  /** A Buffer that is made anew with each chunk. */
  isBytes?: true
}

/** `const chunks = []` or `let data = ''`, alone in its statement. */
export function storeOf(statement: Node | undefined): Store | null {
  if (statement?.type !== 'VariableDeclaration' || statement.declarations.length !== 1) return null
  const [declarator] = statement.declarations
  if (declarator?.id.type !== 'Identifier' || !declarator.init) return null
  const init = uncast(declarator.init)
  if (init.type === 'ArrayExpression' && init.elements.length === 0) return { id: declarator.id, isText: false }
  return stringValue(init) === '' ? { id: declarator.id, isText: true } : null
}

/** `let bytes = Buffer.alloc(0)` */
function bytesOf(statement: Node | undefined): Store | null {
  const [declarator, other] = statement?.type === 'VariableDeclaration' ? statement.declarations : []
  const init = declarator?.init ? uncast(declarator.init) : null
  if (declarator?.id.type !== 'Identifier' || other || !isCall(init) || !isBufferCall(init, 'alloc')) return null
  const [size, more] = init.arguments
  return size && !more && numberValue(size) === 0 ? { id: declarator.id, isText: false, isBytes: true } : null
}

/** `for await (const chunk of ...)` that does nothing but keep the chunks. */
export function isGathering(loop: t.ForOfStatement, store: Store, tree: ScopeTree): boolean {
  const [declarator] = loop.left.type === 'VariableDeclaration' ? loop.left.declarations : []
  return loop.await && declarator?.id.type === 'Identifier' && keepsChunk(loop.body, declarator.id, store, tree)
}

function keepsChunk(body: Node, chunk: t.Identifier, store: Store, tree: ScopeTree): boolean {
  const [only, ...others] = body.type === 'BlockStatement' ? body.body : [body]
  const node = only?.type === 'ExpressionStatement' ? only.expression : only
  if (!node || others.length > 0) return false
  if (store.isText)
    return (
      node.type === 'AssignmentExpression' &&
      node.operator === '+=' &&
      isSame(node.left, store.id, tree) &&
      isChunk(node.right, chunk, tree)
    )
  if (store.isBytes) return addsBytes(node, chunk, store, tree)
  const [value, ...more] = isCall(node) ? node.arguments : []
  return (
    isCall(node) &&
    isMember(node.callee) &&
    memberName(node.callee) === 'push' &&
    isSame(node.callee.object, store.id, tree) &&
    more.length === 0 &&
    isChunk(value, chunk, tree)
  )
}

/** `bytes = Buffer.concat([bytes, chunk])` */
function addsBytes(node: Node, chunk: t.Identifier, store: Store, tree: ScopeTree): boolean {
  if (node.type !== 'AssignmentExpression' || node.operator !== '=' || !isSame(node.left, store.id, tree)) return false
  const joined = uncast(node.right)
  const [list, ...more] = isCall(joined) && isBufferCall(joined, 'concat') ? joined.arguments : []
  if (list?.type !== 'ArrayExpression' || more.length > 0) return false
  const [before, added, other] = list.elements
  return !other && isSame(before ?? undefined, store.id, tree) && isChunk(added ?? undefined, chunk, tree)
}

/** The chunk, as it is or made a Buffer or a string: `typeof chunk === 'string' ? Buffer.from(chunk) : chunk`. */
function isChunk(value: Node | undefined, chunk: t.Identifier, tree: ScopeTree): boolean {
  const node = value ? uncast(value) : null
  if (!node) return false
  if (node.type === 'ConditionalExpression')
    return isChunk(node.consequent, chunk, tree) && isChunk(node.alternate, chunk, tree)
  if (!isCall(node)) return isSame(node, chunk, tree)
  const [first] = node.arguments
  if (isMember(node.callee) && memberName(node.callee) === 'toString')
    return isChunk(node.callee.object, chunk, tree) && isUtf8(first)
  return isBufferCall(node, 'from') && isChunk(first, chunk, tree)
}

/** What becomes of the store: `Buffer.concat(chunks)`, its text, or the text parsed. */
export function resultOf(value: Node | null | undefined, store: Store, tree: ScopeTree): Collected | null {
  const node = value ? uncast(value) : null
  if (!node) return null
  if (isSame(node, store.id, tree)) return store.isText ? 'text' : store.isBytes ? 'buffer' : null
  if (!isCall(node)) return null
  const [first, ...more] = node.arguments
  if (isBufferCall(node, 'concat'))
    return !store.isText && !store.isBytes && more.length === 0 && isSame(first, store.id, tree) ? 'buffer' : null
  if (!isMember(node.callee)) return null
  const name = memberName(node.callee)
  if (name === 'toString' && isUtf8(first)) return resultOf(node.callee.object, store, tree) ? 'text' : null
  const isParse =
    name === 'parse' &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'JSON' &&
    more.length === 0
  return isParse && resultOf(first, store, tree) === 'text' ? 'json' : null
}

/** `new Promise((resolve, reject) => { stream.on('data', ...); stream.on('end', () => resolve(...)); stream.on('error', reject) })` */
function collectsByEvents(body: readonly Node[], isStream: (node: Node) => boolean, tree: ScopeTree): Collected | null {
  const last = body[body.length - 1]
  const made = last?.type === 'ReturnStatement' ? last.argument : last
  const promise = made ? uncast(made) : null
  if (promise?.type !== 'NewExpression' || promise.callee.type !== 'Identifier' || promise.callee.name !== 'Promise')
    return null
  const executor = promise.arguments[0]
  if (!executor || !isPlainFunction(executor) || executor.body.type !== 'BlockStatement') return null
  const [resolve] = executor.params
  const [declaration, ...steps] = [...body.slice(0, -1), ...executor.body.body]
  const store = storeOf(declaration) ?? bytesOf(declaration)
  if (!store || resolve?.type !== 'Identifier') return null
  const listeners = steps.flatMap((step) => listenersOf(step, isStream) ?? [null])
  let result: Collected | null = null
  let isFed = false
  for (const listener of listeners) {
    if (!listener) return null
    const { event, react } = listener
    if (event === 'error') continue
    if (!isPlainFunction(react)) return null
    if (event === 'data' && react.params[0]?.type === 'Identifier')
      isFed = keepsChunk(react.body, react.params[0], store, tree)
    else if (event === 'end') result = resolvedBy(react, resolve, store, tree)
    else return null
  }
  return isFed ? result : null
}

interface Listener {
  event: string
  react: Node
}

/** `stream.on('data', f)`, also chained; null for anything else. `setEncoding` listens to nothing. */
function listenersOf(step: Node, isStream: (node: Node) => boolean): Listener[] | null {
  const node = uncast(step.type === 'ExpressionStatement' ? step.expression : step)
  if (isStream(node)) return []
  if (!isCall(node) || !isMember(node.callee)) return null
  const before = listenersOf(node.callee.object, isStream)
  const name = memberName(node.callee)
  const [first, react] = node.arguments
  if (!before) return null
  if (name === 'setEncoding') return isUtf8(first) ? before : null
  const event = stringValue(first)
  return (name === 'on' || name === 'once') && event !== null && react ? [...before, { event, react }] : null
}

function resolvedBy(react: FunctionNode, resolve: t.Identifier, store: Store, tree: ScopeTree): Collected | null {
  const [only, ...others] = react.body.type === 'BlockStatement' ? react.body.body : [react.body]
  const node = only?.type === 'ExpressionStatement' ? only.expression : only
  return node && isCall(node) && others.length === 0 && isSame(node.callee, resolve, tree)
    ? resultOf(node.arguments[0], store, tree)
    : null
}

function isBufferCall(node: t.CallExpression | t.OptionalCallExpression, method: string): boolean {
  return (
    isMember(node.callee) &&
    memberName(node.callee) === method &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'Buffer'
  )
}

/** No encoding given means utf-8. */
export function isUtf8(node: Node | undefined): boolean {
  return node === undefined || /^utf-?8$/i.test(stringValue(node) ?? '')
}

function isSame(node: Node | undefined, id: t.Identifier, tree: ScopeTree): boolean {
  const at = node ? uncast(node) : null
  return at?.type === 'Identifier' && bindingAt(tree, at) === bindingAt(tree, id)
}
