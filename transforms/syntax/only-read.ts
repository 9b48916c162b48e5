import type * as t from '@babel/types'
import { isMember, memberName, withCasts } from './match.ts'
import { type Binding, bindingAt, type ScopeTree } from './scope.ts'
import { isPlainFunction, type Node, parentOf } from './tree.ts'

/**
 * Whether nothing that is done with a value changes it, or what it holds: every way that it takes is followed, into functions of the same
 * file too, and ends where it is compared, tested or written out. What is handed to other code is not known to stay as it is.
 */
export function isOnlyRead(value: Node, tree: ScopeTree, seen: Set<Node> = new Set()): boolean {
  if (seen.has(value)) return true
  seen.add(value)
  const outer = withCasts(value)
  const parent = parentOf(outer)
  const goesOn = (node: Node): boolean => isOnlyRead(node, tree, seen)
  switch (parent?.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return parent.object === outer ? goesOn(parent) : true
    case 'CallExpression':
    case 'OptionalCallExpression':
      return parent.callee === outer
        ? READING_METHODS.test((isMember(outer) && memberName(outer)) || '') && goesOn(parent)
        : isReader(parent, outer, tree, seen)
    case 'NewExpression':
      return parent.callee.type === 'Identifier' && /^(?:\w*Error|Date|URL|RegExp)$/.test(parent.callee.name)
    case 'VariableDeclarator':
      return parent.init === outer && namesIn(parent.id).every((id) => isNameRead(bindingAt(tree, id), tree, seen))
    case 'ObjectProperty':
      return parent.value === outer ? inObject(parent, tree, seen) : true
    case 'AssignmentExpression':
      if (parent.right !== outer || parent.left.type !== 'Identifier') return false
      return isNameRead(bindingAt(tree, parent.left), tree, seen) && goesOn(parent)
    case 'LogicalExpression':
    case 'AwaitExpression':
    case 'SpreadElement':
    case 'ArrayExpression':
    case 'ObjectExpression':
      return goesOn(parent)
    case 'ConditionalExpression':
      return parent.test === outer || goesOn(parent)
    case 'UnaryExpression':
      return parent.operator !== 'delete'
    case 'BinaryExpression':
    case 'TemplateLiteral':
    case 'IfStatement':
    case 'SwitchStatement':
    case 'SwitchCase':
    case 'ExpressionStatement':
      return true
    default:
      return false
  }
}

const READING_METHODS =
  /^(?:toString|trim|toLowerCase|toUpperCase|startsWith|endsWith|includes|indexOf|split|slice|match|replace|replaceAll|test|join|hasOwnProperty|at|charAt|padStart)$/

/** Functions by name that change nothing that they are given: of the language, of consoles and responses, and of schemas. */
const READERS =
  /^(?:String|Number|Boolean|parseInt|parseFloat|isArray|isInteger|isNaN|isFinite|keys|stringify|json|send|end|log|info|warn|error|debug|includes|has|get|test|parse|safeParse|parseAsync|safeParseAsync)$/

function isReader(
  call: t.CallExpression | t.OptionalCallExpression,
  argument: Node,
  tree: ScopeTree,
  seen: Set<Node>,
): boolean {
  const { callee } = call
  const binding = callee.type === 'Identifier' ? bindingAt(tree, callee) : null
  if (!binding) {
    const name = isMember(callee) ? memberName(callee) : callee.type === 'Identifier' ? callee.name : null
    return name !== null && READERS.test(name)
  }
  const fn = functionOf(binding)
  const param = fn?.params[call.arguments.findIndex((one) => one === (argument as t.Expression))]
  return param?.type === 'Identifier' && isNameRead(bindingAt(tree, param), tree, seen)
}

function functionOf({ declaration, kind }: Binding) {
  if (isPlainFunction(declaration)) return declaration
  const init = kind === 'const' && declaration.type === 'VariableDeclarator' ? declaration.init : null
  return isPlainFunction(init) ? init : null
}

function isNameRead(binding: Binding | null, tree: ScopeTree, seen: Set<Node>): boolean {
  return binding?.references.every(({ node, kind }) => kind !== 'read' || isOnlyRead(node, tree, seen)) === true
}

/** `{ name: value }`, or a pattern that takes the value apart. */
function inObject(property: t.ObjectProperty, tree: ScopeTree, seen: Set<Node>): boolean {
  const object = parentOf(property)
  return object?.type === 'ObjectExpression' && isOnlyRead(object, tree, seen)
}

/** The names that a pattern declares. */
export function namesIn(pattern: Node): t.Identifier[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern]
    case 'ObjectPattern':
      return pattern.properties.flatMap((one) => namesIn(one.type === 'RestElement' ? one.argument : one.value))
    case 'ArrayPattern':
      return pattern.elements.flatMap((one) => (one ? namesIn(one) : []))
    case 'AssignmentPattern':
      return namesIn(pattern.left)
    case 'RestElement':
      return namesIn(pattern.argument)
    default:
      return []
  }
}
