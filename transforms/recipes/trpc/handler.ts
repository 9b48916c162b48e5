import type * as t from '@babel/types'
import { block, type Lowering, need, type NeedKind, note } from '../../concerns/lowering.ts'
import { isCall, uncast } from '../../syntax/match.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, isPlainFunction, startOf } from '../../syntax/tree.ts'
import { takesBoth } from '../call.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { endpointOf, METHODS, type Why, whyNotShared } from './conditions.ts'
import { insertFields } from './fields.ts'
import { ADAPTER, isFactory, optionNamed, optionsOf } from './options.ts'

const BODY: readonly NeedKind[] = ['body', 'whole-body', 'text', 'raw', 'form']

/**
 * `createNextApiHandler(options)(req, res)`, @trpc/server@10.45.2 and 11.17.0 adapters/next.ts. Pages: the path of the procedure is
 * `req.query.trpc`, the body what Next has parsed, `createContext` gets req and res. App: `fetchRequestHandler` of adapters/fetch takes the
 * path from the URL after `endpoint`, and reads the body itself. The difference is in bodies that its clients do not send (PA565); what
 * has no counterpart keeps the route (PA566).
 */
export const trpcHandler: Recipe = {
  id: 'trpc/handler',
  codes: ['PA125', 'PA565', 'PA566'],
  packages: [ADAPTER],
  owns: (found, context) => factoryOf(found, context) !== null,
  answers: ({ call, passes }) => (isCall(uncast(call.callee)) && takesBoth(passes) ? METHODS : null),
  // Both adapters set their own headers over what is there.
  merges: true,
  lower: (found, at, context) => {
    const factory = factoryOf(found, context)
    if (!factory || !takesBoth(found.passes) || found.call.arguments.length !== 2) return false
    const options = optionsOf(factory)
    // The body can be read once: by tRPC.
    if (at.needs.some(({ kind }) => BODY.includes(kind))) block(at, 'PA125', found.call)
    const why = whyNot(factory, options, context)
    if (why || !options) {
      block(at, 'PA566', why?.node ?? factory, { why: why?.why ?? 'options' })
      return true
    }
    rewrite({ outer: found.call, factory, options }, at, context)
    return true
  },
}

/** The inner call of `createNextApiHandler(options)(req, res)`. */
function factoryOf({ call }: PackageCall, context: RecipeContext): t.CallExpression | null {
  const callee = uncast(call.callee)
  return callee.type === 'CallExpression' && isFactory(context.importOf(callee.callee)) ? callee : null
}

function whyNot(factory: t.CallExpression, options: t.ObjectExpression | null, context: RecipeContext): Why | null {
  if (endpointOf(context) === null) return { why: 'path', node: factory }
  if (context.rewritesTo().length > 0) return { why: 'rewrite', node: factory }
  const why = whyNotShared({ factory, options, tree: context.tree, find: context.functionAt }, context)
  const createContext = options && !why ? optionNamed(options, 'createContext') : null
  return createContext && !isAlone(createContext, context) ? { why: 'context', node: createContext } : why
}

/** It takes nothing from the adapter: what it did with req and res is in its own body by now (shorthand.ts). */
function isAlone(option: t.ObjectProperty | t.ObjectMethod, context: RecipeContext): boolean {
  const value = option.type === 'ObjectMethod' ? option : uncast(option.value)
  const fn = value.type === 'ObjectMethod' || isPlainFunction(value) ? value : context.functionAt(value)?.fn
  return fn?.params.length === 0 && !(fn.type !== 'ArrowFunctionExpression' && context.tree.globals.has('arguments'))
}

function rewrite(
  { outer, factory, options }: { outer: PackageCall['call']; factory: t.CallExpression; options: t.ObjectExpression },
  at: Lowering,
  context: RecipeContext,
): void {
  const name = context.addImport(ADAPTER.replace(/next$/, 'fetch'), 'fetchRequestHandler')
  const { request } = at.names
  const fields = [
    `endpoint: ${quoted(at.style, endpointOf(context) ?? '')}`,
    request === 'req' ? 'req' : `req: ${request}`,
  ]
  at.edits.push(
    { start: startOf(factory.callee), end: endOf(factory.callee), pieces: [name] },
    ...insertFields(options, fields, at),
    { start: endOf(factory), end: endOf(outer), pieces: [] },
  )
  need(at, 'raw', outer)
  note(at, 'PA565', 'note', factory)
}
