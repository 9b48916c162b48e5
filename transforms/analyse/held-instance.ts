import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, memberName } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import { isKeptByCallee, isOfModule } from './kept-instance.ts'
import type { ModuleGraph } from './module-functions.ts'

interface Scene {
  from: SourceModule
  graph: ModuleGraph
  /** Private members, which TypeScript lets nobody else name but by brackets: `tracker['req']`. */
  fields: ReadonlyMap<string, unknown>
}

/** What `new` makes here is used, handed to functions or given back, and put away nowhere: it ends with its request. */
export function isHeldByRequest(made: t.NewExpression, scene: Scene): boolean {
  const { tree } = scene.from
  const parent = parentOf(made)
  if (parent?.type !== 'VariableDeclarator') return isUse(made, scene)
  const binding = parent.id.type === 'Identifier' ? bindingAt(tree, parent.id) : null
  if (!binding || binding === tree.program.bindings.get(binding.id.name)) return false
  return binding.references.every(({ node, kind }) => kind === 'type' || (kind === 'read' && isUse(node, scene)))
}

function isUse(node: Node, scene: Scene, key: string | null = null): boolean {
  const parent = parentOf(node)
  if (!parent) return false
  if (isMember(parent)) {
    const name = memberName(parent)
    return parent.object === node && name !== null && !scene.fields.has(name) && !isTarget(parent)
  }
  if (parent.type === 'ReturnStatement') return true
  if (isCall(parent) || parent.type === 'NewExpression')
    return (
      parent.callee !== node &&
      !isOfModule(parent.callee, scene.from.tree) &&
      !isWritten(parent.callee) &&
      !isKeptByCallee(parent, node, key, scene)
    )
  if (parent.type === 'ObjectProperty' && parent.value === node) {
    const object = parentOf(parent)
    const name = !parent.computed && parent.key.type === 'Identifier' ? parent.key.name : null
    return object?.type === 'ObjectExpression' && isUse(object, scene, key ?? name)
  }
  return false
}

/** `res.json({ tracker })`: all of its members are sent. */
function isWritten(callee: Node): boolean {
  return isMember(callee) && /^(?:json|send)$/.test(memberName(callee) ?? '')
}

/** `tracker.name = 'x'` */
function isTarget(node: Node): boolean {
  const parent = parentOf(node)
  return parent?.type === 'AssignmentExpression' && parent.left === node
}
