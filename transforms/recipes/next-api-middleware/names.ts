import type * as t from '@babel/types'
import { folderOf, relativePath } from '../../concerns/module/imports.ts'
import type { Edit } from '../../syntax/edits.ts'
import { type Imported, importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isNameTaken } from '../../syntax/scope.ts'
import { detectStyle } from '../../syntax/style.ts'
import { endOf } from '../../syntax/tree.ts'
import type { ShorthandContext } from '../recipe.ts'
import { exportedAs, type Maker } from './chain.ts'

interface Where {
  module: SourceModule
  maker: Maker
  context: ShorthandContext
}

/** What names of the maker's module are called in another one, with the imports that this takes; null where one cannot be had. */
export function reachNames(
  all: readonly { id: t.Identifier; module: SourceModule }[],
  where: Where,
): { names: string[]; edits: Edit[] } | null {
  const { module } = where
  const names: string[] = []
  const wanted = new Map<string, string[]>()
  for (const { id, module: own } of all) {
    if (own === module) {
      names.push(id.name)
      continue
    }
    const source = sourceOf(id, where)
    const known = source && importedName(source, module)
    const name = known ?? (source?.name === 'default' ? id.name : (source?.name ?? ''))
    if (!source || (!known && isNameTaken(module.tree, name, module.file.ast.program))) return null
    names.push(name)
    if (known) continue
    const text = source.name === 'default' ? name : `{ ${name} }`
    const list = wanted.get(source.source) ?? []
    if (!list.includes(text)) wanted.set(source.source, [...list, text])
  }
  return { names, edits: importEdits(wanted, module) }
}

/** How the module would import it: as the maker's module does, or from that. */
function sourceOf(id: t.Identifier, { module, maker, context }: Where): Imported | null {
  const imported = importedAs(id, maker.module.tree)
  if (!imported) {
    const name = exportedAs(id.name, maker.module)
    const source = specifierOf(maker.module, where(module, context))
    return name && source ? { source, name } : null
  }
  const path = context.resolve(imported.source, maker.module.path)
  if (path !== null && context.resolve(imported.source, module.path) === path && !imported.source.startsWith('.'))
    return imported
  const target = path === null ? null : context.moduleAt(path)
  const specifier = target && specifierOf(target, where(module, context))
  return specifier ? { source: specifier, name: imported.name } : null
}

const where = (module: SourceModule, context: ShorthandContext) => ({ module, context })

/** The specifier that the module has for it, one beside that of another file of its folder, or the path inside of the app. */
function specifierOf(
  target: SourceModule,
  { module, context }: { module: SourceModule; context: ShorthandContext },
): string | null {
  const stem = target.path.replace(/(?:\/index)?\.[cm]?[jt]sx?$/, '')
  for (const statement of module.file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    const { value } = statement.source
    const path = context.resolve(value, module.path)
    if (path === target.path) return value
    if (path === null || folderOf(path) !== folderOf(target.path) || value.startsWith('.')) continue
    const beside = value.replace(/[^/]*$/, stem.slice(folderOf(target.path).length + 1))
    if (context.resolve(beside, module.path) === target.path) return beside
  }
  const { root } = context.app
  return root === '' || target.path.startsWith(`${root}/`) ? relativePath(folderOf(module.path), stem) : null
}

/** The name that the module has for an import already. */
function importedName({ source, name }: Imported, { tree }: SourceModule): string | null {
  for (const { kind, id, name: local } of tree.program.bindings.values()) {
    const known = kind === 'import' ? importedAs(id, tree) : null
    if (known?.source === source && known.name === name) return local
  }
  return null
}

function importEdits(wanted: ReadonlyMap<string, readonly string[]>, { file }: SourceModule): Edit[] {
  const { quote, semicolon } = detectStyle(file)
  const last = file.ast.program.body.findLast(({ type }) => type === 'ImportDeclaration')
  const start = last ? endOf(last) : 0
  return [...wanted].flatMap(([source, texts]) => {
    const named = texts.filter((text) => text.startsWith('{')).map((text) => text.slice(2, -2))
    const clauses = [
      ...texts.filter((text) => !text.startsWith('{')),
      ...(named.length > 0 ? [`{ ${named.join(', ')} }`] : []),
    ]
    const text = `\nimport ${clauses.join(', ')} from ${quote}${source}${quote}${semicolon}`
    return [{ start, end: start, pieces: [text], sticky: true }]
  })
}
