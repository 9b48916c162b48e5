import { isCommonModule } from '../syntax/common-exports.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { leadStart } from '../syntax/lines.ts'
import { type NewImport, printImport } from '../syntax/print.ts'
import type { Style } from '../syntax/style.ts'
import { endOf } from '../syntax/tree.ts'
import { joinImports } from './joined-imports.ts'

/** After the imports that are there, or on top. */
export function importEdits(module: SourceModule, wanted: readonly NewImport[], style: Style): Edit[] {
  const { file } = module
  const bySource = new Map<string, NewImport[]>()
  const { edits, others } = joinImports(unique(wanted), file)
  for (const one of others) {
    bySource.set(one.source, [...(bySource.get(one.source) ?? []), one])
  }
  if (bySource.size === 0) return edits
  const isCommon = isCommonModule(module)
  const lines = [...bySource]
    .flatMap(([source, list]) => (isCommon ? printRequire(source, list, style) : printImport(source, list, style)))
    .join('\n')
  const old = file.ast.program.body.filter((s) => s.type === 'ImportDeclaration')
  const last = old[old.length - 1]
  if (last) return [...edits, { start: endOf(last), end: endOf(last), pieces: [`\n${lines}`] }]
  const first = file.ast.program.body[0]
  const start = first ? leadStart(file, first) : 0
  return [{ start, end: start, pieces: [`${lines}\n\n`] }]
}

function printRequire(source: string, list: readonly NewImport[], { quote, semicolon }: Style): string[] {
  const names = list
    .filter(({ isType }) => !isType)
    .map(({ name, local }) => (name === local ? name : `${name}: ${local}`))
  return names.length === 0 ? [] : [`const { ${names.join(', ')} } = require(${quote}${source}${quote})${semicolon}`]
}

function unique(wanted: readonly NewImport[]): NewImport[] {
  return wanted.filter((one, i) => wanted.findIndex((two) => two.source === one.source && two.name === one.name) === i)
}
