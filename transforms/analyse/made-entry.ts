import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, isPlainFunction, type Node, some, startOf } from '../syntax/tree.ts'
import type { FindFunction } from './context-objects.ts'
import { isSame, makesOnly } from './dispatched-entry.ts'
import { findEntry } from './entry.ts'
import { givenBack, readComposite, readWrapper } from './wrappers.ts'

/**
 * `export default createRoute(schema, save)`, where a function of the project makes the whole handler out of functions that see neither `req`
 * nor `res`. Written as `(req, res) => createRoute(schema, save)(req, res)`, it is followed like any other call; in the new file it is made
 * once again. The factory must do nothing when it is called, with what is the same each time.
 */
export function madeEntryEdits(module: SourceModule, find: FindFunction): Edit[] {
  const { file, tree } = module
  const entry = findEntry(file.ast, tree)
  if (entry.kind !== 'call' || entry.call.typeArguments) return []
  const { call, exporter, binding } = entry
  if (binding && !(exporter && binding.references.length === 1)) return []
  const found = find(call.callee, module)
  if (!found || found.tree === tree || !makesHandler(found.fn, found.tree)) return []
  const isWrapped = call.arguments.some((argument) => isHandler(argument, module, find))
  if (isWrapped || !call.arguments.every((argument) => isSame(argument, () => true, module, find))) return []
  return [
    { start: startOf(call), end: startOf(call), pieces: ['(req, res) => '] },
    { start: endOf(call), end: endOf(call), pieces: ['(req, res)'] },
  ]
}

/** What is given a handler is a wrapper, understood or not. */
function isHandler(argument: Node, module: SourceModule, find: FindFunction): boolean {
  const node = uncast(argument)
  const params = isPlainFunction(node) ? node.params : find(node, module)?.fn.params
  const [first, second] = params ?? []
  return first?.type === 'Identifier' && second !== undefined && /^_?re(?:q|quest)$/i.test(first.name)
}

/** All that it gives back is a function of `req` and `res`, and none of its parameters is handed these: that would be a wrapper. */
function makesHandler(fn: FunctionNode, tree: ScopeTree): boolean {
  const inner = fn.type === 'ArrowFunctionExpression' || fn.type === 'FunctionDeclaration' ? givenBack(fn, tree) : null
  const [req, res, ...others] = inner?.params ?? []
  if (!inner || inner.generator || others.length > 0 || !makesOnly(fn)) return false
  const isNamed = req?.type === 'Identifier' && res?.type === 'Identifier'
  return isNamed && !handsOver(inner, fn, tree) && readWrapper(fn, tree) === null && readComposite(fn, tree) === null
}

/** `handler(req, res)`, with something that the factory was given or works out of that. */
function handsOver(inner: FunctionNode, fn: FunctionNode, tree: ScopeTree): boolean {
  const given = new Set(inner.params.map((param) => bindingAt(tree, param)))
  const isGiven = (node: Node): boolean => node.type === 'Identifier' && given.has(bindingAt(tree, node))
  const isOwn = (node: Node): boolean => {
    const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
    return binding !== null && !given.has(binding) && contains(fn, binding.id)
  }
  return some(inner.body, (node) => isCall(node) && node.arguments.some(isGiven) && some(node.callee, isOwn))
}
