import type * as t from '@babel/types'
import type { Edit, Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { indentAt } from '../../syntax/lines.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import { reindent } from '../layout.ts'
import type { Declared } from './middleware.ts'

/**
 * A middleware as a wrapper of handlers: `(req, res, next) => { ...; await next() }` becomes
 * `(next) => (req, res) => { ...; await next(req, res) }`, with the type of a handler where the module has types.
 */
export function writeWrapper(declared: Declared, module: SourceModule): Edit[] {
  const { fn, type, calls } = declared
  const [req, res, next] = fn.params
  if (!req || !res || next?.type !== 'Identifier') return []
  const given = `${next.name}${handlerType(module)}`
  const names = `(${nameOf(req)}, ${nameOf(res)})`
  const inside = calls.map((call): Edit => {
    const isLoose = parentOf(call)?.type === 'ExpressionStatement'
    return { start: startOf(call), end: endOf(call), pieces: [isLoose ? 'return ' : '', sliceOf(call.callee), names] }
  })
  const untyped: Edit[] = type ? [{ start: startOf(type), end: endOf(type), pieces: [] }] : []
  if (fn.type === 'FunctionDeclaration') return [...untyped, ...inside, ...writeDeclaration(fn, given, module)]
  return [
    ...untyped,
    ...inside,
    { start: startOf(fn), end: startOf(fn), pieces: [`(${given}) => `] },
    { start: endOf(res), end: endOf(next), pieces: [] },
  ]
}

/** `export async function withUser(req, res, next) { ... }` keeps its place: the new one gives the function back. */
function writeDeclaration(fn: t.FunctionDeclaration, given: string, module: SourceModule): Edit[] {
  const { file } = module
  const { indent, semicolon } = detectStyle(file)
  const [req, res] = fn.params
  if (!fn.id || !req || !res) return []
  const base = indentAt(file.text, startOf(fn))
  const pieces: Piece[] = [
    `function ${fn.id.name}(${given}) {\n${base}${indent}return ${fn.async ? 'async ' : ''}(`,
    sliceOf(req),
    ', ',
    sliceOf(res),
    ') => ',
    sliceOf(fn.body),
    `${semicolon}\n${base}}`,
  ]
  return [{ start: startOf(fn), end: endOf(fn), pieces }, ...reindent(file, fn.body, base + indent, base)]
}

export function handlerType({ file }: SourceModule): string {
  return file.language === 'ts' ? ': NextApiHandler' : ''
}

/** The type of a handler, where what was written needs it and the module does not have it. */
export function handlerImport({ file, tree }: SourceModule): Edit[] {
  if (file.language !== 'ts' || tree.program.bindings.has('NextApiHandler') || tree.program.types.has('NextApiHandler'))
    return []
  const { quote, semicolon } = detectStyle(file)
  const first = file.ast.program.body.find(({ type }) => type === 'ImportDeclaration')
  const start = first ? endOf(first) : 0
  return [
    {
      start,
      end: start,
      pieces: [`\nimport type { NextApiHandler } from ${quote}next${quote}${semicolon}`],
      sticky: true,
    },
  ]
}

function nameOf(node: Node): string {
  return node.type === 'Identifier' ? node.name : ''
}
