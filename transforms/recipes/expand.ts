import type { Diagnostic } from '../model/diagnostic.ts'
import { expandedOffset, expandFile } from '../syntax/expansion.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isParseFailure, type SourceFile } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import type { Expansion, Shorthand, ShorthandContext } from './recipe.ts'

export interface Expanded extends Omit<Expansion, 'edits'> {
  module: SourceModule
}

/** A module with the shorthands of packages written out. The same module where it has none. */
export function expandModule(
  module: SourceModule,
  shorthands: readonly Shorthand[],
  context: ShorthandContext,
): Expanded {
  const found: Expanded = { module, notes: [], blockers: [] }
  for (const shorthand of shorthands) {
    if (!names(found.module, shorthand) && !shorthand.concerns?.(found.module, context)) continue
    const { edits, notes, blockers } = shorthand.expand(found.module, context)
    found.blockers.push(...blockers)
    // Offsets are those of one text: a file has the shorthands of one package.
    if (edits.length === 0 || found.module.file.original) continue
    const file = expandFile(module.file, module.tree, edits)
    if (isParseFailure(file)) continue
    found.notes.push(...notes.map((note) => inExpanded(note, file)))
    found.module = { path: module.path, file, tree: analyseScopes(file.ast) }
  }
  return found
}

/** What was found is looked up in the new text; its line stays that of the disk. */
function inExpanded(note: Diagnostic, file: SourceFile): Diagnostic {
  const start = note.span ? expandedOffset(file, note.span.start) : null
  return note.span && start !== null
    ? { ...note, span: { ...note.span, start, end: start + note.span.end - note.span.start } }
    : note
}

/** The file imports one of the packages, or loads it in a function. */
function names({ file }: SourceModule, { packages }: Shorthand): boolean {
  const isImported = file.ast.program.body.some(
    (statement) => statement.type === 'ImportDeclaration' && packages.includes(statement.source.value),
  )
  return isImported || packages.some((name) => new RegExp(`import\\(\\s*['"]${name}['"]`).test(file.text))
}
