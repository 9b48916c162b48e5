import { catchCallback } from '../analyse/chains.ts'
import type { HelperCall } from '../analyse/callees.ts'
import type { Flow, Returned } from '../analyse/flow-model.ts'
import { returnedBehindTest } from '../analyse/guard-tests.ts'
import type { ResponseFact } from '../model/response.ts'
import type { FunctionModel, FunctionNode } from '../model/route.ts'
import { isKnownPresent } from '../syntax/absence.ts'
import { numberValue, uncast } from '../syntax/match.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import type { Item } from '../analyse/variant.ts'
import { isFunction, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { numbersOf } from './empty-status.ts'
import type { HelperSummary } from './function-model.ts'

/** `return user` behind `if (!user) { ...; return }` is truthy. */
export function truthOfReturn(found: Flow['returns']['unanswered'][number], tree: ScopeTree): Returned {
  const argument = found.node?.type === 'ReturnStatement' && found.node.argument ? uncast(found.node.argument) : null
  const binding = argument?.type === 'Identifier' ? tree.bindingOf.get(argument) : undefined
  if (found.truth !== 'unknown' || argument?.type !== 'Identifier' || !binding) return found.truth
  if (isKnownPresent(argument, binding.name, binding.id)) return 'truthy'
  return returnedBehindTest(argument, binding) ?? found.truth
}

/** The status of a helper's response: a number, or the argument that gives it. */
export function statusOf(exit: Flow['exits'][number], fn: FunctionNode): number | { argument: number } | null {
  if (exit.what.kind !== 'response' || exit.what.fact.exit?.kind === 'redirect') return null
  const [value, ...others] = statusesOf(exit, exit.what.fact)
  if (value === undefined || others.length > 0) return null
  if (value === null) return 200
  const argument = fn.params.findIndex(
    (p) => p.type === 'Identifier' && value.type === 'Identifier' && p.name === value.name,
  )
  return numberValue(value) ?? (argument >= 0 ? { argument } : null)
}

export function isInCatch(node: Node, fn: FunctionNode): boolean {
  for (let up: Node | undefined = node; up && up !== fn; up = (up as Node & { parent?: Node }).parent)
    if (up.type === 'CatchClause' || isCatchOfChain(up)) return true
  return false
}

/** `fail(res, error)` in `catch (error)`: a status that the helper computes is that of an error. */
export function isHandedCaught(call: HelperCall['node']): boolean {
  for (let up = parentOf(call); up && !isFunction(up); up = parentOf(up)) {
    const caught = up.type === 'CatchClause' && up.param?.type === 'Identifier' ? up.param.name : null
    if (caught !== null) return call.arguments.some((one) => one.type === 'Identifier' && one.name === caught)
  }
  return false
}

/** The callback of `.catch(...)`. */
function isCatchOfChain(node: Node): boolean {
  const call = parentOf(node)
  return call?.type === 'CallExpression' && catchCallback(call, call.callee) === node
}

/** Every answer is a literal 4xx or 5xx, or a redirect would not count. */
export function isRefusal(exit: Flow['exits'][number], summaries: ReadonlyMap<FunctionModel, HelperSummary>): boolean {
  if (exit.what.kind === 'call') {
    const statuses = statusesOfCall(exit.what.call, summaries)
    return statuses.length > 0 && statuses.every((status) => (status ?? 0) >= 400)
  }
  const { fact } = exit.what
  if (fact.exit?.kind === 'redirect') return false
  return statusesOf(exit, fact).every((value) => value !== null && (numberValue(value) ?? 0) >= 400)
}

/**
 * `if (req.method !== 'GET') res.status(405).end()` without a `return`: the first answer is a refusal that every path meets, and the code
 * goes on. What it answers after that is never sent.
 */
export function refusesAndGoesOn(
  flow: Flow,
  items: readonly Item[],
  summaries: ReadonlyMap<FunctionModel, HelperSummary>,
): boolean {
  const [first] = flow.exits
  const isLoose =
    first?.goesOn === true || flow.problems.some(({ code, node }) => code === 'PA310' && node === nodeOf(first))
  if (!first || !isLoose || first.form !== 'tail' || first.isNested || !isRefusal(first, summaries)) return false
  // A helper that refuses some requests leaves the others to the code after it.
  if (first.what.kind === 'call' && first.what.call.kind === 'may') return false
  const isBefore = (node: Node | null): boolean => node !== null && startOf(node) < startOf(first.statement)
  return (
    isMetByAll(first.statement, items) &&
    !flow.guards.some(({ test }) => isBefore(test)) &&
    !flow.silent.some(({ node }) => isBefore(node))
  )
}

function nodeOf(exit: Flow['exits'][number] | undefined): Node | null {
  if (!exit) return null
  return exit.what.kind === 'call' ? exit.what.call.node : exit.what.fact.node
}

/** In the body itself, or in a block or `try` of it. */
function isMetByAll(statement: Node, items: readonly Item[]): boolean {
  return items.some((item) => {
    if (item.kind === 'plain') return item.node === statement
    return (item.kind === 'block' || item.kind === 'try') && isMetByAll(statement, item.body)
  })
}

/** An answer that can be told to be no error, on some path at least. */
export function isService(
  exit: Flow['exits'][number],
  summaries: ReadonlyMap<FunctionModel, HelperSummary>,
  tree: ScopeTree,
): boolean {
  const isFine = (value: Node | null): boolean =>
    value === null || numbersOf(value, tree).some((number) => number < 400)
  if (exit.what.kind === 'call')
    return (
      // A helper that sets no status answers with the one that was set before it, if any.
      pendingStatuses(exit).some(isFine) &&
      statusesOfCall(exit.what.call, summaries).some((status) => status !== null && status < 400)
    )
  const { fact } = exit.what
  return fact.exit?.kind === 'redirect' || statusesOf(exit, fact).some(isFine)
}

/** The statuses of a helper's answers, as far as its call and its code show them. */
export function statusesOfCall(
  { node, callee }: HelperCall,
  summaries: ReadonlyMap<FunctionModel, HelperSummary>,
): (number | null)[] {
  const statuses = summaries.get(callee)?.statuses ?? []
  return statuses.map((s) => (typeof s === 'number' || s === null ? s : numberValue(node.arguments[s.argument])))
}

/** The values that the status of an answer may have; null for the 200 of an answer that sets none. */
export function statusesOf(exit: Flow['exits'][number], fact: ResponseFact): (Node | null)[] {
  const own = fact.effects.flatMap((e) => (e.kind === 'status' ? [e.value] : []))
  const last = own[own.length - 1]
  return last ? [last] : pendingStatuses(exit)
}

/** The values that were set before the answer; null among them where it may be none. */
function pendingStatuses(exit: Flow['exits'][number]): (Node | null)[] {
  let values: (Node | null)[] = [null]
  for (const site of exit.pending) {
    if (site.what.kind !== 'status') continue
    values = site.exits.get(exit) ? [site.what.value] : [...values, site.what.value]
  }
  return values
}
