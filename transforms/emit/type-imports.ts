import { type Edit, render } from '../syntax/edits.ts'
import { isParseFailure, parseSource, restoreBytes } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { startOf } from '../syntax/tree.ts'

/**
 * The text with `import type` for what is imported of certain modules. Null when a name of such a statement is used as a value, or when the
 * text does not parse.
 */
export function writeTypeImports(path: string, text: string, isMeant: (specifier: string) => boolean): string | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const { bindings } = analyseScopes(file.ast).program
  const edits: Edit[] = []
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const { specifiers, source } = statement
    if (!isMeant(source.value) || specifiers.length === 0) continue
    const isAlone = specifiers.length === 1 || specifiers.every(({ type }) => type === 'ImportSpecifier')
    const isTyped = specifiers.every(
      ({ local }) => bindings.get(local.name)?.references.every(({ kind }) => kind === 'type') ?? false,
    )
    if (!isAlone || !isTyped) return null
    const at = startOf(statement) + 'import'.length
    edits.push({ start: at, end: at, pieces: [' type'] })
    // `import type { type A }` is refused.
    for (const one of specifiers)
      if (one.type === 'ImportSpecifier' && one.importKind === 'type')
        edits.push({ start: startOf(one), end: startOf(one.imported), pieces: [] })
  }
  return restoreBytes(render(file.text, edits, 0, file.text.length), file)
}
