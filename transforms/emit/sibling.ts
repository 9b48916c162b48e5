import type * as t from '@babel/types'
import type { ExtraExport } from '../concerns/module/exports.ts'
import { rebaseEdits } from '../concerns/module/imports.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { leadStart, removalRange } from '../syntax/lines.ts'
import { isConstant } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { quoted, type Style } from '../syntax/style.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import { importEdit } from './cleanup.ts'
import { localOf, type Move, type Mover } from './move-exports.ts'
import type { Unit } from './units.ts'

/** Comments at the top of a file that are about all of it. */
const PRAGMA = /@ts-nocheck|eslint-disable(?!-(next-)?line)|biome-ignore-all/

/** The module that the moved exports get: imports, declarations in source order, bytes as they were. */
export function printSibling(mover: Mover, move: Move, style: Style, redirect: (specifier: string) => string | null): string {
  const { file } = mover
  const edits = rebaseEdits(file, dirOf(mover.source), dirOf(mover.target), redirect)
  const used = new Set(move.extraction.moved.flatMap((unit) => [...unit.uses]))
  for (const name of move.exported) used.add(localOf(mover, name) ?? '')
  const runs = move.extraction.moved.some(({ statement }) => !isInert(statement))
  const pragmas = file.comments.filter((c) => PRAGMA.test(c.value) && (c.end ?? 0) <= startOf(firstStatement(file)))
  const imports = [
    ...pragmas.map((c) => file.text.slice(c.start ?? 0, c.end ?? 0)),
    ...move.extraction.units.flatMap((unit) => importText({ unit, used, runs, file, edits }) ?? []),
  ]
  const passed = passedOn(mover, move, edits)
  const body = bodyText(mover, move, edits)
  const list = listText(mover, move, style)
  const parts = [imports.join('\n'), passed.join('\n'), body, list].filter((part) => part !== '')
  return `${parts.join('\n\n')}\n`
}

/** What the old file loses: the moved statements, the exports that nobody imports; and the import of what it still uses. */
export function leavingEdits(mover: Mover, move: Move | null, style: Style, others: readonly Edit[]): { edits: Edit[]; extras: ExtraExport[] } {
  const { file } = mover
  const moved = new Set<Node>(move?.extraction.moved.map((unit) => unit.statement))
  const extras = [...mover.exports.values.values()].filter(({ statement }) => !moved.has(statement))
  if (!move) return { edits: [], extras }
  const edits: Edit[] = move.extraction.moved.map(({ statement }) => ({ ...removalRange(file, statement), pieces: [] }))
  extras.push(...movedSpecifiers(move).filter((gone) => !extras.some((known) => known.specifier === gone.specifier)))
  edits.push(...unusedRequires(move.extraction).map((statement): Edit => ({ ...removalRange(file, statement), pieces: [] })))
  const line = sharedImport(mover, move, style)
  if (line) edits.push(importInsertion(file, line, [...others, ...edits]))
  return { edits, extras }
}

/** `const x = require('y')` that only the moved part used. */
function unusedRequires({ units, moved }: Move['extraction']): t.Statement[] {
  const isUsedBy = (list: readonly Unit[], names: ReadonlySet<string>): boolean => list.some((unit) => [...names].some((name) => unit.uses.has(name)))
  const staying = units.filter((unit) => !moved.includes(unit))
  const gone = units.filter((u) => u.kind === 'import' && u.statement.type === 'VariableDeclaration' && isUsedBy(moved, u.declares) && !isUsedBy(staying, u.declares))
  return gone.map(({ statement }) => statement)
}

/** Specifiers of `export { type T }` whose name has moved. */
function movedSpecifiers({ extraction }: Move): ExtraExport[] {
  return extraction.units.flatMap(({ statement }) => {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) return []
    const gone = statement.specifiers.filter((s): s is t.ExportSpecifier => s.type === 'ExportSpecifier' && extraction.names.has(s.local.name))
    return gone.map((specifier) => ({ name: specifier.local.name, local: specifier.local.name, statement, specifier }))
  })
}

function sharedImport({ file, typed }: Mover, { extraction, sibling }: Move, style: Style): string | null {
  if (sibling === null || extraction.shared.size === 0) return null
  const names = [...extraction.shared].map(([name, isValue]) => ({ name, isType: typed && !isValue && isOnlyType(extraction.moved, name) }))
  const allTypes = names.every(({ isType }) => isType)
  const clause = names.map(({ name, isType }) => (isType && !allTypes ? `type ${name}` : name)).join(', ')
  const specifier = `./${baseName(sibling).replace(/\.\w+$/, '')}${writtenExtension(file, sibling)}`
  return `import ${allTypes ? 'type ' : ''}{ ${clause} } from ${quoted(style, specifier)}${style.semicolon}`
}

function isOnlyType(moved: readonly Unit[], name: string): boolean {
  return moved
    .filter((unit) => unit.declares.has(name))
    .every(({ statement }) => /^TS(Interface|TypeAlias)/.test((statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement)?.type ?? ''))
}

/** Files that write extensions in relative imports (`./x.js`) get one. */
function writtenExtension(file: SourceFile, sibling: string): string {
  const relative = file.ast.program.body.flatMap((s) => (s.type === 'ImportDeclaration' && s.source.value.startsWith('.') ? [s.source.value] : []))
  const [first] = relative
  if (first === undefined || !relative.every((value) => /\.[cm]?[jt]sx?$/.test(value))) return ''
  return /\.tsx?$/.test(first) ? sibling.slice(sibling.lastIndexOf('.')) : '.js'
}

/** After the last import that stays; a file without imports gets it on top. */
function importInsertion(file: SourceFile, line: string, others: readonly Edit[]): Edit {
  const isGone = (at: number): boolean => others.some((e) => e.pieces.length === 0 && e.start < at && at < e.end)
  const last = file.ast.program.body.filter((s) => s.type === 'ImportDeclaration' && !isGone(endOf(s))).at(-1)
  if (last) return { start: endOf(last), end: endOf(last), pieces: [`\n${line}`] }
  const start = leadStart(file, firstStatement(file))
  const at = others.find((e) => e.pieces.length === 0 && e.start <= start && start < e.end)?.start ?? start
  return { start: at, end: at, pieces: [`${line}\n\n`] }
}

interface ImportInput {
  unit: Unit
  used: ReadonlySet<string>
  /** Something of the moved part runs: it may rely on modules that are imported for what they do. */
  runs: boolean
  file: SourceFile
  edits: readonly Edit[]
}

function importText({ unit: { kind, statement, declares }, used, runs, file, edits }: ImportInput): string | null {
  if (kind !== 'import') return null
  const isBare = statement.type === 'ImportDeclaration' && statement.specifiers.length === 0
  if (isBare ? !runs : ![...declares].some((name) => used.has(name))) return null
  const gone = statement.type === 'ImportDeclaration' ? statement.specifiers.filter((s) => !used.has(s.local.name)) : []
  const own = gone.length > 0 && statement.type === 'ImportDeclaration' ? [...edits, importEdit(statement, gone, file)] : edits
  const lead = leadStart(file, statement)
  const from = /@ts-|eslint-disable-next-line|biome-ignore/.test(file.text.slice(lead, startOf(statement))) ? lead : startOf(statement)
  return render(file.text, own, from, endOf(statement))
}

/** Types, and constants that are literals. */
function isInert(statement: t.Statement): boolean {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  if (declaration?.type === 'VariableDeclaration') return declaration.declarations.every((d) => isConstant(d.init))
  return /^TS(Interface|TypeAlias)/.test(declaration?.type ?? '')
}

/** `export { x } from './y'` of the names that are asked for. */
function passedOn(mover: Mover, move: Move, edits: readonly Edit[]): string[] {
  const { file } = mover
  const wanted = [...mover.exports.values.values()].filter(({ name, statement }) => move.exported.has(name) && statement.source)
  return wanted.flatMap(({ specifier, statement }) => {
    if (!specifier || !statement.source) return []
    const source = render(file.text, edits, startOf(statement.source), endOf(statement))
    return [`export { ${file.text.slice(startOf(specifier), endOf(specifier))} } from ${source}`]
  })
}

function bodyText(mover: Mover, move: Move, edits: readonly Edit[]): string {
  const { file } = mover
  const { moved, units, shared } = move.extraction
  const direct = new Set([...shared.keys(), ...[...move.exported].filter((name) => localOf(mover, name) === name)])
  const exports = moved.filter(({ statement, declares }) => statement.type !== 'ExportNamedDeclaration' && [...declares].some((name) => direct.has(name)))
  const own = [...edits, ...exports.map(({ statement }): Edit => ({ start: startOf(statement), end: startOf(statement), pieces: ['export '] }))]
  let text = ''
  moved.forEach(({ statement }, index) => {
    const before = moved[index - 1]
    const from = leadStart(file, statement)
    const end = endOf(statement)
    const trailing = /^[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/)[ \t]*(?=\n|$)/.exec(file.text.slice(end))
    if (before) text += isNext(before, statement, units) && !/\n[ \t]*\n/.test(file.text.slice(endOf(before.statement), from)) ? '\n' : '\n\n'
    text += render(file.text, own, from, end) + (trailing?.[0].trimEnd() ?? '')
  })
  return text
}

function isNext(before: Unit, statement: t.Statement, units: readonly Unit[]): boolean {
  return units[units.indexOf(before) + 1]?.statement === statement
}

/** Names that are exported under another name, and imported ones. */
function listText(mover: Mover, { exported, extraction }: Move, { semicolon }: Style): string {
  const listed = [...exported].flatMap((name) => {
    const local = localOf(mover, name)
    if (local === null || (local === name && extraction.names.has(local))) return []
    const type = mover.typed && mover.exports.types.has(name) ? 'type ' : ''
    return [type + (local === name ? name : `${local} as ${name}`)]
  })
  return listed.length === 0 ? '' : `export { ${listed.join(', ')} }${semicolon}`
}

function firstStatement(file: SourceFile): t.Statement {
  return file.ast.program.body[0] as t.Statement
}

function dirOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
