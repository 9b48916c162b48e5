import { withCallees } from './callees-below.ts'
import { type MethodContext, OTHER, type Value } from '../analyse/method-value.ts'
import { specialise } from '../analyse/specialise.ts'
import { isDead, type Variant } from '../analyse/variant.ts'
import { claimResponse } from '../concerns/response/registry.ts'
import { callbacksIn, type Passages } from '../analyse/passages.ts'
import { type FunctionNode, httpMethods } from '../model/route.ts'
import { keyName, numberValue, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { contains, isPlainFunction, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { refusesMissing } from './missing-handler.ts'
import { stopsAll } from './stops.ts'
import { onlyRefuses } from './wrapper-service.ts'
import type { Layer, SharedFunction } from './shared-model.ts'

/**
 * What wrappers do with a method before the handler sees it. `unclear`: they ask for it in a way that is not understood. `serves without`: an
 * object has no handler for it, and the wrapper of the object does not refuse it. `serves some`: a request may be answered, or come to the
 * handler. `may refuse`: as `unclear`, of a wrapper whose own answers are all refusals.
 */
export type WrapTreatment =
  | 'passes'
  | 'refuses'
  | 'serves'
  | 'serves some'
  | 'may refuse'
  | 'unclear'
  | 'serves without'

/** For each method, and for all that nobody names (`OTHER`): what the wrappers around a handler do with it, outermost first. */
export function treatByWrappers(layers: readonly Layer[]): Map<string, WrapTreatment> {
  const all = new Map<string, WrapTreatment>()
  for (const method of [...httpMethods, OTHER]) {
    const found = layers.map((layer) => treatByOne(layer, method))
    const decided = found.find((treatment) => treatment !== 'passes' && treatment !== 'may refuse')
    all.set(method, decided ?? (found.includes('may refuse') ? 'may refuse' : 'passes'))
  }
  return all
}

function treatByOne(layer: Layer, method: string): WrapTreatment {
  const found = treatAlone(layer, method)
  const { shape } = layer.wrapper.callee.wrapper
  return found === 'unclear' && !shape.object && onlyRefuses(layer) ? 'may refuse' : found
}

/** Routes share wrappers, and what one does with a method seldom depends on what it is given there. */
const known = new WeakMap<SharedFunction, Map<string, { treatment: WrapTreatment; asked: ReadonlySet<Binding> }>>()

function treatAlone(layer: Layer, method: string): WrapTreatment {
  const { callee } = layer.wrapper
  const { tree } = callee.source.module
  const bound = boundParams(layer.call.calls, callee.wrapper.shape.levels, (id) => bindingAt(tree, id))
  const key = `${method} ${layer.keys?.has(method) ?? ''}`
  const treatments = known.get(callee) ?? new Map<string, { treatment: WrapTreatment; asked: ReadonlySet<Binding> }>()
  known.set(callee, treatments)
  const isOfCall = (asked: ReadonlySet<Binding>): boolean => [...asked].some((binding) => bound.has(binding))
  const before = treatments.get(key)
  if (before && !isOfCall(before.asked)) return before.treatment
  const asked = new Set<Binding>()
  const treatment = treatAnew(layer, method, {
    get(binding) {
      asked.add(binding)
      return bound.get(binding)
    },
  })
  if (!isOfCall(asked)) treatments.set(key, { treatment, asked })
  return treatment
}

/** `bound`: what the call gives for parameters. All that is looked at beside it are the wrapper, the method and whether `keys` has that. */
function treatAnew(
  { wrapper, keys }: Layer,
  method: string,
  bound: NonNullable<MethodContext['bound']>,
): WrapTreatment {
  const {
    model,
    source,
    wrapper: { shape, passages },
  } = wrapper.callee
  const entered = (node: Node): readonly FunctionNode[] => callbacksIn(node, passages)
  const { file, tree } = source.module
  const methodNodes = new Set(
    model.uses.flatMap((use) => {
      const [first] = use.steps
      return use.root === 'req' && first?.kind === 'prop' && first.name === 'method' ? [first.node] : []
    }),
  )
  const asking = [...wrapper.callee.calls.values()].filter(({ callee }) => !callee.wrapper && asksMethod(callee))
  for (const { node, callee } of asking) {
    const answer = callee.summary.answers?.get(method) ?? 'maybe'
    if (answer === 'maybe' || (answer === 'always' && !isBeforeHandler(node, shape, passages))) return 'unclear'
    const { statuses } = callee.summary
    const isError = statuses.length > 0 && statuses.every((status) => typeof status === 'number' && status >= 400)
    if (answer === 'always') return isError ? 'refuses' : 'serves'
  }
  const { flow } = wrapper.callee.plan
  const isStopping = [...wrapper.callee.calls.values()].some(({ callee }) => callee.summary.answersPreflights === true)
  if (method === 'OPTIONS' && (flow.stops.length > 0 || isStopping)) {
    const isSure = stopsAll(flow, shape.inner, startOf(shape.calls[0] ?? shape.inner))
    return isSure ? 'serves' : shape.object ? 'unclear' : 'serves some'
  }
  if (methodNodes.size === 0) return 'passes'
  const fill = (known: ReadonlyMap<Node, Value> = new Map()): Variant =>
    specialise(shape.inner, file, { tree, methodNodes, sentNodes: new Set(), known, bound, method, entered })
  const variant = fill(shape.object?.known.there)
  const isOfLookup = (node: Node): boolean => lookupParts(shape).some((part) => contains(part, node))
  const isOpen = (node: Node): boolean => !isDead(variant, node) && !isOfLookup(node) && isAsked(node, shape.inner)
  if ([...methodNodes].some(isOpen)) return 'unclear'
  const isHandled = shape.calls.some((handlerCall) => !isDead(variant, handlerCall))
  if (isHandled && shape.object && !keys?.has(method))
    return refusesMissing(wrapper.callee, fill(shape.object.known.missing), method) ? 'refuses' : 'serves without'
  if (isHandled) return 'passes'
  const isSent = (node: Node): boolean =>
    !flow.later.some((later) => flow.drops.includes(later) && contains(later, node))
  return refuses(model.uses, variant, isSent) ? 'refuses' : 'serves'
}

/** On every way to the handler. */
function isBeforeHandler(
  node: Node,
  { calls, inner }: Layer['wrapper']['callee']['wrapper']['shape'],
  passages: Passages,
): boolean {
  if (calls.some((call) => startOf(call) < startOf(node))) return false
  let below = node
  for (let up = parentOf(node); up && below !== inner; below = up, up = parentOf(up)) {
    if (up === inner) return true
    const isOwn = isPlainFunction(up) && passages.around(up) !== null
    const isFirst =
      (up.type === 'TryStatement' && up.block === below) || (up.type === 'IfStatement' && up.test === below)
    const isPlain = /^(?:Block|Expression|Return)Statement$|^(?:Await|Call|Unary)Expression$|^Variable/.test(up.type)
    if (!isOwn && !isFirst && !isPlain) return false
  }
  return false
}

/** Where the method is asked for to find a handler in an object. */
function lookupParts({ object }: Layer['wrapper']['callee']['wrapper']['shape']): readonly Node[] {
  return object ? [...object.lookups, ...object.names.map(({ statement }) => statement)] : []
}

/** The wrapper has answers of its own. */
export function answersBefore({ wrapper: { callee } }: Layer): boolean {
  const { exits, guards } = callee.plan.flow
  const { calls } = callee.wrapper.shape
  const isOwn = ({ what }: (typeof exits)[number]): boolean =>
    what.kind === 'response' || !calls.some((call) => call === what.call.node)
  return guards.length > 0 || exits.some(isOwn)
}

/** The parameters of a wrapper's levels with what this route gives for them, defaults included. */
function boundParams(
  calls: Layer['call']['calls'],
  levels: Layer['wrapper']['callee']['wrapper']['shape']['levels'],
  find: (id: Node) => Binding | null,
): Map<Binding, Node> {
  const bound = new Map<Binding, Node>()
  for (const [level, fn] of levels.entries()) {
    for (const [index, param] of fn.params.entries()) {
      for (const { id, value } of boundBy(param, calls[level]?.arguments[index])) {
        const binding = find(id)
        if (binding?.references.every((r) => r.kind !== 'write')) bound.set(binding, value)
      }
    }
  }
  return bound
}

/** The names of a parameter, or of the options that it takes apart: `({ methods, handler })`. */
function boundBy(param: Node, given: Node | undefined): { id: Node; value: Node }[] {
  const id = param.type === 'AssignmentPattern' ? param.left : param
  const value = given ?? (param.type === 'AssignmentPattern' ? param.right : undefined)
  if (!value) return []
  if (id.type === 'Identifier') return [{ id, value }]
  const options = uncast(value)
  if (id.type !== 'ObjectPattern' || options.type !== 'ObjectExpression') return []
  // What is spread, or has a name that is worked out, may be any of them.
  const known = new Map<string | null, Node | null>(
    options.properties.map((one) =>
      one.type === 'SpreadElement' ? [null, null] : [keyName(one), one.type === 'ObjectProperty' ? one.value : one],
    ),
  )
  return id.properties.flatMap((property) => {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || key === null || known.has(null)) return []
    return boundBy(property.value, known.get(key) ?? undefined)
  })
}

/** A function that the wrapper calls decides on the method, itself or through others. */
function asksMethod(callee: SharedFunction): boolean {
  return [...withCallees(callee)].some(({ model }) =>
    model.uses.some(({ root, steps }) => {
      const [first] = steps
      return root === 'req' && first?.kind === 'prop' && first.name === 'method' && isAsked(first.node, model.fn)
    }),
  )
}

/** `req.method ?? 'GET'`: a request always has one. */
const isDefault = (operator: string): boolean => operator === '??' || operator === '||'

/** The method decides something here that could not be decided. */
function isAsked(node: Node, fn: Node): boolean {
  let below = node
  for (let up = parentOf(node); up && below !== fn; below = up, up = parentOf(up)) {
    if (up.type === 'IfStatement' || up.type === 'ConditionalExpression') {
      if (up.test === below) return true
    } else if (up.type === 'SwitchStatement' && up.discriminant === below) return true
    else if (up.type === 'LogicalExpression' && up.left === below && !(below === node && isDefault(up.operator)))
      return true
  }
  return false
}

function refuses(
  uses: Layer['wrapper']['callee']['model']['uses'],
  variant: Variant,
  isSent: (answer: Node) => boolean,
): boolean {
  const exits = uses.flatMap((use) => {
    const claim = use.root === 'res' && !isDead(variant, use.ref) && isSent(use.node) ? claimResponse(use) : null
    return claim?.kind === 'response' && claim.exit ? [claim] : []
  })
  return (
    exits.length > 0 &&
    exits.every(({ effects }) => effects.some((e) => e.kind === 'status' && (numberValue(e.value) ?? 0) >= 400))
  )
}
