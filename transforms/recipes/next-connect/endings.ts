import type { FunctionNode } from '../../model/route.ts'
import type { Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { keyName, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node } from '../../syntax/tree.ts'
import { renameParams } from './names.ts'
import type { Router, Unclear } from './router.ts'
import { blockLines, type Writing } from './writing.ts'

/** What the project answers itself where nothing is registered, or where something fails. */
export interface Options {
  onError: FunctionNode | null
  onNoMatch: FunctionNode | null
}

export function readOptions({ options }: Router, { tree }: SourceModule): Options | Unclear {
  const found: Options = { onError: null, onNoMatch: null }
  if (!options) return found
  const value = uncast(options)
  const declaration = value.type === 'Identifier' ? bindingAt(tree, value)?.declaration : null
  const init = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : value
  if (init.type !== 'ObjectExpression') return { why: 'options', node: options }
  for (const property of init.properties) {
    const key = property.type === 'SpreadElement' ? null : keyName(property)
    if (key === 'attachParams' || key === 'disableResponseWait') continue
    if (key !== 'onError' && key !== 'onNoMatch') return { why: 'options', node: property }
    const fn = property.type === 'ObjectProperty' ? uncast(property.value) : methodOf(property)
    if (!isPlainFunction(fn)) return { why: 'options', node: property }
    found[key] = fn
  }
  return found
}

/** `onError(err, req, res) { ... }` is a function expression in all that matters here. */
function methodOf(property: Node): Node {
  return property.type === 'ObjectMethod' ? ({ ...property, type: 'FunctionExpression' } as unknown as Node) : property
}

/** next-connect@1.0.0 esm/node.js `onnomatch`, next-connect@0.13.0 dist/index.js `onNoMatch`. */
export function writeNoMatch(own: FunctionNode | null, base: string, writing: Writing): Piece[] | Unclear {
  const { module, names, semicolon, router, edits } = writing
  const [req, res] = names
  if (!own) {
    const text = router.major === 0 ? "'not found'" : `\`Route \${${req}.method} \${${req}.url} not found\``
    return [`${base}return ${res}.status(404).end(${text})${semicolon}`]
  }
  const renamed = renameParams(own, names, module)
  if (!renamed || own.body.type !== 'BlockStatement') return { why: 'options', node: own.body }
  edits.push(...renamed)
  return blockLines(own.body, base, writing)
}

/** next-connect@0.13.0 dist/index.js `onerror`: the status and message of the error. Version 1 answers as Next does. */
export function writeError(own: FunctionNode | null, writing: Writing): Piece[] | Unclear {
  const { module, names, unit, semicolon, edits } = writing
  const [, res] = names
  const type = module.file.language === 'ts' ? ': any' : ''
  if (!own)
    return [
      `${unit}} catch (error${type}) {\n${unit}${unit}return ${res}.status(error.status || 500).end(error.message)${semicolon}\n${unit}}`,
    ]
  const [error] = own.params
  const name = error?.type === 'Identifier' ? error.name : 'error'
  const renamed = renameParams(own, [name, ...names], module)
  if (!renamed || own.body.type !== 'BlockStatement') return { why: 'options', node: own.body }
  edits.push(...renamed)
  return [`${unit}} catch (${name}${type}) {\n`, ...blockLines(own.body, unit + unit, writing), `\n${unit}}`]
}
