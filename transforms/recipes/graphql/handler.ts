import { block, type Lowering, need, type NeedKind, note } from '../../concerns/lowering.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import { argumentsEdit, takesBoth } from '../call.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { optionNamed } from '../trpc/options.ts'
import { insertFields } from '../trpc/fields.ts'
import { type Made, madeBy, PACKAGES } from './adapters.ts'
import { contextEdits } from './context-reads.ts'
import { whyKept } from './conditions.ts'

const BODY: readonly NeedKind[] = ['body', 'whole-body', 'text', 'raw', 'form']

/**
 * `yoga(req, res)` of graphql-yoga@5.7.0 (cjs/server.js) and the handler of @as-integrations/next@3.2.0 (dist/startServerAndCreateNextHandler.js),
 * each made at the top of the file. Pages: answers on res, with the headers that were set there before; the body is what Next has parsed, or
 * the stream. App: `yoga.handleRequest(request, {})` gives a Response, of the class that `fetchAPI` names, which Next looks for; the handler of
 * Apollo takes a Request alone. Both read the body themselves (PA604). Called through a function of one parameter: as they are, their types
 * have no place for the context of a route (measured on Next 15.5.6 and its validator.ts). PA603: what has no counterpart.
 */
export const graphqlHandler: Recipe = {
  id: 'graphql/handler',
  codes: ['PA125', 'PA545', 'PA603', 'PA604'],
  packages: PACKAGES,
  owns: (found, context) => isHandlerCall(found, context),
  answers: (found, context) =>
    isHandlerCall(found, context) ? (madeOf(found, context)?.adapter.methods ?? null) : null,
  // Both set their own headers over what is there.
  merges: true,
  lower: (found, at, context) => {
    const made = madeOf(found, context)
    if (!made || !isHandlerCall(found, context)) return false
    const why = whyKept(made, context, at.style)
    if (why) {
      block(at, 'PA603', why.node, { package: made.adapter.package, why: why.why, places: why.places ?? [] })
      return true
    }
    // The body can be read once: by the package.
    if (at.needs.some(({ kind }) => BODY.includes(kind))) block(at, 'PA125', found.call)
    rewriteContext(made, at, context)
    if (made.adapter.kind === 'yoga') lowerYoga(found.call, made, at, context)
    else at.edits.push(argumentsEdit(at.file, found.call, [at.names.request]))
    need(at, 'raw', found.call)
    noteBody(found, made, at)
    return true
  },
}

const madeOf = ({ call }: PackageCall, { tree }: RecipeContext): Made | null =>
  call.callee.type === 'Identifier' ? madeBy(call.callee, tree) : null

const isHandlerCall = (found: PackageCall, context: RecipeContext): boolean =>
  takesBoth(found.passes) && found.call.arguments.length === 2 && madeOf(found, context) !== null

function rewriteContext({ adapter, factory }: Made, at: Lowering, context: RecipeContext): void {
  const options = factory.arguments.find((one) => one.type === 'ObjectExpression')
  const own = options?.type === 'ObjectExpression' ? optionNamed(options, 'context') : null
  for (const edit of (own && contextEdits(own, adapter, context, at.style)) ?? []) context.edit(edit)
}

function lowerYoga(call: PackageCall['call'], { factory }: Made, at: Lowering, context: RecipeContext): void {
  const end = endOf(call.callee)
  at.edits.push(
    { start: end, end, pieces: ['.handleRequest'] },
    argumentsEdit(at.file, call, [`${at.names.request}, {}`]),
  )
  const types = factory.typeArguments ?? factory.typeParameters
  if (types) context.edit({ start: startOf(types), end: endOf(types), pieces: [] })
  const [options] = factory.arguments
  if (options?.type !== 'ObjectExpression') return
  for (const edit of insertFields(options, ['fetchAPI: { Response }'], at)) context.edit(edit)
}

/** With the parser on, Next has parsed the body before; the handler of Apollo looks at the content type in another way. */
function noteBody({ call }: PackageCall, { adapter }: Made, at: Lowering): void {
  if (adapter.kind === 'apollo') note(at, 'PA604', 'review', call, { package: adapter.package, type: 'exact' })
  else if (!at.rawBody) note(at, 'PA604', 'note', call, { package: adapter.package, type: 'any' })
}
