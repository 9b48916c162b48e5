import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { lineEnd } from '../syntax/lines.ts'
import { isMember, isQuiet, memberName, uncast, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import {
  endOf,
  functionAround,
  isPlainFunction,
  type Node,
  parentOf,
  type PlainFunction,
  some,
  startOf,
} from '../syntax/tree.ts'
import { readMethodObject } from './method-object.ts'
import { callsOf } from './option-handler.ts'

/** A function that is handed the request, the response, and what is to answer them: `dispatch(req, res, { GET, POST })`. */
export interface Dispatcher {
  fn: PlainFunction
  /** Where the handler goes, or the object of handlers: a parameter. */
  index: number
}

/**
 * A dispatcher is a wrapper whose two calls are one: `dispatch(req, res, handlers)` is `dispatch(handlers)(req, res)`. Null for other
 * functions, and where a call keeps something in its parameters, which the next one would find there.
 */
export function readDispatcher(fn: FunctionNode, tree: ScopeTree): Dispatcher | null {
  const [req, res, ...given] = fn.params
  if (!isPlainFunction(fn) || fn.generator || fn.typeParameters || given.length === 0) return null
  const [request, response] = [bindingOf(req, tree), bindingOf(res, tree)]
  if (!request || !response || usesCaller(fn, tree) || !given.every((param) => isSteady(param, tree))) return null
  for (const [index, param] of given.entries()) {
    const handlers = bindingOf(param, tree)
    const calls = handlers && (callsOf(handlers, [fn]) ?? readMethodObject(handlers, request, fn, tree)?.calls)
    if (calls && calls.length > 0 && calls.every((call) => answersBy(call, fn, [request, response], tree)))
      return { fn, index: index + 2 }
  }
  return null
}

/** `handler(req, res)`, in the function itself: one that hands a callback on, or waits in one, is another matter. */
function answersBy(
  call: t.CallExpression,
  fn: Node,
  [request, response]: readonly [Binding, Binding],
  tree: ScopeTree,
): boolean {
  const [first, second, ...others] = call.arguments
  const isOwn = (node: Node | undefined, binding: Binding): boolean =>
    node !== undefined && bindingOf(uncast(node), tree) === binding
  const isQuietly = others.every((one) => one.type !== 'SpreadElement' && !isPlainFunction(uncast(one)))
  return functionAround(call) === fn && isOwn(first, request) && isOwn(second, response) && isQuietly
}

function bindingOf(node: Node | undefined, tree: ScopeTree): Binding | null {
  return node?.type === 'Identifier' ? bindingAt(tree, node) : null
}

/** It is the same for each request: never assigned, and what it holds is not changed here. */
function isSteady(param: Node, tree: ScopeTree): boolean {
  if (param.type === 'AssignmentPattern') return isQuiet(param.right) && isSteady(param.left, tree)
  const names = param.type === 'ObjectPattern' ? namesOf(param) : [param]
  return (
    names?.every((name) => {
      const binding = bindingOf(name, tree)
      return binding?.references.every(({ node, kind }) => kind !== 'write' && !isChanged(node)) === true
    }) === true
  )
}

/** `{ roles = [], log }`; null for patterns in patterns. */
function namesOf({ properties }: t.ObjectPattern): Node[] | null {
  const names = properties.map((property): Node | null => {
    if (property.type !== 'ObjectProperty' || property.computed) return null
    const { value } = property
    if (value.type !== 'AssignmentPattern') return value
    return isQuiet(value.right) ? value.left : null
  })
  return names.every((name) => name?.type === 'Identifier') ? names.flatMap((name) => name ?? []) : null
}

const CHANGES = /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|set|add|delete|clear|append)$/

function isChanged(node: Node): boolean {
  let value = withCasts(node)
  for (let up = parentOf(value); up && isMember(up) && up.object === value; up = parentOf(value)) {
    const call = parentOf(up)
    if (call?.type === 'CallExpression' && call.callee === up) return CHANGES.test(memberName(up) ?? '')
    value = withCasts(up)
  }
  const user = parentOf(value)
  const isTarget = user?.type === 'AssignmentExpression' && user.left === value
  return (
    isTarget || user?.type === 'UpdateExpression' || (user?.type === 'UnaryExpression' && user.operator === 'delete')
  )
}

function usesCaller(fn: Node, tree: ScopeTree): boolean {
  const isArguments = (tree.globals.get('arguments') ?? []).some(
    ({ node }) => startOf(node) > startOf(fn) && endOf(node) < endOf(fn),
  )
  return isArguments || some(fn, ({ type }) => type === 'ThisExpression' || type === 'MetaProperty')
}

/** The dispatchers of a module, written as the wrappers that they are. */
export function dispatcherEdits(module: SourceModule): Edit[] {
  const { file, tree } = module
  return file.ast.program.body.flatMap((statement): Edit[] => {
    const isExported = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
    const declared = isExported ? statement.declaration : statement
    if (declared?.type === 'FunctionDeclaration') {
      const found = isOverloaded(declared, module) ? null : readDispatcher(declared, tree)
      return found ? ofDeclaration(declared, statement, module) : []
    }
    if (declared?.type !== 'VariableDeclaration' || declared.kind !== 'const') return []
    const [only, other] = declared.declarations
    const value = only?.init ? uncast(only.init) : null
    if (other || only?.id.type !== 'Identifier' || only.id.typeAnnotation || value !== only.init) return []
    return value && isPlainFunction(value) && readDispatcher(value, tree) ? ofExpression(value, module) : []
  })
}

function isOverloaded({ id }: t.FunctionDeclaration, { file }: SourceModule): boolean {
  return file.ast.program.body.some((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declared?.type === 'TSDeclareFunction' && declared.id?.name === id?.name
  })
}

/** `export async function dispatch(req, res, handlers) {` -> `export const dispatch = (handlers) => async (req, res) => {` */
function ofDeclaration(fn: t.FunctionDeclaration, statement: t.Statement, { file }: SourceModule): Edit[] {
  const { semicolon } = detectStyle(file)
  if (!fn.id) return []
  const isDefault = statement.type === 'ExportDefaultDeclaration'
  const pieces = [`const ${fn.id.name} = `, ...given(fn, file.text), fn.async ? ' => async ' : ' => ', ...own(fn)]
  const body = startOf(fn.body)
  const tail = `${semicolon}${isDefault ? `\n\nexport default ${fn.id.name}${semicolon}` : ''}`
  return [
    { start: startOf(isDefault ? statement : fn), end: closeOf(fn, file.text), pieces },
    { start: body, end: body, pieces: ['=> '] },
    ...(tail === '' ? [] : [{ start: endOf(fn), end: endOf(fn), pieces: [tail] }]),
  ]
}

function ofExpression(fn: PlainFunction, { file: { text } }: SourceModule): Edit[] {
  const word = fn.type === 'FunctionExpression' ? 'function ' : ''
  const pieces = [...given(fn, text), fn.async ? ' => async ' : ' => ', word, ...own(fn)]
  return [{ start: startOf(fn), end: closeOf(fn, text), pieces }]
}

/** The parameters that come after `req` and `res`, on lines of their own where they were. */
function given(fn: PlainFunction, text: string): Piece[] {
  const [, res, third] = fn.params
  if (!res || !third) return []
  const isBelow = text.slice(endOf(res), startOf(third)).includes('\n')
  return ['(', { from: isBelow ? lineEnd(text, endOf(res)) : startOf(third), to: closeOf(fn, text) }]
}

function own({ params: [req, res] }: PlainFunction): Piece[] {
  return req && res
    ? ['(', { from: startOf(req), to: endOf(req) }, ', ', { from: startOf(res), to: endOf(res) }, ')']
    : []
}

/** Behind the parenthesis that closes the parameters; a comma may come before. */
function closeOf({ params }: PlainFunction, text: string): number {
  const last = params[params.length - 1]
  return last ? text.indexOf(')', endOf(last)) + 1 : 0
}
