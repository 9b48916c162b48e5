import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { type Imported, importedAs } from '../syntax/imported.ts'
import type { NewImport } from '../syntax/print.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { Binding, ScopeTree } from '../syntax/scope.ts'
import type { Node } from '../syntax/tree.ts'

/** Web standards and globals of Node that our own code uses. */
export const NEW_GLOBALS: ReadonlySet<string> = new Set([
  'process',
  'Array',
  'Response',
  'Request',
  'Headers',
  'URL',
  'JSON',
  'Object',
  'Promise',
  'String',
  'Uint8Array',
  'Buffer',
  'ReadableStream',
  'undefined',
  'Readable',
  'Stream',
  'FormData',
  'File',
  'URLSearchParams',
  'TextEncoder',
])

/**
 * A name that new code uses for something of the platform, or for what it imports, and that means something of the file's own where it
 * stands: `after()` below `const { after } = req.query`, `Response.json()` where `Response` is imported from express. The declaration, or null.
 */
export function findCapturedName(tree: ScopeTree, original: ScopeTree, imports: readonly NewImport[]): Binding | null {
  const names = new Set([...NEW_GLOBALS, ...imports.map(({ local }) => local)])
  const known = ownUses(original, names, imports)
  // What moves keeps its uses, or loses some: more of them are ours.
  for (const [name, { uses, binding }] of ownUses(tree, names, imports))
    if (uses > (known.get(name)?.uses ?? 0)) return known.get(name)?.binding ?? binding
  return null
}

/** How often names are used that the file declares itself, and the first declaration of each. */
function ownUses(
  tree: ScopeTree,
  names: ReadonlySet<string>,
  imports: readonly NewImport[],
): Map<string, { uses: number; binding: Binding }> {
  const found = new Map<string, { uses: number; binding: Binding }>()
  for (const { bindings } of tree.scopeOf.values())
    for (const [name, binding] of bindings) {
      if (!names.has(name) || isMeant(importedAs(binding.id, tree), imports)) continue
      const uses = binding.references.filter(({ kind }) => kind !== 'type').length
      const before = found.get(name)
      found.set(name, { uses: uses + (before?.uses ?? 0), binding: before?.binding ?? binding })
    }
  return found
}

/** The import gives just what new code means by the name. Paths are not compared: they are those of the new place. */
function isMeant(imported: Imported | null, imports: readonly NewImport[]): boolean {
  if (!imported) return false
  const { source, name } = imported
  return (
    imports.some((one) => one.name === name) ||
    (NEW_GLOBALS.has(name) && /^(?:node:)?(?:buffer|process|stream|stream\/web|url|util)$/.test(source))
  )
}

/** The finding for such a name; `at`: where the file declares it. */
export function nameTaken({ name, at }: { name: string; at: Node }, file: SourceFile): Diagnostic {
  return { code: 'PA408', level: 'blocker', span: spanOf(file, at), data: { name } }
}
