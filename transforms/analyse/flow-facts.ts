import type * as t from '@babel/types'
import type { ResponseFact } from '../model/response.ts'
import { isCalm } from '../syntax/calm.ts'
import { isCall, isMember, isQuiet, memberName, uncast } from '../syntax/match.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { type Node, some } from '../syntax/tree.ts'
import type { EffectSite, ExitSite, Flow, Truth } from './flow-model.ts'
import type { Item } from './variant.ts'

/** Set right before its only exit, with nothing between that could throw: whoever catches an error never sees it. */
export function isSettledAtOnce(site: EffectSite, flow: Flow, tree: ScopeTree): boolean {
  const exits = [...site.exits.keys()]
  const [only] = exits
  if (!only || exits.length !== 1 || site.what.kind === 'call' || site.what.kind === 'inherited') return false
  if (only.what.kind !== 'response' || !site.what.value || !isCalm(site.what.value, tree)) return false
  return isCalmFact(only.what.fact, tree) && areAdjacent(site, only, flow)
}

/** Nothing that an answer is made of can throw. */
export function isCalmFact({ exit, effects }: ResponseFact, tree: ScopeTree): boolean {
  const values = [exit?.kind === 'redirect' ? exit.url : exit?.value, ...effects.map((effect) => effect.value)]
  return values.every((value) => isCalm(value, tree))
}
/** Only other effects stand between the effect and its exit, in one list of statements. */
export function areAdjacent(site: EffectSite, exit: ExitSite, flow: Flow): boolean {
  const list = siblings(site.statement)
  const from = list.indexOf(site.statement as t.Statement)
  const to = list.indexOf(exit.statement as t.Statement)
  if (from < 0 || to <= from) return false
  const others = new Set(flow.effects.map((e) => e.statement))
  return list
    .slice(from + 1, to)
    .every(
      (s) =>
        others.has(s) &&
        flow.effects
          .filter((e) => e.statement === s)
          .every((e) => e.what.kind !== 'call' && e.what.kind !== 'inherited' && isQuiet(e.what.value)),
    )
}

function siblings(node: Node | null): readonly t.Statement[] {
  const parent = node ? (node as Node & { parent?: Node }).parent : undefined
  if (parent?.type === 'BlockStatement' || parent?.type === 'Program') return parent.body
  return parent?.type === 'SwitchCase' ? parent.consequent : []
}

/** The values that `await Promise.all([...])` waits for. */
export function readTogether(expression: Node): readonly Node[] | null {
  const awaited = uncast(expression)
  const call = awaited.type === 'AwaitExpression' ? uncast(awaited.argument) : null
  if (call?.type !== 'CallExpression' || !isMember(call.callee) || memberName(call.callee) !== 'all') return null
  const { object } = call.callee
  const [list, other] = call.arguments
  if (object.type !== 'Identifier' || object.name !== 'Promise' || other || list?.type !== 'ArrayExpression')
    return null
  return list.elements.flatMap((element): Node[] => (element ? [element] : []))
}

/** Without `await`, `void` and casts. */
export function strip(node: Node): Node {
  const at = uncast(node)
  if (at.type === 'AwaitExpression') return strip(at.argument)
  if (at.type === 'UnaryExpression' && at.operator === 'void') return strip(at.argument)
  return at
}

/** The call that a chain of members and calls begins with, where it is one of those that are asked for: `open().auth.getUser()`. */
export function headOf(node: Node, isAsked: (call: Node) => boolean): Node | null {
  const at = strip(node)
  if (isAsked(at)) return at
  if (isCall(at)) return headOf(at.callee, isAsked)
  return isMember(at) ? headOf(at.object, isAsked) : null
}

/** `rollSession(req, res).then(keep).catch(() => null)`: the call whose value and errors the others take care of. */
export function firstOfChain(node: Node): Node {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression' || node.callee.computed) return node
  const { property, object } = node.callee
  return property.type === 'Identifier' && /^(?:then|catch|finally)$/.test(property.name)
    ? firstOfChain(uncast(object))
    : node
}

export function isInert(item: Item): boolean {
  return (
    item.kind === 'plain' &&
    (item.node.type === 'EmptyStatement' || item.node.type === 'FunctionDeclaration' || item.node.type.startsWith('TS'))
  )
}

/** What comes after an item, without what does nothing: each of a long list asks. */
export function readRests(items: readonly Item[]): (index: number) => Item[] {
  const counted = items.filter((item) => !isInert(item))
  let passed = 0
  const starts = items.map((item) => (isInert(item) ? passed : ++passed))
  return (index) => counted.slice(starts[index])
}

export function isBareReturn(item: Extract<Item, { kind: 'if' }>): boolean {
  const [only] = item.consequent
  return (
    item.consequent.length === 1 &&
    only?.kind === 'plain' &&
    only.node.type === 'ReturnStatement' &&
    (!only.node.argument || isPlainResult(only.node.argument))
  )
}

/** Counts, notes and prints: a statement that does not throw. */
export function cannotFail(statement: t.Statement, tree: ScopeTree): boolean {
  if (statement.type !== 'ExpressionStatement') return statement.type === 'EmptyStatement'
  const node = uncast(statement.expression)
  if (node.type === 'UpdateExpression') return node.argument.type === 'Identifier'
  if (node.type === 'AssignmentExpression') return node.left.type === 'Identifier' && isCalm(node.right, tree)
  const isPrinted =
    node.type === 'CallExpression' &&
    node.callee.type === 'MemberExpression' &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'console'
  return isPrinted ? node.arguments.every((argument) => isCalm(argument, tree)) : isCalm(node, tree)
}

/** A value that a handler returns for nobody: literals, undefined, names. */
export function isPlainValue(node: Node): boolean {
  const at = uncast(node)
  return (
    at.type === 'NullLiteral' ||
    at.type === 'BooleanLiteral' ||
    at.type === 'NumericLiteral' ||
    (at.type === 'Identifier' && at.name === 'undefined')
  )
}

/** Such a value, or a word by which a helper tells its callers what it did: `return 'handled'`. */
export function isPlainResult(node: Node): boolean {
  return isPlainValue(node) || uncast(node).type === 'StringLiteral'
}

export function truthiness(node: Node): Truth {
  const at = uncast(node)
  if (at.type === 'NullLiteral') return 'null'
  if (at.type === 'Identifier' && at.name === 'undefined') return 'undefined'
  if (at.type === 'BooleanLiteral') return at.value ? 'true' : 'false'
  if (
    at.type === 'ObjectExpression' ||
    at.type === 'ArrayExpression' ||
    at.type === 'NewExpression' ||
    at.type === 'ArrowFunctionExpression'
  )
    return 'truthy'
  if (at.type === 'NumericLiteral') return at.value ? 'truthy' : 'falsy'
  if (at.type === 'StringLiteral') return at.value ? `text ${at.value}` : 'falsy'
  return 'unknown'
}

/** What `return res.x()` hands to the caller: json and send return undefined, end and redirect res itself. */
export function returnedTruth(fact: ResponseFact): Truth {
  return fact.exit?.kind === 'json' || fact.exit?.kind === 'send' ? 'undefined' : 'truthy'
}

/** Something in it is called, created or awaited. */
export function mayThrow(node: Node): boolean {
  return some(node, (n) => /^(?:Optional)?CallExpression$|^(?:New|Await|TaggedTemplate)Expression$/.test(n.type))
}

/** A statement among others that awaits the call: what the call answers can be returned there. */
export function isStop(statement: t.ExpressionStatement): boolean {
  const parent = (statement as Node & { parent?: Node }).parent
  return uncast(statement.expression).type === 'AwaitExpression' && parent?.type === 'BlockStatement'
}
