import type * as t from '@babel/types'
import type { SourceModule } from '../../syntax/imported.ts'
import { leaves } from '../../syntax/completion.ts'
import { isMember } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { contains, isListHolder, listOf, type Node, parentOf } from '../../syntax/tree.ts'

/**
 * Whether the code type-checks where each cookie may be missing: nookies says of all of them that they are texts. In JavaScript nothing was said.
 */
export function mayBeMissing(call: Node, { file, tree }: SourceModule): boolean {
  if (file.language !== 'ts') return true
  const parent = parentOf(call)
  if (isMember(parent) && parent.object === call) return takesNothing(parent, tree)
  if (parent?.type !== 'VariableDeclarator' || parent.init !== call) return false
  const { id } = parent
  if (id.type === 'ObjectPattern')
    return id.properties.every((one) => {
      const value = one.type === 'ObjectProperty' && !one.computed ? one.value : null
      return value?.type === 'AssignmentPattern' || (value?.type === 'Identifier' && isAsked(value, tree))
    })
  const binding = id.type === 'Identifier' && !id.typeAnnotation ? bindingAt(tree, id) : null
  return (
    binding?.references.every(({ node }) => {
      const member = parentOf(node)
      return isMember(member) && member.object === node && takesNothing(member, tree)
    }) === true
  )
}

/** Where the value is used, undefined is as good, or it gets a name and is asked for by that. */
function takesNothing(node: Node, tree: ScopeTree): boolean {
  const parent = parentOf(node)
  switch (parent?.type) {
    case 'LogicalExpression':
      return parent.left === node
    case 'IfStatement':
    case 'ConditionalExpression':
      return parent.test === node
    case 'UnaryExpression':
      return parent.operator === '!' || parent.operator === 'typeof'
    case 'BinaryExpression':
      return /^[!=]==?$/.test(parent.operator)
    case 'TemplateLiteral':
      return true
    case 'OptionalMemberExpression':
      return parent.object === node && parent.optional
    case 'VariableDeclarator':
      return (
        parent.init === node && parent.id.type === 'Identifier' && !parent.id.typeAnnotation && isAsked(parent.id, tree)
      )
    default:
      return false
  }
}

/** `if (!token) return ...` comes before all that needs it. */
function isAsked(id: t.Identifier, tree: ScopeTree): boolean {
  const binding = bindingAt(tree, id)
  if (binding?.kind !== 'const') return false
  const needing = binding.references.filter(({ node }) => !takesNothing(node, tree)).map(({ node }) => node)
  return needing.length === 0 || binding.references.some(({ node }) => guards(node, binding, needing, tree))
}

function guards(asked: Node, binding: Binding, needing: readonly Node[], tree: ScopeTree): boolean {
  let test = parentOf(asked)
  if (test?.type !== 'UnaryExpression' || test.operator !== '!') return false
  let up = parentOf(test)
  for (; up?.type === 'LogicalExpression' && up.operator === '||'; up = parentOf(up)) test = up
  if (up?.type !== 'IfStatement' || up.test !== test || !leaves(up.consequent)) return false
  const holder = parentOf(up)
  const list = holder && isListHolder(holder) ? listOf(holder) : []
  const rest = list.slice(list.indexOf(up) + 1)
  return bindingAt(tree, asked) === binding && needing.every((node) => rest.some((one) => contains(one, node)))
}
