import { importedAs, type SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { onlyReturned } from './made-handler.ts'
import { rootOf, withoutAwait } from './context-seeds.ts'

const MIDDLEWARE = /^(?:use|middleware|unstable_pipe|concat)$/
const RESOLVER = /^(?:use|middleware|unstable_pipe|query|mutation|subscription)$/
const PARTS = /(?:router|procedure)s?$/i
const WORDS =
  /\.(?:use|middleware|unstable_pipe|concat|query|mutation|subscription)\(|import\b[^;]*(?:router|procedure)s?\b/i

/** May a module have parts that come from packages? */
export const mayUseForeign = (text: string): boolean => WORDS.test(text)

/**
 * What is called with the context and is not seen: middleware of packages (`.use(limiter)`; that of Sentry reads path, type and input), and
 * routers and procedures that are imported from where no source is found, by their names.
 */
export function findForeign(module: SourceModule, context: RecipeContext): Node[] {
  const { file } = module
  const isPackage = (source: string, from = module): boolean => context.resolve(source, from.path) === null
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
    if (MIDDLEWARE.test(memberName(node.callee) ?? '') && !ofPackage(node.callee.object, module))
      found.push(...node.arguments.filter((given) => isForeign(given, module)))
    if (RESOLVER.test(memberName(node.callee) ?? '')) found.push(...node.arguments.flatMap(handedOn))
    return undefined
  })
  return found

  /** `(opts) => limit(opts)`: what a package is told, with the context in it. */
  function handedOn(given: Node): Node[] {
    const [param] = isPlainFunction(given) ? given.params : []
    const uses = param?.type === 'Identifier' ? (bindingAt(module.tree, param)?.references ?? []) : []
    return uses.flatMap(({ node }) => {
      const call = parentOf(withCasts(node))
      return isCall(call) && startOf(call.callee) !== startOf(node) && ofPackage(call.callee, module) ? node : []
    })
  }

  /** What a package gives, also by the name of a constant of the project. */
  function isForeign(node: Node, from: SourceModule): boolean {
    if (ofPackage(node, from)) return true
    const at = uncast(node)
    const maker = at.type === 'CallExpression' ? context.functionAt(at.callee, from) : null
    const given = maker && onlyReturned(maker.fn)
    if (given) return ofPackage(given, maker.module)
    const made = at.type === 'Identifier' ? constantOf(at, from) : null
    return made !== null && ofPackage(made.value, made.module)
  }

  function constantOf(node: Node, from: SourceModule): { value: Node; module: SourceModule } | null {
    const imported = importedAs(node, from.tree)
    const path = imported ? context.resolve(imported.source, from.path) : null
    const to = path === null ? null : context.moduleAt(path)
    const binding = imported ? to?.tree.program.bindings.get(imported.name) : bindingAt(from.tree, uncast(node))
    const declaration = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration : null
    return declaration?.init ? { value: withoutAwait(declaration.init), module: to ?? from } : null
  }

  function ofPackage(node: Node, from: SourceModule): boolean {
    const root = rootOf(node)
    const imported = root.type === 'Identifier' ? importedAs(root, from.tree) : null
    return imported !== null && isPackage(imported.source, from) && !/^@(?:sentry|trpc)\//.test(imported.source)
  }
}
