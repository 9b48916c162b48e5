import { block, need, spanOf } from '../../concerns/lowering.ts'
import type { HttpMethod } from '../../model/route.ts'
import { httpMethods } from '../../model/route.ts'
import { argumentsEdit, sliceOf, takesBoth } from '../call.ts'
import { entryEdits } from '../entry-edits.ts'
import type { EntryRecipe, Recipe, RecipeContext } from '../recipe.ts'
import { checkVersion, majorOf, supportOf } from './version.ts'

/** What NextAuth answers; in Pages it refused every other method with 400. */
const METHODS: readonly HttpMethod[] = ['GET', 'POST']

/**
 * `NextAuth(req, res, options)` in a handler, next-auth@4.24.15 next/index.js. Pages: answers on res, with the headers that were set
 * there before. App: given a NextRequest and the context (told by its `params`), it returns a Response of its own, so what was set on res
 * would be lost (PA545), and reads the body itself, so nobody may have read it before (PA125).
 */
export const handler: Recipe = {
  id: 'next-auth/handler',
  codes: ['PA125', 'PA542', 'PA545'],
  packages: ['next-auth', 'next-auth/next'],
  answers: ({ imported, passes }) => (imported?.name === 'default' && takesBoth(passes) ? METHODS : null),
  lower: ({ call, passes, imported }, at, context) => {
    const options = call.arguments[2]
    if (
      imported?.name !== 'default' ||
      !takesBoth(passes) ||
      !options ||
      majorOf(context.app) > 4 ||
      !hasParam(context)
    )
      return false
    if (!checkVersion('route', context.app, at, call)) return true
    if (at.needs.some((n) => n.kind === 'body' || n.kind === 'text' || n.kind === 'raw')) block(at, 'PA125', call)
    // Before 4.24.9 the type of the context is `{ params: { nextauth: string[] } }`.
    const takesPromise = supportOf('promise', context.app).kind === 'yes'
    const { params } = at.names
    const value = takesPromise ? (params === 'params' ? 'params' : `params: ${params}`) : `params: await ${params}`
    at.edits.push(argumentsEdit(at.file, call, [at.names.request, `, { ${value} }, `, sliceOf(options)]))
    need(at, 'next-request', call)
    need(at, 'params', call)
    return true
  },
}

/** NextAuth is said to return `any` (next-auth@4.24.15 next/index.d.ts): exported it was no matter for the linter, with a name it is. */
const UNSAFE = '// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment\n'

/** `export default NextAuth(options)`: the result answers both routers, it only has to be exported by method. */
export const handlerEntry: EntryRecipe = {
  id: 'next-auth/handler-entry',
  codes: ['PA301', 'PA542'],
  packages: ['next-auth', 'next-auth/next'],
  rewrite: (found, context) => {
    const { call, imported, file } = found
    if (imported.name !== 'default' || call.arguments.length !== 1 || majorOf(context.app) > 4 || !hasParam(context))
      return null
    const span = spanOf(file, call)
    const support = supportOf('route', context.app)
    if (support.kind === 'no') {
      const data = { version: support.version, needed: support.needed }
      return { kind: 'keep', because: [{ code: 'PA542', level: 'blocker', span, data }] }
    }
    const lost = httpMethods.filter((method) => !METHODS.includes(method) && method !== 'HEAD' && method !== 'OPTIONS')
    return {
      kind: 'rewrite',
      edits: entryEdits(found, METHODS, context.app.lintsAny ? UNSAFE : ''),
      methods: [...METHODS],
      notes: [{ code: 'PA301', level: 'note', span, data: { methods: METHODS, lost } }],
    }
  },
}

/** The dynamic segment that NextAuth takes action and provider from. */
function hasParam({ route }: RecipeContext): boolean {
  return route.params.some((param) => param.name === 'nextauth' && param.kind !== 'single')
}
