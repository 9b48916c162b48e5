import type { ImportEdge } from '../model/project.ts'
import { isMember, memberName } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { Binding, ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import type { SharedFunction } from './shared-model.ts'

/** A file whose calls of shared functions are rewritten in this run. */
export interface ModuleImporter {
  path: string
  tree: ScopeTree
  file: SourceFile
  /** Call in the file -> id of the shared function. */
  calls: ReadonlyMap<Node, string>
}

/**
 * The shared functions that somebody still needs in their old form, with the files that do: a route that stays, a page, a test, a
 * re-export, a use as a value. All others can be rewritten in place. A caller that stays beside its own counterpart is one of them.
 */
export function findStaying(
  reached: readonly SharedFunction[],
  routes: readonly ModuleImporter[],
  edges: readonly ImportEdge[],
  beside: ReadonlyMap<string, string>,
): Map<string, readonly string[]> {
  const stays = new Map<string, readonly string[]>()
  const byPath = new Map(routes.map((route) => [route.path, route]))
  for (let grew = true; grew; ) {
    grew = false
    const inPlace = reached.filter(({ id }) => !stays.has(id) && !beside.has(id))
    const modules = modulesOf(inPlace, reached)
    for (const shared of reached) {
      const users = usersOf(shared, edges, (path) => byPath.get(path) ?? modules.get(path) ?? null)
      const known = stays.get(shared.id)?.length ?? 0
      if (users.length <= known) continue
      stays.set(shared.id, users)
      grew = true
    }
  }
  return stays
}

/** Modules of shared functions, with the calls of those of their functions that are rewritten in place. */
function modulesOf(
  inPlace: readonly SharedFunction[],
  reached: readonly SharedFunction[],
): Map<string, ModuleImporter> {
  const out = new Map<string, ModuleImporter>()
  for (const { source } of reached) {
    const { path, tree, file } = source.module
    out.set(path, { path, tree, file, calls: new Map() })
  }
  for (const shared of inPlace) {
    const module = out.get(shared.source.module.path)
    if (!module) continue
    const calls = new Map(module.calls)
    for (const [node, { callee }] of shared.calls) calls.set(node, callee.id)
    out.set(module.path, { ...module, calls })
  }
  return out
}

function usersOf(
  shared: SharedFunction,
  edges: readonly ImportEdge[],
  find: (path: string) => ModuleImporter | null,
): string[] {
  const { source, id } = shared
  const users = new Set<string>()
  const own = find(source.module.path)
  const binding = source.module.tree.program.bindings.get(source.name)
  if (!own || !binding || !isOnlyCalled(binding, id, own, true)) users.add(source.module.path)
  for (const edge of edges) {
    if (edge.to !== source.module.path || edge.from === edge.to || source.exported === null) continue
    for (const { imported, local, isType } of edge.names) {
      if (isType || (imported !== source.exported && imported !== '*')) continue
      const importer = edge.kind === 'import' ? find(edge.from) : null
      const name = importer?.tree.program.bindings.get(local)
      if (!importer || !name || !isOnlyCalled(name, id, importer, false, imported === '*' ? source.exported : null))
        users.add(edge.from)
    }
  }
  return [...users].sort()
}

/** Every use of the name is a call that is rewritten. `member` is set for a namespace: uses of its other members do not count. */
function isOnlyCalled(
  binding: Binding,
  id: string,
  { calls }: ModuleImporter,
  mayExport: boolean,
  member: string | null = null,
): boolean {
  return binding.references.every(({ node, kind }) => {
    if (kind === 'type') return true
    const parent = parentOf(node)
    if (mayExport && (parent?.type === 'ExportSpecifier' || parent?.type === 'ExportDefaultDeclaration')) return true
    const callee = member !== null && parent && isMember(parent) && parent.object === node ? parent : node
    if (member !== null && callee !== node && isMember(callee)) {
      const name = memberName(callee)
      if (name !== null && name !== member) return true
    }
    const call = parentOf(callee)
    return call !== null && calls.get(call) === id && 'callee' in call && call.callee === callee
  })
}
