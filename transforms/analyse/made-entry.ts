import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'
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
  if (isWrapped || !call.arguments.every((argument) => isSame(argument, module, find))) return []
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
  return isNamed && readWrapper(fn, tree) === null && readComposite(fn, tree) === null
}
