import type * as t from '@babel/types'
import type { MethodObject } from '../analyse/method-object.ts'
import { readWrapCall, type WrapperShape } from '../analyse/wrappers.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { FunctionNode } from '../model/route.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { editExpanded, expandFile } from '../syntax/expansion.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt } from '../syntax/lines.ts'
import { keyName, uncast } from '../syntax/match.ts'
import { isParseFailure } from '../syntax/parse.ts'
import { analyseScopes, bindingAt, isNameTaken } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, functionAround, isPlainFunction, type Node, parentOf, startOf, walk } from '../syntax/tree.ts'
import { readHandlers } from './method-arms.ts'
import type { SharedFunctions } from './shared-model.ts'
import { type Refusal, writtenRefusal } from './table-refusal.ts'

/**
 * `return byMethod({ GET: import('./get'), POST: add })(req, res)` in a handler, where the wrapper does nothing but to look the handler up and to
 * refuse where there is none: as the same program with a test for each method, and the refusal as the wrapper writes it. A module of the table
 * is loaded where its method asks for it. Null for any other file.
 */
export function openCalledTables(module: SourceModule, shared: SharedFunctions): SourceModule | null {
  const found: { edit: Edit; at: Node; isOfModules: boolean }[] = []
  walk(module.file.ast.program, (node) => {
    const called = node.type === 'ReturnStatement' ? readCalled(node, module, shared) : null
    const edit = called && written(called, module)
    if (called && edit) found.push({ edit, at: called.statement, isOfModules: called.object.isOfModules })
    return undefined
  })
  if (found.length === 0) return null
  const edits = found.map(({ edit }) => edit)
  const file = module.file.original ? editExpanded(module.file, edits) : expandFile(module.file, module.tree, edits)
  if (isParseFailure(file)) return null
  const loading = found.filter(({ isOfModules }) => isOfModules)
  const notes = loading.map(
    ({ at }) => ({ code: 'PA355', level: 'note', span: spanOf(module.file, at), data: {} }) as const,
  )
  return { ...module, file, tree: analyseScopes(file.ast), notes: [...(module.notes ?? []), ...notes] }
}

/** `byMethod({ GET: import('./get') })`: the argument is the table that the wrapper looks modules up in. */
export function takesModules(
  argument: Node,
  call: t.CallExpression,
  module: SourceModule,
  shared: SharedFunctions,
): boolean {
  const { callee, calls } = readWrapCall(call)
  const { shape } = shared.followWrapper(callee, module)?.callee.wrapper ?? {}
  const table = shape && calls[shape.level]?.arguments[shape.index]
  return shape?.object?.isOfModules === true && table !== undefined && uncast(table) === argument
}

interface Called {
  statement: t.ReturnStatement
  object: MethodObject
  rows: readonly { methods: readonly string[]; value: Node }[]
  /** The keys of the table, in its order. */
  keys: readonly string[]
  refusal: Refusal
  /** What the handler gives is returned. */
  isReturned: boolean
  /** What stands for `req` and `res` there. */
  given: readonly [t.Identifier, t.Identifier]
}

function readCalled(statement: t.ReturnStatement, module: SourceModule, shared: SharedFunctions): Called | null {
  const value = statement.argument ? uncast(statement.argument) : null
  const call = value?.type === 'AwaitExpression' ? uncast(value.argument) : value
  const made = call?.type === 'CallExpression' ? uncast(call.callee) : null
  if (call?.type !== 'CallExpression' || made?.type !== 'CallExpression' || made.arguments.length !== 1) return null
  const [table] = made.arguments
  const [req, res, ...others] = call.arguments
  if (table?.type !== 'ObjectExpression' || others.length > 0 || !standsAlone(statement)) return null
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier' || !isParam(req, module) || !isParam(res, module))
    return null
  const { callee } = shared.followWrapper(made.callee, module) ?? {}
  if (!callee || callee.wrapper.around.length > 0 || callee.source.module.standsFor) return null
  const { shape } = callee.wrapper
  const [level, deeper] = shape.levels
  if (!shape.object || level?.params.length !== 1 || deeper || !isBare(level, shape.inner)) return null
  const rows = readHandlers(table, { ...shape.object, isOfModules: false }, module.tree)
  if ('type' in rows) return null
  const keys = table.properties.flatMap((one) => (one.type === 'SpreadElement' ? [] : (keyName(one) ?? [])))
  const isKnown = rows.every(({ value }) =>
    shape.object?.isOfModules ? isLoading(value) : isFunctionName(value, module),
  )
  const body = isKnown ? readBody(shape, shape.object, callee.source.module) : null
  // Comments in the table have no place among the tests.
  const hasComment = module.file.comments.some(
    ({ start }) => (start ?? 0) > startOf(statement) && (start ?? 0) < endOf(statement),
  )
  return body && !hasComment ? { statement, object: shape.object, rows, keys, given: [req, res], ...body } : null
}

/** Nothing is done where the wrapper is called, but to make what it gives back. */
function isBare({ body }: FunctionNode, inner: Node): boolean {
  return body.type !== 'BlockStatement' || body.body.every((one) => one.type === 'ReturnStatement' || one === inner)
}

/** It stands in an async function, with nothing around it that would see an error before the function's caller does. */
function standsAlone(statement: Node): boolean {
  const around = functionAround(statement)
  if (!isPlainFunction(around) || !around.async || around.generator) return false
  for (let up = parentOf(statement); up && up !== around; up = parentOf(up))
    if (up.type === 'TryStatement') return false
  return true
}

/** A parameter of the function that returns, never assigned. */
function isParam(id: t.Identifier, { tree }: SourceModule): boolean {
  const binding = bindingAt(tree, id)
  const around = functionAround(id)
  const isOwn = isPlainFunction(around) && around.params.some((param) => param === binding?.id)
  return isOwn && binding?.references.every(({ kind }) => kind !== 'write') === true
}

function isLoading(value: Node): value is t.CallExpression {
  return (
    value.type === 'CallExpression' &&
    value.callee.type === 'Import' &&
    value.arguments.length === 1 &&
    value.arguments[0]?.type === 'StringLiteral'
  )
}

/** A name that is there whenever the handler runs: an import, or a function of the file. */
function isFunctionName(value: Node, { tree }: SourceModule): boolean {
  const binding = value.type === 'Identifier' ? bindingAt(tree, value) : null
  if (!binding || binding.scope !== tree.program || binding.references.some(({ kind }) => kind === 'write'))
    return false
  return binding.kind === 'import' || binding.declaration.type === 'FunctionDeclaration'
}

/** `const handler = (await handlers[req.method])?.default; if (!handler) { ... return }; return handler(req, res)`, and nothing else. */
function readBody(
  { inner, ...rest }: WrapperShape,
  object: MethodObject,
  module: SourceModule,
): Pick<Called, 'refusal' | 'isReturned'> | null {
  if (inner.body.type !== 'BlockStatement' || inner.params.length !== 2) return null
  const others = inner.body.body.filter((statement) => !object.names.some((one) => one.statement === statement))
  const [test, last, more] = others
  if (test?.type !== 'IfStatement' || test.alternate || !last || more) return null
  if (test.test.type !== 'UnaryExpression' || test.test.operator !== '!') return null
  const asked = uncast(test.test.argument)
  // What has defaults put in may have a handler where the table has none.
  if (object.known.missing.get(asked)?.kind !== 'undefined') return null
  const value =
    last.type === 'ReturnStatement' || last.type === 'ExpressionStatement'
      ? last.type === 'ReturnStatement'
        ? last.argument
        : last.expression
      : null
  const awaited = value ? uncast(value) : null
  const call = awaited?.type === 'AwaitExpression' ? uncast(awaited.argument) : awaited
  const isReturned = last.type === 'ReturnStatement'
  if (call?.type !== 'CallExpression' || call.arguments.length !== 2 || !rest.calls.includes(call)) return null
  if (!isReturned && awaited?.type !== 'AwaitExpression') return null
  // Handed on in their order.
  if (
    call.arguments.some(
      (argument, i) => argument.type !== 'Identifier' || bindingAt(module.tree, argument)?.id !== inner.params[i],
    )
  )
    return null
  const { consequent } = test
  const statements = consequent.type === 'BlockStatement' ? consequent.body : [consequent]
  const isPlain = statements.every(({ type }) => type === 'ExpressionStatement' || type === 'ReturnStatement')
  if (!isPlain || statements[statements.length - 1]?.type !== 'ReturnStatement') return null
  return { refusal: { statements, shape: { inner, ...rest }, module }, isReturned }
}

function written(
  { statement, object, rows, keys, refusal, isReturned, given: [req, res] }: Called,
  module: SourceModule,
): Edit | null {
  const { file, tree } = module
  const { indent, semicolon, quote } = detectStyle(file)
  const refused = writtenRefusal(refusal, [req, res], keys, module)
  if (!refused) return null
  const isOfBlock = parentOf(statement)?.type === 'BlockStatement'
  const outer = `\n${indentAt(file.text, startOf(statement))}`
  const line = isOfBlock ? outer : outer + indent
  const pieces: Piece[] = []
  for (const { methods, value } of rows) {
    const name = object.isOfModules ? freeName(`${methods[0]?.toLowerCase() ?? ''}Handler`, module) : null
    if (object.isOfModules && name === null) return null
    const test = methods.map((method) => `${req.name}.method === ${quote}${method}${quote}`).join(' || ')
    const called = isReturned ? 'return ' : 'await '
    const own: Piece = name ?? { from: startOf(value), to: endOf(value) }
    const end = isReturned ? semicolon : `${semicolon}${line}${indent}return${semicolon}`
    pieces.push(`if (${test}) {${line}${indent}`)
    if (name)
      pieces.push(
        `const { default: ${name} } = await `,
        { from: startOf(value), to: endOf(value) },
        `${semicolon}${line}${indent}`,
      )
    pieces.push(called, own, `(${req.name}, ${res.name})${end}${line}}${line}`)
  }
  pieces.push(refused.join(line))
  const all = isOfBlock ? pieces : [`{${line}`, ...pieces, `${outer}}`]
  return tree.globals.has('eval') ? null : { start: startOf(statement), end: endOf(statement), pieces: all }
}

function freeName(name: string, { file, tree }: SourceModule): string | null {
  return [name, `${name}2`].find((one) => !isNameTaken(tree, one, file.ast.program)) ?? null
}
