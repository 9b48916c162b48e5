import { block, type Lowering, snippet } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import { isCall, withCasts } from '../syntax/match.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import { weakCollectionOf } from '../syntax/weak-collection.ts'
import type { FunctionInput } from './function-model.ts'

/**
 * A helper that looks for what is kept by the request, and keeps it where there is nothing, did so in one go. Where it waits now, two calls for
 * one request may both find nothing, and do the work twice. The handler runs once for a request, and so does a wrapper.
 */
export function blockNewPause({ model, isEntry, handler }: FunctionInput, at: Lowering): void {
  if (isEntry || handler) return
  const calls = model.passes.map(({ call }) => call).filter((call) => at.isLive(call))
  const first = calls.find((call) => weakCollectionOf(call, at.tree) !== null)
  if (first) block(at, 'PA153', first, { text: snippet(at.file, first) })
}

/** `seen.has(req.headers)`: Pages has one object for the headers of a request; in App it is made anew wherever it is read. */
export function blockPartsAsKeys({ uses }: FunctionModel, at: Lowering): void {
  for (const { root, node } of uses)
    if (root === 'req' && at.isLive(node) && isKey(withCasts(node), at)) block(at, 'PA500', node, { why: 'value' })
}

function isKey(node: Node, { tree }: Lowering): boolean {
  const call = parentOf(node)
  return isCall(call) && call.arguments[0] === node && weakCollectionOf(call, tree) !== null
}
