import { takeOut } from './emit/take-out.ts'
import type { Extraction } from './emit/extraction.ts'
import type { CanTake } from './project/bypass.ts'
import { findClientImport, openUses } from './project/client-imports.ts'
import type { ProjectModules } from './project/modules.ts'
import type { StaticImport } from './project/static-imports.ts'
import type { SourceModule } from './syntax/imported.ts'

/** Which declarations of a module can be had without the rest of it, and what they need. */
export function createTaker(modules: ProjectModules, isPage: (path: string) => boolean): CanTake {
  const known = new Map<string, readonly StaticImport[] | null>()
  return ({ path, name }, isOpen) => {
    const key = `${path} ${name}`
    if (!known.has(key)) known.set(key, isPage(path) ? null : neededBy(path, name))
    const needed = known.get(key)
    if (!needed) return null
    const files = needed.flatMap(({ specifier }) => modules.resolve(path, specifier) ?? [])
    return files.every(isOpen) ? files : null
  }

  function neededBy(path: string, name: string): readonly StaticImport[] | null {
    const module = modules.at(path)
    const found = module && takeOut(module, [name])
    if (!module || !found) return null
    const imports = importsOf(found, module)
    const { trouble, typed } = findClientImport(
      imports,
      module.file.text,
      openUses(path, () => module.file),
    )
    return trouble || typed.length > 0 ? null : imports
  }
}

/** What the declarations import as values. */
function importsOf({ moved, units }: Extraction, { tree }: SourceModule): StaticImport[] {
  const used = new Set(moved.flatMap((unit) => [...unit.values]))
  return units.flatMap(({ statement }) => {
    if (statement.type !== 'ImportDeclaration') return []
    const names = statement.specifiers.flatMap((item) => {
      const local = item.local.name
      const isValue = tree.program.bindings.get(local)?.references.some(({ kind }) => kind !== 'type') ?? false
      if (!used.has(local) || !isValue) return []
      if (item.type === 'ImportDefaultSpecifier') return { imported: 'default', local }
      if (item.type === 'ImportNamespaceSpecifier') return { imported: '*', local }
      const { imported } = item
      return { imported: imported.type === 'Identifier' ? imported.name : imported.value, local }
    })
    const start = statement.start ?? 0
    return names.length > 0 ? [{ specifier: statement.source.value, isDynamic: false, names, start }] : []
  })
}
