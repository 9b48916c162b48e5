import { openLedger } from '../analyse/ledger.ts'
import type { ModuleFunction } from '../analyse/module-functions.ts'
import { rolesOfHandler, type Shortcut, type WrapperShape } from '../analyse/wrappers.ts'
import type { Role } from '../model/route.ts'
import { isPlainFunction, type Node, some } from '../syntax/tree.ts'
import type { SharedFunction, SharedFunctions } from './shared-model.ts'

/** A shortcut as a wrapper of its own: the function that it gives back, and its calls of the handler. */
export function shapeOf(shape: WrapperShape, { inner, calls }: Shortcut): WrapperShape {
  return { ...shape, inner, calls, shortcuts: [] }
}

/**
 * Whether the function that a shortcut gives back hands the handler the same things as the wrapper does. It is wrapped for each method now:
 * its test must make nothing.
 */
export function isAlike(
  { statement, inner, calls }: Shortcut,
  { found: { module }, roles, given, shared }: Wrapping,
): boolean {
  const own = openLedger(inner, null, given, false, module.tree)
  const isCalm = (node: Node): boolean => !some(node, (one) => makers.test(one.type))
  const isCalmCall = (node: Node): boolean => {
    if (node.type !== 'CallExpression' || node.arguments.length > 0) return false
    const fn = shared.find(node.callee, module)
    return fn !== null && isPlainFunction(fn) && !fn.async && isCalm(fn.body)
  }
  const isTest = !some(
    statement.test,
    (node) => makers.test(node.type) && !isCalmCall(node),
    (node) => !isCalmCall(node),
  )
  return isTest && rolesOfHandler(calls, own.passes, module.tree)?.join() === roles.join()
}

interface Wrapping {
  found: ModuleFunction
  /** What it hands to the handler. */
  roles: readonly Role[]
  /** What it is given itself. */
  given: readonly Role[]
  shared: SharedFunctions
}

const makers = /^(?:(?:Optional)?Call|New|Assignment|Update|Await|Yield|TaggedTemplate)Expression$/

/** All that it does is to call the handler: nothing of it has to be known where the wrapper is used. */
export function isBare({ plan: { flow }, model, summary, calls }: SharedFunction, shape: Shortcut): boolean {
  return (
    flow.exits.every(({ what }) => what.kind === 'call' && shape.calls.some((call) => call === what.call.node)) &&
    [flow.effects, flow.guards, flow.stops, flow.values].every(({ length }) => length === 0) &&
    !flow.mayFallThrough &&
    !summary.blocked &&
    !summary.readsBody &&
    calls.size === 0 &&
    model.uses.every(({ root }) => root !== 'req')
  )
}
