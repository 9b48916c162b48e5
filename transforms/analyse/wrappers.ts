import type * as t from '@babel/types'
import type { FunctionNode, Pass, Role } from '../model/route.ts'
import { isCall, keyName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, isPlainFunction, type Node } from '../syntax/tree.ts'
import { functionOfBinding } from './callees.ts'
import { type HandlerList, type MiddlewareList, readHandlerList, readMiddlewareLists } from './handler-list.ts'
import { type MethodObject, readMethodObject } from './method-object.ts'
import { callsOf, optionHandlers } from './option-handler.ts'

/**
 * A function that is given a handler and gives one back: `(handler) => async (req, res) => { ...; return handler(req, res) }`,
 * with options in further parameters or in a call of their own (`withX(options)(handler)`).
 */
export interface WrapperShape {
  /** The wrapper, and the functions that its calls give until the new handler. */
  levels: readonly FunctionNode[]
  /** Where the handler goes: a parameter of one of the levels. */
  level: number
  index: number
  handler: Binding
  /** Set where the parameter is an object of options, one of which is the handler: `createRoute({ name, fn })`. */
  key: string | null
  /** The handler that it gives back. */
  inner: FunctionNode
  /** Every call of the given handler. */
  calls: readonly t.CallExpression[]
  /** Set where the parameter is an object of handlers, one for each method. */
  object: MethodObject | null
  /** What it gives back instead where a test says so when it wraps. */
  shortcuts: readonly Shortcut[]
  /** Set where the parameter takes all handlers that are given: `handler` is then each of them, in turn. */
  list: HandlerList | null
  /** Parameters that are lists of functions, which run with the request. */
  middleware: readonly MiddlewareList[]
}

/** `if (isTest()) return async (req, res) => handler(req, res, testUser)`, in front of the last return of a wrapper. */
export interface Shortcut {
  statement: t.IfStatement
  inner: FunctionNode
  calls: readonly t.CallExpression[]
}

/** Null when the function is no wrapper, or does more with the handler than to call it. */
export function readWrapper(fn: FunctionNode, tree: ScopeTree): WrapperShape | null {
  const levels: FunctionNode[] = []
  for (let at: FunctionNode | null = fn; at && levels.length < 3; at = resultOf(at, tree)) {
    levels.push(at)
    const inner = resultOf(at, tree)
    const found = inner ? findHandler(levels, inner, tree) : null
    if (inner && found) return { levels, inner, ...found }
  }
  return null
}

/** `(handler) => withTrace(async (req, res) => ...)` or `(handler) => withToken(TOKEN, handler)`: what it gives back, another wrapper makes. */
export interface CompositeShape {
  levels: readonly FunctionNode[]
  call: t.CallExpression
}

export function readComposite(fn: FunctionNode, tree: ScopeTree): CompositeShape | null {
  const levels: FunctionNode[] = []
  for (let at: FunctionNode | null = fn; at && levels.length < 3; at = resultOf(at, tree)) {
    levels.push(at)
    const value = expressionOf(at)
    if (value?.type === 'CallExpression') return { levels, call: value }
  }
  return null
}

/** The function that a function gives back in its last return. */
function resultOf(fn: FunctionNode, tree: ScopeTree): FunctionNode | null {
  const node = expressionOf(fn, true)
  if (!node) return null
  if (isPlainFunction(node)) return node
  return node.type === 'Identifier' ? functionOfBinding(bindingAt(tree, node)) : null
}

/** The function that is all that another one gives back, and that nothing else is done with. */
export function givenBack(fn: FunctionNode, tree: ScopeTree): FunctionNode | null {
  const node = expressionOf(fn)
  if (!node) return null
  if (isPlainFunction(node)) return node
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  return binding?.references.length === 1 ? functionOfBinding(binding) : null
}

function expressionOf(fn: FunctionNode, hasShortcuts = false): Node | null {
  if (fn.async || fn.generator) return null
  const value = fn.body.type === 'BlockStatement' ? lastReturn(fn.body, hasShortcuts) : fn.body
  return value ? uncast(value) : null
}

function lastReturn(body: t.BlockStatement, hasShortcuts: boolean): t.Expression | null {
  const last = body.body[body.body.length - 1]
  const others = body.body.slice(0, -1)
  if (last?.type !== 'ReturnStatement' || !last.argument) return null
  const isPlain = others.every(
    (s) =>
      s.type === 'VariableDeclaration' ||
      s.type === 'FunctionDeclaration' ||
      s.type === 'ExpressionStatement' ||
      s.type.startsWith('TS') ||
      (hasShortcuts && shortcutOf(s) !== null),
  )
  return isPlain ? last.argument : null
}

/** The function that an `if` without `else` returns. */
function shortcutOf(statement: Node): { statement: t.IfStatement; inner: FunctionNode } | null {
  if (statement.type !== 'IfStatement' || statement.alternate) return null
  const { consequent } = statement
  const only = consequent.type === 'BlockStatement' && consequent.body.length === 1 ? consequent.body[0] : consequent
  const inner = only?.type === 'ReturnStatement' && only.argument ? uncast(only.argument) : null
  return inner && isPlainFunction(inner) ? { statement, inner } : null
}

function shortcutsIn(levels: readonly FunctionNode[]): { statement: t.IfStatement; inner: FunctionNode }[] {
  return levels.flatMap(({ body }) =>
    body.type === 'BlockStatement' ? body.body.flatMap((statement) => shortcutOf(statement) ?? []) : [],
  )
}

/** The parameter that is the handler, called in the function that is given back. */
export function findHandler(
  levels: readonly FunctionNode[],
  inner: FunctionNode,
  tree: ScopeTree,
): Omit<WrapperShape, 'levels' | 'inner'> | null {
  const [req] = inner.params
  const request = req?.type === 'Identifier' ? bindingAt(tree, req) : null
  if (!request) return null
  const isHandler = (calls: readonly t.CallExpression[] = []): boolean =>
    calls.some(({ arguments: [first] }) => first && hands(uncast(first), request, tree))
  const middleware = readMiddlewareLists(levels, inner, tree).filter(({ calls }) => isHandler(calls))
  for (const [level, fn] of levels.entries()) {
    for (const [index, param] of fn.params.entries()) {
      const list = readHandlerList(param, inner, tree)
      const others = shortcutsIn(levels)
      const named = param.type === 'Identifier' ? bindingAt(tree, param) : null
      const handler = list && others.length === 0 ? list.handler : named
      const own = handler ? callsOf(handler, [inner, ...others.map((other) => other.inner)]) : null
      const within = (one: FunctionNode): t.CallExpression[] => (own ?? []).filter((call) => contains(one, call))
      const shortcuts = others.map((other) => ({ ...other, calls: within(other.inner) }))
      const isOther = own || !handler || list || others.length > 0
      const object = isOther ? null : readMethodObject(handler, request, inner, tree)
      const found = own ? { calls: within(inner), object: null, shortcuts } : object && { ...object, shortcuts: [] }
      if (handler && found && isHandler(found.calls))
        return { level, index, handler, key: null, list, middleware, ...found }
      const option = others.length > 0 ? null : optionHandlers(param, inner, tree).find(({ calls }) => isHandler(calls))
      if (option) return { level, index, object: null, shortcuts: [], list: null, middleware, ...option }
    }
  }
  return null
}

/** The request, or an object with it: `handler({ req, res, user })`. */
function hands(node: Node, request: Binding, tree: ScopeTree): boolean {
  if (isRequest(node, request, tree)) return true
  if (node.type !== 'ObjectExpression') return false
  return node.properties.some((p) => p.type === 'ObjectProperty' && isRequest(uncast(p.value), request, tree))
}

/** The parameter, or another name for it: `const authed = req as AuthedRequest`. */
function isRequest(node: Node, request: Binding, tree: ScopeTree): boolean {
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  if (!binding || binding === request) return binding !== null
  const { declaration, kind } = binding
  const init = kind === 'const' && declaration.type === 'VariableDeclarator' ? declaration.init : null
  return declaration.type === 'VariableDeclarator' && declaration.id.type === 'Identifier' && init
    ? isRequest(uncast(init), request, tree)
    : false
}

/** What a wrapper hands to the handler, by position, or in one object; null when its calls differ. */
export function rolesOfHandler(
  calls: readonly t.CallExpression[],
  passes: readonly Pass[],
  tree: ScopeTree,
): Role[] | null {
  const all = calls.map((call): Role[] | null => {
    if (call.arguments.some((a) => a.type === 'SpreadElement')) return null
    const roles: Role[] = call.arguments.map(() => 'other')
    for (const pass of passes) {
      if (pass.call !== call) continue
      if (pass.key !== null && pass.key !== pass.root) return null
      roles[pass.index] = pass.key === null ? pass.root : 'context'
    }
    return roles
  })
  const [first] = all
  if (!first || all.some((roles) => roles?.join() !== first.join())) return null
  const isContext = first.length === 1 && first[0] === 'context' && calls.every((call) => !hasOwnParams(call, tree))
  return isContext || (first[0] === 'req' && first[1] === 'res') ? first : null
}

/** The object has, or may have, a key that the new one needs for itself. */
function hasOwnParams({ arguments: [given] }: t.CallExpression, tree: ScopeTree): boolean {
  const object = given && given.type !== 'SpreadElement' ? uncast(given) : null
  return object?.type !== 'ObjectExpression' || object.properties.some((p) => mayHaveParams(p, tree))
}

function mayHaveParams(property: t.ObjectExpression['properties'][number], tree: ScopeTree): boolean {
  if (property.type !== 'SpreadElement') return /^(?:request|params)$/.test(keyName(property) ?? 'params')
  const spread = uncast(property.argument)
  const named = spread.type === 'Identifier' ? bindingAt(tree, spread) : null
  const init =
    named?.kind === 'const' && named.declaration.type === 'VariableDeclarator' ? named.declaration.init : null
  const object = init ? uncast(init) : spread
  return object.type !== 'ObjectExpression' || object.properties.some((p) => mayHaveParams(p, tree))
}

/** `withA(options)(handler)`: the function that is called, and the arguments of each call. */
export interface WrapCall {
  callee: Node
  /** Innermost first: those of `withA(options)`, then those of `(...)(handler)`. */
  calls: readonly t.CallExpression[]
}

export function readWrapCall(call: t.CallExpression): WrapCall {
  const calls: t.CallExpression[] = []
  let at: Node = call
  while (isCall(at) && at.type === 'CallExpression') {
    calls.unshift(at)
    at = uncast(at.callee)
  }
  return { callee: at, calls }
}
