import type * as t from '@babel/types'
import { block, need, type NeedKind, note } from '../../concerns/lowering.ts'
import { importedAs } from '../../syntax/imported.ts'
import { wasWrittenOut } from '../../syntax/expansion.ts'
import { uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { argumentsEdit, takesBoth } from '../call.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { FIRST, isSameWithRequest, methodOf, PAGES_HANDLERS, ROUTE_HANDLERS } from './factories.ts'

const BODY: readonly NeedKind[] = ['body', 'whole-body', 'text', 'raw', 'form']

/**
 * `createManifestHandler(options)(req, res)` and `createAppRegisterHandler(options)(req, res)`, @saleor/app-sdk@1.11.0 handlers/next. App: the
 * same actions behind the adapter of handlers/next-app-router, which is given a NextRequest and returns a Response. The two adapters differ
 * in bodies that Saleor does not send, and in the type of texts (PA564).
 */
export const saleorHandler: Recipe = {
  id: 'saleor/handler',
  codes: ['PA125', 'PA564'],
  packages: [PAGES_HANDLERS],
  owns: (found, context) => factoryOf(found, context) !== null,
  answers: ({ call, passes }, context) => {
    const factory = uncast(call.callee)
    const method = factory.type === 'CallExpression' ? methodOf(context.importOf(factory.callee)) : null
    return method && takesBoth(passes) ? [method] : null
  },
  lower: (found, at, context) => {
    const factory = factoryOf(found, context)
    if (!factory || !takesBoth(found.passes) || found.call.arguments.length !== 2) return false
    if (!parseRange(context.app.packages['@saleor/app-sdk'] ?? '')?.lets(FIRST)) return false
    // Of a module it would be made for each request, with its options.
    const isWrittenOut = wasWrittenOut(at.file, at.fn)
    if (isWrittenOut && at.route.id === '') return false
    if (!isSameWithRequest(factory, context.tree, context.functionAt)) return false
    const isRegistration = methodOf(context.importOf(factory.callee)) === 'POST'
    if (isRegistration && at.needs.some(({ kind }) => BODY.includes(kind))) block(at, 'PA125', found.call)
    const source = findImport(factory.callee, context)
    if (!source) return false
    context.edit({ start: startOf(source), end: endOf(source), pieces: [quoted(at.style, ROUTE_HANDLERS)] })
    at.edits.push(argumentsEdit(at.file, found.call, [at.names.request]))
    need(at, isWrittenOut ? 'request' : 'next-request', found.call)
    if (isRegistration) need(at, 'raw', found.call)
    note(at, 'PA564', 'note', factory)
    return true
  },
}

/** The source of the import, when everything that is imported there is in the other module too, and used once. */
function findImport(callee: Node, { tree }: RecipeContext): Node | null {
  const declaration = callee.type === 'Identifier' ? bindingAt(tree, callee)?.declaration : undefined
  const statement = declaration ? parentOf(declaration) : null
  if (statement?.type !== 'ImportDeclaration') return null
  const isAlone = statement.specifiers.every((one) => {
    const imported = importedAs(one.local, tree) ?? null
    const uses = bindingAt(tree, one.local)?.references ?? []
    return methodOf(imported) !== null && uses.length === 1
  })
  return isAlone ? statement.source : null
}

/** The inner call of `createManifestHandler(options)(req, res)`. */
function factoryOf({ call }: PackageCall, context: RecipeContext): t.CallExpression | null {
  const callee = uncast(call.callee)
  return callee.type === 'CallExpression' && methodOf(context.importOf(callee.callee)) ? callee : null
}
