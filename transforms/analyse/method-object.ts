import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isCall, isMember, keyName, memberName, uncast, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, type Node, parentOf } from '../syntax/tree.ts'
import type { Value } from './method-value.ts'

/**
 * What a wrapper does with an object of handlers, one for each method: `api({ GET, POST })`. It looks up the request's own, may ask
 * whether there is one, and calls it.
 */
export interface MethodObject {
  /** The keys are in lower case. */
  isLower: boolean
  /** The object has promises of modules, whose default export is the handler: `{ GET: import('./get') }`. */
  isOfModules: boolean
  /** Expressions that are the handler of the request's method, where there is one. */
  lookups: readonly Node[]
  /** What is known of lookups, and of questions, where there is a handler; and where there is none. */
  known: { there: ReadonlyMap<Node, Value>; missing: ReadonlyMap<Node, Value> }
  /** Statements that only name the handler, the method or the object. */
  names: readonly { statement: t.VariableDeclaration; binding: Binding; isLookup: boolean }[]
  /** All else that is done with the object. */
  others: readonly Node[]
}

interface Search {
  tree: ScopeTree
  request: Binding
  inner: FunctionNode
  lookups: Node[]
  /** Those of them that are the default export of what was looked up. */
  defaults: Set<Node>
  there: Map<Node, Value>
  missing: Map<Node, Value>
  names: MethodObject['names'][number][]
  others: Node[]
  cases: Set<'upper' | 'lower'>
}

/** Null where the name stands for something else than such an object. */
export function readMethodObject(
  handlers: Binding,
  request: Binding,
  inner: FunctionNode,
  tree: ScopeTree,
): { object: MethodObject; calls: t.CallExpression[] } | null {
  const search: Search = {
    tree,
    request,
    inner,
    lookups: [],
    defaults: new Set(),
    there: new Map(),
    missing: new Map(),
    names: [],
    others: [],
    cases: new Set(),
  }
  if (!followObject(handlers, search, true) || search.cases.size !== 1) return null
  for (const node of askedMethods(search)) {
    search.there.set(node, { kind: 'boolean', value: true })
    search.missing.set(node, { kind: 'boolean', value: true })
  }
  const { lookups, there, missing, names, others, cases, defaults } = search
  const called = lookups.flatMap((lookup) => {
    const callee = withCasts(lookup)
    const call = parentOf(callee)
    const isCalled = call?.type === 'CallExpression' && call.callee === callee && contains(inner, call)
    return isCalled ? [{ call, isOfModules: defaults.has(lookup) }] : []
  })
  const [first] = called
  if (!first || called.some(({ isOfModules }) => isOfModules !== first.isOfModules)) return null
  const { isOfModules } = first
  return {
    object: { isLower: cases.has('lower'), isOfModules, lookups, known: { there, missing }, names, others },
    calls: called.map(({ call }) => call),
  }
}

/** `!req.method`, `!method`: asked for the types only, there always is one. */
function askedMethods({ request, names }: Search): Node[] {
  const own = request.references.flatMap(({ node }) => {
    const member = parentOf(node)
    return isMember(member) && member.object === node && memberName(member) === 'method' ? [member] : []
  })
  const named = names.flatMap(({ binding, isLookup }) => (isLookup ? [] : binding.references.map(({ node }) => node)))
  return [...own, ...named].filter((node) => {
    const parent = parentOf(withCasts(node))
    return parent?.type === 'UnaryExpression' && parent.operator === '!'
  })
}

/** Every use of the object. `isWhole`: what it does not have, is not there (no defaults were put in). */
function followObject(binding: Binding, search: Search, isWhole: boolean): boolean {
  return binding.references.every(({ node, kind }) => {
    if (kind === 'type') return true
    if (kind === 'write') return false
    const ref = withCasts(node)
    const parent = parentOf(ref)
    if (isMember(parent) && parent.object === ref && parent.computed && isMethod(parent.property, search))
      return followLookup(parent, search, isWhole)
    const merged = parent?.type === 'SpreadElement' ? mergedInto(parent, search) : null
    if (merged) return followObject(merged, search, false)
    const question = questionAt(ref, search)
    if (question && isWhole) {
      search.there.set(question, { kind: 'boolean', value: true })
      search.missing.set(question, { kind: 'boolean', value: false })
    } else {
      search.others.push(node)
      const listed = listedAt(node, search)
      if (listed) search.names.push({ ...listed, isLookup: false })
    }
    return true
  })
}

/** The handler, and what is called by its name. */
function followLookup(lookup: Node, search: Search, isWhole: boolean, isDefault = false): boolean {
  search.lookups.push(lookup)
  search.there.set(lookup, { kind: 'function', node: search.inner })
  if (isWhole) search.missing.set(lookup, { kind: 'undefined' })
  if (isDefault) search.defaults.add(lookup)
  const outer = withCasts(lookup)
  const parent = parentOf(outer)
  // `(await handlers[method])?.default`
  if (parent?.type === 'AwaitExpression') return followLookup(parent, search, isWhole, isDefault)
  if (!isDefault && isMember(parent) && parent.object === outer && memberName(parent) === 'default')
    return followLookup(parent, search, isWhole, true)
  const named = nameOf(lookup, search)
  if (!named || !contains(search.inner, named.statement)) return true
  search.names.push({ ...named, isLookup: true })
  return named.binding.references.every(
    ({ node, kind }) => kind === 'type' || (kind === 'read' && followLookup(node, search, isWhole, isDefault)),
  )
}

/** `const all = { ...defaults, ...handlers }`: what the object has comes last. */
function mergedInto(spread: t.SpreadElement, search: Search): Binding | null {
  const object = parentOf(spread)
  if (object?.type !== 'ObjectExpression' || object.properties[object.properties.length - 1] !== spread) return null
  const named = nameOf(object, search)
  if (!named) return null
  search.names.push({ ...named, isLookup: false })
  return named.binding
}

/** The constant that an expression is the value of, in a statement of its own. */
function nameOf(value: Node, { tree }: Search): { statement: t.VariableDeclaration; binding: Binding } | null {
  const outer = withCasts(value)
  const declarator = parentOf(outer)
  if (declarator?.type !== 'VariableDeclarator' || declarator.init !== outer) return null
  const statement = parentOf(declarator)
  const binding = declarator.id.type === 'Identifier' ? bindingAt(tree, declarator.id) : null
  if (statement?.type !== 'VariableDeclaration' || statement.declarations.length !== 1 || !binding) return null
  return binding.references.some(({ kind }) => kind === 'write') ? null : { statement, binding }
}

/** `const allowed = Object.keys(handlers).join(', ')`: for the answer where there is none. */
function listedAt(ref: Node, search: Search): ReturnType<typeof nameOf> {
  let value: Node | null = parentOf(ref)
  if (!isCall(value) || !isMember(value.callee) || !isGlobalObject(value.callee.object, search)) return null
  for (let up = parentOf(value); up; up = parentOf(value)) {
    const call: Node | null = isMember(up) && up.object === value ? parentOf(up) : null
    if (
      !isMember(up) ||
      !isCall(call) ||
      call.callee !== up ||
      !/^(?:join|map|filter|sort)$/.test(memberName(up) ?? '')
    )
      break
    value = call
  }
  return nameOf(value, search)
}

/** `method in handlers`, `handlers.hasOwnProperty(method)`, `Object.keys(handlers).includes(method)`, `Object.hasOwn(handlers, method)`. */
function questionAt(ref: Node, search: Search): Node | null {
  const parent = parentOf(ref)
  if (parent?.type === 'BinaryExpression')
    return parent.operator === 'in' && parent.right === ref && isMethod(parent.left, search) ? parent : null
  const call = isMember(parent) && parent.object === ref ? parentOf(parent) : parent
  if (!isCall(call) || !isMember(call.callee)) return null
  const name = memberName(call.callee)
  const isAsked = (asking: t.CallExpression | t.OptionalCallExpression, index: number): boolean => {
    const argument = asking.arguments[index]
    return argument !== undefined && isMethod(argument, search)
  }
  if (call.callee === parent) return name === 'hasOwnProperty' && isAsked(call, 0) ? call : null
  if (call.arguments[0] !== ref) return null
  if (name === 'hasOwn' || name === 'call') return isAsked(call, 1) ? call : null
  if (name !== 'keys' || !isGlobalObject(call.callee.object, search)) return null
  const member = parentOf(call)
  const outer =
    isMember(member) && member.object === call && memberName(member) === 'includes' ? parentOf(member) : null
  return isCall(outer) && isAsked(outer, 0) ? outer : null
}

function isGlobalObject(node: Node, { tree }: Search): boolean {
  return node.type === 'Identifier' && node.name === 'Object' && bindingAt(tree, node) === null
}

/** `req.method`, a constant that is it, in upper or in lower case; never empty, so that a default for it makes no difference. */
function isMethod(expression: Node, search: Search): boolean {
  const found = caseOf(expression, search)
  if (found) search.cases.add(found)
  return found !== null
}

function caseOf(expression: Node, search: Search): 'upper' | 'lower' | null {
  const node = uncast(expression)
  const { tree, request } = search
  if (isMember(node) && memberName(node) === 'method') return isRequest(node.object, search) ? 'upper' : null
  if (node.type === 'LogicalExpression' && node.operator !== '&&') return caseOf(node.left, search)
  if (isCall(node) && isMember(node.callee)) {
    const name = memberName(node.callee)
    const before = caseOf(node.callee.object, search)
    return before && name === 'toLowerCase' ? 'lower' : before && name === 'toUpperCase' ? 'upper' : null
  }
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  const declarator = binding?.declaration
  if (binding?.kind !== 'const' || declarator?.type !== 'VariableDeclarator' || !declarator.init) return null
  if (declarator.id.type === 'ObjectPattern') {
    const property = declarator.id.properties.find((p) => p.type === 'ObjectProperty' && p.value === binding.id)
    const isOwn = property?.type === 'ObjectProperty' && keyName(property) === 'method'
    return isOwn && isRequest(declarator.init, search) ? 'upper' : null
  }
  const named = nameOf(declarator.init, search)
  const found = named && named.binding !== request ? caseOf(declarator.init, search) : null
  if (found && named && !search.names.some(({ statement }) => statement === named.statement))
    search.names.push({ ...named, isLookup: false })
  return found
}

function isRequest(expression: Node, { tree, request }: Search): boolean {
  const node = uncast(expression)
  return node.type === 'Identifier' && bindingAt(tree, node) === request
}
