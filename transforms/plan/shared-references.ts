import type { ImportEdge } from '../model/project.ts'
import { isCommonModule, isListed } from '../syntax/common-exports.ts'
import { requiredBy } from '../syntax/imported.ts'
import { isMember, keyName, memberName } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { Binding, ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, type Node, parentOf, some, startOf, walk } from '../syntax/tree.ts'
import { asksForResult } from './result-type.ts'
import { usersOfMember } from './member-references.ts'
import type { SharedFunction } from './shared-model.ts'

/** A file whose calls of shared functions are rewritten in this run. */
export interface ModuleImporter {
  path: string
  tree: ScopeTree
  file: SourceFile
  /** Call in the file -> id of the shared function. */
  calls: ReadonlyMap<Node, string>
  /** Parts of the file that this run takes away: who is named there has lost a caller. */
  leaving?: readonly Node[]
}

export interface StayingInput {
  reached: readonly SharedFunction[]
  routes: readonly ModuleImporter[]
  /** Imports of the modules of `reached`, and of modules that re-export them. */
  edges: readonly ImportEdge[]
  /** Functions that stay with a counterpart. */
  beside: ReadonlySet<string>
  /** Functions that leave, because they have a counterpart already. */
  retired: ReadonlySet<string>
}

/**
 * The shared functions that somebody still needs in their old form, with the files that do: a route that stays, a page, a test, a use as
 * a value. All others can be rewritten in place. A caller that stays beside its own counterpart is one of them.
 */
export function findStaying({ reached, routes, edges, beside, retired }: StayingInput): Map<string, readonly string[]> {
  const stays = new Map<string, readonly string[]>()
  const byPath = new Map(routes.map((route) => [route.path, route]))
  for (let grew = true; grew; ) {
    grew = false
    const rewritten = reached.filter(({ id }) => !stays.has(id) && !beside.has(id))
    const modules = modulesOf(rewritten, reached, retired)
    for (const shared of reached) {
      const find = (path: string): ModuleImporter | null => byPath.get(path) ?? modules.get(path) ?? null
      const users = shared.source.part
        ? usersOfMember(shared, edges, { find, isRoute: (path) => byPath.has(path) })
        : usersOf(shared, edges, { find, mayList: !retired.has(shared.id) })
      const known = stays.get(shared.id)?.length ?? 0
      if (users.length <= known) continue
      stays.set(shared.id, users)
      grew = true
    }
  }
  return stays
}

/** Modules of shared functions, with the calls of those of their functions that are rewritten in place, and those that leave. */
function modulesOf(
  rewritten: readonly SharedFunction[],
  reached: readonly SharedFunction[],
  retired: ReadonlySet<string>,
): Map<string, ModuleImporter> {
  const out = new Map<string, ModuleImporter>()
  for (const { source } of reached) {
    const { path, tree, file } = source.module
    out.set(path, { path, tree, file, calls: new Map() })
  }
  for (const shared of rewritten) {
    const module = out.get(shared.source.module.path)
    if (!module) continue
    if (retired.has(shared.id)) {
      out.set(module.path, {
        ...module,
        leaving: [...(module.leaving ?? []), shared.source.part ?? shared.source.statement],
      })
      continue
    }
    const calls = new Map(module.calls)
    for (const [node, { callee, made }] of shared.calls)
      for (const one of made ? [node, made] : [node]) calls.set(one, callee.id)
    out.set(module.path, { ...module, calls })
  }
  return out
}

interface UserSearch {
  find: (path: string) => ModuleImporter | null
  /** A list of exports may name it. */
  mayList: boolean
}

function usersOf(shared: SharedFunction, edges: readonly ImportEdge[], { find, mayList }: UserSearch): string[] {
  const { source, id } = shared
  const users = new Set<string>()
  const own = find(source.module.path)
  const binding = source.module.tree.program.bindings.get(source.name)
  const keepsResult = shared.summary.kind === 'reads'
  // `export default (req, res) => ...` has no name that its own module could use.
  const isAnonymous = !binding && source.statement.type === 'ExportDefaultDeclaration'
  const isOnly = binding ? own && isOnlyCalled(binding, id, own, { mayList, isOwn: true, keepsResult }) : isAnonymous
  if (!own || !isOnly) users.add(source.module.path)
  const seen = new Set<string>()
  collect(source.module.path, new Set(source.exports))
  return [...users].sort()

  /** Those who import one of these names of a module, also from modules that hand them on. */
  function collect(path: string, names: ReadonlySet<string>): void {
    const visit = `${path} ${[...names].sort()}`
    if (names.size === 0 || seen.has(visit)) return
    seen.add(visit)
    for (const edge of edges) {
      if (edge.to !== path || edge.from === edge.to) continue
      // `import()` of a handler is written out where the route is analysed.
      if (edge.kind === 'dynamic' && (isWrittenOut(edge, find(edge.from)) || isLoadedAnew(edge, names))) continue
      // What stands in for a whole module in a test has its functions in their old form.
      if (edge.kind === 'mock') users.add(edge.from)
      for (const { imported: written, local, isType } of edge.names) {
        // The default of a CommonJS module is all of it.
        const imported =
          written === 'default' && isCommonModule(source.module) && path === source.module.path ? '*' : written
        if (imported !== '*' && !names.has(imported)) continue
        const isHandedOn = edge.kind === 'export-from' && (imported !== '*' || local === '*')
        if (isHandedOn && imported === '*') collect(edge.from, new Set([...names].filter((name) => name !== 'default')))
        else if (isHandedOn && mayList) collect(edge.from, new Set([local]))
        else if (isType || !isRewritten(edge, local, imported === '*' ? names : null)) users.add(edge.from)
      }
    }
  }

  /** A table of modules is written out as functions that load one each, and call it. */
  function isLoadedAnew(edge: ImportEdge, names: ReadonlySet<string>): boolean {
    const importer = find(edge.from)
    if (!importer || !names.has('default')) return false
    const named = loadedDefaults(edge, importer)
    let places = 0
    walk(importer.file.ast.program, (node) => {
      if (loads(node, edge.specifier)) places++
      return undefined
    })
    return named.length === places && named.every((name) => isOnlyCalled(name, id, importer, { keepsResult }))
  }

  function isRewritten(edge: ImportEdge, local: string, members: ReadonlySet<string> | null): boolean {
    const importer = /^(?:import|require|dynamic)$/.test(edge.kind) ? find(edge.from) : null
    const name =
      edge.kind === 'dynamic'
        ? importer && loadedThere(edge, local, importer)
        : importer?.tree.program.bindings.get(local)
    if (importer && name && edge.kind === 'require' && !isRequiredThere(name, edge, importer)) return false
    return (
      importer !== null &&
      name !== undefined &&
      name !== null &&
      isOnlyCalled(name, id, importer, { members, keepsResult })
    )
  }
}

/** The name is what this very `require` gives. */
function isRequiredThere({ id }: Binding, { start }: ImportEdge, { tree }: ModuleImporter): boolean {
  const declaration = requiredBy(id, { tree })
  return declaration !== null && startOf(declaration) <= start && start <= endOf(declaration)
}

/** The names of `const { default: list } = await import('./list')`, one for each place that says just that. */
function loadedDefaults({ specifier }: ImportEdge, { tree }: ModuleImporter): Binding[] {
  const isIt = ({ kind, declaration, name }: Binding): boolean => {
    if (kind !== 'const' || declaration.type !== 'VariableDeclarator') return false
    const { id, init } = declaration
    const [property, ...others] = id.type === 'ObjectPattern' ? id.properties : []
    const isDefault = property?.type === 'ObjectProperty' && keyName(property) === 'default' && others.length === 0
    const isName = isDefault && property.value.type === 'Identifier' && property.value.name === name
    return isName && init?.type === 'AwaitExpression' && loads(init.argument, specifier)
  }
  return [...tree.scopeOf.values()].flatMap(({ bindings }) => [...bindings.values()].filter(isIt))
}

function loads(node: Node, specifier: string): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Import') return false
  const [source] = node.arguments
  return source?.type === 'StringLiteral' && source.value === specifier
}

/** The name that `const { check } = await import('./auth')` gives. */
function loadedThere({ start }: ImportEdge, local: string, { tree }: ModuleImporter): Binding | null {
  const isIt = ({ kind, declaration }: Binding): boolean =>
    kind === 'const' &&
    declaration.type === 'VariableDeclarator' &&
    declaration.id.type === 'ObjectPattern' &&
    startOf(declaration) <= start &&
    start <= endOf(declaration)
  const found = [...tree.scopeOf.values()].flatMap(({ bindings }) => bindings.get(local) ?? [])
  return found.find(isIt) ?? null
}

function isWrittenOut({ specifier }: ImportEdge, importer: ModuleImporter | null): boolean {
  return importer !== null && !some(importer.file.ast.program, (node) => loads(node, specifier))
}

/** Every use of the name is a call that is rewritten. `members` are those of a namespace that count. */
function isOnlyCalled(
  binding: Binding,
  id: string,
  { calls, leaving = [] }: ModuleImporter,
  {
    mayList = false,
    isOwn = false,
    members = null,
    keepsResult = false,
  }: { mayList?: boolean; isOwn?: boolean; members?: ReadonlySet<string> | null; keepsResult?: boolean },
): boolean {
  return binding.references.every(({ node, kind }) => {
    if (kind === 'type' || leaving.some((part) => contains(part, node))) return true
    const parent = parentOf(node)
    if (keepsResult && asksForResult(parent)) return true
    if (mayList && (parent?.type === 'ExportSpecifier' || parent?.type === 'ExportDefaultDeclaration')) return true
    // What leaves is taken out of such a list.
    if (isOwn && isListed(node)) return true
    const callee = members !== null && parent && isMember(parent) && parent.object === node ? parent : node
    if (members !== null && callee !== node && isMember(callee)) {
      const name = memberName(callee)
      if (name !== null && !members.has(name)) return true
    }
    const call = parentOf(callee)
    return call !== null && calls.get(call) === id && 'callee' in call && call.callee === callee
  })
}
