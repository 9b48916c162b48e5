import type { SharedText } from './project/surroundings.ts'
import type { HandlerPlan } from './plan/route-context.ts'
import type { SharedFunction } from './plan/shared-model.ts'
import { placeOf } from './syntax/expansion.ts'
import { endOf, startOf } from './syntax/tree.ts'

/** The functions of other modules that a route runs, as text. */
export function sharedTexts({ shared, layers }: HandlerPlan): SharedText[] {
  const found = new Set<SharedFunction>()
  const visit = (callee: SharedFunction): void => {
    if (found.has(callee)) return
    found.add(callee)
    for (const call of callee.calls.values()) visit(call.callee)
    for (const { wrapper } of callee.wrapper?.around ?? []) visit(wrapper.callee)
  }
  for (const { callee } of shared.values()) visit(callee)
  for (const { wrapper } of layers) visit(wrapper.callee)
  return [...found].flatMap(({ source: { node, module }, handler }) =>
    (handler ? [node, handler] : [node]).map((part) => {
      const start = startOf(part)
      const { text } = module.file
      return {
        path: module.path,
        text: text.slice(start, endOf(part)),
        start,
        line: placeOf(module.file, start).line,
        module,
      }
    }),
  )
}
