import type { ImportEdge } from '../model/project.ts'
import { oldTypes } from '../plan/formless.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import type { Mover } from './move-exports.ts'

/**
 * `export interface SumRequest extends NextApiRequest {...}`: exported types about the old request or response that no other file asks
 * for. They leave with the handler that they were made for. A test that is left needs the handler itself, and is written anew anyway.
 */
export function findUnaskedTypes(
  { file, exports }: Pick<Mover, 'file' | 'exports'>,
  importers: readonly ImportEdge[],
  left: ReadonlySet<ImportEdge>,
): ReadonlySet<string> {
  const tests = new Set([...left].map(({ from }) => from))
  const asking = importers.filter(({ from }) => !tests.has(from)).flatMap(({ names }) => names)
  const isAsked = (name: string): boolean => asking.some(({ imported }) => imported === '*' || imported === name)
  const old = new Set(oldTypes(file))
  for (let before = -1; before !== old.size; ) {
    before = old.size
    for (const statement of file.ast.program.body) {
      const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
      if (declared?.type !== 'TSInterfaceDeclaration' && declared?.type !== 'TSTypeAliasDeclaration') continue
      const text = file.text.slice(startOf(declared), endOf(declared))
      if ([...old].some((name) => new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text)))
        old.add(declared.id.name)
    }
  }
  return new Set([...exports.types].flatMap(([name, local]) => (old.has(local) && !isAsked(name) ? [local] : [])))
}
