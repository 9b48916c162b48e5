import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, isMember, memberName, stringValue, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import {
  contains,
  functionAround,
  isListHolder,
  isLoop,
  isPlainFunction,
  listOf,
  type Node,
  parentOf,
  some,
  statementOf,
} from '../syntax/tree.ts'

/** The part of a function that writes its answer over time: from the first write to the end of its statements. */
export interface StreamedRegion {
  fn: FunctionNode
  statements: readonly t.Statement[]
  /** A `return` that says nothing, after them. */
  after: t.ReturnStatement | null
  response: t.Identifier
  /** Names of the response that become the name of a stream, which can do the same. */
  uses: readonly Node[]
  /** `res.flushHeaders()` */
  flushes: readonly Node[]
  /** `req.on('close', stop)`: names of the request in listeners for the end of the connection. */
  listeners: readonly Node[]
  /** It waits for something, or leaves early: it needs a function of its own. */
  isWrapped: boolean
  isAsync: boolean
  /** In Pages the head is sent by something that may come later, or not at all. */
  waits: boolean
}

type Use = 'write' | 'pipe' | 'flush' | 'stream' | 'effect' | null

/** Null where the answer is not written over time, or where the part of it does anything else with the response. */
export function readRegion(fn: FunctionNode, module: SourceModule): StreamedRegion | null {
  const [request, response] = fn.params
  if (!isPlainFunction(fn) || fn.generator || fn.body.type !== 'BlockStatement' || response?.type !== 'Identifier')
    return null
  const binding = bindingAt(module.tree, response)
  const references = binding?.references.filter(({ kind }) => kind !== 'type') ?? []
  const found = references.map(({ node, kind }) => ({ node, use: kind === 'write' ? null : readUse(node) }))
  const starters = found.filter(({ use }) => use === 'write' || use === 'pipe' || use === 'flush')
  const holder = holderOf(
    starters.map(({ node }) => node),
    fn,
  )
  if (!binding || !holder || holder.type === 'SwitchCase' || isInLoop(holder, fn)) return null
  const all = listOf(holder)
  const ends = closings(request, all, fn, module)
  const isIn = (statement: Node) => (one: { node: Node }) => contains(statement, one.node)
  const first = all.findIndex(
    (one) =>
      found.some((use) => isIn(one)(use) && /^(?:write|pipe|flush|stream)$/.test(use.use ?? '')) ||
      ends.some((node) => contains(one, node)),
  )
  const last = all[all.length - 1]
  const after = last?.type === 'ReturnStatement' && !last.argument ? last : null
  const statements = all.slice(first, after ? -1 : undefined)
  const inside = found.filter((one) => statements.some((statement) => contains(statement, one.node)))
  if (first < 0 || statements.length === 0 || !isOverTime(starters, statements, fn)) return null
  if (inside.some(({ use }) => use === null) || !isSelfContained(statements, module)) return null
  if (!asksOnlyForTheEnd(request, ends, statements, module)) return null
  return measure({ fn, statements, after, response, ends, inside })
}

interface Parts extends Pick<StreamedRegion, 'fn' | 'statements' | 'after' | 'response'> {
  ends: readonly Node[]
  inside: readonly { node: Node; use: Use }[]
}

function measure({ fn, statements, after, response, ends, inside }: Parts): StreamedRegion | null {
  const last = statements[statements.length - 1]
  const isAsync = statements.some(awaits)
  const returns = statements.filter((one) => has(one, (node) => node.type === 'ReturnStatement'))
  const isWrapped = isAsync || returns.some((one) => one !== last || one.type !== 'ReturnStatement')
  const flushes = inside.filter(({ use }) => use === 'flush')
  const isDirect = ({ node }: { node: Node }): boolean => {
    const statement = statementOf(node)
    return statement?.type === 'ExpressionStatement' && statements.includes(statement) && functionAround(node) === fn
  }
  if (!flushes.every(isDirect)) return null
  const firstWait = statements.findIndex(awaits)
  const isSent = statements
    .slice(0, firstWait < 0 ? undefined : firstWait)
    .some((one) =>
      inside.some((use) => (use.use === 'write' || use.use === 'flush') && contains(one, use.node) && isDirect(use)),
    )
  const waits = isAsync && !isSent
  // The head would leave before what Pages did first.
  if (flushes.length > 0 && isAsync && !isSent) return null
  if (isWrapped && statements.some((one) => some(one, (node) => isOfFunction(node)))) return null
  if (isAsync && !('async' in fn && fn.async)) return null
  const effects = inside.filter(({ use }) => use === 'effect')
  const mayBeSent = isWrapped || inside.some(({ use }) => use === 'write' || use === 'flush')
  if (effects.length > 0 && (mayBeSent || !effects.every(isDirect))) return null
  return {
    fn,
    statements,
    after,
    response,
    uses: inside.filter(({ use }) => use === 'write' || use === 'pipe' || use === 'stream').map(({ node }) => node),
    flushes: flushes.map(({ node }) => node),
    listeners: ends,
    isWrapped,
    isAsync,
    waits,
  }
}

/** Not in the functions that it makes. */
const has = (node: Node, test: (one: Node) => boolean): boolean =>
  !isPlainFunction(node) && some(node, test, (one) => !isPlainFunction(one))

export const awaits = (node: Node): boolean => has(node, isAwait)

const isAwait = (node: Node): boolean =>
  node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)

const isOfFunction = (node: Node): boolean =>
  /^(?:ThisExpression|Super|YieldExpression)$/.test(node.type) ||
  (node.type === 'Identifier' && node.name === 'arguments')

/** What a Writable has too, and what it means there. */
function readUse(reference: Node): Use {
  const member = parentOf(reference)
  const name = isMember(member) && member.object === reference ? memberName(member) : null
  const call = isMember(member) && name ? parentOf(member) : null
  const isCalled = isCall(call) && call.callee === member
  if (!name || !isMember(member)) return isPiped(reference) ? 'pipe' : null
  if (!isCalled)
    return /^(?:writableEnded|writableFinished|writableNeedDrain|destroyed|closed|writable)$/.test(name)
      ? 'stream'
      : null
  if (name === 'write') return 'write'
  if (name === 'end' || name === 'destroy') return 'stream'
  if (name === 'flushHeaders' || name === 'flush')
    return parentOf(call)?.type === 'ExpressionStatement' ? 'flush' : null
  if (/^(?:setHeader|status|writeHead|appendHeader)$/.test(name)) return isChainOfEffects(call) ? 'effect' : null
  const isListener = /^(?:on|once|off|removeListener)$/.test(name)
  return isListener && /^(?:close|finish|drain|error)$/.test(stringValue(call.arguments[0]) ?? '') ? 'stream' : null
}

function isChainOfEffects(call: Node): boolean {
  return parentOf(withCasts(call))?.type === 'ExpressionStatement'
}

/** `archive.pipe(res)` */
function isPiped(reference: Node): boolean {
  const call = parentOf(reference)
  return isCall(call) && call.arguments.length === 1 && isMember(call.callee) && memberName(call.callee) === 'pipe'
}

/** The smallest list of statements of the function that has them all. */
function holderOf(nodes: readonly Node[], fn: Node): t.BlockStatement | t.SwitchCase | null {
  const [first] = nodes
  for (let at = first ? parentOf(first) : null; at && at !== fn; at = parentOf(at)) {
    const isOfFn = functionAround(at) === fn && isListHolder(at)
    if (
      isOfFn &&
      (at.type === 'BlockStatement' || at.type === 'SwitchCase') &&
      nodes.every((node) => contains(at, node))
    )
      return at
  }
  return null
}

function isInLoop(holder: Node, fn: Node): boolean {
  for (let at: Node | null = holder; at && at !== fn; at = parentOf(at))
    if (isLoop(at) || at.type === 'SwitchCase') return true
  return false
}

/** Not the writes that stand one after the other up to the end, nor a pipe that is the last of all: those are read as they are. */
function isOverTime(
  starters: readonly { node: Node; use: Use }[],
  statements: readonly t.Statement[],
  fn: Node,
): boolean {
  return starters.some(({ node, use }) => {
    if (functionAround(node) !== fn) return true
    if (use === 'pipe') return !contains(statements[statements.length - 1] ?? fn, node)
    return use === 'flush'
  })
}

/** What is declared there is used nowhere else. */
function isSelfContained(statements: readonly Node[], { tree }: SourceModule): boolean {
  const isIn = (node: Node): boolean => statements.some((one) => contains(one, node))
  return [...tree.scopeOf.values()].every((scope) =>
    [...scope.bindings.values(), ...scope.types.values()].every(
      ({ id, references }) => !isIn(id) || references.every(({ node }) => isIn(node)),
    ),
  )
}

/** `req.on('close', () => clearInterval(timer))`, as a statement of the list. */
function closings(request: Node | undefined, list: readonly Node[], fn: Node, { tree }: SourceModule): Node[] {
  const binding = request?.type === 'Identifier' ? bindingAt(tree, request) : null
  return (binding?.references ?? []).flatMap(({ node }) => {
    const member = parentOf(node)
    const call = isMember(member) && member.object === node ? parentOf(member) : null
    const statement = call ? parentOf(call) : null
    const isOne =
      isMember(member) &&
      /^(?:on|once)$/.test(memberName(member) ?? '') &&
      isCall(call) &&
      /^(?:close|error)$/.test(stringValue(call.arguments[0]) ?? '') &&
      call.arguments.length === 2 &&
      statement?.type === 'ExpressionStatement' &&
      list.includes(statement) &&
      functionAround(node) === fn
    return isOne ? [node] : []
  })
}

/** The request is asked for nothing in the part but its end. */
function asksOnlyForTheEnd(
  request: Node | undefined,
  ends: readonly Node[],
  statements: readonly Node[],
  { tree }: SourceModule,
): boolean {
  const binding: Binding | null = request?.type === 'Identifier' ? bindingAt(tree, request) : null
  return (binding?.references ?? []).every(({ node }) => {
    if (ends.includes(node) || !statements.some((one) => contains(one, node))) return true
    const member = parentOf(node)
    const name = isMember(member) && member.object === node ? memberName(member) : null
    return /^(?:query|headers|cookies|method|url)$/.test(name ?? '')
  })
}
