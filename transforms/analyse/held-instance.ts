import type * as t from '@babel/types'
import { isCall, isMember } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'

/** What `new` makes here is used, handed to functions or given back, and put away nowhere: it ends with its request. */
export function isHeldByRequest(made: t.NewExpression, tree: ScopeTree): boolean {
  const parent = parentOf(made)
  if (parent?.type !== 'VariableDeclarator') return isUse(made, tree)
  const binding = parent.id.type === 'Identifier' ? bindingAt(tree, parent.id) : null
  if (!binding || binding === tree.program.bindings.get(binding.id.name)) return false
  return binding.references.every(({ node, kind }) => kind === 'type' || (kind === 'read' && isUse(node, tree)))
}

function isUse(node: Node, tree: ScopeTree): boolean {
  const parent = parentOf(node)
  if (!parent) return false
  if (isMember(parent)) return parent.object === node && !isTarget(parent)
  if (parent.type === 'ReturnStatement') return true
  if (isCall(parent) || parent.type === 'NewExpression')
    return parent.callee !== node && !isOfModule(parent.callee, tree)
  if (parent.type === 'ObjectProperty' && parent.value === node) {
    const object = parentOf(parent)
    return object?.type === 'ObjectExpression' && isUse(object, tree)
  }
  return false
}

/** `tracker.name = 'x'` */
function isTarget(node: Node): boolean {
  const parent = parentOf(node)
  return parent?.type === 'AssignmentExpression' && parent.left === node
}

/** `cache.set(key, tracker)`, with a `const cache` of the module: what it is given may stay there. */
function isOfModule(callee: Node, tree: ScopeTree): boolean {
  let root = callee
  while (isMember(root)) root = root.object
  if (root === callee || root.type !== 'Identifier') return false
  const binding = bindingAt(tree, root)
  return binding === null || (binding.kind !== 'import' && binding === tree.program.bindings.get(root.name))
}
