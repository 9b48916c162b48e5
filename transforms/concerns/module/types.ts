import type { Edit } from '../../syntax/edits.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { endOf, startOf, walk } from '../../syntax/tree.ts'

/** What the parts of a request are for functions that only take a part: `NextApiRequest['headers']`. */
const PARTS: Readonly<Record<string, string>> = {
  headers: 'Record<string, string | string[] | undefined>',
  query: 'Record<string, string | string[] | undefined>',
  cookies: 'Partial<Record<string, string>>',
  body: 'any',
  method: 'string | undefined',
}

/** The type of a part of the old request, written out; undefined for a part that has none. */
export function typeOfPart(part: string): string | undefined {
  return PARTS[part]
}

/** Types of parts of the old request, written out: the import of NextApiRequest can go. */
export function partTypeEdits(file: SourceFile): Edit[] {
  const edits: Edit[] = []
  if (!file.text.includes('NextApiRequest[')) return edits
  walk(file.ast.program, (node) => {
    if (
      node.type !== 'TSIndexedAccessType' ||
      node.objectType.type !== 'TSTypeReference' ||
      node.objectType.typeName.type !== 'Identifier'
    )
      return undefined
    const index =
      node.indexType.type === 'TSLiteralType' && node.indexType.literal.type === 'StringLiteral'
        ? node.indexType.literal.value
        : ''
    const part = typeOfPart(index)
    if (node.objectType.typeName.name === 'NextApiRequest' && part)
      edits.push({ start: startOf(node), end: endOf(node), pieces: [part] })
    return undefined
  })
  return edits
}
