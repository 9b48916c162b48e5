import type { SharedFunction, SharedFunctions } from './plan/shared-model.ts'
import { placeOf } from './syntax/expansion.ts'
import { startOf } from './syntax/tree.ts'

/** The functions of other modules that a route asks for while it is planned, in the order in which it asks. */
export function watchShared(shared: SharedFunctions): { watched: SharedFunctions; asked: ReadonlySet<SharedFunction> } {
  const asked = new Set<SharedFunction>()
  const watched: SharedFunctions = {
    ...shared,
    follow: (...call) => {
      const found = shared.follow(...call)
      if (found) asked.add(found.callee)
      return found
    },
    followWrapper: (...callee) => {
      const found = shared.followWrapper(...callee)
      if (found) asked.add(found.callee)
      return found
    },
  }
  return { watched, asked }
}

/** The call graph of a route outside of its file: each function once, with the ids of those that it calls or wraps handlers in. */
export function graphOf(asked: ReadonlySet<SharedFunction>): object[] {
  const nodes = new Map<SharedFunction, object>()
  const visit = (shared: SharedFunction): void => {
    if (nodes.has(shared)) return
    const { module, statement } = shared.source
    const called = [...new Set([...shared.calls.values()].map(({ callee }) => callee))]
    const around = (shared.wrapper?.around ?? []).map(({ wrapper }) => wrapper.callee)
    const { kind, blocked } = shared.summary
    nodes.set(shared, {
      id: shared.id,
      file: module.path,
      ...placeOf(module.file, startOf(statement)),
      role: shared.wrapper ? 'wrapper' : 'function',
      kind,
      // The line that blocks, however many functions lie between.
      blocked: blocked
        ? { code: blocked.data.code ?? blocked.code, file: blocked.data.file ?? null, line: blocked.data.line ?? null }
        : null,
      wraps: around.map(({ id }) => id),
      calls: called.map(({ id }) => id),
    })
    for (const callee of [...around, ...called]) visit(callee)
  }
  for (const shared of asked) visit(shared)
  return [...nodes.values()]
}
