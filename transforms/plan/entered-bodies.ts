import type { HelperCall } from '../analyse/callees.ts'
import type { FlowInput } from '../analyse/flow-model.ts'
import { callAround } from '../analyse/passages.ts'
import type { ResponseFact } from '../model/response.ts'
import { contains, functionAround, type Node } from '../syntax/tree.ts'
import type { FunctionInput } from './function-model.ts'

/** In the function itself, or in callbacks whose result it gives back. */
export function isOwn(node: Node, { model, passages }: FunctionInput): boolean {
  let fn = functionAround(node)
  while (fn && fn !== model.fn) {
    const outer = callAround(fn, passages)
    if (!outer) return false
    fn = functionAround(outer)
  }
  return fn === model.fn
}

/** The bodies of a call's callbacks, where one of them answers. */
export function enterPassage(
  call: Node,
  { passages, variant }: FunctionInput,
  known: { facts: ReadonlyMap<Node, ResponseFact>; calls: ReadonlyMap<Node, HelperCall> },
): ReturnType<NonNullable<FlowInput['enter']>> {
  const passage = passages.at(call)
  if (!passage) return null
  const { base, answering } = passage
  if (base && known.calls.get(base)?.kind !== 'always') return null
  const isInside = (node: Node): boolean =>
    (node === base && !answering) || passage.callbacks.some((fn) => contains(fn, node))
  const answers =
    [...known.facts.values()].some((fact) => fact.exit && isInside(fact.node)) ||
    [...known.calls.values()].some(({ kind, node }) => kind !== 'reads' && kind !== 'effects' && isInside(node))
  const bodies = passage.callbacks.flatMap((fn) => [variant.inner.get(fn) ?? []].filter((items) => items.length > 0))
  return answers && bodies.length === passage.callbacks.length ? { passage, bodies } : null
}

/** The body of a callback that does something to the response beside the function, which hands it to nobody. */
export function besideOf(
  call: Node,
  { passages, variant, model }: FunctionInput,
  facts: ReadonlyMap<Node, ResponseFact>,
): ReturnType<NonNullable<FlowInput['beside']>> {
  const beside = passages.beside(call)
  const items = beside ? variant.inner.get(beside.callback) : undefined
  if (!beside || !items || functionAround(call) !== model.fn) return null
  if (model.passes.some(({ ref }) => contains(call, ref))) return null
  return [...facts.keys()].some((node) => contains(beside.callback, node)) ? { beside, items } : null
}
