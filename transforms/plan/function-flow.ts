import { readCallThrough } from '../analyse/call-through.ts'
import type { HelperCall } from '../analyse/callees.ts'
import { analyseFlow } from '../analyse/flow.ts'
import type { Flow } from '../analyse/flow-model.ts'
import { isInListener } from '../concerns/response/events.ts'
import { leftOut } from '../concerns/response/left-out.ts'
import { claimResponse, sentFlags } from '../concerns/response/registry.ts'
import type { Claim, ResponseFact } from '../model/response.ts'
import type { FunctionModel, FunctionNode, Pass, Use } from '../model/route.ts'
import { isCall, isMember, memberName } from '../syntax/match.ts'
import { isFreeOf } from '../syntax/free-parts.ts'
import { contains, functionAround, type Node, parentOf } from '../syntax/tree.ts'
import { laterOf } from './answers-later.ts'
import { besideOf, enterPassage, isOwn } from './entered-bodies.ts'
import type { FunctionInput, HelperSummary } from './function-model.ts'
import { asksAfter } from './handler-value.ts'
import { isHandedCaught, statusesOfCall } from './refusal.ts'

/** The flow of a function in one variant, without rewriting anything. */
export function flowOf(
  input: FunctionInput,
  isLive: (node: Node) => boolean,
): { flow: Flow; claims: Map<Node, Claim>; unclaimed: Use[]; calls: Map<Node, HelperCall> } {
  const claims = new Map<Node, Claim>()
  const unclaimed: Use[] = []
  for (const use of input.model.uses) {
    if (use.root !== 'res' || !isLive(use.ref)) continue
    if (isStatusRead(use) && isInListener(use.node)) continue
    if (asksWhetherSent(use)) {
      if (isLive(use.node)) unclaimed.push(use)
      continue
    }
    if (leftOut(use)) continue
    const claim = claimResponse(use)
    if (claim) claims.set(claim.node, claim)
    else unclaimed.push(use)
  }
  for (const piped of pipesOf(input.model, isLive)) claims.set(piped.node, piped)
  const facts = new Map<Node, ResponseFact>()
  for (const [node, claim] of claims) if (claim.kind === 'response' && isOwn(node, input)) facts.set(node, claim)
  const calls = new Map<Node, HelperCall>()
  for (const [, passes] of groupPasses(input.model.passes)) {
    const node = passes[0]?.call
    if (!node || !isLive(node)) continue
    const target = input.calleeOf(node)
    const summary = target ? input.summaries.get(target.callee) : undefined
    const stops = target ? null : input.stops(node, passes)
    if (target && summary)
      calls.set(node, {
        node,
        callee: target.callee,
        kind: summary.kind,
        sets: summary.sharesHeaders,
        merges: summary.mergesHeaders === true,
        holds: summary.holdsAnswer === true,
        returns: summary.returns,
        passes: target.passes,
        ...(target.callee === listed ? { isListed: true } : {}),
        ...(summary.kind === 'stops' ? { isPartial: summary.stopsAll !== true } : {}),
      })
    else if (!target && stops)
      calls.set(node, { node, callee: outsider, kind: 'stops', sets: true, isPartial: stops === 'some', passes })
    else if (!target && input.answers(node, passes)) {
      const merges = input.merges(node, passes)
      calls.set(node, { node, callee: outsider, kind: 'always', merges, passes })
    } else if (!target) {
      const callee = input.setter(node, passes)
      if (callee) calls.set(node, { node, callee, kind: 'effects', passes })
    }
  }
  for (const node of input.calledBack ?? [])
    if (isLive(node)) calls.set(node, { node, callee: givenCallback, kind: 'always', passes: [] })
  const ways = new Map([...calls].flatMap(([node, call]) => wayOut(node, call, input)))
  const callbackFacts = [...claims.values()].flatMap((c) => (c.kind === 'response' && !isOwn(c.node, input) ? [c] : []))
  const flow = analyseFlow({
    items: input.variant.items,
    tree: input.tree,
    facts,
    callbackFacts,
    isHolder: (node) => isCall(node) && input.holds(node),
    calls: new Map([...[...calls].filter(([, call]) => ![...ways.values()].includes(call)), ...ways]),
    enter: (call) => enterPassage(call, input, { facts, calls }),
    beside: (call) => besideOf(call, input, facts),
    isLive,
    isEntry: input.isEntry,
    isUntouched: untouchedOf(input.model),
    isSent: (node) => input.model.uses.some((use) => use.node === node && asksWhetherSent(use)),
    asked: input.model.uses.filter(asksWhetherSent).map(({ node }) => node),
    later: (call) => laterOf(call, input.summaries),
    refuses: (call) => {
      const statuses = statusesOfCall(call, input.summaries)
      const isError = (status: number | null): boolean => (status ?? (isHandedCaught(call.node) ? 500 : 0)) >= 400
      return statuses.some((status) => (status ?? 0) >= 400) && statuses.every(isError)
    },
    ...(input.handler
      ? {
          isHandler: ({ callee }) => callee === input.handler,
          isAside: asideOf(input.model),
          asksAfter: (call, test) => input.isAnswering === true || asksAfter(input.model, call, test),
        }
      : {}),
    ...(input.model.next ? { next: input.model.next } : {}),
    inherits: input.inherits,
  })
  for (const [outer, { node }] of ways) if (flow.met.has(outer)) flow.met.add(node)
  const held = flow.exits.flatMap((exit) => exit.held?.between ?? [])
  const isHeld = (node: Node): boolean => held.some((part) => contains(part, node))
  const isDead = (node: Node): boolean => flow.dead.some((part) => contains(part, node))
  for (const node of claims.keys()) if (isHeld(node) || isDead(node)) claims.delete(node)
  for (const node of calls.keys()) if (isDead(node)) calls.delete(node)
  return { flow, claims, unclaimed: unclaimed.filter(({ node }) => !isHeld(node) && !isDead(node)), calls }
}

/** `res.headersSent` */
function asksWhetherSent({ root, steps }: Use): boolean {
  const [first, more] = steps
  return root === 'res' && first?.kind === 'prop' && !more && sentFlags.has(first.name)
}

/** The call through which a handler's answer comes back, where that is another one than its own. */
function wayOut(node: Node, call: HelperCall, { handler, passages, model }: FunctionInput): [Node, HelperCall][] {
  if (call.callee !== handler || functionAround(node) === model.fn) return []
  const found = readCallThrough(node, passages)
  return found && functionAround(found.outer) === model.fn ? [[found.outer, call]] : []
}

function untouchedOf(model: FunctionModel): (node: Node) => boolean {
  return isFreeOf(touches(model, () => true))
}

/** Nothing is done with the response there, but to ask for its status. */
function asideOf(model: FunctionModel): (node: Node) => boolean {
  return isFreeOf(touches(model, (use) => !isStatusRead(use)))
}

/** Where a function does something with the response. */
function touches({ uses, passes, escapes }: FunctionModel, counts: (use: Use) => boolean): Node[] {
  return [
    ...uses.filter((use) => use.root === 'res' && counts(use)).map(({ ref }) => ref),
    ...passes.filter(({ root }) => root === 'res').map(({ call }) => call),
    ...escapes.filter(({ root }) => root === 'res').map(({ node }) => node),
  ]
}

export function isStatusRead({ steps, node }: Use): boolean {
  const [first, second] = steps
  if (first?.kind !== 'prop' || first.name !== 'statusCode' || second) return false
  const parent = parentOf(node)
  return parent?.type !== 'UpdateExpression' && (parent?.type !== 'AssignmentExpression' || parent.left !== node)
}

/** Stands for a package's function: it has no body here and no summary. */
export const outsider: FunctionModel = {
  fn: { type: 'ArrowFunctionExpression' } as FunctionNode,
  name: null,
  roles: [],
  isEntry: false,
  uses: [],
  destructures: [],
  passes: [],
  escapes: [],
  presences: [],
  typeReads: [],
}

/** Stands for the callback that a function is given, which answers: it is handed nothing that is followed. */
export const givenCallback: FunctionModel = { ...outsider }

/** Stands for what a list of functions holds that a wrapper is given: nothing, in every call that moves. */
export const listed: FunctionModel = { ...outsider, roles: ['req', 'res'] }

/** A function of such a list is handed the request, and the headers of the answer. No call that moves gives one. */
export const listedSummary: HelperSummary = {
  kind: 'reads',
  takes: { request: 'NextRequest', params: false, headers: true, body: false, query: false, answer: false, custom: [] },
  readsBody: null,
  inherits: false,
  sharesHeaders: false,
  setsType: null,
  isMergeable: true,
  setsCookies: false,
  ownsStatus: true,
  setsBefore: { headers: false, status: false, lasting: false },
  returns: { answered: [], unanswered: [] },
  statuses: [],
  becameAsync: false,
}

/** `stream.pipe(res)` sends the stream: the one pass of res whose meaning the call itself shows. */
function pipesOf(model: FunctionModel, isLive: (node: Node) => boolean): ResponseFact[] {
  return model.passes.flatMap((pass): ResponseFact[] => {
    const { call } = pass
    if (
      pass.root !== 'res' ||
      pass.key !== null ||
      !isPipe(call) ||
      !isLive(call) ||
      !isCall(call) ||
      !isMember(call.callee)
    )
      return []
    return [{ kind: 'response', node: call, effects: [], exit: { kind: 'pipe', value: call.callee.object } }]
  })
}

export function isPipe(call: Pass['call']): boolean {
  return isCall(call) && isMember(call.callee) && memberName(call.callee) === 'pipe' && call.arguments.length === 1
}

export function groupPasses(passes: readonly Pass[]): Map<Node, Pass[]> {
  const groups = new Map<Node, Pass[]>()
  for (const pass of passes) groups.set(pass.call, [...(groups.get(pass.call) ?? []), pass])
  return groups
}
