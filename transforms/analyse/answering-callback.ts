import type * as t from '@babel/types'
import { isResponseMethod } from '../concerns/response/registry.ts'
import type { FunctionNode } from '../model/route.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, memberName, uncast, withCasts } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, functionAround, isLoop, isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'
import { findModuleFunction, type ModuleGraph } from './module-functions.ts'

/**
 * `requireUser(req, res, async () => { res.json(...) })`: a function of another module answers some requests itself, and for the others runs what it
 * is given, which answers.
 */
export interface AnsweringCallback {
  callback: FunctionNode
  /** The parameter that takes it. */
  param: t.Identifier
  /** Where the function calls it, and does nothing more on that path. */
  calls: readonly t.CallExpression[]
}

export function readAnsweringCallback(
  call: t.CallExpression,
  from: SourceModule,
  graph: ModuleGraph,
): AnsweringCallback | null {
  const index = call.arguments.findIndex((argument) => isPlainFunction(argument))
  const callback = call.arguments[index]
  if (!isPlainFunction(callback) || callback.generator || call.typeArguments || call.arguments.some(isSpread))
    return null
  if (call.arguments.some((other, i) => i !== index && isPlainFunction(other))) return null
  const found = findModuleFunction(call.callee, from, graph)
  // Functions of the file, and methods, are read where they stand.
  if (!found || found.specifier === null || found.part || found.fn.generator) return null
  const res = found.fn.params.findIndex((param) => isAnsweredWith(param, found.module.tree))
  const handed = res < 0 ? undefined : call.arguments[res]
  if (!handed || !isUsedIn(uncast(handed), callback, from.tree)) return null
  const param = found.fn.params[index]
  const calls = param?.type === 'Identifier' ? callsOf(param, found.fn, found.module.tree) : null
  return param?.type === 'Identifier' && calls ? { callback, param, calls } : null
}

const isSpread = ({ type }: Node): boolean => type === 'SpreadElement'

/** `res`, by what the function does with it. */
function isAnsweredWith(param: Node, tree: ScopeTree): boolean {
  const binding = param.type === 'Identifier' ? bindingAt(tree, param) : null
  return (binding?.references ?? []).some(({ node }) => {
    const up = parentOf(withCasts(node))
    return up !== null && isMember(up) && isResponseMethod(memberName(up) ?? '')
  })
}

function isUsedIn(handed: Node, callback: FunctionNode, tree: ScopeTree): boolean {
  const binding = handed.type === 'Identifier' ? bindingAt(tree, handed) : null
  return (binding?.references ?? []).some(({ node, kind }) => kind === 'read' && contains(callback, node))
}

/** All that is done with the parameter: it is called, at the end of a path. */
function callsOf(param: t.Identifier, fn: FunctionNode, tree: ScopeTree): t.CallExpression[] | null {
  const references = (bindingAt(tree, param)?.references ?? []).filter(({ kind }) => kind !== 'type')
  const calls = references.flatMap(({ node, kind }) => {
    const call = parentOf(node)
    const isCall = kind === 'read' && call?.type === 'CallExpression' && call.callee === node
    return isCall && isLast(call, fn) ? [call] : []
  })
  return calls.length > 0 && calls.length === references.length ? calls : null
}

/** `await run()` or `return run()`, which no `try` and no loop is around. */
function isLast(call: t.CallExpression, fn: FunctionNode): boolean {
  if (functionAround(call) !== fn || call.arguments.some(isSpread)) return false
  const outer = parentOf(withCasts(call))
  const isAwaited = outer?.type === 'AwaitExpression'
  const statement = isAwaited ? parentOf(withCasts(outer)) : outer
  if (statement?.type !== 'ReturnStatement' && !(isAwaited && statement?.type === 'ExpressionStatement')) return false
  for (let up = parentOf(statement); up && up !== fn; up = parentOf(up))
    if (up.type === 'TryStatement' || isLoop(up)) return false
  return true
}
