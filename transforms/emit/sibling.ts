import type * as t from '@babel/types'
import { rebaseEdits } from '../concerns/module/imports.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { leadStart } from '../syntax/lines.ts'
import { isConstant } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { Style } from '../syntax/style.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { importEdit } from './cleanup.ts'
import { localOf, type Move, type Mover } from './move-exports.ts'
import { isNext, type Unit } from './units.ts'

/** Comments at the top of a file that are about all of it. */
const PRAGMA = /@ts-nocheck|eslint-disable(?!-(next-)?line)|biome-ignore-all/

/** The module that the moved exports get: imports, declarations in source order, bytes as they were. */
export function printSibling(
  mover: Mover,
  move: Move,
  style: Style,
  { redirect, others }: { redirect: (specifier: string) => string | null; others: readonly Edit[] },
): string {
  const { file } = mover
  const edits = [...others, ...rebaseEdits(file, dirOf(mover.source), dirOf(mover.target), redirect)]
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
  const own =
    gone.length > 0 && statement.type === 'ImportDeclaration' ? [...edits, importEdit(statement, gone, file)] : edits
  const lead = leadStart(file, statement)
  const from = /@ts-|eslint-disable-next-line|biome-ignore/.test(file.text.slice(lead, startOf(statement)))
    ? lead
    : startOf(statement)
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
  const wanted = [...mover.exports.values.values()].filter(
    ({ name, statement }) => move.exported.has(name) && statement.source,
  )
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
  const exports = moved.filter(
    ({ statement, declares }) =>
      statement.type !== 'ExportNamedDeclaration' && [...declares].some((name) => direct.has(name)),
  )
  const own = [
    ...edits,
    ...exports.map(
      ({ statement }): Edit => ({ start: startOf(statement), end: startOf(statement), pieces: ['export '] }),
    ),
  ]
  let text = ''
  moved.forEach(({ statement }, index) => {
    const before = moved[index - 1]
    const from = leadStart(file, statement)
    const end = endOf(statement)
    const trailing = /^[ \t]*(?:\/\/[^\n]*|\/\*[^\n]*?\*\/)[ \t]*(?=\n|$)/.exec(file.text.slice(end))
    if (before)
      text +=
        isNext(before, statement, units) && !/\n[ \t]*\n/.test(file.text.slice(endOf(before.statement), from))
          ? '\n'
          : '\n\n'
    text += render(file.text, own, from, end) + (trailing?.[0].trimEnd() ?? '')
  })
  return text
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
