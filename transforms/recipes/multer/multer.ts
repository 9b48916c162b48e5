import type * as t from '@babel/types'
import { block, note } from '../../concerns/lowering.ts'
import type { Edit } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { indentAt } from '../../syntax/lines.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import { readRunner } from '../cors/runner.ts'
import { nodeRequestEdit } from '../node-request.ts'
import type { Recipe, Shorthand, ShorthandContext } from '../recipe.ts'
import { isUploadMiddleware } from './middleware.ts'
import { readUpload, type Upload } from './places.ts'

/** Stands for the function that makes a Node stream of the request, until it is known where that is. */
export const MADE = 'nodeRequest$'

/**
 * multer@1.4.5-lts.2 and 2.0.2 lib/make-middleware.js: asks the request for its headers (also type-is@1.6.18), pipes it into busboy, and hangs `body`,
 * `file` or `files` on it; it never looks at the response. It is written out as the same on a stream that is made of the request, and what
 * the code after it reads from the request it reads from that. Options that ask the request themselves are left alone (PA549).
 */
export const multerShorthand: Shorthand = {
  id: 'multer/multer',
  codes: ['PA600'],
  packages: ['multer'],
  concerns: ({ file }) => /\.(?:single|array|fields|none|any)\(/.test(file.text) && /multer|upload/i.test(file.text),
  expand: (module, context) => {
    const edits: Edit[] = []
    const requests = new Set<unknown>()
    walk(module.file.ast.program, (node) => {
      const found = node.type === 'CallExpression' ? findUpload(node, module, context) : null
      // A request is read once.
      if (!found || requests.has(found.request)) return undefined
      requests.add(found.request)
      edits.push(...writeUpload(found, module))
      return undefined
    })
    return { edits, notes: [], blockers: [] }
  },
}

interface Found extends Upload {
  middleware: Node | null
}

/** `upload(req, res, callback)`, or `await runMiddleware(req, res, upload)` with a function that only waits for it. */
function findUpload(call: t.CallExpression, module: SourceModule, context: ShorthandContext): Found | null {
  const [, , third] = call.arguments
  if (!third || call.arguments.length !== 3) return null
  if (isUploadMiddleware(call.callee, module, context)) {
    const upload = readUpload(call, module.tree)
    return upload && { ...upload, middleware: null }
  }
  if (!isUploadMiddleware(third, module, context) || !isStatement(call)) return null
  const runner = context.functionAt(call.callee, module)
  const run = runner ? readRunner(runner.fn) : null
  const upload =
    run && isThird(run.middleware, runner?.fn.params[2]) && run.onError === 'thrown'
      ? readUpload(call, module.tree)
      : null
  return upload && { ...upload, middleware: third }
}

function isThird(middleware: Node, param: Node | undefined): boolean {
  return middleware.type === 'Identifier' && param?.type === 'Identifier' && middleware.name === param.name
}

/** What it resolves with is not looked at. */
function isStatement(call: Node): boolean {
  const awaited = parentOf(call)
  return awaited?.type === 'AwaitExpression' && parentOf(awaited)?.type === 'ExpressionStatement'
}

function writeUpload({ call, req, res, reads, before, middleware }: Found, module: SourceModule): Edit[] {
  const { file } = module
  const { semicolon } = detectStyle(file)
  const name = freeName(module)
  const indent = indentAt(file.text, startOf(before))
  const end = semicolon === '' && /^[([`/+-]/.test(file.text.slice(startOf(before))) ? ';' : semicolon
  const declared: Edit = {
    start: startOf(before),
    end: startOf(before),
    pieces: [`const ${name} = ${MADE}(${req.name})${end}\n${indent}`],
  }
  const renamed = reads.map((read): Edit => ({ start: startOf(read), end: endOf(read), pieces: [name] }))
  if (!middleware)
    return [
      declared,
      { start: startOf(req), end: endOf(req), pieces: [name] },
      { start: startOf(res), end: endOf(res), pieces: [`${name}.res`] },
      ...renamed,
    ]
  const error = file.language === 'ts' ? 'error: unknown' : 'error'
  const wait = 'new Promise((resolve, reject) => '
  return [
    declared,
    {
      start: startOf(call),
      end: endOf(call),
      pieces: [
        wait,
        sliceOf(middleware),
        `(${name}, ${name}.res, (${error}) => (error ? reject(error) : resolve(null))))`,
      ],
    },
    ...renamed,
  ]
}

function freeName({ tree }: SourceModule): string {
  const isTaken = (name: string): boolean =>
    tree.globals.has(name) || [...tree.scopeOf.values()].some(({ bindings }) => bindings.has(name))
  const [first = 'incoming'] = ['upload', 'incoming', 'nodeRequest', 'incomingRequest'].filter((name) => !isTaken(name))
  return first
}

/** The call that was written out. */
export const multer: Recipe = {
  id: 'multer/stream',
  codes: ['PA549', 'PA600'],
  packages: [],
  owns: ({ call }) => call.callee.type === 'Identifier' && call.callee.name === MADE,
  lower: ({ call }, at, context) => {
    const [req] = call.arguments
    if (!at.mayReadRaw || !req) block(at, 'PA549', call, { package: 'multer', why: 'body-parser' })
    else {
      at.edits.push({ ...nodeRequestEdit(req, at, context), start: startOf(call), end: endOf(call) })
      note(at, 'PA600', 'note', call, { package: 'multer' })
    }
    return true
  },
}
