import type * as t from '@babel/types'
import { httpMethods } from '../model/route.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'

/** The HTTP methods that a route file exports, in the order of Next's list; none for a file that cannot be parsed. */
export function exportedMethods(path: string, text: string): string[] {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return []
  const names = new Set<string>()
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    const { declaration } = statement
    if (declaration?.type === 'FunctionDeclaration' && declaration.id) names.add(declaration.id.name)
    if (declaration?.type === 'VariableDeclaration') for (const { id } of declaration.declarations) addNames(id, names)
    for (const specifier of statement.specifiers) {
      const { exported } = specifier
      names.add(exported.type === 'Identifier' ? exported.name : exported.value)
    }
  }
  return httpMethods.filter((method) => names.has(method))
}

/** `export const { GET, POST } = handlers` */
function addNames(pattern: t.Node, names: Set<string>): void {
  if (pattern.type === 'Identifier') names.add(pattern.name)
  if (pattern.type !== 'ObjectPattern') return
  for (const property of pattern.properties) if (property.type === 'ObjectProperty') addNames(property.value, names)
}
