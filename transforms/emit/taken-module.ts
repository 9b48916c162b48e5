import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { isParseFailure, parseSource, restoreBytes } from '../syntax/parse.ts'
import { detectStyle, quoted, type Style } from '../syntax/style.ts'
import { endOf } from '../syntax/tree.ts'
import { dropUnused } from './cleanup.ts'
import { leavingEdits, writtenExtension } from './leaving.ts'
import { type Mover, planMove, readExports } from './move-exports.ts'
import { printSibling } from './sibling.ts'
import { takeOut } from './take-out.ts'

/** A module without declarations that stand in one of their own now, and that one. */
export interface TakenModule {
  /** Path of the new module. */
  path: string
  text: string
  /** The old module, which hands them on to those who import them from it. */
  left: string
}

/** Takes exported declarations out of a module. Null when that cannot be written. */
export function writeTaken(
  module: SourceModule,
  names: readonly string[],
  isTaken: (path: string) => boolean,
): TakenModule | null {
  const { path, file, tree } = module
  const found = takeOut(module, names)
  if (!found) return null
  const style = detectStyle(file)
  const typed = file.language === 'ts'
  const mover: Mover = { source: path, target: path, typed, exports: readExports(file), file, tree, fixed: new Set() }
  const asked = names.map((name) => ({ imported: name, local: name, isType: false }))
  const edge = { from: '', to: path, specifier: '', start: 0, end: 0, kind: 'import' as const, isTest: false }
  const move = planMove(mover, [{ ...edge, names: asked }], isTaken)
  if ('code' in move || move.sibling === null) return null
  const text = printSibling(mover, move, style, { redirect: () => null, others: [] })
  const { edits } = leavingEdits(mover, move, style, [])
  const name = move.sibling.slice(move.sibling.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
  const specifier = `./${name}${writtenExtension(file, move.sibling)}`
  const exported = exportedNames(found.moved.map(({ statement }) => statement))
  const rest = dropUnused(path, render(file.text, edits, 0, file.text.length), tree)
  const left = withExports(path, trimLike(file.text, rest), exportLines(exported, specifier, style))
  if (left === null || isParseFailure(parseSource(move.sibling, text))) return null
  return { path: move.sibling, text: restoreBytes(text, { ...file, bom: false }), left: restoreBytes(left, file) }
}

/** What was last in the file may have left. */
function trimLike(original: string, text: string): string {
  return /\n\n$/.test(original) ? text : text.replace(/\n+$/, '\n')
}

/** What statements export: true for a type. */
function exportedNames(statements: readonly t.Statement[]): Map<string, boolean> {
  const names = new Map<string, boolean>()
  for (const statement of statements) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null
    if (declaration?.type === 'VariableDeclaration')
      for (const { id } of declaration.declarations) if (id.type === 'Identifier') names.set(id.name, false)
    if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.set(declaration.id.name, false)
    if (declaration?.type === 'TSInterfaceDeclaration' || declaration?.type === 'TSTypeAliasDeclaration')
      names.set(declaration.id.name, true)
  }
  return names
}

function exportLines(exported: ReadonlyMap<string, boolean>, specifier: string, style: Style): string[] {
  return [false, true].flatMap((isType) => {
    const names = [...exported].flatMap(([name, kind]) => (kind === isType ? [name] : []))
    if (names.length === 0) return []
    const print = (list: string): string =>
      `export ${isType ? 'type ' : ''}{${list}} from ${quoted(style, specifier)}${style.semicolon}`
    const line = print(` ${names.join(', ')} `)
    if (line.length <= style.width) return line
    return print(`\n${names.map((name) => style.indent + name).join(',\n')}${style.trailingComma ? ',' : ''}\n`)
  })
}

/** Below the imports, or on top. */
function withExports(path: string, text: string, lines: readonly string[]): string | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const { body, directives } = file.ast.program
  const last = body.filter((s) => s.type === 'ImportDeclaration').at(-1) ?? directives.at(-1)
  const block = lines.join('\n')
  const edit: Edit = last
    ? { start: endOf(last), end: endOf(last), pieces: [`\n\n${block}`] }
    : { start: 0, end: 0, pieces: [`${block}\n\n`] }
  return render(file.text, [edit], 0, file.text.length)
}
