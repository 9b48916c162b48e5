import type { SourceModule } from './imported.ts'
import { uncast } from './match.ts'
import type { Binding } from './scope.ts'
import { contains, type Node } from './tree.ts'

/** A name of the module, or what stands in `export default`. */
export type Exported = { binding: Binding } | { value: Node }

/** What a module itself exports under a name; null when it has it by `export ... from`, or not at all. */
export function exportedHere(name: string, { file, tree }: Pick<SourceModule, 'file' | 'tree'>): Exported | null {
  const named = (local: string): Exported | null => {
    const binding = tree.program.bindings.get(local)
    return binding ? { binding } : null
  }
  for (const statement of file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') {
      const value = uncast(statement.declaration)
      const id = value.type === 'FunctionDeclaration' || value.type === 'ClassDeclaration' ? value.id : value
      return id?.type === 'Identifier' ? named(id.name) : { value }
    }
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue
    for (const item of statement.specifiers) {
      const exported = item.exported.type === 'Identifier' ? item.exported.name : item.exported.value
      if (item.type === 'ExportSpecifier' && exported === name) return named(item.local.name)
    }
    const own = statement.declaration ? tree.program.bindings.get(name) : undefined
    if (own && contains(statement, own.id)) return { binding: own }
  }
  return null
}
