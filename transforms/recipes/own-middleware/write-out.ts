import type * as t from '@babel/types'
import type { Edit, Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { indentAt, removalRange } from '../../syntax/lines.ts'
import { uncast, withCasts } from '../../syntax/match.ts'
import { detectStyle } from '../../syntax/style.ts'
import {
  endOf,
  functionAround,
  isPlainFunction,
  type Node,
  type PlainFunction,
  parentOf,
  startOf,
} from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { ShorthandContext } from '../recipe.ts'
import { seesNext } from './continued-throws.ts'
import { readPromised } from './promise.ts'
import { type Constant, type Run, withFunction } from './runs.ts'
import { ownRun } from './waiters.ts'

/** As in analyse/middleware.ts: the call answers, and then nobody who waits for it goes on; or the function goes on after it. */
const PENDING = 'pending$'

interface Written {
  run: Run
  edits: Edit[]
  /** A function that waits for the middleware now, and did not before. */
  fn: Node | null
}

/** `limit(req, res, pending$)` */
function callPieces({ middleware, req, res }: Run): Piece[] {
  return [sliceOf(middleware), '(', sliceOf(req), ', ', sliceOf(res), `, ${PENDING})`]
}

export function callEdit(run: Run, { argument }: t.AwaitExpression): Edit {
  return { start: startOf(argument), end: endOf(argument), pieces: callPieces(run) }
}

/** `applyLimits(req, res)` is `applyLimits(req, res, pending$)`. */
export function pendingEdit({ arguments: all, callee }: t.CallExpression): Edit {
  const end = endOf(all[all.length - 1] ?? callee)
  return { start: end, end, pieces: [`, ${PENDING}`] }
}

/** More than one statement will stand there. */
export function inBlock(statement: Node, { file }: SourceModule): Edit[] {
  const indent = indentAt(file.text, startOf(statement))
  const { indent: unit } = detectStyle(file)
  const before = file.text.slice(0, startOf(statement))
  const isOwnLine = /\n[ \t]*$/.test(before)
  const [inner, outer] = isOwnLine ? [indent, indent.slice(unit.length)] : [indent + unit, indent]
  const start = /[)\w]\s+$/.test(before) ? before.trimEnd().length : before.length
  return [
    { start, end: startOf(statement), pieces: [start < before.length ? ` {\n${inner}` : `{\n${inner}`] },
    { start: endOf(statement), end: endOf(statement), pieces: [`\n${outer}}`] },
  ]
}

/** `promised(createLimiter())` is `createLimiter()`; a constant for what has a name goes. */
export function constantEdit({ declarator, isNeeded }: Constant, { file }: SourceModule): Edit {
  const { init } = declarator
  const made = init ? uncast(init) : null
  const [given] = made?.type === 'CallExpression' ? made.arguments : []
  const statement = parentOf(declarator) ?? declarator
  if (!init || !given || !isNeeded) return { ...removalRange(file, statement), pieces: [] }
  return { start: startOf(init), end: endOf(init), pieces: [sliceOf(given)] }
}

export function asyncEdit(fn: Node): Edit {
  return { start: startOf(fn), end: startOf(fn), pieces: ['async '] }
}

/**
 * `return new Promise((resolve, reject) => limit(req, res, () => resolve(handler(req, res))))`: the middleware and then the handler, in the
 * function that gives the Promise back or waits for it.
 */
export function writeHandled(node: t.NewExpression, module: SourceModule, context: ShorthandContext): Written | null {
  const promised = readPromised(node, module.tree)
  const handler = promised?.goesOn.handler
  const run = promised && handler ? withFunction({ ...promised, constant: null }, module, context) : null
  if (!promised || !handler || !run || (promised.goesOn.mayThrow && seesNext(run.found, context) !== 'nothing'))
    return null
  return writeInPlace(node, run, handler, module)
}

/** The same where the function does nothing after it: `(req, res) => new Promise((resolve) => limit(req, res, resolve))`. */
export function writeWaiter(node: t.NewExpression, module: SourceModule, context: ShorthandContext): Written | null {
  const fn = functionAround(node)
  const run = isPlainFunction(fn) ? ownRun(fn, module, context) : null
  // What is awaited in a statement is written there.
  const isStatement = parentOf(parentOf(withCasts(node)) ?? node)?.type === 'ExpressionStatement'
  return run && !isStatement ? writeInPlace(node, run, null, module) : null
}

function writeInPlace(node: Node, run: Run, handler: Node | null, { file }: SourceModule): Written | null {
  const whole = withCasts(node)
  const above = parentOf(whole)
  const value = above?.type === 'AwaitExpression' ? withCasts(above) : whole
  const place = parentOf(value)
  const fn = functionAround(node)
  if (!place || !fn || !isPlainFunction(fn)) return null
  const isLast = place.type === 'ReturnStatement' || (place.type === 'ExpressionStatement' && value !== whole)
  const isArrow = place === fn && fn.body === value
  if (!isArrow && !(isLast && parentOf(place) === fn.body)) return null
  const added = fn.async ? null : fn
  const { indent: unit, semicolon } = detectStyle(file)
  const word = place.type === 'ExpressionStatement' ? 'await' : 'return'
  if (!isArrow) {
    const indent = indentAt(file.text, startOf(place))
    const rest: Piece[] = handler ? [`${semicolon}\n${indent}${word} `, sliceOf(handler)] : []
    return {
      run,
      edits: [{ start: startOf(place), end: endOf(value), pieces: ['await ', ...callPieces(run), ...rest] }],
      fn: added,
    }
  }
  const start = arrowEnd(fn, value, file.text)
  if (start === null) return null
  const base = indentAt(file.text, startOf(fn))
  const inner = `\n${base}${unit}`
  const rest: Piece[] = handler ? [`${inner}return `, sliceOf(handler), semicolon] : []
  const pieces = [` {${inner}await `, ...callPieces(run), semicolon, ...rest, `\n${base}}`]
  return { run, edits: [{ start, end: endOf(value), pieces }], fn: added }
}

/** Behind the `=>`, where nothing stands between it and the value. */
function arrowEnd(fn: PlainFunction, value: Node, text: string): number | null {
  const start = text.lastIndexOf('=>', startOf(value)) + 2
  return start > startOf(fn) && text.slice(start, startOf(value)).trim() === '' ? start : null
}
