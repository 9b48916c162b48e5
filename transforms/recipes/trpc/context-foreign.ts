import type { SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isFunction, isPlainFunction, type Node, parentOf, startOf, walk } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { isName, isOfPackage } from './context-origin.ts'

const RESOLVER = /^(?:use|middleware|unstable_pipe|concat|query|mutation|subscription)$/
const ROUTER = /^(?:mergeRouters|(?:\w*r|R)outer)$/
const PARTS = /(?:router|procedure)s?$/i
const WORDS = /\.(?:use|middleware|unstable_pipe|concat|query|mutation|subscription)\b|router|procedure/i

/** May a module have parts that come from packages? */
export const mayUseForeign = (text: string): boolean => WORDS.test(text)

/**
 * What is called with the context and is not seen: middleware and resolvers of packages (`.use(limiter)`), their procedures (`authed.query(fn)`),
 * and routers and procedures that are imported from where no source is found, by their names.
 */
export function findForeign(module: SourceModule, context: RecipeContext): Node[] {
  const { file } = module
  const ofPackage = (node: Node): boolean => isOfPackage(node, module, context)
  const hasProcedures = /[pP]rocedure|\b(?:router|mergeRouters|createTRPCRouter)\(/.test(file.text)
  const found: Node[] = []
  if (!mayUseForeign(file.text)) return found
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue
    const source = statement.source.value
    if (source.startsWith('@trpc/') || context.resolve(source, module.path) !== null) continue
    found.push(
      ...statement.specifiers.filter(
        ({ local: { name } }) => PARTS.test(name) && !/^use[A-Z]/.test(name) && name !== 'Router',
      ),
    )
  }
  walk(file.ast.program, (node) => {
    if (node.type !== 'CallExpression') return undefined
    const callee = uncast(node.callee)
    const name = isMember(callee) ? memberName(callee) : callee.type === 'Identifier' ? callee.name : null
    if (name !== null && ROUTER.test(name)) found.push(...node.arguments.flatMap(partsOf).filter(isForeign))
    if (!isMember(callee) || name === null || !RESOLVER.test(name)) return undefined
    // Lists have it too.
    if (name === 'concat' && !hasProcedures) return undefined
    found.push(...node.arguments.flatMap(handedOn))
    // Clients of databases and servers have methods of these names too.
    const [given] = node.arguments
    const isProcedure = node.arguments.length === 1 && given !== undefined && mayBeFunction(given, module, context)
    if (!ofPackage(callee.object)) found.push(...node.arguments.filter(isForeign))
    else if (isProcedure && !/^(?:use|concat)$/.test(name)) found.push(node)
    return undefined
  })
  return found

  /** `(opts) => limit(opts)`: what a package is told, with the context in it. */
  function handedOn(given: Node): Node[] {
    const [param] = isPlainFunction(given) ? given.params : []
    const uses = param?.type === 'Identifier' ? (bindingAt(module.tree, param)?.references ?? []) : []
    return uses.flatMap(({ node }) => {
      const call = parentOf(withCasts(node))
      return isCall(call) && startOf(call.callee) !== startOf(node) && ofPackage(call.callee) ? node : []
    })
  }

  /** What a package gives, also by the name of a constant of the project. */
  function isForeign(node: Node): boolean {
    return isName(node) && ofPackage(node)
  }
}

function mayBeFunction(node: Node, module: SourceModule, context: RecipeContext): boolean {
  const at = uncast(node)
  return isFunction(at) || isCall(at) || context.functionAt(at, module) !== null || isOfPackage(at, module, context)
}

/** Procedures and routers of `router({ list, users: usersRouter })`. */
function partsOf(given: Node): Node[] {
  const at = uncast(given)
  if (at.type !== 'ObjectExpression') return [at]
  return at.properties.flatMap((property) => {
    if (property.type === 'SpreadElement') return partsOf(property.argument)
    return property.type === 'ObjectProperty' ? partsOf(property.value) : []
  })
}
