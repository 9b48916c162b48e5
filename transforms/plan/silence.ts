import type * as t from '@babel/types'
import { isPlainValue, strip } from '../analyse/flow-facts.ts'
import type { EffectSite, ExitSite, Flow, SilentEnd } from '../analyse/flow-model.ts'
import { isFalsy } from '../analyse/guard-tests.ts'
import { type Lowering, note } from '../concerns/lowering.ts'
import type { Effect } from '../model/response.ts'
import type { Piece } from '../syntax/edits.ts'
import { indentAt as sourceIndentAt } from '../syntax/lines.ts'
import { isCall, isMember, numberValue, uncast } from '../syntax/match.ts'
import type { FunctionInput } from './function-model.ts'
import { isInTry } from '../syntax/completion.ts'
import { endOf, isListHolder, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * Paths on which the handler ends without an answer. In Pages the request hangs until somebody gives up; the route answers it with
 * nothing: with the status that was set for this end, else with the 500 of a route handler that returns nothing (next@15
 * server/route-modules/app-route/module: "No response is returned from route handler"). False where an end cannot be written: the path
 * stays a reason to keep the route.
 */
export function answerSilence(flow: Flow, input: FunctionInput, at: Lowering): boolean {
  // A method that is never answered is left to Next.
  if (at.strict || flow.exits.length + flow.guards.length === 0) return false
  const calls = flow.exits.filter(({ what }) => what.kind === 'call' && what.call.kind === 'may')
  const callOf = ({ node }: SilentEnd): ExitSite | undefined =>
    calls.find(({ what }) => what.kind === 'call' && what.call.node === node)
  const canAnswer = (end: SilentEnd): boolean => {
    const call = callOf(end)
    if (call) return canFallBack(call, end, input, at)
    if ([...end.pending.keys()].some(({ what }) => what.kind === 'write')) return false
    if (end.node?.type === 'BlockStatement') return end.node.body.length > 0
    if (end.node) return end.node.type === 'ReturnStatement' && canWait(end.node, at)
    return at.fn.body.type === 'BlockStatement' && at.fn.body.body.length > 0
  }
  if (!flow.silent.every(canAnswer)) return false
  for (const end of flow.silent) {
    const call = callOf(end)
    if (call) fallBack(call, input, at)
    else flow.exits.push(exitOf(end, at))
  }
  return true
}

/** What is returned may be a promise: Next waited for it, and what it throws went past the catch. */
function canWait(end: t.ReturnStatement, at: Lowering): boolean {
  return !end.argument || !mayBePromise(end.argument) || (at.mayAwait && !isInTry(end, at.fn))
}

function mayBePromise(value: Node): boolean {
  const node = uncast(value)
  const isPrinted =
    isCall(node) &&
    isMember(node.callee) &&
    node.callee.object.type === 'Identifier' &&
    node.callee.object.name === 'console'
  return !isPlainValue(value) && node.type !== 'AwaitExpression' && !isPrinted
}

/** Where the helper does not answer it gives back nothing, and nothing that it would have taken along is lost. */
function canFallBack(exit: ExitSite, end: SilentEnd, { summaries }: FunctionInput, at: Lowering): boolean {
  const summary = exit.what.kind === 'call' ? summaries.get(exit.what.call.callee) : undefined
  return (
    summary !== undefined &&
    !summary.blocked &&
    !summary.sharesHeaders &&
    at.mayAwait &&
    [...end.pending.keys()].every(({ what }) => what.kind === 'header') &&
    summary.returns.unanswered.every(isFalsy) &&
    strip(exit.node) === end.node &&
    exit.node.type !== 'UnaryExpression' &&
    // `return run(req, res)` of an async function: what it throws goes past the catch, and must not be waited for in the try.
    (exit.node.type === 'AwaitExpression' || !isInTry(exit.node, at.fn)) &&
    (exit.form === 'returned' || exit.form === 'tail')
  )
}

/** `return (await show(request)) || new Response(null, { status: 500 })` */
function fallBack(exit: ExitSite, input: FunctionInput, at: Lowering): void {
  const { node, what, statement } = exit
  const callee = what.kind === 'call' ? what.call.callee : null
  const isAsync = callee !== null && (callee.fn.async || input.summaries.get(callee)?.becameAsync === true)
  const isTail = exit.form === 'tail' && !exit.isNested
  const open = isAsync && node.type !== 'AwaitExpression' ? '(await ' : node.type === 'AwaitExpression' ? '(' : ''
  note(at, 'PA337', 'review', listed(statement), { status: 500 })
  exit.isReplaced = true
  at.edits.push({ start: startOf(node), end: startOf(node), pieces: [`${isTail ? 'return ' : ''}${open}`] })
  at.edits.push({
    start: endOf(node),
    end: endOf(node),
    pieces: [`${open === '' ? '' : ')'} || new Response(null, { status: 500 })`],
  })
}

function exitOf({ node, pending }: SilentEnd, at: Lowering): ExitSite {
  const place = node ?? at.fn.body
  const body = node?.type === 'BlockStatement' ? node : node ? null : at.fn.body
  const status = [...pending].reverse().find(([site]) => site.what.kind === 'status')
  const isMeant = status?.[1] === true && isForEnd(status[0], place)
  const own: Effect[] = isMeant ? [] : [{ kind: 'status', value: five, node: place }]
  const shown = isMeant && status?.[0].what.kind === 'status' ? numberValue(status[0].what.value) : 500
  note(at, 'PA337', 'review', body ? closingOf(body) : listed(place), shown === null ? {} : { status: shown })
  const exit: ExitSite = {
    kind: 'exit',
    what: {
      kind: 'response',
      fact: { kind: 'response', node: place, effects: own, exit: { kind: 'end', value: null } },
    },
    node: place,
    statement: body ? lastOf(body) : place,
    form: 'silent',
    isNested: false,
    pending: [...pending.keys()],
  }
  for (const [site, certain] of pending) site.exits.set(exit, certain)
  return exit
}

const five = { type: 'NumericLiteral', value: 500, start: 0, end: 0 } as t.NumericLiteral

/** A refusal stays one until the end; a success was meant for the answer that it stands before. */
function isForEnd({ what, statement }: EffectSite, place: Node): boolean {
  const number = what.kind === 'status' ? numberValue(what.value) : null
  if (number !== null && number >= 400) return true
  return statement !== null && (parentOf(statement) === parentOf(place) || parentOf(statement) === place)
}

/** The statement around it before which a comment can stand. */
export function listed(node: Node): Node {
  const parent = parentOf(node)
  return parent && !isListHolder(parent) ? listed(parent) : node
}

/** The brace that ends a body. */
function closingOf(body: Node): Node {
  return { ...body, start: endOf(body) - 1 }
}

function lastOf(body: Node): Node {
  return body.type === 'BlockStatement' ? (body.body[body.body.length - 1] ?? body) : body
}

/** The new return, in the place of the old one or at the end of the body. */
export function emitSilence({ node }: ExitSite, response: readonly Piece[], at: Lowering, indent: string): void {
  const { semicolon } = at.style
  if (node.type === 'ReturnStatement') {
    const range = { start: startOf(node), end: endOf(node) }
    const value = node.argument
    const answer: Piece[] = ['return ', ...response, semicolon]
    if (!value || isPlainValue(value)) return void at.edits.push({ ...range, pieces: answer })
    const awaits = mayBePromise(value) ? 'await ' : ''
    const isBare = /^(?:Call|OptionalCall|New|Identifier|Member)/.test(uncast(value).type)
    const text: Piece = { from: startOf(value), to: endOf(value) }
    const work: Piece[] = awaits === '' || isBare ? [awaits, text] : [`${awaits}(`, text, ')']
    const parent = parentOf(node)
    const isListed = parent !== null && isListHolder(parent)
    const line = `${semicolon}\n${indent}`
    if (isListed) at.edits.push({ ...range, pieces: [...work, line, ...answer] })
    else {
      const inner = `\n${indent}${at.style.indent}`
      at.edits.push({ ...range, pieces: [`{${inner}`, ...work, `${semicolon}${inner}`, ...answer, `\n${indent}}`] })
    }
    return
  }
  const { text } = at.file
  const place = endOf(node) - 1
  const line = text.lastIndexOf('\n', place - 1) + 1
  const isOwnLine = /^[ \t]*$/.test(text.slice(line, place))
  const base = sourceIndentAt(text, isOwnLine ? place : startOf(node))
  const unit = at.style.indent
  const pieces: Piece[] = [isOwnLine ? unit : `\n${base}${unit}`, 'return ', ...response, `${semicolon}\n${base}`]
  at.edits.push({ start: place, end: place, pieces, sticky: true })
}
