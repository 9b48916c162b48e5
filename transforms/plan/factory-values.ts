import type * as t from '@babel/types'
import { functionOfBinding } from '../analyse/callees.ts'
import type { FunctionNode } from '../model/route.ts'
import { isCall, isMember, keyName, memberName, uncast, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isFunction, type Node, parentOf, some, walk } from '../syntax/tree.ts'

/** What a factory is called with, level by level: the values that each call makes for itself. */
export type Given = readonly (readonly Node[])[]

/**
 * Whether the function that a factory gives back may leave something behind in what its factory was called with: `left--`, `seen.push(ip)`,
 * `check.count = 1`. What is handed on may be changed there.
 */
export function keepsValues(levels: readonly FunctionNode[], given: Given, tree: ScopeTree): boolean {
  const isOfThis = given.some((list) => list.some((value) => some(value, ({ type }) => type === 'ThisExpression')))
  if (isOfThis || given.some((list) => list.some(isSpread))) return true
  const values = new Map<Binding, readonly Node[]>()
  for (const [i, { params }] of levels.entries()) {
    for (const [k, param] of params.entries()) {
      if (param.type === 'RestElement') bind(param.argument, [arrayOf(given[i]?.slice(k) ?? [])], tree, values)
      else bind(param, madeIn(given[i]?.[k]), tree, values)
    }
  }
  for (const level of levels) {
    walk(level, (node) => {
      if (node.type === 'VariableDeclarator' && node.init) bind(node.id, madeIn(node.init), tree, values)
      return node === level || !isFunction(node)
    })
  }
  // Whatever a level declares is made again by each call.
  for (const scope of levels.map((level) => tree.scopeOf.get(level)))
    for (const binding of scope?.bindings.values() ?? [])
      if (!values.has(binding)) values.set(binding, madeIn(binding.declaration))
  if (levels.some((level) => some(level, (node) => keepsOnName(node, tree)))) return true
  // A map hands out what is added while it is walked.
  for (const [binding, made] of values)
    if (binding.references.some(({ node, kind }) => kind === 'write' || mayKeep(node, made, tree, values))) return true
  return false
}

/** The name of a function expression is one for each call, too. */
function keepsOnName(node: Node, tree: ScopeTree): boolean {
  const id = node.type === 'FunctionExpression' ? node.id : null
  const binding = id ? bindingAt(tree, id) : null
  return binding?.references.some(({ node, kind }) => kind === 'write' || isMemberWrite(node)) ?? false
}

/** Names of a pattern, with what they may stand for. */
function bind(pattern: Node, made: readonly Node[], tree: ScopeTree, values: Map<Binding, readonly Node[]>): void {
  if (pattern.type === 'AssignmentPattern') bind(pattern.left, [...made, ...madeIn(pattern.right)], tree, values)
  else if (pattern.type === 'Identifier') {
    const binding = bindingAt(tree, pattern)
    if (binding) values.set(binding, [...(values.get(binding) ?? []), ...made])
  } else if (pattern.type === 'ArrayPattern') {
    for (const one of pattern.elements) if (one) bind(one, partsOf(made, null), tree, values)
  } else if (pattern.type === 'RestElement') bind(pattern.argument, made.length > 0 ? made : [pattern], tree, values)
  else if (pattern.type === 'TSParameterProperty') bind(pattern.parameter, made, tree, values)
  else if (pattern.type === 'ObjectPattern') {
    for (const one of pattern.properties) {
      if (one.type === 'RestElement') bind(one, made, tree, values)
      else bind(one.value, partsOf(made, keyName(one)), tree, values)
    }
  }
}

/** The values among what an expression may give that are made where it stands. */
function madeIn(node: Node | null | undefined): readonly Node[] {
  const at = node ? uncast(node) : null
  if (at?.type === 'ConditionalExpression') return [...madeIn(at.consequent), ...madeIn(at.alternate)]
  if (at?.type === 'LogicalExpression') return [...madeIn(at.left), ...madeIn(at.right)]
  return at && (/^(?:Array|Object|Class)Expression$|^ClassDeclaration$|^RegExpLiteral$/.test(at.type) || isFunction(at))
    ? [at]
    : []
}

/** What a member of such values may be; any member where the name is null. */
function partsOf(made: readonly Node[], name: string | null): readonly Node[] {
  return made.flatMap((value): readonly Node[] => {
    if (value.type === 'ArrayExpression') return value.elements.flatMap((one) => madeIn(one))
    if (value.type !== 'ObjectExpression') return []
    return value.properties.flatMap((one): readonly Node[] => {
      if (one.type === 'SpreadElement') return partsOf(madeIn(one.argument), name)
      const key = keyName(one)
      if (name !== null && key !== null && key !== name) return []
      return one.type === 'ObjectMethod' ? [one] : madeIn(one.value)
    })
  })
}

/** Follows a use of such a value to where it is only looked at. */
function mayKeep(from: Node, first: readonly Node[], tree: ScopeTree, values: Map<Binding, readonly Node[]>): boolean {
  if (isMemberWrite(from) && first.length > 0) return true
  let made = first
  for (let at = withCasts(from); ; ) {
    const things = made.filter((value) => !isFunction(value))
    if (things.length === 0) return made.length > 0 && isMemberWrite(at)
    const up = parentOf(at)
    if (!up) return true
    if (isMember(up) && up.object === at) {
      const member = withCasts(up)
      const call = parentOf(member)
      if (isCall(call) && call.callee === member) return mayChange(up, made)
      made = partsOf(made, memberName(up))
      at = member
    } else if (up.type === 'LogicalExpression' || (up.type === 'ConditionalExpression' && up.test !== at)) {
      at = withCasts(up)
    } else if (up.type === 'VariableDeclarator' && up.init === at) return isBoundAnew(up.id, made, tree, values)
    else if (up.type === 'CallExpression' && up.callee !== at && paramOf(up, at, tree)) {
      const param = paramOf(up, at, tree)
      return !param || isBoundAnew(param, made, tree, values)
    } else if (up.type === 'SpreadElement' || (up.type === 'ForOfStatement' && up.right === at)) {
      return partsOf(made, null).some((value) => !isFunction(value))
    } else return !isLook(up, at) && !isAnswered(at, tree)
  }
}

function isBoundAnew(id: Node, made: readonly Node[], tree: ScopeTree, values: Map<Binding, readonly Node[]>): boolean {
  const names = new Map<Binding, readonly Node[]>()
  bind(id, made, tree, names)
  for (const [binding, own] of names) {
    const known = values.get(binding)
    // Bound before, with all that it may be: nothing new.
    if (known && own.every((value) => known.includes(value))) continue
    const all = [...new Set([...(known ?? []), ...own])]
    values.set(binding, all)
    if (
      own.length > 0 &&
      binding.references.some(({ node, kind }) => kind === 'write' || mayKeep(node, all, tree, values))
    )
      return true
  }
  return false
}

/** The parameter that takes an argument, of a function of the file. */
function paramOf(call: t.CallExpression, argument: Node, tree: ScopeTree): Node | null {
  const fn = call.callee.type === 'Identifier' ? functionOfBinding(bindingAt(tree, call.callee)) : null
  const index = call.arguments.findIndex((one) => uncast(one) === uncast(argument))
  if (!fn || call.arguments.slice(0, index).some(({ type }) => type === 'SpreadElement')) return null
  const param = fn.params[index]
  const isRead = !some(fn, (node) => node.type === 'Identifier' && node.name === 'arguments')
  return isRead && param && param.type !== 'RestElement' ? param : null
}

/** `res.json({ allow })`, `res.setHeader('Allow', methods)` */
function isAnswered(from: Node, tree: ScopeTree): boolean {
  let at = from
  for (let up = parentOf(at); up && /^(?:Object|Array)Expression$|^ObjectProperty$/.test(up.type); up = parentOf(at))
    at = withCasts(up)
  const call = parentOf(at)
  if (!isCall(call) || call.callee === at || !isMember(call.callee)) return false
  let root: Node = call.callee
  while (isMember(root) || isCall(root)) root = uncast(isMember(root) ? root.object : root.callee)
  return bindingAt(tree, root)?.kind === 'param' && /^(?:json|send|setHeader)$/.test(memberName(call.callee) ?? '')
}

/** `list.push(ip)`; a function that an object of options holds under the name is called, and no more. */
function mayChange(member: t.MemberExpression | t.OptionalMemberExpression, made: readonly Node[]): boolean {
  const name = memberName(member)
  if (name === null || CHANGES.has(name) || made.some(isStickyPattern)) return true
  // What an object of options holds under the name, or what is spread into it.
  if (made.every(({ type }) => type === 'ObjectExpression')) return name.startsWith('__')
  if (LOOKS.has(name)) return false
  return made.some(({ type }) => type !== 'ArrayExpression') || !WALKS.has(name) || partsOf(made, null).length > 0
}

const CHANGES = new Set(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'])
const LOOKS = new Set(['includes', 'indexOf', 'lastIndexOf', 'join', 'toString', 'hasOwnProperty', 'test', 'exec'])
const WALKS = new Set([
  'some',
  'every',
  'find',
  'findIndex',
  'filter',
  'map',
  'at',
  'slice',
  'concat',
  'forEach',
  'reduce',
])

function isStickyPattern(value: Node): boolean {
  return value.type === 'RegExpLiteral' && /[gy]/.test(value.flags)
}

/** Nothing that looks at a value can keep or change it. */
function isLook(up: Node, at: Node): boolean {
  if (isCall(up)) return up.callee === at || isReadingCall(up)
  if (up.type === 'UnaryExpression') return up.operator !== 'delete'
  if (/^(?:Binary|Conditional)Expression$|^(?:If|While|Expression|ForIn)Statement$|^TemplateLiteral$/.test(up.type))
    return true
  return up.type.startsWith('TS')
}

/** `JSON.stringify(options)`, `Array.isArray(roles)` */
function isReadingCall({ callee }: t.CallExpression | t.OptionalCallExpression): boolean {
  if (!isMember(callee) || callee.object.type !== 'Identifier') return false
  return /^(?:JSON\.stringify|Array\.isArray|Object\.keys)$/.test(`${callee.object.name}.${memberName(callee)}`)
}

/** `use.a.b = 1`, `use.a++`, `delete use.a`, `[use.a] = list` */
function isMemberWrite(use: Node): boolean {
  let at = withCasts(use)
  for (let up = parentOf(at); up && isMember(up) && up.object === at; up = parentOf(at)) {
    at = withCasts(up)
    const around = parentOf(at)
    if (around?.type === 'AssignmentExpression' && around.left === at) return true
    if (around?.type === 'UpdateExpression' || (around?.type === 'UnaryExpression' && around.operator === 'delete'))
      return true
    if (around && /Pattern$|^RestElement$/.test(around.type)) return true
    if (around?.type === 'ObjectProperty' && parentOf(around)?.type === 'ObjectPattern') return true
    if ((around?.type === 'ForOfStatement' || around?.type === 'ForInStatement') && around.left === at) return true
  }
  return false
}

function isSpread(value: Node): boolean {
  return value.type === 'SpreadElement' && madeIn(value.argument).length > 0
}

function arrayOf(values: readonly Node[]): t.ArrayExpression {
  return {
    type: 'ArrayExpression',
    elements: values.filter((value) => value.type !== 'SpreadElement'),
  } as t.ArrayExpression
}
