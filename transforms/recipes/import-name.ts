import type { Lowering } from '../concerns/lowering.ts'
import { parentOf } from '../syntax/tree.ts'
import type { RecipeContext } from './recipe.ts'

/** The local name of an export of a package, which is imported where it is not yet: by `other` where its own name means something else. */
export function importName(
  { source, name, other }: { source: string; name: string; other: string },
  { tree }: Lowering,
  context: RecipeContext,
): string {
  const isHidden = (local: string): boolean =>
    [...tree.scopeOf.values()].some((scope) => scope !== tree.program && scope.bindings.has(local))
  for (const { kind, id, name: local, declaration } of tree.program.bindings.values()) {
    const known = kind === 'import' && !isTypeOnly(declaration) ? context.importOf(id) : null
    if (known?.source === source && known.name === name && !isHidden(local)) return local
  }
  return context.addImport(source, name, isHidden(name) || tree.program.bindings.has(name) ? other : name)
}

function isTypeOnly(specifier: Parameters<typeof parentOf>[0]): boolean {
  const statement = parentOf(specifier)
  const isStatement = statement?.type === 'ImportDeclaration' && statement.importKind === 'type'
  return isStatement || (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type')
}
