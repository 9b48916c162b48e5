import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isCast, isMember, keyName, memberName } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf, some } from '../syntax/tree.ts'
import { findModuleFunction, type ModuleGraph } from './module-functions.ts'

interface Scene {
  from: SourceModule
  graph: ModuleGraph
  fields: ReadonlyMap<string, unknown>
}

/**
 * Whether a function of the project that is handed an instance, by itself or under a key, puts it away or reads the private members by
 * brackets. What is no function of the project does neither.
 */
export function isKeptByCallee(call: Node, argument: Node, key: string | null, scene: Scene, depth = 0): boolean {
  if (!isCall(call)) return false
  const found = findModuleFunction(call.callee, scene.from, scene.graph)
  if (!found) return false
  if (depth > 3) return true
  const { fn, module } = found
  const param = fn.params[call.arguments.findIndex((one) => one === argument)]
  return (
    some(module.file.ast.program, (n) => isMember(n) && n.computed && scene.fields.has(memberName(n) ?? '')) ||
    (param !== undefined && isKept(param, key, { ...scene, from: module }, depth))
  )
}

/** What a pattern takes: the instance where `key` is null, else an object that has it there. */
function isKept(pattern: Node, key: string | null, scene: Scene, depth: number): boolean {
  if (pattern.type === 'AssignmentPattern') return isKept(pattern.left, key, scene, depth)
  if (pattern.type === 'Identifier')
    return (bindingAt(scene.from.tree, pattern)?.references ?? []).some(
      ({ node, kind }) => kind !== 'type' && isPutAway(node, key, scene, depth),
    )
  if (pattern.type !== 'ObjectPattern') return false
  return pattern.properties.some((property) => {
    if (property.type === 'RestElement') return isKept(property.argument, key, scene, depth)
    const name = keyName(property)
    if (key === null) return name === null || scene.fields.has(name)
    return name === key && isKept(property.value, null, scene, depth)
  })
}

function isPutAway(node: Node, key: string | null, scene: Scene, depth: number): boolean {
  const parent = parentOf(node)
  if (!parent) return false
  if (isMember(parent) && parent.object === node) {
    const name = memberName(parent)
    if (key === null) return name === null || scene.fields.has(name)
    return name === key && isPutAway(parent, null, scene, depth)
  }
  if (parent.type === 'AssignmentExpression') return parent.right === node
  if (parent.type === 'VariableDeclarator') return isKept(parent.id, key, scene, depth)
  if (isCall(parent) || parent.type === 'NewExpression')
    return (
      parent.callee !== node &&
      (isOfModule(parent.callee, scene.from.tree) || isKeptByCallee(parent, node, key, scene, depth + 1))
    )
  if (parent.type === 'ObjectProperty' && parent.value === node) {
    const object = parentOf(parent)
    return object?.type === 'ObjectExpression' && isPutAway(object, key ?? keyName(parent), scene, depth)
  }
  const isPart = /^(?:Logical|Conditional|Array)Expression$|^SpreadElement$/.test(parent.type)
  const isWhole = parent.type === 'ObjectExpression' && node.type === 'SpreadElement'
  return (isPart || isWhole || isCast(parent)) && isPutAway(parent, key, scene, depth)
}

/** `cache.set(key, tracker)`, with a `const cache` of the module: what it is given may stay there. */
export function isOfModule(callee: Node, tree: ScopeTree): boolean {
  let root = callee
  while (isMember(root)) root = root.object
  if (root === callee || root.type !== 'Identifier') return false
  const binding = bindingAt(tree, root)
  return binding === null || (binding.kind !== 'import' && binding === tree.program.bindings.get(root.name))
}
