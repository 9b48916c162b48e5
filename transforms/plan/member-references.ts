import type { ImportEdge } from '../model/project.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf, walk, startOf } from '../syntax/tree.ts'
import type { SharedFunction } from './shared-model.ts'
import type { ModuleImporter } from './shared-references.ts'

interface MemberSearch {
  /** A file that is rewritten in this run. */
  find: (path: string) => ModuleImporter | null
  isRoute: (path: string) => boolean
}

/**
 * The files that still need a member in its old form. Objects and instances travel, so whoever imports the module counts, unless it is a
 * route of this run in which every access under that name is a call that is rewritten.
 */
export function usersOfMember(
  shared: SharedFunction,
  edges: readonly ImportEdge[],
  { find, isRoute }: MemberSearch,
): string[] {
  const { source, id } = shared
  const { path } = source.module
  const users = new Set<string>()
  const own = find(path)
  if (!own || !isOnlyCalled(own, source.name, id)) users.add(path)
  const modules = new Set([path])
  for (let grew = true; grew; ) {
    grew = false
    for (const { kind, from, to } of edges) {
      if (kind !== 'export-from' || !modules.has(to) || modules.has(from)) continue
      modules.add(from)
      grew = true
    }
  }
  for (const edge of edges) {
    if (!modules.has(edge.to) || modules.has(edge.from)) continue
    const importer = edge.kind === 'import' && isRoute(edge.from) ? find(edge.from) : null
    if (edge.names.length > 0 && edge.names.every(({ isType }) => isType)) continue
    if (!importer || !isOnlyCalled(importer, source.name, id)) users.add(edge.from)
  }
  return [...users].sort()
}

interface Asked {
  name: string
  tree: ScopeTree
}

/** Whoever the name is asked of: each time it is a call of this run. What takes a name that is computed may take any. */
function isOnlyCalled({ file, tree, calls, leaving = [] }: ModuleImporter, name: string, id: string): boolean {
  let isOnly = true
  walk(file.ast.program, (node) => {
    if (!isOnly || leaving.includes(node)) return false
    if (isMember(node) && isAccess(node, { name, tree })) {
      const call = parentOf(node)
      isOnly = call !== null && calls.get(call) === id && 'callee' in call && call.callee === node
    }
    if (node.type === 'ObjectPattern')
      isOnly = !node.properties.some((p) => p.type === 'RestElement' || keyName(p) === name)
    return isOnly
  })
  return isOnly
}

/** Under the name, or under one that is computed, of what is imported. */
function isAccess(
  node: Extract<Node, { type: 'MemberExpression' | 'OptionalMemberExpression' }>,
  { name, tree }: Asked,
): boolean {
  const known = memberName(node)
  if (known !== null) return known === name
  return node.computed && node.object.type === 'Identifier' && bindingAt(tree, node.object)?.kind === 'import'
}

/** `limiter.check` becomes `limiter.checkForRoute`. */
export function memberAt(written: Node, name: string, { file }: SourceModule): string {
  const member = uncast(written)
  const end = isMember(member) ? startOf(member.property) : startOf(member)
  return `${file.text.slice(startOf(member), end)}${name}`
}
