import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { type Piece, render } from '../../syntax/edits.ts'
import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, some } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import type { Found } from './functions.ts'
import { renameParams } from './names.ts'
import type { Router, Unclear } from './router.ts'
import { blockLines, type Writing } from './writing.ts'

/** What the project answers itself where nothing is registered, or where something fails. */
export interface Options {
  onError: Found | null
  onNoMatch: Found | null
}

export function readOptions({ options }: Router, module: SourceModule, context: ShorthandContext): Options | Unclear {
  const found: Options = { onError: null, onNoMatch: null }
  if (!options) return found
  const object = findObject(options, module, context)
  if (!object) return { why: 'options', node: options }
  const isOwn = object.module === module
  for (const property of object.node.properties) {
    const key = property.type === 'SpreadElement' ? null : keyName(property)
    if (key === 'attachParams' || key === 'disableResponseWait') continue
    if (key !== 'onError' && key !== 'onNoMatch') return { why: 'options', node: isOwn ? property : options }
    const fn = property.type === 'ObjectProperty' ? uncast(property.value) : methodOf(property)
    if (!isPlainFunction(fn)) return { why: 'options', node: isOwn ? property : options }
    if (!isOwn && !standsAlone(fn, object.module, module)) return { why: 'options', node: options }
    found[key] = { fn, module: object.module }
  }
  return found
}

/** The object that is written here, under a name of this file, or under one that another module exports. */
function findObject(
  options: Node,
  module: SourceModule,
  context: ShorthandContext,
): { node: t.ObjectExpression; module: SourceModule } | null {
  const value = uncast(options)
  if (value.type === 'ObjectExpression') return { node: value, module }
  if (value.type !== 'Identifier') return null
  const imported = importedAs(value, module.tree)
  const path = imported ? context.resolve(imported.source, module.path) : null
  const other = imported ? (path === null ? null : context.moduleAt(path)) : module
  const binding = imported ? other?.tree.program.bindings.get(imported.name) : bindingAt(module.tree, value)
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  return other && init?.type === 'ObjectExpression' ? { node: init, module: other } : null
}

/** A function of another module that refers to nothing of that module: its text means the same here. */
function standsAlone(fn: FunctionNode, own: SourceModule, route: SourceModule): boolean {
  const isOfModule = (node: Node): boolean =>
    node.type === 'Identifier' && bindingAt(own.tree, node)?.scope === own.tree.program
  return !some(fn, isOfModule) && !(own.file.language === 'ts' && route.file.language === 'js')
}

/** The body of such a function, at another indent. */
function bodyLines({ fn, module }: Found, names: readonly string[], indent: string, writing: Writing): Piece[] | null {
  if (fn.body.type !== 'BlockStatement') return null
  const renamed = renameParams(fn, names, module)
  if (!renamed) return null
  if (module === writing.module) {
    writing.edits.push(...renamed)
    return blockLines(fn.body, indent, writing)
  }
  const foreign: Writing = { ...writing, module, edits: [...renamed], written: new Map() }
  const lines = blockLines(fn.body, indent, foreign)
  const { text } = module.file
  return lines.map((piece) => (typeof piece === 'string' ? piece : render(text, foreign.edits, piece.from, piece.to)))
}

/** `onError(err, req, res) { ... }` is a function expression in all that matters here. */
function methodOf(property: Node): Node {
  return property.type === 'ObjectMethod' ? ({ ...property, type: 'FunctionExpression' } as unknown as Node) : property
}

/** next-connect@1.0.0 esm/node.js `onnomatch`, next-connect@0.13.0 dist/index.js `onNoMatch`. */
export function writeNoMatch(own: Found | null, base: string, writing: Writing): Piece[] | Unclear {
  const { names, semicolon, router } = writing
  const [req, res] = names
  if (!own) {
    const text = router.major === 0 ? "'not found'" : `\`Route \${${req}.method} \${${req}.url} not found\``
    return [`${base}return ${res}.status(404).end(${text})${semicolon}`]
  }
  return bodyLines(own, names, base, writing) ?? { why: 'options', node: writing.router.options ?? own.fn }
}

/** next-connect@0.13.0 dist/index.js `onerror`: the status and message of the error. Version 1 answers as Next does. */
export function writeError(own: Found | null, writing: Writing): Piece[] | Unclear {
  const { module, names, unit, semicolon } = writing
  const [, res] = names
  const type = module.file.language === 'ts' ? ': any' : ''
  if (!own)
    return [
      `${unit}} catch (error${type}) {\n${unit}${unit}return ${res}.status(error.status || 500).end(error.message)${semicolon}\n${unit}}`,
    ]
  const [error] = own.fn.params
  const name = error?.type === 'Identifier' ? error.name : 'error'
  const lines = bodyLines(own, [name, ...names], unit + unit, writing)
  if (!lines) return { why: 'options', node: writing.router.options ?? own.fn }
  return [`${unit}} catch (${name}${type}) {\n`, ...lines, `\n${unit}}`]
}
