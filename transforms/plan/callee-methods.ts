import type { Flow } from '../analyse/flow-model.ts'
import { OTHER } from '../analyse/method-value.ts'
import { callbacksIn } from '../analyse/passages.ts'
import { specialise } from '../analyse/specialise.ts'
import { isDead } from '../analyse/variant.ts'
import type { Lowering } from '../concerns/lowering.ts'
import { httpMethods } from '../model/route.ts'
import type { FunctionNode, Node } from '../syntax/tree.ts'
import { flowOf } from './function-flow.ts'
import type { FunctionInput, HelperSummary } from './function-model.ts'
import { presentNodes, sentNodes } from './handler-facts.ts'
import type { Treatment } from './methods.ts'
import { isInCatch, isRefusal, isService } from './refusal.ts'
import { answersPreflights } from './stops.ts'

/** For each method whether a function answers it; null where it asks for none, itself or through others. */
export function answersTo(input: FunctionInput, at: Pick<Lowering, 'file' | 'tree'>): HelperSummary['answers'] | null {
  const { flowFor, isAsked } = openMethods(input, at)
  if (!isAsked && ![...input.summaries.values()].some(({ answers }) => answers)) return null
  return new Map(
    [...httpMethods, OTHER].map((method) => {
      const { exits, guards, mayFallThrough } = flowFor(method).flow
      const asked = guards.map(({ call }) => input.summaries.get(call.callee)?.answers?.get(method) ?? 'maybe')
      if (asked.includes('always') || (!mayFallThrough && guards.length === 0)) return [method, 'always']
      return [method, exits.length === 0 && asked.every((answer) => answer === 'never') ? 'never' : 'maybe']
    }),
  )
}

/** A function's flow for each method. */
function openMethods(
  input: FunctionInput,
  { file, tree }: Pick<Lowering, 'file' | 'tree'>,
): { isAsked: boolean; flowFor: (method: string) => { signature: string; flow: Flow } } {
  const { model } = input
  const methodNodes = new Set<Node>(
    model.uses.flatMap(({ root, steps: [first] }) =>
      root === 'req' && first?.kind === 'prop' && first.name === 'method' ? [first.node] : [],
    ),
  )
  const [sent, present] = [sentNodes(model), presentNodes(model)]
  const flowFor = (method: string): { signature: string; flow: Flow } => {
    const entered = (call: Node): readonly FunctionNode[] => callbacksIn(call, input.passages)
    const context = { tree, methodNodes, sentNodes: sent, presentNodes: present, method, entered }
    const variant = specialise(model.fn, file, context)
    return { signature: variant.signature, flow: flowOf({ ...input, variant }, (node) => !isDead(variant, node)).flow }
  }
  return { isAsked: methodNodes.size > 0, flowFor }
}

/** What a function that always answers does with each method that it tells apart, itself or by handing all of it on. */
export function treatMethods(input: FunctionInput, { file, tree }: Lowering): NonNullable<HelperSummary['methods']> {
  const { summaries } = input
  const { flowFor, isAsked } = openMethods(input, { file, tree })
  const others = flowFor(OTHER)
  const found = new Map<string, Treatment>()
  for (const method of httpMethods) {
    const { signature, flow } = isAsked ? flowFor(method) : others
    const handed = methodsHandedOn(flow, summaries)?.get(method)
    if (method === 'OPTIONS' && answersPreflights(flow, summaries)) found.set(method, 'serves')
    else if (signature !== others.signature || handed) found.set(method, handed ?? treat(flow, input))
  }
  if (found.size === 0) return new Map()
  return found.set(OTHER, methodsHandedOn(others.flow, summaries)?.get(OTHER) ?? treat(others.flow, input))
}

/** The methods of the one function that gives every answer on this way, refusals left out; null where more than that decides. */
export function methodsHandedOn(
  { exits, guards, mayFallThrough }: Flow,
  summaries: FunctionInput['summaries'],
): ReadonlyMap<string, Treatment> | null {
  const serving = exits.filter((one) => !isRefusal(one, summaries))
  const [exit] = serving
  if (serving.length !== 1 || guards.length > 0 || mayFallThrough || exit?.what.kind !== 'call') return null
  const methods = summaries.get(exit.what.call.callee)?.methods
  return methods && methods.size > 0 ? methods : null
}

function treat({ exits, guards, mayFallThrough }: Flow, { model, summaries, tree }: FunctionInput): Treatment {
  if (guards.length > 0) return 'serves'
  if (exits.length === 0) return mayFallThrough ? 'hangs' : 'refuses'
  const outside = exits.filter((exit) => !isInCatch(exit.statement, model.fn))
  // What a catch block answers counts only where nothing else does.
  if (exits.some((exit) => isInCatch(exit.statement, model.fn) && isService(exit, summaries, tree))) return 'serves'
  const counted = outside.length > 0 ? outside : exits
  return counted.every((exit) => isRefusal(exit, summaries)) && !mayFallThrough ? 'refuses' : 'serves'
}
