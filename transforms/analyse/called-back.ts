import type * as t from '@babel/types'
import type { FunctionModel, FunctionNode } from '../model/route.ts'
import { isMember, memberName, uncast, withCasts } from '../syntax/match.ts'
import { contains, functionAround, isPlainFunction, type Node, parentOf, some } from '../syntax/tree.ts'
import type { Passage, Passages } from './passages.ts'

/** They run their callbacks here and now for each of several things, or are chains. */
const HERE_AND_NOW =
  /^(?:then|catch|finally|forEach|map|flatMap|filter|some|every|find|findIndex|findLast|findLastIndex|reduce|reduceRight|sort)$/

/**
 * The passages of a handler, with those calls whose callback answers some time later: `exec(command, (error, stdout) => res.json(stdout))`.
 * Pages lets the handler end, and waits for the answer. In App its Promise is the answer, which the callback resolves: whether, when and how
 * often it is run stays as it was, and what it throws is seen by the same caller.
 */
export function withCalledBack(passages: Passages, model: FunctionModel): Passages {
  const known = new Map<Node, Passage | null>()
  const at = (call: Node): Passage | null => {
    const found = passages.at(call)
    if (found || call.type !== 'CallExpression') return found
    if (!known.has(call)) known.set(call, readCalledBack(call, model, around))
    return known.get(call) ?? null
  }
  const around = (callback: Node): Passage | null => {
    const outer = parentOf(withCasts(callback))
    const passage = outer?.type === 'CallExpression' ? at(outer) : null
    return passages.around(callback) ?? (passage?.callbacks.some((fn) => fn === callback) ? passage : null)
  }
  const beside: Passages['beside'] = (call) => {
    const found = at(call) ? null : passages.beside(call)
    // One that has nothing to do with the response is none of ours.
    return found && model.uses.some(({ root, ref }) => root === 'res' && contains(found.callback, ref)) ? found : null
  }
  return { at, around, beside }
}

function readCalledBack(
  call: t.CallExpression,
  { fn, uses, passes }: FunctionModel,
  around: Passages['around'],
): Passage | null {
  const callback = call.arguments.find((argument) => isPlainFunction(argument))
  if (!isPlainFunction(callback) || callback.generator || !isStatement(call, callback)) return null
  const outer = functionAround(call)
  if (outer !== fn && !(outer && around(outer)?.isCalledBack)) return null
  const callee = uncast(call.callee)
  // `then` and its like are read as chains, or not at all.
  if (isMember(callee) && HERE_AND_NOW.test(memberName(callee) ?? '')) return null
  const others = [call.callee, ...call.arguments.filter((argument) => argument !== callback)]
  if (others.some((node) => some(node, isOfFunction)) || isBeforeFinally(call, fn)) return null
  if (passes.some((pass) => pass.call === call || others.some((node) => contains(node, pass.call)))) return null
  const isUsed = (node: Node): boolean => uses.some(({ root, ref }) => root === 'res' && contains(node, ref))
  const isListener = uses.some(({ ref }) => contains(call.callee, ref))
  const isHanded = passes.some(({ root, ref }) => root === 'res' && contains(callback, ref))
  if (isListener || others.some(isUsed) || !(isUsed(callback) || isHanded)) return null
  const runner = { endsLater: false, typing: 'same', isAsync: true } as const
  return { call, callbacks: [callback], catches: [], base: null, runner, isChain: false, isCalledBack: true }
}

/**
 * Nobody waits for what the call gives: it is a statement, or returned by the handler, where the first parameter of the callback says that an error
 * would come there.
 */
function isStatement(call: Node, { params: [first] }: FunctionNode): boolean {
  const parent = parentOf(call)?.type
  return (
    parent === 'ExpressionStatement' ||
    (parent === 'ReturnStatement' && first?.type === 'Identifier' && /^_?(?:e|\w*err(?:or)?)$/i.test(first.name))
  )
}

/** It cannot stand in another function, or is one. */
function isOfFunction(node: Node): boolean {
  if (node.type === 'AwaitExpression' || node.type === 'YieldExpression' || isPlainFunction(node)) return true
  return node.type === 'SpreadElement' || (node.type === 'Identifier' && node.name === 'arguments')
}

/** The `finally` block ran before the answer was sent. */
function isBeforeFinally(call: Node, fn: Node): boolean {
  for (let up = parentOf(call); up && up !== fn; up = parentOf(up))
    if (up.type === 'TryStatement' && up.finalizer) return true
  return false
}
