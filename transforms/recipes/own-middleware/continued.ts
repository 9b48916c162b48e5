import type * as t from '@babel/types'
import type { Edit, Piece } from '../../syntax/edits.ts'
import { isAnywhereInTry, leaves } from '../../syntax/completion.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { indentAt, type Range } from '../../syntax/lines.ts'
import { uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { detectStyle } from '../../syntax/style.ts'
import {
  contains,
  endOf,
  isListHolder,
  isPlainFunction,
  type Node,
  type PlainFunction,
  parentOf,
  some,
  startOf,
} from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import { reindentRange } from '../layout.ts'
import type { ShorthandContext } from '../recipe.ts'
import { isLastOf, mayContinue } from './continued-place.ts'
import { callsNext, cannotThrow, seesNext } from './continued-throws.ts'
import { settlingEdits } from './continued-settling.ts'
import { type Run, withFunction } from './runs.ts'

/** What comes after a middleware of the project, in the place of the function that it was handed as `next`. */
export interface Continued {
  runs: readonly Run[]
  edits: Edit[]
  /** A function that waits for the middleware now, and did not before. */
  fn: Node | null
}

interface Around {
  module: SourceModule
  context: ShorthandContext
  fn: PlainFunction
  indent: string
  /** Of the Promise around, where there is one. */
  resolve: Binding | null
}

/**
 * `limit(req, res, () => { ... })`, the last that a handler, a wrapper's function or another middleware does: what the function does, comes after the call.
 */
export function writeContinued(
  call: t.CallExpression,
  module: SourceModule,
  context: ShorthandContext,
): Continued | null {
  const [value, statement] = statementOf(call)
  const fn = statement && mayContinue(statement, module)
  if (!statement || !fn || !isLastOf(statement, fn)) return null
  return writeAt(statement, value, call, {
    module,
    context,
    fn,
    indent: indentAt(module.file.text, startOf(statement)),
    resolve: null,
  })
}

/** `return new Promise((resolve) => { limit(req, res, () => { handler(req, res).finally(resolve) }) })` */
export function writeContinuedPromise(
  made: t.NewExpression,
  module: SourceModule,
  context: ShorthandContext,
): Continued | null {
  const [executor, more] = made.arguments
  const isPromise =
    made.callee.type === 'Identifier' && made.callee.name === 'Promise' && !bindingAt(module.tree, made.callee)
  if (!isPromise || more || !isPlainFunction(executor) || executor.async || executor.generator) return null
  const [param, other] = executor.params
  const resolve = param?.type === 'Identifier' ? bindingAt(module.tree, param) : null
  const [only, second] = executor.body.type === 'BlockStatement' ? executor.body.body : []
  const call = only?.type === 'ExpressionStatement' && !second ? uncast(only.expression) : null
  const [value, statement] = statementOf(made)
  const fn = statement && mayContinue(statement, module)
  if (!resolve || other || call?.type !== 'CallExpression' || !statement || !fn) return null
  const isAwaited = value.type === 'AwaitExpression'
  // What a Promise that is returned rejects with passes a `catch` by.
  if (!isAwaited && (statement.type !== 'ReturnStatement' || isAnywhereInTry(statement, fn))) return null
  if (statement.type !== 'ReturnStatement' && !isLastOf(statement, fn)) return null
  return writeAt(statement, made, call, {
    module,
    context,
    fn,
    indent: indentAt(module.file.text, startOf(statement)),
    resolve,
  })
}

/** The statement that is a call, or gives it back. */
function statementOf(node: Node): [Node, t.Statement | null] {
  const whole = withCasts(node)
  const above = parentOf(whole)
  const value = above?.type === 'AwaitExpression' ? withCasts(above) : whole
  const statement = parentOf(value)
  return statement?.type === 'ExpressionStatement' || statement?.type === 'ReturnStatement'
    ? [value, statement]
    : [value, null]
}

function writeAt(statement: t.Statement, place: Node, call: t.CallExpression, around: Around): Continued | null {
  const { fn, module } = around
  const holder = parentOf(statement)
  if ((!fn.async && fn.returnType) || !holder || !isListHolder(holder)) return null
  const found = follow(call, around)
  if (!found) return null
  // Comments that stand in what goes are said above it.
  const isIn = (comment: t.Comment, { start, end }: Range): boolean =>
    (comment.start ?? 0) >= start && (comment.end ?? 0) <= end
  const lost = (module.file.ast.comments ?? []).filter(
    (one) => isIn(one, rangeOf(place)) && !found.covered.some((range) => isIn(one, range)),
  )
  const said = lost.map((one) => `${module.file.text.slice(one.start ?? 0, one.end ?? 0)}\n${around.indent}`)
  // What came after the statement was never come to.
  const isOpen = statement.type === 'ReturnStatement' && !found.leaves && !isLastOf(statement, fn)
  const end = isOpen ? [`\n${around.indent}return${detectStyle(module.file).semicolon}`] : []
  // A comment at its end must not take in what stands behind the statement.
  const isSaid = (module.file.ast.comments ?? []).some(
    (one) => one.type === 'CommentLine' && found.covered.some((range) => range.end === one.end),
  )
  const pieces = [...said, ...found.pieces, ...end, ...(isSaid && !isOpen ? [`\n${around.indent}`] : [])]
  const edit: Edit = { start: startOf(statement), end: endOf(statement), pieces }
  return { runs: found.runs, edits: [edit, ...found.edits], fn: fn.async ? null : fn }
}

const rangeOf = (node: Node): Range => ({ start: startOf(node), end: endOf(node) })

interface Followed {
  runs: readonly Run[]
  pieces: readonly Piece[]
  /** Within the slices of the pieces. */
  edits: readonly Edit[]
  /** It ends with a `return` or a `throw`. */
  leaves: boolean
  /** What is copied. */
  covered: readonly Range[]
}

function follow(call: t.CallExpression, around: Around): Followed | null {
  const { module, context, fn, indent } = around
  const [req, res, last, more] = call.arguments
  if (!req || !res || !last || more) return null
  const run = withFunction(
    { middleware: uncast(call.callee), req: uncast(req), res: uncast(res), constant: null },
    module,
    context,
  )
  const isOwn = (node: Node): boolean => fn.params.some((param) => param === bindingAt(module.tree, node)?.id)
  if (!run || !isOwn(run.req) || !isOwn(run.res) || !callsNext(run.found, context)) return null
  const line = `${detectStyle(module.file).semicolon}\n${indent}`
  const head: Piece[] = ['await ', sliceOf(call.callee), '(', sliceOf(req), ', ', sliceOf(res), `, pending$)`, line]
  const next = uncast(last)
  if (next.type === 'Identifier' && isOwn(next) && fn.params[2] === bindingAt(module.tree, next)?.id)
    return {
      runs: [run],
      pieces: [...head, sliceOf(next), '()', detectStyle(module.file).semicolon],
      edits: [],
      leaves: false,
      covered: [],
    }
  if (next.type !== 'ArrowFunctionExpression' || next.params.length > 0) return null
  const seen = seesNext(run.found, context)
  if (seen === 'result' || (seen === 'error' && !cannotThrow(next, around))) return null
  const body = bodyOf(next, around)
  return body && { ...body, runs: [run, ...body.runs], pieces: [...head, ...body.pieces] }
}

function bodyOf(next: t.ArrowFunctionExpression, around: Around): Followed | null {
  const { module, indent, resolve, fn } = around
  const { body } = next
  if (body.type !== 'BlockStatement') {
    const inner = uncast(body)
    if (inner.type === 'CallExpression') {
      const followed = follow(inner, around)
      if (followed) return followed
    }
    const settled = resolve ? settlingEdits(next, resolve, module) : []
    return (
      settled && {
        runs: [],
        pieces: ['return ', sliceOf(body), detectStyle(module.file).semicolon],
        edits: settled,
        leaves: true,
        covered: [rangeOf(body)],
      }
    )
  }
  const { text } = module.file
  if (body.directives.length > 0 || body.body.length === 0 || clashes(next, fn, module)) return null
  const inside = text.slice(startOf(body) + 1, endOf(body) - 1)
  const start = startOf(body) + 1 + (inside.length - inside.trimStart().length)
  const range = { start, end: startOf(body) + 1 + inside.trimEnd().length }
  const first = body.body[0]
  const edits = reindentRange(module.file, range, indent, first ? indentAt(text, startOf(first)) : indent)
  const statement = body.body[body.body.length - 1]
  const call = statement ? callIn(statement) : null
  const followed = statement && call ? follow(call, around) : null
  if (statement && followed) {
    const inner: Edit = { start: startOf(statement), end: endOf(statement), pieces: followed.pieces }
    return {
      runs: followed.runs,
      leaves: followed.leaves,
      pieces: [{ from: range.start, to: range.end }],
      edits: [...edits.filter(({ start: at }) => at < startOf(statement)), inner, ...followed.edits],
      covered: [
        ...followed.covered,
        { start: range.start, end: startOf(statement) },
        { start: endOf(statement), end: range.end },
      ],
    }
  }
  const settled = resolve ? settlingEdits(next, resolve, module) : []
  if (settled?.some((edit) => edit.start < range.start || edit.end > range.end)) return null
  const isGivenBack = settled?.some((edit) => edit.start === startOf(statement ?? body) && edit.pieces.length > 1)
  return (
    settled && {
      runs: [],
      pieces: [{ from: range.start, to: range.end }],
      edits: [...edits, ...settled],
      leaves: leaves(body) || isGivenBack === true,
      covered: [range],
    }
  )
}

function callIn(statement: t.Statement): t.CallExpression | null {
  const value =
    statement.type === 'ExpressionStatement'
      ? statement.expression
      : statement.type === 'ReturnStatement'
        ? statement.argument
        : null
  const node = value && uncast(value)
  const call = node?.type === 'AwaitExpression' ? uncast(node.argument) : node
  return call?.type === 'CallExpression' ? call : null
}

/** A name of the function that goes means something else in the one around it. */
function clashes(next: t.ArrowFunctionExpression, fn: PlainFunction, { tree }: SourceModule): boolean {
  const own = new Set<string>()
  for (const node of [next, next.body]) for (const name of tree.scopeOf.get(node)?.bindings.keys() ?? []) own.add(name)
  return some(fn, (node) => node.type === 'Identifier' && own.has(node.name) && !contains(next, node))
}
