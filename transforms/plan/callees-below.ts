import type { SharedFunction } from './shared-model.ts'

/** A shared function behind those that it calls, through others too; each once, however often it is called. */
export function withCallees(shared: SharedFunction): ReadonlySet<SharedFunction> {
  const open = new Set<SharedFunction>()
  const found = new Set<SharedFunction>()
  const visit = (one: SharedFunction): void => {
    if (open.has(one)) return
    open.add(one)
    for (const { callee } of one.calls.values()) visit(callee)
    found.add(one)
  }
  visit(shared)
  return found
}
