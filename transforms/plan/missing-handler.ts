import { isDead, type Variant } from '../analyse/variant.ts'
import { claimResponse } from '../concerns/response/registry.ts'
import { numberValue } from '../syntax/match.ts'
import { functionAround, type Node, some } from '../syntax/tree.ts'
import { isInCatch } from './refusal.ts'
import type { SharedFunction, Wrapper } from './shared-model.ts'

/** A status that is written as a number, `null` for the 200 of an answer that sets none, and what only a run can tell. */
type Status = number | 'computed' | null

interface Answer {
  node: Node
  statuses: readonly Status[]
}

/**
 * What a wrapper of a method object does where the object has no handler, in that body: true when it refuses, with an answer or by throwing
 * what is answered with an error. Next refuses such methods by itself.
 */
export function refusesMissing(
  callee: SharedFunction & { wrapper: Wrapper },
  variant: Variant,
  method: string,
): boolean {
  const { inner, calls } = callee.wrapper.shape
  const isLive = (node: Node): boolean => !isDead(variant, node)
  if (calls.some(isLive)) return false
  const answers = [...ownAnswers(callee), ...answersOfHelpers(callee, method)].filter(({ node }) => isLive(node))
  const caught = answers.filter(({ node }) => isInCatch(node, inner))
  const outside = answers.filter((answer) => !caught.includes(answer))
  const isError = (status: Status): boolean => typeof status === 'number' && status >= 400
  if (outside.length > 0) return outside.every(({ statuses }) => statuses.every(isError))
  const isOwn = (fn: Node | null): boolean => fn === inner || [...variant.inner.keys()].some((one) => one === fn)
  const throws = some(
    inner.body,
    (node) => node.type === 'ThrowStatement' && isLive(node) && isOwn(functionAround(node)) && !isInCatch(node, inner),
  )
  // The status of an error that was thrown is most often the error's own.
  return throws && caught.every(({ statuses }) => statuses.every((s) => s === 'computed' || isError(s)))
}

function ownAnswers({ model }: SharedFunction): Answer[] {
  return model.uses.flatMap((use) => {
    const claim = use.root === 'res' ? claimResponse(use) : null
    if (claim?.kind !== 'response' || !claim.exit) return []
    if (claim.exit.kind === 'redirect') return [{ node: use.ref, statuses: [null] }]
    const set = claim.effects.flatMap((e) => (e.kind === 'status' ? [e.value] : []))
    const last = set[set.length - 1]
    const status: Status = last ? (numberValue(last) ?? 'computed') : null
    return [{ node: use.ref, statuses: [status] }]
  })
}

function answersOfHelpers({ calls }: SharedFunction, method: string): Answer[] {
  return [...calls.values()].flatMap(({ node, callee: { summary, wrapper } }) => {
    if (wrapper || (summary.kind !== 'always' && summary.kind !== 'may')) return []
    if (summary.answers?.get(method) === 'never') return []
    const statuses = summary.statuses.map((status): Status => {
      if (typeof status === 'number') return status
      return status === null ? 'computed' : (numberValue(node.arguments[status.argument]) ?? 'computed')
    })
    return [{ node, statuses }]
  })
}
