import type * as t from '@babel/types'
import { snippet, spanOf } from '../../concerns/lowering.ts'
import type { Edit, Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { indentAt, removalRange } from '../../syntax/lines.ts'
import { uncast, withCasts } from '../../syntax/match.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, functionAround, isPlainFunction, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { Expansion, Shorthand, ShorthandContext } from '../recipe.ts'
import { readPromised } from './promise.ts'
import { type Constant, findRun, hasCaughtNext, mayReject, type Run, withFunction } from './runs.ts'

/** As in analyse/middleware.ts: the call answers, and then nobody who waits for it goes on; or the function goes on after it. */
const PENDING = 'pending$'

/**
 * A middleware `(req, res, next)` of the project that is run through a Promise, as Next's documentation has it: `await runMiddleware(req, res, limit)`,
 * `await promised(limit)(req, res)`, or the Promise where it stands, also around the handler. It is written out as a call of the
 * middleware, which answers or goes on. PA244: what it throws after its first `await` was an unhandled rejection, and the Promise stayed open.
 */
export const ownMiddleware: Shorthand = {
  id: 'own-middleware',
  codes: ['PA244', 'PA245'],
  packages: [],
  concerns: ({ file }) => /\bnew Promise\b|\bawait [\w$.]+\(/.test(file.text),
  expand: (module, context) => {
    const found: Expansion = { edits: [], notes: [], blockers: [] }
    const constants = new Set<Node>()
    const asyncs = new Set<Node>()
    walk(module.file.ast.program, (node) => {
      const made = node.type === 'NewExpression' ? writeHandled(node, module, context) : null
      const run = made?.run ?? (node.type === 'AwaitExpression' ? awaitedRun(node, module, context) : null)
      if (!run) return undefined
      found.edits.push(...(made?.edits ?? [callEdit(run, node)]))
      if (made?.fn && !asyncs.has(made.fn)) found.edits.push(asyncEdit(made.fn))
      if (made?.fn) asyncs.add(made.fn)
      const { declarator } = run.constant ?? {}
      if (run.constant && declarator && !constants.has(declarator)) found.edits.push(constantEdit(run.constant, module))
      if (declarator) constants.add(declarator)
      if (mayReject(run.found)) found.notes.push(rejectionNote(run, node, module))
      return undefined
    })
    return found
  },
}

function awaitedRun(node: t.AwaitExpression, module: SourceModule, context: ShorthandContext): Run | null {
  return parentOf(node)?.type === 'ExpressionStatement' ? findRun(uncast(node.argument), module, context) : null
}

/** `limit(req, res, pending$)` */
function callPieces({ middleware, req, res }: Run): Piece[] {
  return [sliceOf(middleware), '(', sliceOf(req), ', ', sliceOf(res), `, ${PENDING})`]
}

function callEdit(run: Run, node: Node): Edit {
  const argument = node.type === 'AwaitExpression' ? node.argument : node
  return { start: startOf(argument), end: endOf(argument), pieces: callPieces(run) }
}

/** `promised(createLimiter())` is `createLimiter()`; a constant for what has a name goes. */
function constantEdit({ declarator, isNeeded }: Constant, { file }: SourceModule): Edit {
  const { init } = declarator
  const made = init ? uncast(init) : null
  const [given] = made?.type === 'CallExpression' ? made.arguments : []
  const statement = parentOf(declarator) ?? declarator
  if (!init || !given || !isNeeded) return { ...removalRange(file, statement), pieces: [] }
  return { start: startOf(init), end: endOf(init), pieces: [sliceOf(given)] }
}

interface Handled {
  run: Run
  edits: Edit[]
  /** A function that waits for the middleware now, and did not before. */
  fn: Node | null
}

/**
 * `return new Promise((resolve, reject) => limit(req, res, () => resolve(handler(req, res))))`: the middleware and then the handler, in the
 * function that gives the Promise back or waits for it.
 */
function writeHandled(node: t.NewExpression, module: SourceModule, context: ShorthandContext): Handled | null {
  const promised = readPromised(node, module.tree)
  const handler = promised?.goesOn.handler
  const run = promised && handler ? withFunction({ ...promised, constant: null }, module, context) : null
  if (!promised || !handler || !run || (promised.goesOn.mayThrow && hasCaughtNext(run.found))) return null
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
  const { file } = module
  const { indent: unit, semicolon } = detectStyle(file)
  const word = place.type === 'ExpressionStatement' ? 'await' : 'return'
  const call = sliceOf(handler)
  if (!isArrow) {
    const indent = indentAt(file.text, startOf(place))
    const pieces = ['await ', ...callPieces(run), `${semicolon}\n${indent}${word} `, call]
    return { run, edits: [{ start: startOf(place), end: endOf(value), pieces }], fn: added }
  }
  const start = file.text.lastIndexOf('=>', startOf(value)) + 2
  if (file.text.slice(start, startOf(value)).trim() !== '') return null
  const base = indentAt(file.text, startOf(fn))
  const inner = `\n${base}${unit}`
  const pieces = [` {${inner}await `, ...callPieces(run), `${semicolon}${inner}return `, call, `${semicolon}\n${base}}`]
  return { run, edits: [{ start, end: endOf(value), pieces }], fn: added }
}

function asyncEdit(fn: Node): Edit {
  return { start: startOf(fn), end: startOf(fn), pieces: ['async '] }
}

function rejectionNote({ middleware }: Run, node: Node, { file }: SourceModule): Expansion['notes'][number] {
  const data = { text: snippet(file, middleware) }
  return { code: 'PA244', level: 'note', span: spanOf(file, node), data }
}
