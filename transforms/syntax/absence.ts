import type * as t from '@babel/types'
import { isMember, memberName, stringValue, uncast, withCasts } from './match.ts'
import { type Binding, bindingAt, type ScopeTree } from './scope.ts'
import { leaves } from './completion.ts'
import { contains, endOf, type Node, parentOf, startOf } from './tree.ts'

const SAME_FOR_BOTH = new Set([
  'parseInt',
  'parseFloat',
  'Boolean',
  'Number.parseInt',
  'Number.parseFloat',
  'Array.isArray',
])

/**
 * Could the code after an expression tell `null` from `undefined` in its place? False where only truth, defaults,
 * comparison with strings or optional access look at it. True when in doubt.
 */
export function tellsNullFromUndefined(expression: Node, tree: ScopeTree, depth = 0): boolean {
  if (depth > 0) return tells(expression, tree, depth)
  const answers = known.get(tree) ?? new WeakMap<Node, boolean>()
  known.set(tree, answers)
  const answer = answers.get(expression) ?? tells(expression, tree, 0)
  answers.set(expression, answer)
  return answer
}

/** Every read of a key asks this of all the others. */
const known = new WeakMap<ScopeTree, WeakMap<Node, boolean>>()

function tells(expression: Node, tree: ScopeTree, depth: number): boolean {
  const node = withCasts(expression)
  const parent = parentOf(node)
  if (!parent || depth > 6) return true
  const key = isMember(uncast(expression)) ? accessKey(expression) : null
  if (key !== null && isKnownPresent(node, key, null)) return false
  switch (parent.type) {
    case 'UnaryExpression':
      return parent.operator === 'typeof' ? !isComparedWith(parent, 'string') : parent.operator !== '!'
    case 'IfStatement':
    case 'WhileStatement':
      return false
    case 'ConditionalExpression':
      return parent.test === node ? false : tellsNullFromUndefined(parent, tree, depth + 1)
    case 'LogicalExpression':
      if (parent.left === node)
        return parent.operator === '&&' ? !isTestOnly(parent) && tellsNullFromUndefined(parent, tree, depth + 1) : false
      return tellsNullFromUndefined(parent, tree, depth + 1)
    case 'BinaryExpression':
      return comparisonTells(parent, node)
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return parent.object !== node
    case 'CallExpression':
    case 'OptionalCallExpression':
      return parent.callee === node ? false : !SAME_FOR_BOTH.has(calleeName(parent))
    case 'AwaitExpression':
      return tellsNullFromUndefined(parent, tree, depth + 1)
    case 'ExpressionStatement':
      return false
    case 'SwitchStatement':
      return (
        parent.discriminant === node &&
        parent.cases.some((c) => c.test !== null && c.test !== undefined && stringValue(c.test) === null)
      )
    case 'VariableDeclarator':
      if (parent.id.type !== 'Identifier' || parent.id.typeAnnotation) return true
      return bindingTells(bindingAt(tree, parent.id), tree, depth + 1)
    default:
      return true
  }
}

/** The same question for every use of a name that holds the value. */
export function bindingTells(binding: Binding | null, tree: ScopeTree, depth = 0): boolean {
  if (!binding || binding.kind === 'let' || binding.kind === 'var') return true
  return binding.references.some(
    (r) =>
      r.kind === 'write' ||
      (r.kind === 'read' &&
        !isKnownPresent(r.node, binding.name, binding.id) &&
        tellsNullFromUndefined(r.node, tree, depth + 1)),
  )
}

/** Behind `if (!x) return`, inside `if (x) ...`, after `x &&`: the value is there. */
export function isKnownPresent(ref: Node, key: string, declared: Node | null): boolean {
  let at: Node = ref
  for (let up = parentOf(at); up; up = parentOf(at)) {
    if (up.type === 'IfStatement' && up.consequent === at && impliesPresent(up.test, key, true)) return true
    if (up.type === 'IfStatement' && up.alternate === at && impliesPresent(up.test, key, false)) return true
    if (up.type === 'ConditionalExpression' && up.consequent === at && impliesPresent(up.test, key, true)) return true
    if (up.type === 'ConditionalExpression' && up.alternate === at && impliesPresent(up.test, key, false)) return true
    if (
      up.type === 'LogicalExpression' &&
      up.right === at &&
      up.operator === '&&' &&
      impliesPresent(up.left, key, true)
    )
      return true
    if (
      up.type === 'LogicalExpression' &&
      up.right === at &&
      up.operator === '||' &&
      impliesPresent(up.left, key, false)
    )
      return true
    if ((up.type === 'BlockStatement' || up.type === 'Program') && (guardEnds(up).get(key) ?? Infinity) <= startOf(at))
      return true
    if (
      (declared === null || contains(up, declared)) &&
      (up.type === 'FunctionDeclaration' || up.type === 'FunctionExpression' || up.type === 'ArrowFunctionExpression')
    )
      return false
    at = up
  }
  return false
}

/** `a.b['c']` as one string, for comparing accesses; null when it is not a chain of static names. */
export function accessKey(node: Node): string | null {
  const at = uncast(node)
  if (at.type === 'Identifier') return at.name
  if (!isMember(at)) return null
  const object = accessKey(at.object)
  const name = memberName(at)
  return object !== null && name !== null ? `${object}.${name}` : null
}

/** Where the first `if` of a block ends that leaves it unless the name holds something, for each name. */
function guardEnds(block: t.BlockStatement | t.Program): ReadonlyMap<string, number> {
  const made = guards.get(block)
  if (made) return made
  const ends = new Map<string, number>()
  for (const s of block.body)
    if (s.type === 'IfStatement' && leaves(s.consequent))
      for (const key of presentWhere(s.test, false)) if (!ends.has(key)) ends.set(key, endOf(s))
  guards.set(block, ends)
  return ends
}

/** Every read in a block asks this of all the statements before it. */
const guards = new WeakMap<Node, ReadonlyMap<string, number>>()

/** Does this test being `truth` mean that the name holds something truthy? */
function impliesPresent(test: Node, name: string, truth: boolean): boolean {
  return presentWhere(test, truth).includes(name)
}

/** The names that hold something truthy where this test is `truth`. */
function presentWhere(test: Node, truth: boolean): string[] {
  const node = uncast(test)
  if (node.type === 'Identifier' || isMember(node)) return truth ? nameOf(node) : []
  if (node.type === 'UnaryExpression' && node.operator === '!') return presentWhere(node.argument, !truth)
  if (node.type === 'LogicalExpression' && node.operator === (truth ? '&&' : '||'))
    return [...presentWhere(node.left, truth), ...presentWhere(node.right, truth)]
  if (node.type === 'BinaryExpression') {
    const left = uncast(node.left)
    const isEqual = node.operator === '===' || node.operator === '=='
    if (left.type === 'UnaryExpression' && left.operator === 'typeof' && stringValue(node.right) === 'string')
      return truth === isEqual ? nameOf(left.argument) : []
  }
  return []
}

function nameOf(node: Node): string[] {
  const key = accessKey(node)
  return key === null ? [] : [key]
}

function isComparedWith(node: Node, value: string): boolean {
  const parent = parentOf(node)
  return (
    parent?.type === 'BinaryExpression' && (stringValue(parent.right) === value || stringValue(parent.left) === value)
  )
}

function comparisonTells(parent: t.BinaryExpression, node: Node): boolean {
  if (!['===', '!==', '==', '!='].includes(parent.operator)) return true
  const other = uncast(parent.left === node ? parent.right : parent.left)
  if (other.type === 'StringLiteral' || other.type === 'TemplateLiteral') return false
  const isNothing = other.type === 'NullLiteral' || (other.type === 'Identifier' && other.name === 'undefined')
  return !(isNothing && parent.operator.length === 2)
}

function isTestOnly(node: Node): boolean {
  let at: Node = withCasts(node)
  for (let up = parentOf(at); up; up = parentOf(at)) {
    if (up.type === 'IfStatement' || up.type === 'WhileStatement') return up.test === at
    if (up.type === 'ConditionalExpression') return up.test === at
    if (up.type === 'UnaryExpression') return up.operator === '!'
    if (up.type !== 'LogicalExpression') return false
    at = withCasts(up)
  }
  return false
}

function calleeName(call: t.CallExpression | t.OptionalCallExpression): string {
  const callee = uncast(call.callee)
  if (callee.type === 'Identifier') return callee.name
  if (isMember(callee) && callee.object.type === 'Identifier')
    return `${callee.object.name}.${memberName(callee) ?? ''}`
  return ''
}
