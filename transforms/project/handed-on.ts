import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { parentOf } from '../syntax/tree.ts'
import type { ProjectModules } from './modules.ts'

/** A name of a module, in the form in which that module exports it. */
export interface ExportedName {
  path: string
  name: string
}

/**
 * The modules that a module has a name from, the nearest first: empty when it declares the name itself. Null when that cannot be told, or when
 * what it hands on is no name of a module of the project.
 */
export function findHandedOn({ path, name }: ExportedName, modules: ProjectModules): readonly ExportedName[] | null {
  return follow({ path, name }, { modules, seen: new Set() })
}

interface Search {
  modules: ProjectModules
  seen: Set<string>
}

function follow({ path, name }: ExportedName, search: Search): readonly ExportedName[] | null {
  const module = search.modules.at(path)
  if (!module || search.seen.has(`${path} ${name}`)) return null
  search.seen.add(`${path} ${name}`)
  const stars: string[] = []
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') return []
    if (statement.type === 'ExportAllDeclaration') stars.push(statement.source.value)
    if (statement.type !== 'ExportNamedDeclaration') continue
    if (statement.declaration && declares(statement.declaration, name)) return []
    for (const specifier of statement.specifiers) {
      if (nameOf(specifier.exported) !== name) continue
      if (specifier.type !== 'ExportSpecifier') return null
      return statement.source
        ? step(module, { source: statement.source.value, name: specifier.local.name }, search)
        : fromImport(specifier.local, module, search)
    }
  }
  return name === 'default' ? null : fromStars(module, { stars, name }, search)
}

function step(
  { path }: SourceModule,
  { source, name }: { source: string; name: string },
  search: Search,
): readonly ExportedName[] | null {
  const to = search.modules.resolve(path, source)
  const rest = to === null ? null : follow({ path: to, name }, search)
  return to !== null && rest ? [{ path: to, name }, ...rest] : null
}

/** `import { a } from './a'` and `export { a }`; a name that is no import is the module's own. */
function fromImport(local: t.Identifier, module: SourceModule, search: Search): readonly ExportedName[] | null {
  const binding = module.tree.program.bindings.get(local.name)
  const declaration = binding?.declaration ?? null
  const statement = declaration && parentOf(declaration)
  if (statement?.type !== 'ImportDeclaration') return []
  const source = statement.source.value
  if (declaration?.type === 'ImportDefaultSpecifier') return step(module, { source, name: 'default' }, search)
  if (declaration?.type !== 'ImportSpecifier') return []
  return step(module, { source, name: nameOf(declaration.imported) }, search)
}

/** `export *` of several modules: the one that has the name. It is nobody's when a package may have it too, or two modules differ. */
function fromStars(
  module: SourceModule,
  { stars, name }: { stars: readonly string[]; name: string },
  search: Search,
): readonly ExportedName[] | null {
  const { resolve } = search.modules
  if (stars.some((source) => resolve(module.path, source) === null)) return null
  const found = stars.flatMap((source) => {
    const steps = step(module, { source, name }, { ...search, seen: new Set(search.seen) })
    return steps ? [steps] : []
  })
  const [first] = found
  const origin = (steps: readonly ExportedName[]): string => `${steps.at(-1)?.path} ${steps.at(-1)?.name}`
  return first && found.every((steps) => origin(steps) === origin(first)) ? first : null
}

function declares(declaration: t.Declaration, name: string): boolean {
  switch (declaration.type) {
    case 'VariableDeclaration':
      return declaration.declarations.some(({ id }) => bindsName(id, name))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return declaration.id?.name === name
    case 'TSModuleDeclaration':
      return declaration.id.type === 'Identifier' && declaration.id.name === name
    default:
      return false
  }
}

function bindsName(pattern: t.Node, name: string): boolean {
  switch (pattern.type) {
    case 'Identifier':
      return pattern.name === name
    case 'ObjectPattern':
      return pattern.properties.some((p) => bindsName(p.type === 'RestElement' ? p.argument : p.value, name))
    case 'ArrayPattern':
      return pattern.elements.some((element) => element !== null && bindsName(element, name))
    case 'AssignmentPattern':
      return bindsName(pattern.left, name)
    default:
      return false
  }
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
