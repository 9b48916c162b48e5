import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { lineStart, type Range, removalRange } from '../syntax/lines.ts'
import { isPlainListener, listenedFor } from '../syntax/listeners.ts'
import { isCall, isMember, memberName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import {
  contains,
  endOf,
  functionAround,
  isPlainFunction,
  type Node,
  type PlainFunction,
  some,
} from '../syntax/tree.ts'
import { type CaughtError, nameError } from './piped-error.ts'

/** A listener of the stream that is piped: what it does to the response, and what else. */
export interface Reaction extends CaughtError {
  statement: t.ExpressionStatement
  event: 'error' | 'end' | 'close'
  /** It does something with the response. */
  touches: boolean
  /** Nothing is left of it without that. */
  isEmpty: boolean
  /** Takes what it does to the response out of it. */
  removals: readonly Edit[]
  /** Of an `error` listener: the statements that answer, and what they know of the error. */
  answer: readonly Node[]
}

/**
 * `stream.on('error', (error) => { log(error); if (!res.headersSent) res.status(500).end() })`, `stream.on('end', () => res.end())`. Null
 * for any other statement, and for one whose part with the response cannot be taken out.
 */
export function readReaction(
  node: Node,
  stream: t.Identifier,
  response: Binding,
  fn: FunctionNode,
  module: SourceModule,
): Reaction | null {
  const { file, tree } = module
  const call = node.type === 'ExpressionStatement' && isCall(node.expression) ? node.expression : null
  if (!call || node.type !== 'ExpressionStatement' || !isMember(call.callee)) return null
  const { object } = call.callee
  if (object.type !== 'Identifier' || bindingAt(tree, object) !== bindingAt(tree, stream)) return null
  const event = (['error', 'end', 'close'] as const).find((name) => listenedFor(call, name) !== null)
  const listener = event ? listenedFor(call, event) : null
  if (!event || !listener) return null
  const isResponse = (one: Node): boolean => one.type === 'Identifier' && bindingAt(tree, one) === response
  const plain = {
    statement: node,
    event,
    touches: false,
    isEmpty: false,
    removals: [],
    answer: [],
    parameter: null,
    declared: null,
    casts: [],
  }
  // One that resolves a promise, or the like, is part of another form.
  if (!some(call, isResponse)) return isPlainFunction(listener) ? plain : null
  if (!isPlainFunction(listener) || listener.generator || !(event === 'error' || isPlainListener(listener))) return null
  // What it awaits comes before its answer.
  if (listener.async) return null
  const { body } = listener
  const statements = body.type === 'BlockStatement' ? body.body : [body]
  const first = statements.findIndex((one) => some(one, isResponse))
  const own = statements.slice(first)
  if (event !== 'error') {
    const [only, ...others] = own
    return only && others.length === 0 && isEnd(only, isResponse)
      ? { ...plain, ...without(own, statements, file) }
      : null
  }
  const answer = answerOf(own, isResponse)
  if (!answer || listener.params.length > 1 || !isSelfContained(own, listener, tree)) return null
  const [param] = listener.params
  const error = param?.type === 'Identifier' ? nameError(param, answer, fn, module) : null
  if (param && !error) return null
  return { ...plain, ...without(own, statements, file), answer, ...error }
}

type Removed = Pick<Reaction, 'touches' | 'isEmpty' | 'removals'>

function without(own: readonly Node[], all: readonly Node[], file: SourceModule['file']): Removed {
  const isEmpty = own.length === all.length
  const removals = isEmpty ? [] : rangesOf(own, all, file).map((range): Edit => ({ ...range, pieces: [] }))
  return { touches: true, isEmpty, removals }
}

/** The lines of the statements; from the statement before them where one shares its line, so that none is just the text that is moved. */
function rangesOf(own: readonly Node[], all: readonly Node[], file: SourceModule['file']): Range[] {
  const ranges = own.map((one) => removalRange(file, one))
  const [last] = own.slice(-1)
  const before = all[all.length - own.length - 1]
  const isOnLines = ranges.every(({ start }) => start === lineStart(file.text, start))
  if (isOnLines || !last || !before) return ranges
  return [{ start: endOf(before), end: endOf(last) }]
}

/** `res.end()` */
function isEnd(node: Node, isResponse: (node: Node) => boolean): boolean {
  const value = uncast(node.type === 'ExpressionStatement' ? node.expression : node)
  return (
    isCall(value) &&
    value.arguments.length === 0 &&
    isMember(value.callee) &&
    memberName(value.callee) === 'end' &&
    isResponse(value.callee.object)
  )
}

/** What is sent when nothing was: under `if (!res.headersSent)`, after `if (res.headersSent) return`, or without a question. */
function answerOf(own: readonly Node[], isResponse: (node: Node) => boolean): Node[] | null {
  const [first, ...rest] = own
  const sent = first?.type === 'IfStatement' && !first.alternate ? sentTest(first.test, isResponse) : null
  if (first?.type === 'IfStatement' && sent === false && rest.length === 0) return flat(first.consequent, isResponse)
  if (first?.type === 'IfStatement' && sent === true) {
    const [only, ...more] = first.consequent.type === 'BlockStatement' ? first.consequent.body : [first.consequent]
    const leaves = only?.type === 'ReturnStatement' && !only.argument && more.length === 0
    return leaves ? all(rest, isResponse) : null
  }
  return all(own, isResponse)
}

function flat(node: t.Statement, isResponse: (node: Node) => boolean): Node[] | null {
  return all(node.type === 'BlockStatement' ? node.body : [node], isResponse)
}

/** Statements that do nothing but set and send. */
function all(nodes: readonly Node[], isResponse: (node: Node) => boolean): Node[] | null {
  const isPlain = (node: Node): boolean =>
    (node.type === 'ExpressionStatement' || !node.type.endsWith('Statement')) &&
    some(node, isResponse) &&
    !asksWhatWasSent(node)
  return nodes.length > 0 && nodes.every(isPlain) ? [...nodes] : null
}

const asksWhatWasSent = (node: Node): boolean =>
  some(node, (one) => isMember(one) && /^(?:headersSent|writableEnded|finished)$/.test(memberName(one) ?? ''))

/** `res.headersSent` (true), `!res.headersSent` (false). */
function sentTest(test: Node, isResponse: (node: Node) => boolean): boolean | null {
  const at = uncast(test)
  if (at.type === 'UnaryExpression' && at.operator === '!') {
    const inner = sentTest(at.argument, isResponse)
    return inner === null ? null : !inner
  }
  return isMember(at) && memberName(at) === 'headersSent' && isResponse(at.object) ? true : null
}

/** The statements use nothing that the rest of the listener declares. */
function isSelfContained(own: readonly Node[], listener: PlainFunction, tree: SourceModule['tree']): boolean {
  const isIn = (node: Node): boolean => own.some((part) => contains(part, node))
  return [...tree.scopeOf.values()].every((scope) =>
    [...scope.bindings.values()].every(
      ({ kind, id, references }) =>
        kind === 'param' || functionAround(id) !== listener || isIn(id) || references.every(({ node }) => !isIn(node)),
    ),
  )
}
