import type * as t from '@babel/types'
import type { ExtraExport } from '../concerns/module/exports.ts'
import type { Edit } from '../syntax/edits.ts'
import { leadStart, removalRange } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { quoted, type Style } from '../syntax/style.ts'
import { endOf, type Node } from '../syntax/tree.ts'
import type { Move, Mover } from './move-exports.ts'
import { isNext, type Unit } from './units.ts'

/** What the old file loses: the moved statements, the exports that nobody imports; and the import of what it still uses. */
export function leavingEdits(
  mover: Mover,
  move: Move | null,
  style: Style,
  others: readonly Edit[],
): { edits: Edit[]; extras: ExtraExport[] } {
  const { file } = mover
  const moved = new Set<Node>(move?.extraction.moved.map((unit) => unit.statement))
  const extras = [...mover.exports.values.values()].filter(({ statement }) => !moved.has(statement))
  if (!move) return { edits: [], extras }
  const edits: Edit[] = removals(file, move.extraction)
  extras.push(...movedSpecifiers(move).filter((gone) => !extras.some((known) => known.specifier === gone.specifier)))
  edits.push(
    ...unusedRequires(move.extraction).map((statement): Edit => ({ ...removalRange(file, statement), pieces: [] })),
  )
  const line = sharedImport(mover, move, style)
  if (line) edits.push(importInsertion(file, line, [...others, ...edits]))
  return { edits, extras }
}

/** Statements that follow each other go as one, so that the blank lines between them leave no gap. */
function removals(file: SourceFile, { moved, units }: Move['extraction']): Edit[] {
  const edits: Edit[] = []
  for (const [index, { statement }] of moved.entries()) {
    const range = removalRange(file, statement)
    const before = moved[index - 1]
    const last = edits.at(-1)
    const isRun =
      before && last && isNext(before, statement, units) && file.text.slice(last.end, range.start).trim() === ''
    if (!isRun) edits.push({ ...range, pieces: [] })
    else edits[edits.length - 1] = { start: last.start, end: range.end, pieces: [] }
  }
  return edits.map((edit) => {
    const isGap = /(^|\n[ \t]*\n)$/.test(file.text.slice(0, edit.start)) && file.text[edit.end - 1] === '\n'
    return isGap
      ? { ...edit, end: edit.end + (/^(?:[ \t]*\n)*/.exec(file.text.slice(edit.end))?.[0].length ?? 0) }
      : edit
  })
}

/** `const x = require('y')` that only the moved part used. */
function unusedRequires({ units, moved }: Move['extraction']): t.Statement[] {
  const isUsedBy = (list: readonly Unit[], names: ReadonlySet<string>): boolean =>
    list.some((unit) => [...names].some((name) => unit.uses.has(name)))
  const staying = units.filter((unit) => !moved.includes(unit))
  const gone = units.filter(
    (u) =>
      u.kind === 'import' &&
      u.statement.type === 'VariableDeclaration' &&
      isUsedBy(moved, u.declares) &&
      !isUsedBy(staying, u.declares),
  )
  return gone.map(({ statement }) => statement)
}

/** Specifiers of `export { type T }` whose name has moved. */
function movedSpecifiers({ extraction }: Move): ExtraExport[] {
  return extraction.units.flatMap(({ statement }) => {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) return []
    const gone = statement.specifiers.filter(
      (s): s is t.ExportSpecifier => s.type === 'ExportSpecifier' && extraction.names.has(s.local.name),
    )
    return gone.map((specifier) => ({ name: specifier.local.name, local: specifier.local.name, statement, specifier }))
  })
}

function sharedImport({ file, typed }: Mover, { extraction, sibling }: Move, style: Style): string | null {
  if (sibling === null || extraction.shared.size === 0) return null
  const names = [...extraction.shared].map(([name, isValue]) => ({
    name,
    isType: typed && !isValue && isOnlyType(extraction.moved, name),
  }))
  const allTypes = names.every(({ isType }) => isType)
  const list = names.map(({ name, isType }) => (isType && !allTypes ? `type ${name}` : name))
  const specifier = `./${baseName(sibling).replace(/\.\w+$/, '')}${writtenExtension(file, sibling)}`
  const print = (clause: string): string =>
    `import ${allTypes ? 'type ' : ''}{${clause}} from ${quoted(style, specifier)}${style.semicolon}`
  const line = print(` ${list.join(', ')} `)
  if (line.length <= style.width) return line
  return print(`\n${list.map((name) => style.indent + name).join(',\n')}${style.trailingComma ? ',' : ''}\n`)
}

function isOnlyType(moved: readonly Unit[], name: string): boolean {
  return moved
    .filter((unit) => unit.declares.has(name))
    .every(({ statement }) =>
      /^TS(Interface|TypeAlias)/.test(
        (statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement)?.type ?? '',
      ),
    )
}

/** Files that write extensions in relative imports (`./x.js`) get one. */
export function writtenExtension(file: SourceFile, sibling: string): string {
  const relative = file.ast.program.body.flatMap((s) =>
    s.type === 'ImportDeclaration' && s.source.value.startsWith('.') ? [s.source.value] : [],
  )
  const [first] = relative
  // A bundler takes `./x.js` for x.ts only where it is told to.
  if (file.language === 'js' && !sibling.endsWith('.js')) return ''
  if (first === undefined || !relative.every((value) => /\.[cm]?[jt]sx?$/.test(value))) return ''
  return /\.tsx?$/.test(first) ? sibling.slice(sibling.lastIndexOf('.')) : '.js'
}

/** After the last import that stays; a file without imports gets it on top. */
function importInsertion(file: SourceFile, line: string, others: readonly Edit[]): Edit {
  const isGone = (at: number): boolean => others.some((e) => e.pieces.length === 0 && e.start < at && at < e.end)
  const last = file.ast.program.body.filter((s) => s.type === 'ImportDeclaration' && !isGone(endOf(s))).at(-1)
  if (last) return { start: endOf(last), end: endOf(last), pieces: [`\n${line}`] }
  const start = leadStart(file, file.ast.program.body[0] as t.Statement)
  const at = others.find((e) => e.pieces.length === 0 && e.start <= start && start < e.end)?.start ?? start
  return { start: at, end: at, pieces: [`${line}\n\n`] }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
