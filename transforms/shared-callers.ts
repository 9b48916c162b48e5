import type { Planned } from './plan-routes.ts'
import type { SharedFunction } from './plan/shared-model.ts'
import type { ModuleImporter } from './plan/shared-references.ts'

/** The file of a route, with its calls of shared functions. */
export function callerOf(plan: Planned): ModuleImporter {
  const { route, file, tree } = plan.context
  const wraps = plan.plan.layers.flatMap(({ call, wrapper }) => {
    const [first] = call.calls
    return first ? [[first, wrapper.callee.id] as const] : []
  })
  return {
    path: route.source,
    tree,
    calls: new Map([
      ...[...plan.plan.shared].flatMap(([node, { callee, made }]) =>
        [node, ...(made ? [made] : [])].map((one) => [one, callee.id] as const),
      ),
      ...wraps,
    ]),
    file,
  }
}

/** Every shared function that a route calls, through others too. */
export function reach({ plan }: Planned): SharedFunction[] {
  const found = new Set<SharedFunction>()
  const visit = (shared: SharedFunction): void => {
    if (found.has(shared)) return
    found.add(shared)
    for (const { callee } of shared.calls.values()) visit(callee)
  }
  for (const { callee } of plan.shared.values()) if (plan.called.has(callee)) visit(callee)
  for (const { wrapper } of plan.layers) visit(wrapper.callee)
  return [...found]
}
