import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { type Piece, render } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { contains, isPlainFunction, type Node, some } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { type Found, findFunction, findValue, type Item } from './functions.ts'
import { renameParams } from './names.ts'
import { findLoads } from './loads.ts'
import type { Router, Unclear } from './router.ts'
import { blockLines, type Writing } from './writing.ts'

/** A function that answers by itself: its body is written out, or it is called by a name. */
export interface Ending extends Found {
  /** `onError`, or `options.onError`; null for one whose body is written out. */
  named: { item: Item; member: string } | null
}

/** What the project answers itself where nothing is registered, or where something fails. */
export interface Options {
  onError: Ending | null
  onNoMatch: Ending | null
}

export function readOptions({ options }: Router, module: SourceModule, context: ShorthandContext): Options | Unclear {
  const found: Options = { onError: null, onNoMatch: null }
  if (!options) return found
  const object = findObject(options, context)
  if (!object) return { why: 'options', ...options }
  for (const property of object.node.properties) {
    const key = property.type === 'SpreadElement' ? null : keyName(property)
    if (key === 'attachParams' || key === 'disableResponseWait') continue
    const isKnown = key === 'onError' || key === 'onNoMatch'
    const ending = isKnown ? readEnding(property, key, { object, options, route: module }, context) : null
    if (!isKnown || !ending) return { why: 'options', node: property, module: object.module }
    found[key] = ending
  }
  return found
}

interface Place {
  object: { node: t.ObjectExpression; module: SourceModule }
  options: Item
  route: SourceModule
}

function readEnding(
  property: t.ObjectExpression['properties'][number],
  key: 'onError' | 'onNoMatch',
  { object, options, route }: Place,
  context: ShorthandContext,
): Ending | null {
  const { module } = object
  const value = property.type === 'ObjectProperty' ? uncast(property.value) : methodOf(property)
  if (isPlainFunction(value)) {
    if (module === route || (standsAlone(value, module, route) && !findLoads(module)))
      return { fn: value, module, named: null }
    const isName = uncast(options.node).type === 'Identifier'
    return isName && takesNoNext(value, key, module)
      ? { fn: value, module, named: { item: options, member: `.${key}` } }
      : null
  }
  if (value.type !== 'Identifier') return null
  const found = findFunction(value, module, context)
  return found && takesNoNext(found.fn, key, found.module)
    ? { ...found, named: { item: { node: value, module }, member: '' } }
    : null
}

/** `(err, req, res, next)` may go on, where it uses that. */
function takesNoNext({ params }: FunctionNode, key: 'onError' | 'onNoMatch', { tree }: SourceModule): boolean {
  const count = key === 'onError' ? 3 : 2
  const isUnused = (param: Node): boolean => bindingAt(tree, param)?.references.length === 0
  return params.every((param, index) => param.type === 'Identifier' && (index < count || isUnused(param)))
}

/** The object that is written here, under a name of this file, or under one that another module exports. */
function findObject(
  { node, module }: Item,
  context: ShorthandContext,
): { node: t.ObjectExpression; module: SourceModule } | null {
  const value = uncast(node)
  const found = value.type === 'Identifier' ? findValue(value, module, context) : { node: value, module }
  const object = found ? uncast(found.node) : null
  return found && object?.type === 'ObjectExpression' ? { node: object, module: found.module } : null
}

/** A function of another module that refers to nothing of that module: its text means the same here. */
function standsAlone(fn: FunctionNode, own: SourceModule, route: SourceModule): boolean {
  const isOfModule = (node: Node): boolean => {
    const id = node.type === 'Identifier' ? bindingAt(own.tree, node)?.id : undefined
    return id !== undefined && !contains(fn, id)
  }
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
export function writeNoMatch(own: Ending | null, base: string, writing: Writing): Piece[] | Unclear {
  const { names, semicolon, router } = writing
  const [req, res] = names
  if (!own) {
    const text = router.major === 0 ? "'not found'" : `\`Route \${${req}.method} \${${req}.url} not found\``
    return [`${base}return ${res}.status(404).end(${text})${semicolon}`]
  }
  const called = own.named ? callOf(own.named, names, base, writing) : bodyLines(own, names, base, writing)
  return called ?? unwritten(own, writing)
}

/** `return onError(error, req, res)` */
function callOf(
  { item, member }: NonNullable<Ending['named']>,
  names: readonly string[],
  indent: string,
  { outside, semicolon }: Writing,
): Piece[] | null {
  const name = outside.nameOf(item)
  return name === null ? null : [`${indent}return `, name, `${member}(${names.join(', ')})${semicolon}`]
}

function unwritten({ fn, module }: Ending, { router }: Writing): Unclear {
  return router.options ? { why: 'options', ...router.options } : { why: 'options', node: fn, module }
}

/** next-connect@0.13.0 dist/index.js `onerror`: the status and message of the error. Version 1 answers as Next does. */
export function writeError(own: Ending | null, writing: Writing): Piece[] | Unclear {
  const { module, names, unit, semicolon } = writing
  const [, res] = names
  const type = module.file.language === 'ts' ? ': any' : ''
  if (!own)
    return [
      `${unit}} catch (error${type}) {\n${unit}${unit}return ${res}.status(error.status || 500).end(error.message)${semicolon}\n${unit}}`,
    ]
  const [error] = own.fn.params
  const name = error?.type === 'Identifier' && !own.named ? error.name : 'error'
  const all = [name, ...names]
  const lines = own.named ? callOf(own.named, all, unit + unit, writing) : bodyLines(own, all, unit + unit, writing)
  if (!lines) return unwritten(own, writing)
  return [`${unit}} catch (${name}${type}) {\n`, ...lines, `\n${unit}}`]
}
