import { spanOf, snippet } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { contains } from '../syntax/tree.ts'
import type { MethodFunction } from './route-context.ts'
import type { Layer } from './shared-model.ts'

/** A wrapper runs its handler in a callback that others run, and the handler, or a wrapper further in, asks Next for the request. */
export function findOutOfScope(layers: readonly Layer[], functions: readonly MethodFunction[]): Diagnostic[] {
  return layers.flatMap(({ wrapper: { callee } }, i): Diagnostic[] => {
    const { plan, at, wrapper } = callee
    const passage = plan.flow.passages.find(
      ({ passage: { isCalledBack, callbacks } }) =>
        isCalledBack && callbacks.some((fn) => wrapper.shape.calls.some((call) => contains(fn, call))),
    )?.passage
    const isAsked =
      functions.some((one) => one.plan.asksNext) || layers.slice(i + 1).some((one) => one.wrapper.callee.plan.asksNext)
    if (!passage || !isAsked) return []
    const data = { text: snippet(at.file, passage.call) }
    return [{ code: 'PA320', level: 'blocker', span: spanOf(at.file, passage.call), data }]
  })
}
