import type { FunctionNode } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import type { Binding } from '../syntax/scope.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, functionAround, isFunction, isPlainFunction, type Node } from '../syntax/tree.ts'

/** What is written out refers to these, by their own names. */
const names = [
  { name: 'once', source: 'events' },
  { name: 'PassThrough', source: 'stream' },
  { name: 'pipeline', source: 'stream' },
] as const

export type WaitName = (typeof names)[number]['name']

/** The function of the statement, where the name is its second parameter and the statement may wait. Null for any other. */
export function awaitable(statement: Node, { id }: Binding, module: SourceModule): FunctionNode | null {
  const fn = functionAround(statement)
  if (!fn || !isFunction(fn) || !isPlainFunction(fn) || fn.params[1] !== id || !fn.async || fn.generator) return null
  return stateOf('once', module) === null ? null : fn
}

/** The file has the names, or they are free. */
export function canName(wanted: readonly WaitName[], module: SourceModule): boolean {
  return wanted.every((name) => stateOf(name, module) !== null)
}

/** Null where the name is another's. */
function stateOf(name: WaitName, { tree }: SourceModule): 'imported' | 'free' | null {
  const bindings = [...tree.scopeOf.values()].flatMap((scope) => scope.bindings.get(name) ?? [])
  const [only, ...others] = bindings
  if (!only) return tree.globals.has(name) ? null : 'free'
  const imported = others.length === 0 && only.kind === 'import' ? importedAs(only.id, tree) : null
  const source = names.find((one) => one.name === name)?.source
  return imported?.source.replace(/^node:/, '') === source && imported?.name === name ? 'imported' : null
}

/** `import { once } from 'node:events'`, after the last import. */
export function waitImports(wanted: ReadonlySet<WaitName>, module: SourceModule): Edit[] {
  const { quote, semicolon } = detectStyle(module.file)
  const lines = ['events', 'stream'].flatMap((source) => {
    const missing = names.filter(
      (one) => one.source === source && wanted.has(one.name) && stateOf(one.name, module) === 'free',
    )
    const list = missing.map(({ name }) => name).join(', ')
    return missing.length > 0 ? [`import { ${list} } from ${quote}node:${source}${quote}${semicolon}`] : []
  })
  if (lines.length === 0) return []
  const imports = module.file.ast.program.body.filter(({ type }) => type === 'ImportDeclaration')
  const last = imports[imports.length - 1]
  const place = last ? endOf(last) : 0
  const text = lines.join('\n')
  return [{ start: place, end: place, pieces: [last ? `\n${text}` : `${text}\n`], sticky: true }]
}
