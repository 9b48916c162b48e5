import { exportedHere } from '../syntax/exported.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { bindingAt, type Binding } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import type { RecipeContext } from './recipe.ts'

/** The function, or the value of the constant, that a name stands for in the project; null for everything else. */
export function findDeclared(
  callee: Node,
  from: SourceModule,
  context: Pick<RecipeContext, 'resolve' | 'moduleAt'>,
): { node: Node; module: SourceModule } | null {
  const node = uncast(callee)
  if (node.type !== 'Identifier') return null
  const binding = bindingAt(from.tree, node)
  if (binding?.kind !== 'import') return declared(binding, from)
  const imported = importedAs(node, from.tree)
  const path = imported ? context.resolve(imported.source, from.path) : null
  const module = path === null ? null : context.moduleAt(path)
  const found = module && imported && exportedHere(imported.name, module)
  if (!found) return null
  return 'binding' in found ? declared(found.binding, module) : { node: found.value, module }
}

function declared(binding: Binding | null, module: SourceModule): { node: Node; module: SourceModule } | null {
  if (!binding || binding.references.some((r) => r.kind === 'write')) return null
  const { declaration } = binding
  if (declaration.type === 'FunctionDeclaration') return { node: declaration, module }
  if (binding.kind !== 'const' || declaration.type !== 'VariableDeclarator' || !declaration.init) return null
  return declaration.id.type === 'Identifier' ? { node: uncast(declaration.init), module } : null
}
