import type { ProjectModules } from '../project/modules.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isCall, stringValue } from '../syntax/match.ts'
import { walk } from '../syntax/tree.ts'

/** The project files that a handler reaches, its own first. */
export interface Reach {
  modules: readonly SourceModule[]
  /** Something that is not among them may be called: a package, the network. */
  isOpen: boolean
}

/** More would cost more time than the names in them are worth. */
const MOST_FILES = 10
const MOST_TEXT = 150_000

/** Globals that a stand-in answers for while requests are replayed. */
const OUTSIDE = ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'caches']
/** Packages that are themselves on both sides. */
const INSIDE =
  /^(?:next(?:\/server|\/types)?|(?:node:)?(?:crypto|querystring|url|util|path|buffer|assert|events|string_decoder|stream))$/

/** Reads a handler and, breadth first, what it imports from the project. */
export function readReach(source: string, project: ProjectModules): Reach {
  const modules: SourceModule[] = []
  const seen = new Set([source])
  const queue = [source]
  let size = 0
  let isOpen = false
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const module = project.at(path)
    if (!module || modules.length >= MOST_FILES || size > MOST_TEXT) {
      isOpen = true
      continue
    }
    modules.push(module)
    size += module.file.text.length
    if (OUTSIDE.some((name) => module.tree.globals.has(name))) isOpen = true
    for (const specifier of importsOf(module)) {
      const target = specifier === null ? null : project.resolve(path, specifier)
      if (target === null) isOpen ||= specifier === null || !INSIDE.test(specifier)
      else if (!seen.has(target) && !target.endsWith('.json')) {
        seen.add(target)
        queue.push(target)
      }
    }
  }
  return { modules, isOpen }
}

/** What a module imports for more than its types; null for a name that is computed. */
function importsOf({ file }: SourceModule): (string | null)[] {
  const found: (string | null)[] = []
  walk(file.ast.program, (node) => {
    if (node.type === 'ImportDeclaration') {
      const isType =
        node.importKind === 'type' ||
        (node.specifiers.length > 0 &&
          node.specifiers.every((name) => name.type === 'ImportSpecifier' && name.importKind === 'type'))
      // A type that is imported like a value cannot be told from one here; Next's own types are on the list.
      if (!isType) found.push(node.source.value)
    } else if ((node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && node.source) {
      if (node.exportKind !== 'type') found.push(node.source.value)
    } else if (isCall(node)) {
      const { callee } = node
      if (callee.type === 'Import' || (callee.type === 'Identifier' && callee.name === 'require'))
        found.push(stringValue(node.arguments[0]))
    } else if (node.type === 'ImportExpression') found.push(stringValue(node.source))
    return true
  })
  return found
}
