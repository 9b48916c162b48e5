import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, keyName, memberName, stringValue, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import type { FunctionNode, Root } from '../model/route.ts'
import { isPlainFunction, type Node, parentOf, walk } from '../syntax/tree.ts'
import { callOrigins, extend, formCallback, listCallbacks, pushedInto } from './origin-steps.ts'

/**
 * Where a value comes from: the path from the request on, `['query', 'id']`; `[]` is the request itself.
 * Deliberately generous: a path too many costs a request, a path too few a branch that is never reached.
 */
export type Origin = readonly string[]

/** What the values of the sources stand for. */
export interface Origins {
  of(node: Node): readonly Origin[]
}

const ROUNDS = 6
const MOST = 4

interface State {
  bindings: Map<Binding, Origin[]>
  returns: Map<string, Origin[]>
  /** Functions by name, in all files: calls are matched by name alone. */
  functions: ReadonlyMap<string, readonly Parameters[]>
  treeOf: ReadonlyMap<Node, ScopeTree>
  hasChanged: boolean
}

interface Parameters {
  fn: FunctionNode
}

/** Follows the request through the sources until nothing new is found. `entries`: functions whose parameters are known by their place. */
export function traceOrigins(
  modules: readonly SourceModule[],
  entries: readonly { fn: FunctionNode; roles: readonly (Root | null)[] }[],
): Origins {
  const treeOf = new Map<Node, ScopeTree>()
  const functions = new Map<string, Parameters[]>()
  for (const { file, tree } of modules)
    walk(file.ast.program, (node) => {
      treeOf.set(node, tree)
      const name = isPlainFunction(node) ? functionName(node) : null
      if (isPlainFunction(node) && name !== null) functions.set(name, [...(functions.get(name) ?? []), { fn: node }])
      return true
    })
  const state: State = { bindings: new Map(), returns: new Map(), functions, treeOf, hasChanged: true }
  for (const { fn, roles } of entries)
    fn.params.forEach((param, index) => {
      if (roles[index] === 'req') assign(state, param, [[]])
    })
  for (let round = 0; round < ROUNDS && state.hasChanged; round++) {
    state.hasChanged = false
    for (const { file } of modules)
      walk(file.ast.program, (node) => {
        propagate(state, node)
        return true
      })
  }
  return { of: (node) => originsOf(state, node) }
}

/** One step of the data flow at a node. */
function propagate(state: State, node: Node): void {
  if (isPlainFunction(node)) {
    for (const param of node.params) if (isRequestParameter(param)) assign(state, param, [[]])
    if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement') returned(state, node, node.body)
  } else if (node.type === 'VariableDeclarator' && node.init) assign(state, node.id, originsOf(state, node.init))
  else if (node.type === 'AssignmentExpression' && node.operator === '=')
    assign(state, node.left, originsOf(state, node.right))
  else if (node.type === 'ForOfStatement') {
    const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left
    if (target) assign(state, target, elements(originsOf(state, node.right)))
  } else if (node.type === 'ReturnStatement' && node.argument) {
    for (let up = parentOf(node); up; up = parentOf(up))
      if (isPlainFunction(up)) {
        returned(state, up, node.argument)
        break
      }
  } else if (askedOrigin(node)) assign(state, askedOrigin(node) as Node, [['headers', 'origin']])
  else if (isCall(node) || node.type === 'NewExpression') {
    for (const { callback, of } of listCallbacks(node)) assign(state, callback, elements(originsOf(state, of)))
    const pushed = pushedInto(node)
    if (pushed) assign(state, pushed.list, originsOf(state, pushed.value))
    const form = formCallback(node)
    if (form && originsOf(state, form.request).some((origin) => origin.length === 0))
      assign(state, form.fields, [['body']])
    const name = calleeName(node.callee)
    for (const { fn } of (name === null ? undefined : state.functions.get(name)) ?? [])
      node.arguments.forEach((argument, index) => {
        const param = fn.params[index]
        if (!param) return
        if (argument.type === 'ObjectExpression') assignMembers(state, param, argument)
        assign(state, param, originsOf(state, argument))
      })
  }
}

/** The first parameter of `origin(origin, callback)`: options of cors ask a function so, with the header of the request. */
function askedOrigin(node: Node): Node | null {
  const isOption = (node.type === 'ObjectMethod' || node.type === 'ObjectProperty') && keyName(node) === 'origin'
  const fn = isOption && node.type === 'ObjectProperty' ? node.value : node
  if (!isOption || !(isPlainFunction(fn) || fn.type === 'ObjectMethod')) return null
  const [origin, callback] = fn.params
  return origin && callback ? origin : null
}

/** `f({ id: req.query.id })` into `function f({ id })`. */
function assignMembers(state: State, param: Node, argument: Node): void {
  const pattern = param.type === 'AssignmentPattern' ? param.left : param
  if (pattern.type !== 'ObjectPattern' || argument.type !== 'ObjectExpression') return
  for (const property of pattern.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    const given = argument.properties.find((other) => other.type === 'ObjectProperty' && keyName(other) === name)
    if (property.type === 'ObjectProperty' && given?.type === 'ObjectProperty')
      assign(state, property.value, originsOf(state, given.value))
  }
}

function returned(state: State, fn: FunctionNode, value: Node): void {
  const name = functionName(fn)
  const found = name === null ? [] : originsOf(state, value).filter((origin) => origin.length > 0)
  if (name === null || found.length === 0) return
  const known = state.returns.get(name) ?? []
  const merged = merge(known, found)
  if (merged.length > known.length) state.hasChanged = true
  state.returns.set(name, merged)
}

/** Gives what a pattern names its part of the value. */
function assign(state: State, target: Node, origins: readonly Origin[]): void {
  if (origins.length === 0) return
  const pattern = uncast(target)
  if (pattern.type === 'AssignmentPattern') assign(state, pattern.left, origins)
  else if (pattern.type === 'Identifier') {
    const tree = state.treeOf.get(pattern)
    const binding = tree ? bindingAt(tree, pattern) : null
    if (!binding) return
    const known = state.bindings.get(binding) ?? []
    const merged = merge(known, origins)
    if (merged.length > known.length) state.hasChanged = true
    state.bindings.set(binding, merged)
  } else if (pattern.type === 'ObjectPattern')
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') assign(state, property.argument, origins)
      else {
        const name = keyName(property)
        if (name !== null) assign(state, property.value, extendAll(origins, name))
      }
    }
  else if (pattern.type === 'ArrayPattern')
    for (const element of pattern.elements) if (element) assign(state, element, elements(origins))
}

function originsOf(state: State, node: Node): readonly Origin[] {
  const at = uncast(node)
  switch (at.type) {
    case 'Identifier': {
      const tree = state.treeOf.get(at)
      const binding = tree ? bindingAt(tree, at) : null
      return binding ? (state.bindings.get(binding) ?? []) : []
    }
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const name = memberName(at)
      const base = originsOf(state, at.object)
      if (name === null)
        return base.length > 0 && at.property.type !== 'StringLiteral' ? base.filter((o) => o.length > 1) : []
      // `ctx.req`, wherever the context comes from.
      if (base.length === 0) return /^(?:req|request)$/.test(name) ? [[]] : []
      return extendAll(base, name)
    }
    case 'AwaitExpression':
    case 'UnaryExpression':
      return at.type === 'UnaryExpression' && at.operator !== '+' ? [] : originsOf(state, at.argument)
    case 'LogicalExpression':
      return merge(originsOf(state, at.left), originsOf(state, at.right))
    case 'ConditionalExpression':
      return merge(originsOf(state, at.consequent), originsOf(state, at.alternate))
    case 'AssignmentExpression':
      return originsOf(state, at.right)
    case 'ObjectExpression':
      return at.properties.flatMap((property) =>
        property.type === 'SpreadElement' ? originsOf(state, property.argument) : [],
      )
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression': {
      const name = calleeName(at.callee)
      const own = callOrigins(at, (inner) => originsOf(state, inner))
      return own ?? (name === null ? [] : (state.returns.get(name) ?? []))
    }
    default:
      return []
  }
}

function extendAll(origins: readonly Origin[], name: string): Origin[] {
  return origins.flatMap((origin) => {
    const found = extend(origin, name)
    return found === null ? [] : [found]
  })
}

function elements(origins: readonly Origin[]): Origin[] {
  return extendAll(origins, '[]')
}

function merge(known: readonly Origin[], more: readonly Origin[]): Origin[] {
  const seen = new Map([...known, ...more].map((origin) => [origin.join('\n'), origin]))
  return [...seen.values()].slice(0, MOST)
}

/** Named like a request, or typed as one. */
function isRequestParameter(param: Node): boolean {
  const pattern = param.type === 'AssignmentPattern' ? param.left : param
  if (pattern.type !== 'Identifier' && pattern.type !== 'ObjectPattern') return false
  if (pattern.type === 'Identifier' && /^_?(?:req|request|apiReq|nextReq)$/i.test(pattern.name)) return true
  const type = pattern.typeAnnotation?.type === 'TSTypeAnnotation' ? pattern.typeAnnotation.typeAnnotation : null
  return (
    type?.type === 'TSTypeReference' &&
    type.typeName.type === 'Identifier' &&
    /^(?:Next(?:Api)?Request|IncomingMessage|\w*ApiRequest\w*)$/.test(type.typeName.name)
  )
}

/** `f` of `f()`, `x.f()`; null for what has no name. */
export function calleeName(callee: Node): string | null {
  const at = uncast(callee)
  if (at.type === 'Identifier') return at.name
  return isMember(at) ? memberName(at) : null
}

/** The name that a function is called by. */
export function functionName(fn: Node): string | null {
  if (fn.type === 'FunctionDeclaration' || fn.type === 'FunctionExpression') if (fn.id) return fn.id.name
  const parent = parentOf(fn)
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent?.type === 'ObjectProperty') return keyName(parent)
  if (parent && isCall(parent)) {
    // `const handler = withAuth(function (req) {})`
    const outer = parentOf(parent)
    return outer?.type === 'VariableDeclarator' && outer.id.type === 'Identifier' ? outer.id.name : null
  }
  return stringValue(parent)
}
