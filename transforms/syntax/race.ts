import type * as t from '@babel/types'
import { isMember, memberName, uncast } from './match.ts'
import { bindingAt, type ScopeTree } from './scope.ts'
import { isPlainFunction, type Node, some } from './tree.ts'

/** `Promise.race([work(), timeout])` where all but one can only fail: the result is that of the one, or an error. */
export interface Race {
  only: Node
  /** The promises that are never fulfilled. */
  timeouts: readonly t.NewExpression[]
}

/** Null for anything else, and for a race that another one may win. */
export function readRace(node: Node, isOne: (element: Node) => boolean, tree: ScopeTree): Race | null {
  const call = uncast(node)
  if (call.type !== 'CallExpression' || !isMember(call.callee) || memberName(call.callee) !== 'race') return null
  const { object } = call.callee
  const [list, other] = call.arguments
  if (object.type !== 'Identifier' || object.name !== 'Promise' || bindingAt(tree, object)) return null
  if (other || list?.type !== 'ArrayExpression') return null
  const elements = list.elements.flatMap((element): Node[] => (element ? [element] : []))
  const [only, second] = elements.filter(isOne)
  if (!only || second || elements.length !== list.elements.length) return null
  const timeouts = elements.filter((element) => element !== only).map((element) => readTimeout(element, tree))
  return timeouts.every((timeout) => timeout !== null) ? { only, timeouts: timeouts.flatMap((one) => one ?? []) } : null
}

/** `new Promise((_, reject) => ...)` that names no `resolve`, in place or behind a name. */
function readTimeout(element: Node, tree: ScopeTree): t.NewExpression | null {
  const node = uncast(element)
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const value =
    declaration?.type === 'VariableDeclarator' && declaration.id.type === 'Identifier' && declaration.init
      ? uncast(declaration.init)
      : node
  if (value.type !== 'NewExpression' || value.callee.type !== 'Identifier' || value.callee.name !== 'Promise')
    return null
  // A type that is written for it says what it never gives; one of the whole module is not this function's to change.
  if (bindingAt(tree, value.callee) || binding?.id.typeAnnotation || binding?.scope === tree.program) return null
  const [executor] = value.arguments
  if (!executor || !isPlainFunction(executor) || executor.async) return null
  const [resolve, reject] = executor.params
  if (resolve?.type !== 'Identifier' || (reject && reject.type !== 'Identifier')) return null
  return bindingAt(tree, resolve)?.references.length === 0 && !some(executor, isArguments) ? value : null
}

function isArguments(node: Node): boolean {
  return node.type === 'Identifier' && node.name === 'arguments'
}
