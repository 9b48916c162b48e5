import type * as t from '@babel/types'
import { type Node, parentOf } from './tree.ts'

/** Without TypeScript casts (`as`, `!`, `satisfies`, `<T>x`) and parentheses, which the parser leaves out of the tree. */
export function uncast(node: Node): Node {
  let at = node
  while (isCast(at)) at = at.expression
  return at
}

export function isCast(
  node: Node,
): node is
  | t.TSAsExpression
  | t.TSNonNullExpression
  | t.TSSatisfiesExpression
  | t.TSTypeAssertion
  | t.ParenthesizedExpression {
  return (
    node.type === 'TSAsExpression' ||
    node.type === 'TSNonNullExpression' ||
    node.type === 'TSSatisfiesExpression' ||
    node.type === 'TSTypeAssertion' ||
    node.type === 'ParenthesizedExpression'
  )
}

/** The outermost cast around a node, or the node itself. */
export function withCasts(node: Node): Node {
  let at = node
  for (let up = parentOf(at); up && isCast(up); up = parentOf(at)) at = up
  return at
}

export function isMember(node: Node | null | undefined): node is t.MemberExpression | t.OptionalMemberExpression {
  return node?.type === 'MemberExpression' || node?.type === 'OptionalMemberExpression'
}

export function isCall(node: Node | null | undefined): node is t.CallExpression | t.OptionalCallExpression {
  return node?.type === 'CallExpression' || node?.type === 'OptionalCallExpression'
}

/** The static name of a member access: `.x`, `['x']`, `[0]`; null when computed. */
export function memberName(node: t.MemberExpression | t.OptionalMemberExpression): string | null {
  const { property } = node
  if (!node.computed) return property.type === 'Identifier' ? property.name : null
  return stringValue(property) ?? (property.type === 'NumericLiteral' ? String(property.value) : null)
}

/** The name that a member begins with, or the name itself. */
export function rootOf(node: Node): t.Identifier | null {
  let at = uncast(node)
  while (isMember(at)) at = uncast(at.object)
  return at.type === 'Identifier' ? at : null
}

/** The value of a string literal or a template without expressions. */
export function stringValue(node: Node | null | undefined): string | null {
  if (!node) return null
  const at = uncast(node)
  if (at.type === 'StringLiteral') return at.value
  if (at.type === 'TemplateLiteral' && at.expressions.length === 0) return at.quasis[0]?.value.cooked ?? null
  return null
}

export function numberValue(node: Node | null | undefined): number | null {
  if (!node) return null
  const at = uncast(node)
  return at.type === 'NumericLiteral' ? at.value : null
}

/** The name of an object property or pattern property; null when computed. */
export function keyName(property: t.ObjectProperty | t.ObjectMethod): string | null {
  if (property.computed) return stringValue(property.key)
  if (property.key.type === 'Identifier') return property.key.name
  if (property.key.type === 'StringLiteral') return property.key.value
  if (property.key.type === 'NumericLiteral') return String(property.key.value)
  return null
}

/** Literals and identifiers, and templates, members, arrays and objects of these: nothing runs and (short of a getter) nothing throws. */
export function isQuiet(node: Node | null | undefined): boolean {
  if (!node) return true
  const at = uncast(node)
  switch (at.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'Identifier':
    case 'ThisExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true
    case 'TemplateLiteral':
      return at.expressions.every((e) => isQuiet(e))
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return isQuiet(at.object) && (!at.computed || isQuiet(at.property))
    case 'ArrayExpression':
      return at.elements.every((e) => isQuiet(e))
    case 'ObjectExpression':
      return at.properties.every((p) =>
        p.type === 'SpreadElement'
          ? isQuiet(p.argument)
          : p.type === 'ObjectProperty'
            ? isQuiet(p.value) && (!p.computed || isQuiet(p.key))
            : true,
      )
    case 'SpreadElement':
      return isQuiet(at.argument)
    case 'UnaryExpression':
      return at.operator !== 'delete' && isQuiet(at.argument)
    case 'BinaryExpression':
    case 'LogicalExpression':
      return isQuiet(at.left) && isQuiet(at.right)
    case 'ConditionalExpression':
      return isQuiet(at.test) && isQuiet(at.consequent) && isQuiet(at.alternate)
    default:
      return false
  }
}

/** A value that is the same whenever it is evaluated: literals only. */
export function isConstant(node: Node | null | undefined): boolean {
  if (!node) return true
  const at = uncast(node)
  switch (at.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
      return true
    case 'TemplateLiteral':
      return at.expressions.length === 0
    case 'ArrayExpression':
      return at.elements.every((e) => isConstant(e))
    default:
      return false
  }
}

/** `x instanceof Headers` */
export function isInstanceTest(node: Node): boolean {
  const outer = withCasts(node)
  const parent = parentOf(outer)
  return parent?.type === 'BinaryExpression' && parent.operator === 'instanceof' && parent.left === outer
}
