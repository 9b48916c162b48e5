import type * as t from '@babel/types'
import { snippet, spanOf } from '../../concerns/lowering.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Edit } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import type { Expansion, Shorthand, ShorthandContext } from '../recipe.ts'
import {
  isMakerCall,
  listedIn,
  type Maker,
  makersIn,
  middlewareAt,
  moduleOf,
  readMaker,
  type Unclear,
} from './chain.ts'
import { declaredIn, type Middleware, PACKAGE } from './middleware.ts'
import { findUses, type Use } from './uses.ts'
import { reachNames } from './names.ts'
import { handlerImport, handlerType, writeWrapper } from './write-out.ts'

/**
 * Chains of next-api-middleware, 1.0 to 3.0: `label({ user, errors }, ['errors'])('user')(handler)` and `use(errors, user)(handler)`. A middleware
 * `(req, res, next)` is written out as a wrapper of handlers, and the chain as calls of those: `errors(user(handler))`. The package runs them
 * in that order, waits for what comes behind where `next()` is awaited or the middleware gives no promise, hands on what fails there, and drops what the
 * handler returns (dist/executor). PA578: its `next()` never returns where a middleware further in answers by itself. PA580: what cannot be read in
 * the files.
 */
export const nextApiMiddleware: Shorthand = {
  id: 'next-api-middleware/next-api-middleware',
  codes: ['PA578', 'PA580'],
  packages: [PACKAGE],
  concerns: (module, context) => PACKAGE in context.app.packages && importsMaker(module, context),
  expand: (module, context) => {
    const makers = makersIn(module, context)
    const all = declaredIn(module, listedIn(module, context))
    const found: Expansion = { edits: [], notes: [], blockers: [] }
    for (const declared of all) found.edits.push(...writeWrapper(declared, module))
    for (const maker of makers) if (!('node' in maker)) add(found, writeMaker(maker, context))
    for (const use of findUses(module, (node) => makerAt(node, module, context)))
      add(found, writeUse(use, module, context))
    const isTyped = found.edits.length > 0 && makers.length + all.length > 0
    return isTyped ? { ...found, edits: [...handlerImport(module), ...found.edits] } : found
  },
}

function add(to: Expansion, { edits, notes, blockers }: Expansion): void {
  to.edits.push(...edits)
  to.notes.push(...notes)
  to.blockers.push(...blockers)
}

/** Another module makes a chain, and this one names what it makes. */
function importsMaker(module: SourceModule, context: ShorthandContext): boolean {
  return module.file.ast.program.body.some((statement) => {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') return false
    const path = context.resolve(statement.source.value, module.path)
    const other = path === null ? null : context.moduleAt(path)
    return other?.file.text.includes(PACKAGE) === true && makersIn(other, context).length > 0
  })
}

/** The maker that a callee stands for: a call of the package, a constant of this module, or one of another. */
function makerAt(node: Node, module: SourceModule, context: ShorthandContext): Maker | Unclear | null {
  if (isMakerCall(node, module)) return readMaker(node, module, context)
  const imported = importedAs(node, module.tree)
  const found = imported
    ? moduleOf(imported, module, context)
    : { module, binding: node.type === 'Identifier' ? (module.tree.program.bindings.get(node.name) ?? null) : null }
  const declaration = found?.binding?.kind === 'const' ? found.binding.declaration : null
  const init = declaration?.type === 'VariableDeclarator' ? declaration.init : null
  return found && init && isMakerCall(init, found.module) ? readMaker(init, found.module, context) : null
}

/** `const withMiddleware = label(...)`: the wrapper that always runs. */
function writeMaker(maker: Maker, context: ShorthandContext): Expansion {
  const { module, call, always, constant } = maker
  const chain = readAll(always, module, context)
  if (!constant || 'node' in chain || chain.length === 0) return { edits: [], notes: [], blockers: [] }
  const handler =
    module.tree.globals.has('handler') || module.tree.program.bindings.has('handler') ? 'apiHandler' : 'handler'
  const made = nest(
    always.map(({ name }) => name),
    handler,
  )
  const edit: Edit = {
    start: startOf(call),
    end: endOf(call),
    pieces: [`(${handler}${handlerType(module)}) => ${made}`],
  }
  // A type that the module writes for it is that of a chain.
  const type = constant.id.typeAnnotation
  const untyped: Edit[] = type ? [{ start: startOf(type), end: endOf(type), pieces: [] }] : []
  return { edits: [...untyped, edit], notes: laterNotes(chain, 0, call, module), blockers: [] }
}

const nest = (names: readonly string[], inner: string): string =>
  names.reduceRight((made, name) => `${name}(${made})`, inner)

interface Read extends Middleware {
  name: string
}

function readAll(names: readonly t.Identifier[], module: SourceModule, context: ShorthandContext): Read[] | Unclear {
  const read: Read[] = []
  for (const id of names) {
    const found = middlewareAt(id, module, context)
    if (!found) return { node: id, module }
    read.push({ ...found, name: id.name })
  }
  return read
}

/** `withMiddleware('user')(handler)` */
function writeUse({ maker, node, chosen, handler }: Use, module: SourceModule, context: ShorthandContext): Expansion {
  if ('node' in maker) return refuse(maker, node, module)
  if ('node' in chosen || !handler) return refuse('node' in chosen ? chosen : { node, module }, node, module)
  const first = readAll(maker.always, maker.module, context)
  const before = maker.constant && !('node' in first) && first.length > 0 ? 1 : 0
  const names = maker.constant ? chosen.names : [...maker.always, ...chosen.names]
  if ('node' in first) return refuse(first, node, module)
  const others = names.map((id) => ({ id, module: module.tree.bindingOf.has(id) ? module : maker.module }))
  const rest: Read[] = []
  for (const one of others) {
    const found = readAll([one.id], one.module, context)
    if ('node' in found) return refuse(found, node, module)
    rest.push(...found)
  }
  const reached = reachNames(others, { module, maker, context })
  if (!reached) return refuse({ node, module }, node, module)
  const callee =
    maker.constant && node.type === 'CallExpression'
      ? module.file.text.slice(startOf(node.callee), endOf(node.callee))
      : ''
  const all = [...(before ? [callee] : []), ...reached.names]
  const [outer] = all
  if (outer === undefined) return refuse({ node, module }, node, module)
  const edits: Edit[] = [
    ...reached.edits,
    ...(maker.choices || !maker.constant ? [{ start: startOf(node), end: endOf(node), pieces: [outer] }] : []),
  ]
  if (all.length > 1) {
    edits.push({ start: startOf(handler), end: startOf(handler), pieces: [`${all.slice(1).join('(')}(`] })
    edits.push({ start: endOf(handler), end: endOf(handler), pieces: [')'.repeat(all.length - 1)] })
  }
  const run = maker.constant ? [...first, ...rest] : rest
  return { edits, notes: laterNotes(run, maker.constant ? first.length : 0, node, module), blockers: [] }
}

/** What a middleware does after `next()`, where one of those from here on may answer by itself. */
function laterNotes(run: readonly Read[], from: number, at: Node, { file }: SourceModule): Diagnostic[] {
  const last = run.findLastIndex(({ mayAnswer }) => mayAnswer)
  const later = last < from ? [] : run.slice(0, last).filter(({ endsLater }) => endsLater)
  return later.map(
    ({ name }): Diagnostic => ({ code: 'PA578', level: 'review', span: spanOf(file, at), data: { name } }),
  )
}

function refuse(unclear: Unclear, node: Node, module: SourceModule): Expansion {
  const data = { text: snippet(unclear.module.file, unclear.node), file: unclear.module.path }
  return {
    edits: [],
    notes: [],
    blockers: [{ code: 'PA580', level: 'blocker', span: spanOf(module.file, node), data }],
  }
}
