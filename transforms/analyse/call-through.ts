import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { functionAround, isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'
import { strip } from './flow-facts.ts'
import type { ModuleGraph } from './module-functions.ts'

/** `storage.run(store, () => handler(req, res))`: the call whose value is what the callback returns. */
export interface CallThrough {
  outer: t.CallExpression
  /** The last thing that the callback does, where it does not return it: `async () => { await handler(req, res) }`. */
  tail: t.ExpressionStatement | null
}

/** A handler's call that is the result of a callback, which the function around it gives back. */
export function readCallThrough(call: Node, from: SourceModule, graph: ModuleGraph): CallThrough | null {
  const callback = functionAround(call)
  const outer = callback ? parentOf(callback) : null
  if (!isPlainFunction(callback) || callback.generator || outer?.type !== 'CallExpression') return null
  if (outer.arguments[outer.arguments.length - 1] !== callback || !givesBack(outer.callee, from, graph)) return null
  const { body } = callback
  if (body.type !== 'BlockStatement') return strip(body) === call ? { outer, tail: null } : null
  const last = body.body[body.body.length - 1]
  if (!last || body.body.slice(0, -1).some(leaves)) return null
  if (last.type === 'ReturnStatement' && last.argument && strip(last.argument) === call) return { outer, tail: null }
  return last.type === 'ExpressionStatement' && strip(last.expression) === call ? { outer, tail: last } : null
}

/** A `return` before the handler's call would give back nothing. */
function leaves(statement: t.Statement): boolean {
  return statement.type !== 'ExpressionStatement' && statement.type !== 'VariableDeclaration'
}

/** `run` of an AsyncLocalStorage (node:async_hooks), `context.with` of @opentelemetry/api: both return what the callback returns. */
function givesBack(callee: Node, from: SourceModule, graph: ModuleGraph): boolean {
  const member = uncast(callee)
  if (!isMember(member)) return false
  const imported = importedAs(member, from.tree)
  if (imported?.source === '@opentelemetry/api') return imported.name === 'context.with'
  return memberName(member) === 'run' && isStorage(member.object, from, graph)
}

function isStorage(node: Node, from: SourceModule, graph: ModuleGraph): boolean {
  const id = uncast(node)
  if (id.type !== 'Identifier') return false
  const imported = importedAs(id, from.tree)
  if (!imported) return isStorageBinding(from.tree, bindingAt(from.tree, id)?.name ?? '')
  const path = graph.resolve(from.path, imported.source)
  const module = path === null ? null : graph.at(path)
  return module !== null && isStorageBinding(module.tree, imported.name)
}

/** `const storage = new AsyncLocalStorage()` at the top of a module. */
function isStorageBinding(tree: ScopeTree, name: string): boolean {
  const binding = tree.program.bindings.get(name)
  const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : null
  const made = init ? uncast(init) : null
  if (binding?.kind !== 'const' || made?.type !== 'NewExpression') return false
  const imported = importedAs(made.callee, tree)
  return /^(?:node:)?async_hooks$/.test(imported?.source ?? '') && imported?.name === 'AsyncLocalStorage'
}
