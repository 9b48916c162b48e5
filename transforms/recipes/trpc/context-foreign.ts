import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isMember, memberName } from '../../syntax/match.ts'
import { type Node, walk } from '../../syntax/tree.ts'
import { rootOf } from './context-seeds.ts'

const MIDDLEWARE = /^(?:use|middleware|unstable_pipe|concat)$/
const PARTS = /(?:router|procedure)s?$/i
const WORDS = /\.(?:use|middleware|unstable_pipe|concat)\(|import\b[^;]*(?:router|procedure)s?\b/i

/** May a module have parts that come from packages? */
export const mayUseForeign = (text: string): boolean => WORDS.test(text)

/**
 * What is called with the context and is not seen: middleware of packages (`.use(limiter)`; that of Sentry reads path, type and input), and
 * routers and procedures that are imported from where no source is found, by their names.
 */
export function findForeign({ file, tree }: SourceModule, isPackage: (source: string) => boolean): Node[] {
  const found: Node[] = []
  if (!mayUseForeign(file.text)) return found
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const source = statement.source.value
    if (source.startsWith('@trpc/') || !isPackage(source)) continue
    found.push(
      ...statement.specifiers.filter(
        ({ local: { name } }) => PARTS.test(name) && !/^use[A-Z]/.test(name) && name !== 'Router',
      ),
    )
  }
  walk(file.ast.program, (node) => {
    if (node.type !== 'CallExpression' || !isMember(node.callee)) return undefined
    if (MIDDLEWARE.test(memberName(node.callee) ?? '') && !ofPackage(node.callee.object))
      found.push(...node.arguments.filter(ofPackage))
    return undefined
  })
  return found

  function ofPackage(node: Node): boolean {
    const root = rootOf(node)
    const imported = root.type === 'Identifier' ? importedAs(root, tree) : null
    return imported !== null && isPackage(imported.source) && !imported.source.startsWith('@sentry/')
  }
}
