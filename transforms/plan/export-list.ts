import type { ModuleGraph } from '../analyse/module-functions.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { indentAt } from '../syntax/lines.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import type { SharedFunction } from './shared-model.ts'

/** A list of a package (`export { requireUser } from './user'`) through which a counterpart must be reached too. */
export interface ListedName {
  /** Of the function. */
  id: string
  list: SourceModule
  /** The counterpart's name. */
  name: string
  /** Null where an earlier run has listed it. */
  edit: Edit | null
}

/** The list behind a specifier, when it takes the function straight from its module. */
export function findList(
  { id, source }: SharedFunction,
  name: string,
  { specifier, from, graph }: { specifier: string; from: string; graph: ModuleGraph },
): ListedName | null {
  const path = graph.resolve(from, specifier)
  const list = path === null ? null : graph.at(path)
  if (!list || list.file.original) return null
  for (const statement of list.file.ast.program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || !statement.source || statement.exportKind === 'type') continue
    if (graph.resolve(list.path, statement.source.value) !== source.module.path) continue
    const names = statement.specifiers.flatMap((one) => (one.type === 'ExportSpecifier' ? [one] : []))
    const own = names.find(({ local, exportKind }) => exportKind !== 'type' && source.exports.includes(local.name))
    if (!own) continue
    if (names.some(({ local }) => local.name === name)) return { id, list, name, edit: null }
    const { text } = list.file
    const isOnOwnLine = /\n[ \t]*$/.test(text.slice(0, startOf(own)))
    const lead = isOnOwnLine ? `,\n${indentAt(text, startOf(own))}` : ', '
    return { id, list, name, edit: { start: endOf(own), end: endOf(own), pieces: [`${lead}${name}`] } }
  }
  return null
}
