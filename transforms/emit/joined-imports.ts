import type { Edit } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { NewImport } from '../syntax/print.ts'
import { endOf } from '../syntax/tree.ts'

/** New names of a module that the file imports names from already join that import; the others need statements of their own. */
export function joinImports(wanted: readonly NewImport[], file: SourceFile): { edits: Edit[]; others: NewImport[] } {
  const edits: Edit[] = []
  const others: NewImport[] = []
  for (const one of wanted) {
    const last = one.isType || one.name === 'default' ? null : lastNameOf(one.source, file)
    if (!last) others.push(one)
    else {
      const text = one.name === one.local ? one.name : `${one.name} as ${one.local}`
      edits.push({ start: endOf(last), end: endOf(last), pieces: [`, ${text}`] })
    }
  }
  return { edits, others }
}

/** The last name of a list that is imported as values. */
function lastNameOf(source: string, file: SourceFile) {
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const last = statement.specifiers.at(-1)
    if (statement.source.value === source && last?.type === 'ImportSpecifier') return last
  }
  return null
}
