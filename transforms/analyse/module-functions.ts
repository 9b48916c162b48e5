import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isMember, uncast } from '../syntax/match.ts'
import { commonExports, isCommonModule } from '../syntax/common-exports.ts'
import {
  type Imported,
  importedAs,
  loadedAs,
  loadedForOneCall,
  requiredBy,
  type SourceModule,
} from '../syntax/imported.ts'
import { bindingAt } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'
import { functionOf } from './callees.ts'
import { calls, classes, exportedCalls, functions, type Kind, madeOfBinding } from './declared-kinds.ts'
import { findMemberFunction } from './member-functions.ts'
import { describe, type ModuleDeclaration, nameOf } from './module-declarations.ts'

/** The modules of the project, each parsed when it is first asked for. */
export interface ModuleGraph {
  /** Null for what is no readable source. */
  at(path: string): SourceModule | null
  /** The project file that a specifier in a file means; null for packages. */
  resolve(fromFile: string, specifier: string): string | null
  /** The module that a user has declared to stand for an import. */
  declared?(fromFile: string, imported: Imported): SourceModule | null
}

export interface ModuleFunction extends ModuleDeclaration {
  fn: FunctionNode
}

/** How the file of a name gets at what it stands for. */
export interface Access {
  /** The specifier of the import; null for a function of the caller's own module. */
  specifier: string | null
  /** Whatever the function's module exports can be imported by that specifier: no list of names stands between. */
  isOpen: boolean
}

/** A function that a callee names. */
export type FoundFunction = ModuleFunction & Access

/** `export const withUser = createWrapper(options)`: the call that makes what a name stands for. */
export type FoundMade = ModuleDeclaration & Access & { made: t.CallExpression }

/** The function of a project module that a callee names: of the caller's own, or of one that it imports, through any re-exports. */
export function findModuleFunction(callee: Node, from: SourceModule, graph: ModuleGraph): FoundFunction | null {
  const own = functionOf(callee, from.tree)
  const found = own ? findOwn(own, from) : findImported(callee, from, graph, functions)
  return found ? { ...found, fn: found.node } : findMemberFunction(callee, from, graph)
}

/** The function that a module exports under a name, through any re-exports. */
export function findExportedFunction(module: SourceModule, name: string, graph: ModuleGraph): ModuleFunction | null {
  const found = findExport(module, name, { graph, kind: functions, seen: new Set() })
  return found ? { ...found.found, fn: found.found.node } : null
}

/** The constant that a callee names, where a call makes its value when its module is loaded. */
export function findModuleMade(callee: Node, from: SourceModule, graph: ModuleGraph): FoundMade | null {
  const node = uncast(callee)
  const own = node.type === 'Identifier' ? madeOfBinding(bindingAt(from.tree, node)) : null
  const found = own ? findOwn(own, from) : findImported(callee, from, graph, calls)
  return found && { ...found, made: found.node }
}

/** The same, where the call may stand in the export itself: `export default withUser(handler)`, also for a name that is loaded where it is called. */
export function findModuleWrapped(callee: Node, from: SourceModule, graph: ModuleGraph): FoundMade | null {
  const found = findImported(callee, from, graph, exportedCalls) ?? findLoaded(callee, from, graph, exportedCalls)
  return found && { ...found, made: found.node }
}

/** The class that a callee of `new` names: of another module of the project. */
export function findModuleClass(
  callee: Node,
  from: SourceModule,
  graph: ModuleGraph,
): (ModuleDeclaration & Access & { node: t.ClassDeclaration }) | null {
  return findImported(callee, from, graph, classes)
}

/** The same for a name that a function loads where it calls it: `const { check } = await import('./auth')`. */
export function findLoadedFunction(callee: Node, from: SourceModule, graph: ModuleGraph): FoundFunction | null {
  const found = findLoaded(callee, from, graph, functions)
  return found && { ...found, fn: found.node }
}

function findLoaded<N extends Node>(
  callee: Node,
  from: SourceModule,
  graph: ModuleGraph,
  kind: Kind<N>,
): (ModuleDeclaration & Access & { node: N }) | null {
  const imported = loadedForOneCall(callee, from.tree) ? loadedAs(callee, from.tree) : null
  const path = imported && graph.resolve(from.path, imported.source)
  const module = path === null ? null : graph.at(path)
  if (!imported || !module || isCommonModule(module)) return null
  const found = findExport(module, imported.name, { graph, kind, seen: new Set() })
  return found ? { ...found.found, specifier: imported.source, isOpen: found.isOpen } : null
}

function findOwn<N extends Node>(node: N, from: SourceModule): (ModuleDeclaration & Access & { node: N }) | null {
  const found = describe(node, from)
  return found ? { ...found, specifier: null, isOpen: true } : null
}

function findImported<N extends Node>(
  callee: Node,
  from: SourceModule,
  graph: ModuleGraph,
  kind: Kind<N>,
): (ModuleDeclaration & Access & { node: N }) | null {
  const imported = namedBy(callee, from)
  if (!imported) return null
  const declared = graph.declared?.(from.path, imported) ?? null
  const path = declared ? null : graph.resolve(from.path, imported.source)
  const module = path === null ? declared : graph.at(path)
  const found = module ? findExport(module, imported.name, { graph, kind, seen: new Set() }) : null
  return found ? { ...found.found, specifier: imported.source, isOpen: found.isOpen } : null
}

/** `const { check } = require('./auth')` names what an import would; `const auth = require('./auth')` is the module, as `import * as auth` is. */
function namedBy(callee: Node, from: SourceModule): Imported | null {
  const node = uncast(callee)
  const id = isMember(node) ? node.object : node
  const imported = importedAs(callee, from.tree)
  if (!imported || (id.type === 'Identifier' && from.tree.bindingOf.get(id)?.kind === 'import')) return imported
  const declaration = requiredBy(id, from)
  if (!declaration) return null
  if (declaration.id.type !== 'Identifier') return isMember(node) ? null : imported
  const name = isMember(node) && !node.computed ? imported.name.replace(/^default\./, '') : null
  return name === null || name.includes('.') ? null : { source: imported.source, name }
}

interface Search<N extends Node> {
  graph: ModuleGraph
  kind: Kind<N>
  seen: Set<SourceModule>
}

interface FoundExport<N extends Node> {
  found: ModuleDeclaration & { node: N }
  isOpen: boolean
}

function findExport<N extends Node>(module: SourceModule, name: string, search: Search<N>): FoundExport<N> | null {
  const { seen } = search
  if (seen.has(module)) return null
  seen.add(module)
  const stars: string[] = []
  for (const statement of module.file.ast.program.body) {
    if (statement.type === 'ExportAllDeclaration') stars.push(statement.source.value)
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default')
      return fromDefault(statement, module, search)
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier' || nameOf(specifier.exported) !== name) continue
      if (statement.source)
        return through(module, { source: statement.source.value, name: specifier.local.name }, search)
      return fromLocal(specifier.local, module, search)
    }
    const declared = statement.declaration ? declaredIn(statement.declaration, name) : null
    if (declared) return fromLocal(declared, module, search)
  }
  const listed = commonExports(module)?.names.get(name)
  if (listed) return fromLocal(listed, module, search)
  if (name === 'default') return null
  for (const source of stars) {
    const found = throughAll(module, { source, name }, search)
    if (found) return found
  }
  return null
}

/** By a list of names, which lets no other name through. */
function through<N extends Node>(from: SourceModule, imported: Imported, search: Search<N>): FoundExport<N> | null {
  const found = throughAll(from, imported, search)
  return found ? { ...found, isOpen: false } : null
}

function throughAll<N extends Node>(
  from: SourceModule,
  { source, name }: Imported,
  search: Search<N>,
): FoundExport<N> | null {
  const path = search.graph.resolve(from.path, source)
  const module = path === null ? null : search.graph.at(path)
  return module ? findExport(module, name, search) : null
}

function fromDefault<N extends Node>(
  { declaration }: t.ExportDefaultDeclaration,
  module: SourceModule,
  { kind }: Search<N>,
): FoundExport<N> | null {
  const node =
    declaration.type === 'Identifier'
      ? kind.ofBinding(bindingAt(module.tree, declaration))
      : kind.ofExpression(declaration)
  const found = node ? describe(node, module) : null
  return found ? { found, isOpen: true } : null
}

function fromLocal<N extends Node>(id: t.Identifier, module: SourceModule, search: Search<N>): FoundExport<N> | null {
  const binding = module.tree.program.bindings.get(id.name) ?? null
  const node = search.kind.ofBinding(binding)
  if (node) {
    const found = describe(node, module)
    return found ? { found, isOpen: true } : null
  }
  const imported =
    binding?.kind === 'import' ? importedAs(binding.references[0]?.node ?? binding.id, module.tree) : null
  return imported ? through(module, imported, search) : null
}

/** The identifier that a declaration gives the name with. */
function declaredIn(declaration: t.Declaration, name: string): t.Identifier | null {
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration')
    return declaration.id?.name === name ? declaration.id : null
  if (declaration.type !== 'VariableDeclaration') return null
  for (const { id } of declaration.declarations) if (id.type === 'Identifier' && id.name === name) return id
  return null
}
