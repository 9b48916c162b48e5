import type * as t from '@babel/types'
import { snippet, spanOf } from '../../concerns/lowering.ts'
import type { Edit } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { isListHolder, type Node, parentOf, walk } from '../../syntax/tree.ts'
import type { Expansion, Shorthand, ShorthandContext } from '../recipe.ts'
import { type Continued, writeContinued, writeContinuedPromise } from './continued.ts'
import { findRun, mayReject, type Run } from './runs.ts'
import { waitsOnly } from './waiters.ts'
import { asyncEdit, callEdit, constantEdit, inBlock, pendingEdit, writeHandled, writeWaiter } from './write-out.ts'

/**
 * A middleware `(req, res, next)` of the project that is run through a Promise, as Next's documentation has it: `await runMiddleware(req, res, limit)`,
 * `await promised(limit)(req, res)`, or the Promise where it stands, also around the handler. It is written out as a call of the
 * middleware, which answers or goes on; so is one that is handed what comes after it as a function (`limit(req, res, () => handler(req, res))`), and then that. PA244: what it throws after its first `await` was an unhandled rejection, and the Promise stayed open.
 */
export const ownMiddleware: Shorthand = {
  id: 'own-middleware',
  codes: ['PA244', 'PA245', 'PA264'],
  packages: [],
  concerns: ({ file }) => /\bnew Promise\b|\bawait [\w$.]+\(|,\s*(?:(?:async\s*)?\(\)\s*=>|\w+\))/.test(file.text),
  expand: (module, context) => {
    const found: Expansion = { edits: [], notes: [], blockers: [] }
    const told = new Set<Node>()
    const once = (node: Node | undefined, make: () => Edit): void => {
      if (node && !told.has(node)) found.edits.push(make())
      if (node) told.add(node)
    }
    walk(module.file.ast.program, (node) => {
      const continued = findContinued(node, module, context)
      if (continued) {
        found.edits.push(...continued.edits)
        once(continued.fn ?? undefined, () => asyncEdit(continued.fn ?? node))
        found.notes.push(continuedNote(continued, node, module))
        return false
      }
      const written = writeOut(node, module, context)
      if (!written) return undefined
      const { run, edits, fn } = written
      found.edits.push(...edits)
      once(fn ?? undefined, () => asyncEdit(written.fn ?? node))
      const constant = run?.constant
      if (constant) once(constant.declarator, () => constantEdit(constant, module))
      if (run && mayReject(run.found)) found.notes.push(rejectionNote(run, node, module))
      return undefined
    })
    return found
  },
}

function findContinued(node: Node, module: SourceModule, context: ShorthandContext): Continued | null {
  if (node.type === 'CallExpression') return writeContinued(node, module, context)
  if (node.type !== 'NewExpression' || writeHandled(node, module, context)) return null
  return writeContinuedPromise(node, module, context)
}

function continuedNote({ runs }: Continued, node: Node, { file }: SourceModule): Expansion['notes'][number] {
  const names = runs.map(({ middleware }) => snippet(file, middleware))
  return { code: 'PA264', level: 'note', span: spanOf(file, node), data: { names } }
}

interface Written {
  /** Null for a function that only waits for middleware. */
  run: Run | null
  edits: Edit[]
  /** A function that waits for the middleware now, and did not before. */
  fn: Node | null
}

function writeOut(node: Node, module: SourceModule, context: ShorthandContext): Written | null {
  if (node.type === 'NewExpression') return writeHandled(node, module, context) ?? writeWaiter(node, module, context)
  if (node.type !== 'AwaitExpression') return null
  const statement = parentOf(node)
  if (statement?.type !== 'ExpressionStatement') return null
  const value = uncast(node.argument)
  const run = findRun(value, module, context)
  const isWaiter = !run && value.type === 'CallExpression' && waitsOnly(value, module, context)
  if (!run && !isWaiter) return null
  const edit = run ? callEdit(run, node) : pendingEdit(value as t.CallExpression)
  const around = parentOf(statement)
  return { run, edits: around && isListHolder(around) ? [edit] : [edit, ...inBlock(statement, module)], fn: null }
}

function rejectionNote({ middleware }: Run, node: Node, { file }: SourceModule): Expansion['notes'][number] {
  const data = { text: snippet(file, middleware) }
  return { code: 'PA244', level: 'note', span: spanOf(file, node), data }
}
