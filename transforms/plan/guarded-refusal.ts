import type { ExitSite, Flow } from '../analyse/flow-model.ts'
import type { Item, Variant } from '../analyse/variant.ts'
import { memberName, uncast } from '../syntax/match.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { contains, isFunction, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { FunctionInput } from './function-model.ts'
import { flowOf } from './function-flow.ts'
import { findWork } from './own-work.ts'
import { isInCatch, isRefusal, isService, statusesOf, statusesOfCall } from './refusal.ts'

/**
 * How a method is refused where code stands before the refusal: by errors alone, or by what may be something else on some way (a redirect,
 * the status that a check gives). Null where the method may be served, or where its part does work of its own.
 */
export type GuardedRefusal = 'refuses' | 'may redirect' | null

interface Part {
  variant: Variant
  input: FunctionInput
  tree: ScopeTree
  isLive: (node: Node) => boolean
}

/**
 * `auth; if (req.method === 'GET') return ...; res.status(405)`, `try { if (req.method !== 'POST') throw ... } catch { ... }`: whatever comes
 * before the method is asked for is shared with the methods that are served, and all it answers by itself is a refusal. Only what stands
 * behind the test belongs to the refused method; where that works, the method is no refused one.
 */
export function refusesBehindGuards(flow: Flow, methodNodes: Iterable<Node>, part: Part): GuardedRefusal {
  const { variant, input, tree } = part
  const { fn } = input.model
  const asked = Math.min(...[...methodNodes].filter(isTested).map(startOf))
  if (!Number.isFinite(asked) || flow.values.length > 0 || flow.finals.length > 0) return null
  const items = withoutCatch(variant.items)
  const inner = items && flowOf({ ...input, variant: { ...variant, items } }, part.isLive).flow
  if (!items || !inner || inner.mayFallThrough || inner.passages.length > 0 || inner.problems.length > 0) return null
  const hasWork = findWork(items, { flow: inner, counts: (node) => startOf(node) >= asked }) !== null
  // An error in what comes before may end in a catch without an answer.
  if (hasWork || (flow.mayFallThrough && findWork(items, { flow: inner, counts: () => true }))) return null
  const refusing = ({ call }: Flow['guards'][number]): boolean => {
    const statuses = statusesOfCall(call, input.summaries)
    return statuses.length > 0 && statuses.every((status) => (status ?? 0) >= 400)
  }
  if (!inner.guards.every(refusing)) return null
  const found = flow.exits.map((exit): GuardedRefusal => {
    if (isRefusal(exit, input.summaries)) return 'refuses'
    if (isInCatch(exit.statement, fn)) return ofCatch(exit, input, tree)
    return startOf(exit.statement) < asked && (isRedirect(exit) || isStatusOfCheck(exit)) ? 'may redirect' : null
  })
  if (found.includes(null)) return null
  const isThrown = flow.exits.some((exit) => isInCatch(exit.statement, fn) && isRedirect(exit))
  if (isThrown && !items.every((item) => throwsErrors(item, asked))) return null
  return found.includes('may redirect') ? 'may redirect' : 'refuses'
}

/** What an error leads to: a status that the error has counts as one of an error, a success never. */
function ofCatch(exit: ExitSite, { summaries }: FunctionInput, tree: ScopeTree): GuardedRefusal {
  return isRedirect(exit) || !isService(exit, summaries, tree) ? 'may redirect' : null
}

function isRedirect({ what }: ExitSite): boolean {
  return what.kind === 'response' && what.fact.exit?.kind === 'redirect'
}

/** `if (!auth.ok) return res.status(auth.status)`: the status is that of a check that has failed. */
function isStatusOfCheck(exit: ExitSite): boolean {
  if (exit.what.kind !== 'response') return false
  const [status, ...others] = statusesOf(exit, exit.what.fact)
  const value = status && others.length === 0 ? uncast(status) : null
  if (value?.type !== 'MemberExpression' || value.object.type !== 'Identifier') return false
  const { name } = value.object
  if (!/^(?:status|statusCode|code)$/.test(memberName(value) ?? '')) return false
  for (let up = parentOf(exit.statement); up && !isFunction(up); up = parentOf(up)) {
    if (up.type !== 'IfStatement' || !contains(up.consequent, exit.statement)) continue
    const test = uncast(up.test)
    if (test.type !== 'UnaryExpression' || test.operator !== '!') continue
    const of = uncast(test.argument)
    const root = of.type === 'MemberExpression' ? of.object : of
    if (root.type === 'Identifier' && root.name === name) return true
  }
  return false
}

/** Asked for, not only written to a log. */
function isTested(node: Node): boolean {
  let up: Node | null = node
  while (up && !/(?:Statement|Declaration)$/.test(up.type)) up = parentOf(up)
  return up?.type !== 'ExpressionStatement'
}

/** The part as it runs while nothing throws; null where a `finally` would run as well. */
function withoutCatch(items: readonly Item[]): Item[] | null {
  const found: Item[] = []
  for (const item of items) {
    if (item.kind === 'try') {
      const body = item.finalizer ? null : withoutCatch(item.body)
      if (!body) return null
      found.push({ kind: 'block', node: item.node.block, body })
    } else if (item.kind === 'block') {
      const body = withoutCatch(item.body)
      if (!body) return null
      found.push({ ...item, body })
    } else found.push(item)
  }
  return found
}

/** A thrown value that is no error may be a redirect that the catch is there for. */
function throwsErrors(item: Item, from: number): boolean {
  switch (item.kind) {
    case 'block':
    case 'arms':
      return item.body.every((one) => throwsErrors(one, from))
    case 'if':
      return [...item.consequent, ...(item.otherwise ?? [])].every((one) => throwsErrors(one, from))
    case 'plain': {
      const { node } = item
      if (node.type !== 'ThrowStatement' || startOf(node) < from) return true
      const { argument } = node
      if (argument.type !== 'NewExpression' || argument.callee.type !== 'Identifier') return false
      return /(?:Error|Exception)$/.test(argument.callee.name)
    }
    default:
      return true
  }
}
