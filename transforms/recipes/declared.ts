import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { bindingAt, type Binding } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import type { RecipeContext } from './recipe.ts'

/** The function, or the value of the constant, that a name stands for in the project; null for everything else. */
export function findDeclared(
  callee: Node,
  from: SourceModule,
  context: RecipeContext,
): { node: Node; module: SourceModule } | null {
  const node = uncast(callee)
  if (node.type !== 'Identifier') return null
  const binding = bindingAt(from.tree, node)
  if (binding?.kind !== 'import') return declared(binding, from)
  const imported = importedAs(node, from.tree)
  const path = imported ? context.resolve(imported.source, from.path) : null
  const module = path === null ? null : context.moduleAt(path)
  return module && imported ? exported(module, imported.name) : null
}

function declared(binding: Binding | null, module: SourceModule): { node: Node; module: SourceModule } | null {
  if (!binding || binding.references.some((r) => r.kind === 'write')) return null
  const { declaration } = binding
  if (declaration.type === 'FunctionDeclaration') return { node: declaration, module }
  if (binding.kind !== 'const' || declaration.type !== 'VariableDeclarator' || !declaration.init) return null
  return declaration.id.type === 'Identifier' ? { node: uncast(declaration.init), module } : null
}

function exported(module: SourceModule, name: string): { node: Node; module: SourceModule } | null {
  const { program } = module.tree
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') {
      const { declaration } = statement
      if (declaration.type === 'Identifier') return declared(bindingAt(module.tree, declaration), module)
      return { node: uncast(declaration), module }
    }
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue
    const specifier = statement.specifiers.find(
      (s) => s.type === 'ExportSpecifier' && s.exported.type === 'Identifier' && s.exported.name === name,
    )
    if (specifier?.type === 'ExportSpecifier')
      return declared(program.bindings.get(specifier.local.name) ?? null, module)
    const own = program.bindings.get(name)
    if (statement.declaration && own && own.declaration !== null && isIn(own, statement)) return declared(own, module)
  }
  return null
}

function isIn({ id }: Binding, statement: Node): boolean {
  return (statement.start ?? 0) <= (id.start ?? 0) && (id.end ?? 0) <= (statement.end ?? 0)
}
