import type * as t from '@babel/types'
import { isCall, uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Condition, joined, negated, printTest } from '../condition.ts'
import { contains, endOf, isPlainFunction, type Node, some, startOf } from '../../syntax/tree.ts'

/** An origin that a function of the options decides on: the condition under which it is allowed, and what the refusal is. */
export interface AskedOrigin {
  /** The condition in terms of a name for the origin of the request (undefined where it has none). */
  condition(origin: string): string
  /** The error that is handed to `next`; null where what is not allowed passes without headers. */
  error: string | null
}

/** What the callback is called with: `callback(null, true)`, `callback(null, false)`, `callback(new Error(text))`. */
type Verdict = { kind: 'allow' } | { kind: 'pass' } | { kind: 'error'; error: Node }

/** In order: the first test that holds decides; the last has none. */
type Decision = { test: Node | null; verdict: Verdict }

/**
 * `origin: (origin, callback) => { if (list.includes(origin)) callback(null, true); else callback(new Error('...')) }`, cors@2.8.6 lib/index.js
 * `middlewareWrapper`: `true` allows whatever asks, what is falsy goes on without headers, an error goes to `next`. Null for a function that does
 * more than decide, or decides by names that mean something else where the call stands.
 */
export function readAskedOrigin(value: Node, { tree, text }: { tree: ScopeTree; text: string }): AskedOrigin | null {
  const fn = uncast(value)
  if (!(isPlainFunction(fn) || fn.type === 'ObjectMethod') || fn.async || fn.generator || fn.params.length !== 2)
    return null
  const [param, callback] = fn.params
  if (param?.type !== 'Identifier' || callback?.type !== 'Identifier') return null
  const decisions = readBody(fn.body, callback.name)
  const tests = decisions?.flatMap(({ test }) => test ?? []) ?? []
  const errors = decisions?.flatMap(({ verdict }) => (verdict.kind === 'error' ? [verdict.error] : [])) ?? []
  const refusals = decisions?.filter(({ verdict }) => verdict.kind !== 'allow') ?? []
  if (!decisions || refusals.length === 0 || refusals.length === decisions.length) return null
  // One way to refuse, or the code would have to tell them apart again.
  const slices = new Set(refusals.map(({ verdict }) => (verdict.kind === 'error' ? slice(verdict.error, text) : '')))
  if (slices.size > 1) return null
  const asked = bindingAt(tree, param)
  if (!asked || ![...tests, ...errors].every((node) => meansTheSame(node, asked, tree))) return null
  if (errors.some((node) => asked.references.some((one) => contains(node, one.node)))) return null
  const [error] = errors
  return {
    condition: (origin) => conditionOf(decisions, (test) => renamed(test, asked, origin, text)).text,
    error: error ? slice(error, text) : null,
  }
}

function readBody(body: Node, callback: string): Decision[] | null {
  if (body.type !== 'BlockStatement') return readValue(body, callback)
  return readList(body.body, callback)
}

function readList(statements: readonly t.Statement[], callback: string): Decision[] | null {
  const [first, ...rest] = statements
  if (!first) return null
  if (first.type !== 'IfStatement') {
    const value =
      first.type === 'ExpressionStatement' ? first.expression : first.type === 'ReturnStatement' ? first.argument : null
    return value && rest.length === 0 ? readValue(value, callback) : null
  }
  const then = onlyVerdict(first.consequent, callback)
  if (!then) return null
  // Without an else the code goes on, unless it has returned.
  const next = first.alternate ? (rest.length === 0 ? asList(first.alternate) : null) : then.isReturned ? rest : null
  const others = next && readList(next, callback)
  return others && [{ test: first.test, verdict: then.verdict }, ...others]
}

function asList(node: t.Statement): readonly t.Statement[] {
  return node.type === 'BlockStatement' ? node.body : [node]
}

function onlyVerdict(node: t.Statement, callback: string): { verdict: Verdict; isReturned: boolean } | null {
  const [first, second, ...others] = asList(node)
  const isReturned = first?.type === 'ReturnStatement' || (second?.type === 'ReturnStatement' && !second.argument)
  const value =
    first?.type === 'ExpressionStatement' ? first.expression : first?.type === 'ReturnStatement' ? first.argument : null
  if (!value || others.length > 0 || (second && second.type !== 'ReturnStatement')) return null
  const verdict = verdictOf(value, callback)
  return verdict && { verdict, isReturned }
}

/** A call, or a choice between two: `callback(null, list.includes(origin))`, `ok ? callback(null, true) : callback(error)`. */
function readValue(expression: Node, callback: string): Decision[] | null {
  const value = uncast(expression)
  if (value.type === 'ConditionalExpression') {
    const then = verdictOf(value.consequent, callback)
    const otherwise = readValue(value.alternate, callback)
    return then && otherwise && [{ test: value.test, verdict: then }, ...otherwise]
  }
  const verdict = verdictOf(value, callback)
  return verdict && [{ test: null, verdict }]
}

function verdictOf(expression: Node, callback: string): Verdict | null {
  const call = uncast(expression)
  if (!isCall(call) || call.callee.type !== 'Identifier' || call.callee.name !== callback) return null
  const [error, allowed, ...others] = call.arguments
  if (!error || others.length > 0) return null
  if (error.type === 'NewExpression') {
    const isKnown = error.callee.type === 'Identifier' && error.callee.name === 'Error'
    return isKnown ? { kind: 'error', error } : null
  }
  const isNothing = error.type === 'NullLiteral' || (error.type === 'Identifier' && error.name === 'undefined')
  if (!isNothing || allowed?.type !== 'BooleanLiteral') return null
  return { kind: allowed.value ? 'allow' : 'pass' }
}

/** Of two verdicts, when the first is the answer: what came before did not hold. */
function conditionOf(decisions: readonly Decision[], print: (test: Node) => string): Condition {
  const [first, ...rest] = decisions
  if (!first) return { text: 'false', binds: 'alone' }
  const isAllowed = first.verdict.kind === 'allow'
  if (!first.test) return { text: String(isAllowed), binds: 'alone' }
  const others = conditionOf(rest, print)
  const own = isAllowed ? printTest(first.test, print) : negated(first.test, print)
  return others.text === String(!isAllowed) ? own : joined(own, isAllowed ? '||' : '&&', others)
}

function slice(node: Node, text: string): string {
  return text.slice(startOf(node), endOf(node))
}

/** An expression of the function with another name for its first parameter. */
function renamed(node: Node, param: Binding, name: string, text: string): string {
  let out = ''
  let from = startOf(node)
  const uses = param.references.map((one) => one.node).filter((one) => contains(node, one))
  for (const use of uses.sort((a, b) => startOf(a) - startOf(b))) {
    out += text.slice(from, startOf(use)) + name
    from = endOf(use)
  }
  return out + text.slice(from, endOf(node))
}

/** Its names are the parameter, those of the module that no function declares anew, and its own. */
function meansTheSame(node: Node, param: Binding, tree: ScopeTree): boolean {
  const scopes = [...tree.scopeOf.values()].filter((scope) => scope !== tree.program)
  return !some(node, (one) => {
    if (one.type === 'AwaitExpression' || one.type === 'ThisExpression') return true
    if (one.type === 'ObjectProperty') return one.shorthand
    const binding = one.type === 'Identifier' ? bindingAt(tree, one) : null
    if (!binding || binding === param || contains(node, binding.id)) return false
    return binding.scope !== tree.program || scopes.some(({ bindings }) => bindings.has(binding.name))
  })
}
