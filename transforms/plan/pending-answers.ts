import type { Flow } from '../analyse/flow-model.ts'
import { staysPending } from '../analyse/middleware.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { contains, type Node, parentOf } from '../syntax/tree.ts'
import type { MethodFunction, RouteContext } from './route-context.ts'
import type { Layer } from './shared-model.ts'

/**
 * A middleware that answers leaves all that wait for it for good in Pages, also the wrappers around the handler. What such a wrapper does after
 * its handler would run in App, where the handler returns the answer.
 */
export function workAfterPending(
  layers: readonly Layer[],
  functions: readonly MethodFunction[],
  { file }: RouteContext,
): Diagnostic[] {
  const isPending = functions.some(({ plan }) => mayStayPending(plan.flow))
  return layers.flatMap((layer, i): Diagnostic[] => {
    const { wrapper } = layer
    const inner = layers.slice(i + 1)
    const isLeft = isPending || inner.some((one) => mayStayPending(one.wrapper.callee.plan.flow))
    if (!isLeft || !worksAfter(layer)) return []
    const { name } = wrapper.callee.source
    return [{ code: 'PA248', level: 'blocker', span: spanOf(file, file.ast.program), data: { name } }]
  })
}

function mayStayPending({ guards }: Flow): boolean {
  return guards.some(({ call }) => staysPending(call.node))
}

function worksAfter({ wrapper: { callee } }: Layer): boolean {
  const { shape } = callee.wrapper
  const exits = callee.plan.flow.exits.filter(({ node }) => shape.calls.some((call) => contains(node, call)))
  return exits.some(({ node, held }) => (held?.between.length ?? 0) > 0 || isInFinally(node, shape.inner))
}

/** Under a `try` that has a `finally`. */
function isInFinally(node: Node, fn: Node): boolean {
  let below = node
  for (let up = parentOf(node); up && up !== fn; below = up, up = parentOf(up))
    if (up.type === 'TryStatement' && up.finalizer && up.finalizer !== below) return true
  return false
}
