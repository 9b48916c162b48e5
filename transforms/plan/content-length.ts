import type { EffectSite, ExitSite, Flow } from '../analyse/flow-model.ts'
import { block, type Lowering, snippet } from '../concerns/lowering.ts'
import type { Body, Effect } from '../model/response.ts'
import type { FunctionModel } from '../model/route.ts'
import { isCalm } from '../syntax/calm.ts'
import { isCall, isMember, memberName, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import { kindOf } from '../syntax/value-kind.ts'
import type { HelperSummary } from './function-model.ts'
import { headerName } from './header-value.ts'
import { putBefore } from './statement-room.ts'

/**
 * `res.json` and `res.send` state the length of what they send over what the handler has set, and take it off a 204 (next@16.4.3
 * server/api-utils/node/api-resolver, `sendData`). A Response is sent with the length that it states: clients wait for the rest of a body that
 * is shorter, and cut off a longer one.
 */
export function statesLength(body: Body | null): boolean {
  return body?.kind === 'json' || body?.kind === 'send' || body?.kind === 'redirect'
}

export function isLength(effect: EffectSite['what']): boolean {
  return valueOfLength(effect) !== null
}

function valueOfLength(effect: EffectSite['what']): Node | null {
  const isSet = effect.kind === 'header' && effect.mode !== 'delete'
  return isSet && headerName(effect.name)?.toLowerCase() === 'content-length' ? uncast(effect.value) : null
}

type Summaries = ReadonlyMap<FunctionModel, HelperSummary>

/** A length is, or may be, set here: names that are not to be seen are copied from other answers most often. */
export function maySetLength({ what }: EffectSite, summaries: Summaries): boolean {
  if (what.kind === 'call') return summaries.get(what.call.callee)?.setsLength === true
  return isLength(what) || (what.kind === 'header' && what.mode !== 'delete' && headerName(what.name) === null)
}

/** What is stated is the length of what is sent: of bytes, or as Node counts those of a text. */
function isOwnLength(value: Node, body: Body, tree: ScopeTree): boolean {
  const measured = measuredBy(value, tree)
  const sent = body.kind === 'send' && body.value ? bindingAt(tree, uncast(body.value)) : null
  return (
    measured !== null &&
    sent !== null &&
    sent === bindingAt(tree, measured) &&
    sent.references.every(({ kind }) => kind !== 'write')
  )
}

/** `buffer.length` and `Buffer.byteLength(text)` of a buffer and a text that are known to be such. */
function measuredBy(value: Node, tree: ScopeTree): Node | null {
  const node = withoutText(value)
  if (isMember(node) && /^(?:length|byteLength)$/.test(memberName(node) ?? ''))
    return kindOf(node.object, tree) === 'buffer' ? uncast(node.object) : null
  const [measured, ...rest] = isCall(node) && isNamed(node.callee, 'Buffer', 'byteLength') ? node.arguments : []
  const isKnown = measured !== undefined && rest.length === 0 && /^(?:string|buffer)$/.test(kindOf(measured, tree))
  return isKnown ? uncast(measured) : null
}

/** `String(length)`, `length.toString()` */
function withoutText(value: Node): Node {
  const node = uncast(value)
  if (!isCall(node)) return node
  if (node.callee.type === 'Identifier' && node.callee.name === 'String' && node.arguments.length === 1)
    return uncast(node.arguments[0] as Node)
  const isWritten = isMember(node.callee) && memberName(node.callee) === 'toString' && node.arguments.length === 0
  return isWritten && isMember(node.callee) ? uncast(node.callee.object) : node
}

function isNamed(callee: Node, object: string, name: string): boolean {
  return (
    isMember(callee) &&
    memberName(callee) === name &&
    callee.object.type === 'Identifier' &&
    callee.object.name === object
  )
}

/** Nobody misses it where it is no longer evaluated. */
function isIdle(value: Node, tree: ScopeTree): boolean {
  return measuredBy(value, tree) !== null || isCalm(withoutText(value), tree)
}

/** Every answer that it reaches states its own. */
export function isIdleLength({ what, exits }: EffectSite, tree: ScopeTree): boolean {
  const value = valueOfLength(what)
  const reached = [...exits.keys()]
  return (
    value !== null &&
    reached.length > 0 &&
    isIdle(value, tree) &&
    reached.every((exit) => exit.what.kind === 'response' && isReplaced(what, exit.what.fact.exit, tree))
  )
}

/** The answer states another one over it. */
export function isReplaced(effect: EffectSite['what'], body: Body | null, tree: ScopeTree): boolean {
  const value = valueOfLength(effect)
  return value !== null && body !== null && statesLength(body) && !isOwnLength(value, body, tree)
}

/** Set in the very chain that answers, and its value does something. */
export function isMissedLength(effect: Effect, body: Body, tree: ScopeTree): boolean {
  const value = valueOfLength(effect)
  return value !== null && isReplaced(effect, body, tree) && !isIdle(value, tree)
}

/** An answer with a length of its own that another may have been set before on the Headers value. */
export function mustDropLength(
  { pending }: ExitSite,
  body: Body,
  { tree, summaries }: { tree: ScopeTree; summaries: Summaries },
): boolean {
  const setters = pending.filter((site) => maySetLength(site, summaries))
  const last = setters.toSorted((a, b) => a.order - b.order).at(-1)
  if (!last || !statesLength(body)) return false
  const value = valueOfLength(last.what)
  return value === null || !isOwnLength(value, body, tree)
}

/** What is set before another function answers: its own length, where that states one, is not to be seen from there. */
export function dropLengthsBeforeCalls(
  flow: Flow,
  { at, summaries, indentAt }: { at: Lowering; summaries: Summaries; indentAt: (position: number) => string },
): void {
  for (const exit of flow.exits) {
    if (exit.what.kind !== 'call' || !exit.pending.some((site) => maySetLength(site, summaries))) continue
    const isStated = summaries.get(exit.what.call.callee)?.statesLength === true
    const hasPlace = isStated && !exit.isNested && exit.form !== 'arrow'
    if (!hasPlace || !putBefore(exit.statement, [[deletion(at)]], { at, indentAt }))
      block(at, 'PA233', exit.node, { text: snippet(at.file, exit.node) })
  }
  for (const { call, pending } of [...flow.guards, ...flow.stops])
    if (pending.some((site) => maySetLength(site, summaries)))
      block(at, 'PA233', call.node, { text: snippet(at.file, call.node) })
}

export function deletion({ names, style }: Lowering): string {
  return `${names.headers}.delete(${style.quote}Content-Length${style.quote})`
}
