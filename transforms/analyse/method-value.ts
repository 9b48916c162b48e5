import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isCall, isMember, keyName, memberName, stringValue, uncast, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'
import { readListTest } from './list-test.ts'

/** What an expression is known to be when the request's method is fixed. */
export type Value =
  | { kind: 'string'; value: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'undefined' }
  | { kind: 'list'; items: readonly string[] }
  | { kind: 'object'; node: t.ObjectExpression }
  | { kind: 'function'; node: Node }
  | { kind: 'unknown' }

/** Stands for every method that the code does not name. */
export const OTHER = ' other'

export interface MethodContext {
  tree: ScopeTree
  /** The expressions that are `req.method`, aliases included. */
  methodNodes: ReadonlySet<Node>
  /** Expressions that ask whether a response was sent: false wherever code still runs, because every exit returns. */
  sentNodes: ReadonlySet<Node>
  /** Expressions that are req or res, or one of their methods: always there, functions where asked by typeof. */
  presentNodes?: ReadonlySet<Node>
  /** Expressions whose value somebody else knows. */
  known?: ReadonlyMap<Node, Value>
  /** Parameters, with the expressions that a caller gives for them. */
  bound?: Pick<ReadonlyMap<Binding, Node>, 'get'>
  /** Parameters of callbacks that ask something of each item of a list: the item. */
  items?: ReadonlyMap<Binding, string>
  method: string
  /** Called where an expression came to what only a request, or a caller, decides. */
  onFact?: () => void
  /** Loops that run one round: their bodies take their place. */
  once?: ReadonlySet<Node>
  /** Callbacks of a call that are bodies of the function like its own: what they return, it returns. */
  entered?: (call: Node) => readonly FunctionNode[]
}

const UNKNOWN: Value = { kind: 'unknown' }

/** Evaluates an expression with `req.method` fixed to `context.method`. Only what follows from the method is known; the rest is 'unknown'. */
export function evaluate(expression: Node | null | undefined, context: MethodContext, depth = 0): Value {
  if (!expression || depth > 12) return UNKNOWN
  const node = uncast(expression)
  const fact = factOf(node, context)
  if (fact) {
    context.onFact?.()
    return fact
  }
  const sub = (child: Node | null | undefined): Value => evaluate(child, context, depth + 1)
  switch (node.type) {
    case 'StringLiteral':
    case 'TemplateLiteral': {
      const value = stringValue(node)
      return value === null ? UNKNOWN : { kind: 'string', value }
    }
    case 'BooleanLiteral':
      return { kind: 'boolean', value: node.value }
    case 'Identifier':
      return node.name === 'undefined' ? { kind: 'undefined' } : ofBinding(bindingAt(context.tree, node), sub, context)
    case 'ArrayExpression': {
      const items = node.elements.map((e) => (e ? sub(e) : UNKNOWN))
      return items.every((i) => i.kind === 'string')
        ? { kind: 'list', items: items.map((i) => (i.kind === 'string' ? i.value : '')) }
        : UNKNOWN
    }
    case 'ObjectExpression':
      return { kind: 'object', node }
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return { kind: 'function', node }
    case 'NewExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'Set' ? sub(node.arguments[0]) : UNKNOWN
    case 'UnaryExpression': {
      if (node.operator === 'typeof') return typeOf(uncast(node.argument), context)
      const truth = node.operator === '!' ? truthOf(sub(node.argument)) : null
      return truth === null ? UNKNOWN : { kind: 'boolean', value: !truth }
    }
    case 'BinaryExpression':
      return compare(node.operator, sub(node.left), node, sub)
    case 'LogicalExpression':
      return ofLogical(node, sub)
    case 'ConditionalExpression': {
      const truth = truthOf(sub(node.test))
      return truth === null ? UNKNOWN : sub(truth ? node.consequent : node.alternate)
    }
    case 'CallExpression':
    case 'OptionalCallExpression':
      return ofListTest(node, context, depth) ?? ofCall(node, sub)
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return ofMember(node, sub)
    default:
      return UNKNOWN
  }
}

/** What the request, or somebody who knows more, says of an expression. */
function factOf(node: Node, { known, methodNodes, sentNodes, presentNodes, method }: MethodContext): Value | null {
  const found = known?.get(node)
  if (found) return found
  if (methodNodes.has(node)) return { kind: 'string', value: method }
  if (sentNodes.has(node)) return { kind: 'boolean', value: false }
  return presentNodes?.has(node) ? { kind: 'boolean', value: true } : null
}

function typeOf(node: Node, { presentNodes, known, onFact }: MethodContext): Value {
  const value = known?.get(node)
  if (value || presentNodes?.has(node)) onFact?.()
  if (presentNodes?.has(node) || value?.kind === 'function') return { kind: 'string', value: 'function' }
  return value?.kind === 'undefined' ? { kind: 'string', value: 'undefined' } : UNKNOWN
}

/** True, false, or null when it is not known. */
export function truthOf(value: Value): boolean | null {
  switch (value.kind) {
    case 'boolean':
      return value.value
    case 'string':
      return value.value !== ''
    case 'undefined':
      return false
    case 'list':
    case 'object':
    case 'function':
      return true
    case 'unknown':
      return null
  }
}

type Sub = (child: Node | null | undefined) => Value

function ofBinding(binding: Binding | null, sub: Sub, { bound, items, onFact }: MethodContext): Value {
  const item = binding ? items?.get(binding) : undefined
  if (item !== undefined) return { kind: 'string', value: item }
  const given = binding ? bound?.get(binding) : undefined
  if (given) {
    onFact?.()
    const value = sub(given)
    return binding?.references.some(({ node }) => isChangedBy(node)) ? UNKNOWN : value
  }
  if (!binding || binding.references.some((r) => r.kind === 'write')) return UNKNOWN
  const { declaration } = binding
  if (declaration.type === 'FunctionDeclaration') return { kind: 'function', node: declaration }
  if (declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier') return UNKNOWN
  const value = sub(declaration.init)
  if ((value.kind === 'object' || value.kind === 'list') && isMutated(binding)) return UNKNOWN
  return value
}

/** An object or array that is written to, or handed to code that might write to it. Reading members and `.includes` is fine. */
function isMutated(binding: Binding): boolean {
  return binding.references.some((r) => {
    const up = (r.node as Node & { parent?: Node }).parent
    if (!up || !isMember(up) || up.object !== r.node)
      return up?.type !== 'CallExpression' && up?.type !== 'OptionalCallExpression'
        ? up?.type !== 'BinaryExpression' && up?.type !== 'TSTypeQuery' && up?.type !== 'ExportSpecifier'
        : !isReader(up, r.node)
    return isChangedBy(r.node)
  })
}

/** `allowed.push('POST')`, `allowed[0] = 'PUT'`, `delete table.GET` */
function isChangedBy(name: Node): boolean {
  const member = parentOf(withCasts(name))
  if (!member || !isMember(member) || member.object !== withCasts(name)) return false
  const above = parentOf(withCasts(member))
  if (above?.type === 'AssignmentExpression') return above.left === withCasts(member)
  if (above?.type === 'UnaryExpression') return above.operator === 'delete'
  // `[list[0], list[1]] = ['PUT', 'DELETE']`, `for (list[0] of all)`
  if (above && /^(?:ArrayPattern|RestElement|AssignmentPattern|For(?:In|Of)Statement)$/.test(above.type)) return true
  if (above?.type === 'ObjectProperty') return parentOf(above)?.type === 'ObjectPattern'
  if (!isCall(above) || above.callee !== withCasts(member)) return above?.type === 'UpdateExpression'
  return CHANGING.test(memberName(member) ?? '')
}

/** Methods of Array and Set that change what they are called on (ECMA-262). */
const CHANGING = /^(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|add|delete|clear)$/

/** `Object.keys(x)`, `res.setHeader('Allow', x)` and other plain arguments do not write to it in practice we can see; only members of Object. */
function isReader(call: t.CallExpression | t.OptionalCallExpression, argument: Node): boolean {
  const { callee } = call
  if (!isMember(callee) || !call.arguments.includes(argument as t.Expression)) return false
  const name = memberName(callee)
  if (callee.object.type === 'Identifier' && callee.object.name === 'Object')
    return name !== null && !/^(?:assign|definePropert(?:y|ies)|setPrototypeOf)$/.test(name)
  return name === 'setHeader'
}

function compare(operator: string, left: Value, node: t.BinaryExpression, sub: Sub): Value {
  if (operator === 'in') {
    const object = sub(node.right)
    if (object.kind !== 'object' || left.kind !== 'string') return UNKNOWN
    const found = propertyOf(object.node, left.value)
    return found.kind === 'unknown' ? UNKNOWN : { kind: 'boolean', value: found.kind !== 'undefined' }
  }
  const equality = operator === '===' || operator === '=='
  const inequality = operator === '!==' || operator === '!='
  if (isIndexOf(node.left)) return ofIndexOf(operator, node, sub)
  if (!equality && !inequality) return UNKNOWN
  const right = sub(node.right)
  const same = sameValue(left, right)
  return same === null ? UNKNOWN : { kind: 'boolean', value: equality ? same : !same }
}

function sameValue(a: Value, b: Value): boolean | null {
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value
  if (a.kind === 'boolean' && b.kind === 'boolean') return a.value === b.value
  if (a.kind === 'undefined' || b.kind === 'undefined') {
    const other = a.kind === 'undefined' ? b : a
    return other.kind === 'unknown' ? null : other.kind === 'undefined'
  }
  return null
}

function isIndexOf(node: Node): boolean {
  const call = uncast(node)
  return isCall(call) && isMember(call.callee) && memberName(call.callee) === 'indexOf'
}

/** `list.indexOf(method) === -1`, `< 0`, `>= 0`, `> -1`, `!== -1`. */
function ofIndexOf(operator: string, node: t.BinaryExpression, sub: Sub): Value {
  const call = uncast(node.left) as t.CallExpression
  const list = sub((call.callee as t.MemberExpression).object)
  const item = sub(call.arguments[0])
  if (list.kind !== 'list' || item.kind !== 'string') return UNKNOWN
  const index = list.items.indexOf(item.value)
  const right = uncast(node.right)
  const bound =
    right.type === 'NumericLiteral'
      ? right.value
      : right.type === 'UnaryExpression' && right.operator === '-' && right.argument.type === 'NumericLiteral'
        ? -right.argument.value
        : null
  if (bound === null) return UNKNOWN
  switch (operator) {
    case '===':
    case '==':
      return { kind: 'boolean', value: index === bound }
    case '!==':
    case '!=':
      return { kind: 'boolean', value: index !== bound }
    case '<':
      return { kind: 'boolean', value: index < bound }
    case '>=':
      return { kind: 'boolean', value: index >= bound }
    case '>':
      return { kind: 'boolean', value: index > bound }
    default:
      return UNKNOWN
  }
}

function ofLogical(node: t.LogicalExpression, sub: Sub): Value {
  const left = sub(node.left)
  const truth = truthOf(left)
  if (node.operator === '??')
    return left.kind === 'unknown' ? UNKNOWN : left.kind === 'undefined' ? sub(node.right) : left
  if (truth !== null) return truth === (node.operator === '&&') ? sub(node.right) : left
  const right = truthOf(sub(node.right))
  // x && false is falsy and x || true truthy whatever x is, but x must still run; only its truth is known.
  if (node.operator === '&&' && right === false) return { kind: 'boolean', value: false }
  if (node.operator === '||' && right === true) return { kind: 'boolean', value: true }
  return UNKNOWN
}

function ofCall(node: t.CallExpression | t.OptionalCallExpression, sub: Sub): Value {
  if (!isMember(node.callee)) return UNKNOWN
  const name = memberName(node.callee)
  const object = sub(node.callee.object)
  const argument = sub(node.arguments[0])
  if ((name === 'includes' || name === 'has') && object.kind === 'list' && argument.kind === 'string')
    return { kind: 'boolean', value: object.items.includes(argument.value) }
  if (name === 'toUpperCase' && object.kind === 'string')
    return { kind: 'string', value: object.value === OTHER ? OTHER : object.value.toUpperCase() }
  if (name === 'toLowerCase' && object.kind === 'string')
    return { kind: 'string', value: object.value === OTHER ? OTHER : object.value.toLowerCase() }
  if (
    name === 'keys' &&
    isMember(node.callee) &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'Object'
  ) {
    if (argument.kind !== 'object') return UNKNOWN
    const keys = argument.node.properties.map((p) => (p.type === 'SpreadElement' ? null : keyName(p)))
    return keys.every((k) => k !== null) ? { kind: 'list', items: keys.map((k) => k ?? '') } : UNKNOWN
  }
  return UNKNOWN
}

/** `['GET', 'POST'].some((one) => one === req.method)`; null for what is no such test of a list that is known. */
function ofListTest(
  node: t.CallExpression | t.OptionalCallExpression,
  context: MethodContext,
  depth: number,
): Value | null {
  const found = readListTest(node, context.tree)
  const list = found ? evaluate(found.list, context, depth + 1) : null
  if (!found || list?.kind !== 'list') return null
  const { param, test, decides } = found
  const truths = list.items.map((item) =>
    truthOf(evaluate(test, { ...context, items: new Map([...(context.items ?? []), [param, item]]) }, depth + 1)),
  )
  if (truths.includes(decides)) return { kind: 'boolean', value: decides }
  return truths.includes(null) ? UNKNOWN : { kind: 'boolean', value: !decides }
}

function ofMember(node: t.MemberExpression | t.OptionalMemberExpression, sub: Sub): Value {
  const object = sub(node.object)
  if (object.kind !== 'object') return UNKNOWN
  const key = node.computed ? sub(node.property) : null
  const name = key ? (key.kind === 'string' ? key.value : null) : memberName(node)
  if (name === null) return UNKNOWN
  const found = propertyOf(object.node, name)
  if (found.kind === 'object' || found.kind === 'function') return found
  return found.kind === 'expression' ? sub(found.node) : found.kind === 'undefined' ? found : UNKNOWN
}

/** Object.prototype's own names are answered too: `{}['constructor']` is not undefined. */
function propertyOf(object: t.ObjectExpression, name: string): Value | { kind: 'expression'; node: Node } {
  for (const property of [...object.properties].reverse()) {
    if (property.type === 'SpreadElement') return UNKNOWN
    const key = keyName(property)
    if (key === null) return UNKNOWN
    if (key !== name) continue
    if (property.type === 'ObjectMethod') return { kind: 'function', node: property }
    const value = uncast(property.value)
    return isPlainFunction(value) ? { kind: 'function', node: value } : { kind: 'expression', node: value }
  }
  return { kind: 'undefined' }
}
