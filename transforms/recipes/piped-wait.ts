import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import type { Binding } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, functionAround, isFunction, isPlainFunction, type Node } from '../syntax/tree.ts'

/** The function of the statement, where the name is its second parameter and the statement may wait. Null for any other. */
export function awaitable(statement: Node, { id }: Binding, module: SourceModule): FunctionNode | null {
  const fn = functionAround(statement)
  if (!fn || !isFunction(fn) || !isPlainFunction(fn) || fn.params[1] !== id || !fn.async || fn.generator) return null
  return onceName(module) === null ? null : fn
}

/** The file's name for `once` of node:events; null where that is another's. */
function onceName({ tree }: SourceModule): 'imported' | 'free' | null {
  const bindings = [...tree.scopeOf.values()].flatMap((scope) => scope.bindings.get('once') ?? [])
  const [only, ...others] = bindings
  if (!only) return tree.globals.has('once') ? null : 'free'
  const imported = others.length === 0 && only.kind === 'import' ? importedAs(only.id, tree) : null
  return /^(?:node:)?events$/.test(imported?.source ?? '') && imported?.name === 'once' ? 'imported' : null
}

/** `import { once } from 'node:events'`, after the last import. */
export function onceImport(module: SourceModule): Edit[] {
  if (onceName(module) === 'imported') return []
  const { quote, semicolon } = detectStyle(module.file)
  const imports = module.file.ast.program.body.filter(({ type }) => type === 'ImportDeclaration')
  const last = imports[imports.length - 1]
  const place = last ? endOf(last) : 0
  const text = `import { once } from ${quote}node:events${quote}${semicolon}`
  return [{ start: place, end: place, pieces: [last ? `\n${text}` : `${text}\n`], sticky: true }]
}
