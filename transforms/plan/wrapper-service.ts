import { contains, type Node, parentOf } from '../syntax/tree.ts'
import { allLayers } from './wrapped-entry.ts'
import { numbersOf } from './empty-status.ts'
import { isRefusal, statusesOf } from './refusal.ts'
import type { Layer, SharedFunction } from './shared-model.ts'

/** A wrapper has answers of its own that are no refusals: a redirect, or a status of success. For one method, where one is given. */
export function mayServeBefore(layers: readonly Layer[], method: string | null = null): boolean {
  return allLayers(layers).some(({ wrapper: { callee } }) => {
    const { exits, guards } = callee.plan.flow
    const { calls } = callee.wrapper.shape
    const called = exits.flatMap(({ what }) =>
      what.kind === 'call' && !isAmong(calls, what.call.node) ? [what.call] : [],
    )
    return (
      exits.some(
        (exit) =>
          exit.what.kind === 'response' &&
          servesItself(exit, exit.what.fact, callee) &&
          !isForMethod(exit.node, callee),
      ) ||
      [...called, ...guards.map(({ call }) => call)].some(({ callee: model }) => servesThrough(model, callee, method))
    )
  })
}

/** Whatever the wrapper answers by itself is a refusal, so that a method which the handler refuses is refused either way. */
export function onlyRefuses({ wrapper: { callee } }: Layer): boolean {
  const { exits, guards, stops, silent, mayFallThrough } = callee.plan.flow
  const { shape, value } = callee.wrapper
  const summaries = new Map([...callee.calls.values()].map((one) => [one.callee.model, one.callee.summary] as const))
  const isOwn = ({ what }: Exit): boolean => what.kind === 'response' || !isAmong(shape.calls, what.call.node)
  if (value !== null || stops.length > 0 || silent.length > 0 || mayFallThrough) return false
  return (
    exits.every((exit) => !isOwn(exit) || isRefusal(exit, summaries)) &&
    guards.every(({ call }) => {
      const statuses = summaries.get(call.callee)?.statuses ?? []
      return statuses.length > 0 && statuses.every((status) => typeof status === 'number' && status >= 400)
    })
  )
}

type Exit = SharedFunction['plan']['flow']['exits'][number]
type Fact = Extract<Exit['what'], { kind: 'response' }>['fact']

function servesItself(exit: Exit, fact: Fact, { source: { module } }: SharedFunction): boolean {
  if (fact.exit?.kind === 'redirect') return true
  return statusesOf(exit, fact).some((value) => value === null || numbersOf(value, module.tree).some((n) => n < 400))
}

/** What it calls answers with statuses that it names; one that a caller gives is not looked for. */
function servesThrough(model: SharedFunction['model'], from: SharedFunction, method: string | null): boolean {
  const shared = [...from.calls.values()].find(({ callee }) => callee.model === model)?.callee
  if (method !== null && shared?.summary.answers?.get(method) === 'never') return false
  return shared
    ? shared.summary.statuses.some((status) => status === null || (typeof status === 'number' && status < 400))
    : false
}

/** Behind a test of the method: what it does then is known method by method. */
function isForMethod(node: Node, { model }: SharedFunction): boolean {
  const asked = model.uses.flatMap(({ root, steps }) => {
    const [first] = steps
    return root === 'req' && first?.kind === 'prop' && first.name === 'method' ? [first.node] : []
  })
  for (let at: Node | null = node; at && at !== model.fn; at = parentOf(at)) {
    const { test } = at.type === 'IfStatement' || at.type === 'ConditionalExpression' ? at : { test: null }
    if (test && asked.some((one) => contains(test, one))) return true
  }
  return false
}

function isAmong(calls: readonly object[], node: object): boolean {
  return calls.includes(node)
}
