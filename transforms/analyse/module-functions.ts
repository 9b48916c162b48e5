import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isMember, uncast } from '../syntax/match.ts'
import { type Imported, importedAs, type SourceModule } from '../syntax/imported.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../syntax/tree.ts'
import { functionOf, functionOfBinding } from './callees.ts'

/** The modules of the project, each parsed when it is first asked for. */
export interface ModuleGraph {
  /** Null for what is no readable source. */
  at(path: string): SourceModule | null
  /** The project file that a specifier in a file means; null for packages. */
  resolve(fromFile: string, specifier: string): string | null
}

/** A function that a module declares in a statement of its own. */
export interface ModuleFunction {
  module: SourceModule
  fn: FunctionNode
  /** The name that it has in its module. */
  name: string
  /** The names under which its module exports it. */
  exports: readonly string[]
  statement: t.Statement
}

/** A function that a callee names, and how the caller gets at it. */
export interface FoundFunction extends ModuleFunction {
  /** The specifier of the import; null for a function of the caller's own module. */
  specifier: string | null
  /** Whatever the function's module exports can be imported by that specifier: no list of names stands between. */
  isOpen: boolean
}

/** The function of a project module that a callee names: of the caller's own, or of one that it imports, through any re-exports. */
export function findModuleFunction(callee: Node, from: SourceModule, graph: ModuleGraph): FoundFunction | null {
  const own = functionOf(callee, from.tree)
  if (own) {
    const found = describe(own, from)
    return found ? { ...found, specifier: null, isOpen: true } : null
  }
  const imported = importedAs(callee, from.tree)
  if (!imported || isRequired(callee, from)) return null
  const path = graph.resolve(from.path, imported.source)
  const module = path === null ? null : graph.at(path)
  const found = module ? findExport(module, imported.name, graph, new Set()) : null
  return found ? { ...found.function, specifier: imported.source, isOpen: found.isOpen } : null
}

/** `require` gives an object that the call below reads; its names are not followed. */
function isRequired(callee: Node, { tree }: SourceModule): boolean {
  const node = uncast(callee)
  const id = isMember(node) ? node.object : node
  const binding = id.type === 'Identifier' ? tree.bindingOf.get(id) : undefined
  return binding?.kind !== 'import'
}

interface FoundExport {
  function: ModuleFunction
  isOpen: boolean
}

function findExport(
  module: SourceModule,
  name: string,
  graph: ModuleGraph,
  seen: Set<SourceModule>,
): FoundExport | null {
  if (seen.has(module)) return null
  seen.add(module)
  const stars: string[] = []
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportAllDeclaration') stars.push(statement.source.value)
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') return fromDefault(statement, module)
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier' || nameOf(specifier.exported) !== name) continue
      if (statement.source)
        return through(module, { source: statement.source.value, name: specifier.local.name }, graph, seen)
      return fromLocal(specifier.local, module, graph, seen)
    }
    const declared = statement.declaration ? declaredIn(statement.declaration, name) : null
    if (declared) return fromLocal(declared, module, graph, seen)
  }
  if (name === 'default') return null
  for (const source of stars) {
    const found = throughAll(module, { source, name }, graph, seen)
    if (found) return found
  }
  return null
}

/** By a list of names, which lets no other name through. */
function through(
  from: SourceModule,
  imported: Imported,
  graph: ModuleGraph,
  seen: Set<SourceModule>,
): FoundExport | null {
  const found = throughAll(from, imported, graph, seen)
  return found ? { ...found, isOpen: false } : null
}

function throughAll(
  from: SourceModule,
  { source, name }: Imported,
  graph: ModuleGraph,
  seen: Set<SourceModule>,
): FoundExport | null {
  const path = graph.resolve(from.path, source)
  const module = path === null ? null : graph.at(path)
  return module ? findExport(module, name, graph, seen) : null
}

function fromDefault(statement: t.ExportDefaultDeclaration, module: SourceModule): FoundExport | null {
  const { declaration } = statement
  const fn =
    declaration.type === 'Identifier'
      ? functionOf(declaration, module.tree)
      : isPlainFunction(declaration)
        ? declaration
        : null
  const found = fn ? describe(fn, module) : null
  return found ? { function: found, isOpen: true } : null
}

function fromLocal(
  id: t.Identifier,
  module: SourceModule,
  graph: ModuleGraph,
  seen: Set<SourceModule>,
): FoundExport | null {
  const binding = module.tree.program.bindings.get(id.name) ?? null
  const fn = functionOfBinding(binding)
  if (fn) {
    const found = describe(fn, module)
    return found ? { function: found, isOpen: true } : null
  }
  const imported =
    binding?.kind === 'import' ? importedAs(binding.references[0]?.node ?? binding.id, module.tree) : null
  return imported ? through(module, imported, graph, seen) : null
}

/** The identifier that a declaration gives the name with. */
function declaredIn(declaration: t.Declaration, name: string): t.Identifier | null {
  if (declaration.type === 'FunctionDeclaration') return declaration.id?.name === name ? declaration.id : null
  if (declaration.type !== 'VariableDeclaration') return null
  for (const { id } of declaration.declarations) if (id.type === 'Identifier' && id.name === name) return id
  return null
}

/** Null for a function inside another one, and for one that shares its statement with others. */
function describe(fn: FunctionNode, module: SourceModule): ModuleFunction | null {
  const { body } = module.file.ast.program
  const statement = body.find((s) => startOf(s) <= startOf(fn) && endOf(fn) <= endOf(s))
  const declaration =
    statement?.type === 'ExportNamedDeclaration' || statement?.type === 'ExportDefaultDeclaration'
      ? statement.declaration
      : statement
  if (!statement || !declaration) return null
  if (declaration === fn) {
    const name = declaration.type === 'FunctionDeclaration' ? declaration.id?.name : undefined
    return name === undefined ? null : { module, fn, name, exports: exportsOf(name, statement, module), statement }
  }
  if (declaration.type !== 'VariableDeclaration' || declaration.declarations.length !== 1) return null
  const [declarator] = declaration.declarations
  if (declarator?.id.type !== 'Identifier' || !declarator.init || uncast(declarator.init) !== fn) return null
  const { name } = declarator.id
  return { module, fn, name, exports: exportsOf(name, statement, module), statement }
}

function exportsOf(name: string, statement: t.Statement, module: SourceModule): string[] {
  const names: string[] = []
  if (statement.type === 'ExportDefaultDeclaration') names.push('default')
  if (statement.type === 'ExportNamedDeclaration') names.push(name)
  for (const other of module.file.ast.program.body) {
    const { declaration } = other.type === 'ExportDefaultDeclaration' ? other : { declaration: null }
    if (declaration?.type === 'Identifier' && declaration.name === name) names.push('default')
    if (other.type !== 'ExportNamedDeclaration' || other.source) continue
    for (const s of other.specifiers)
      if (s.type === 'ExportSpecifier' && s.local.name === name) names.push(nameOf(s.exported))
  }
  return names
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === 'Identifier' ? node.name : node.value
}
