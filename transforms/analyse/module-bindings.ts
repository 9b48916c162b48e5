import type * as t from '@babel/types'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import type { ModuleGraph } from './module-functions.ts'

/** Where a name is declared, in a module of the project. */
export interface DeclaredName {
  binding: Binding
  module: SourceModule
}

/** The declaration behind a name, through imports and re-exports; null for what a package declares. */
export function findDeclared(id: Node, from: SourceModule, graph: ModuleGraph): DeclaredName | null {
  if (id.type !== 'Identifier') return null
  const binding = bindingAt(from.tree, id) ?? from.tree.program.types.get(id.name) ?? null
  if (!binding) return null
  if (binding.kind !== 'import') return { binding, module: from }
  const imported = importedAs(id, from.tree) ?? importedType(binding)
  return imported ? exported(imported.name, imported.source, from, graph, new Set()) : null
}

/** A name that is only used as a type. */
function importedType({ declaration }: Binding): { source: string; name: string } | null {
  const parent = (declaration as Node & { parent?: Node }).parent
  if (parent?.type !== 'ImportDeclaration') return null
  if (declaration.type === 'ImportDefaultSpecifier') return { source: parent.source.value, name: 'default' }
  return declaration.type === 'ImportSpecifier'
    ? { source: parent.source.value, name: nameOf(declaration.imported) }
    : null
}

function exported(
  name: string,
  source: string,
  from: SourceModule,
  graph: ModuleGraph,
  seen: Set<SourceModule>,
): DeclaredName | null {
  const path = graph.resolve(from.path, source)
  const module = path === null ? null : graph.at(path)
  if (!module || seen.has(module)) return null
  seen.add(module)
  const local = (id: string): DeclaredName | null => {
    const binding = module.tree.program.bindings.get(id)
    return binding ? findDeclared(binding.id, module, graph) : null
  }
  const stars: string[] = []
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportAllDeclaration') stars.push(statement.source.value)
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') {
      const { declaration } = statement
      if (declaration.type === 'Identifier') return local(declaration.name)
      return declaration.type === 'ClassDeclaration' && declaration.id ? local(declaration.id.name) : null
    }
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const one of statement.specifiers) {
      if (one.type !== 'ExportSpecifier' || nameOf(one.exported) !== name) continue
      return statement.source
        ? exported(one.local.name, statement.source.value, module, graph, seen)
        : local(one.local.name)
    }
    if (statement.declaration && declares(statement.declaration, name)) return local(name)
  }
  if (name === 'default') return null
  for (const star of stars) {
    const found = exported(name, star, module, graph, seen)
    if (found) return found
  }
  return null
}

function declares(declaration: t.Declaration, name: string): boolean {
  if (declaration.type === 'ClassDeclaration' || declaration.type === 'FunctionDeclaration')
    return declaration.id?.name === name
  return (
    declaration.type === 'VariableDeclaration' &&
    declaration.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name)
  )
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
