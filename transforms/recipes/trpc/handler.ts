import type * as t from '@babel/types'
import { block, type Lowering, need, type NeedKind, note } from '../../concerns/lowering.ts'
import type { HttpMethod } from '../../model/route.ts'
import type { Edit } from '../../syntax/edits.ts'
import { indentAt } from '../../syntax/lines.ts'
import { isCall, keyName, uncast } from '../../syntax/match.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../../syntax/tree.ts'
import { takesBoth } from '../call.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { ADAPTER, isFactory, isPlain, mayRead, optionNamed, optionsOf, SHARED_OPTIONS } from './options.ts'

/** What a procedure can be called with; tRPC refused every other method with 405, and answers HEAD with 204 in both adapters. */
const METHODS: readonly HttpMethod[] = ['GET', 'POST']

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

function whyNot(
  factory: t.CallExpression,
  options: t.ObjectExpression | null,
  context: RecipeContext,
): { why: string; node: Node } | null {
  const [major] = /\d+/.exec(context.app.packages['@trpc/server'] ?? '') ?? []
  if (major !== undefined && Number(major) < 10) return { why: 'version', node: factory }
  if (endpointOf(context) === null) return { why: 'path', node: factory }
  if (context.rewriteTo() !== null) return { why: 'rewrite', node: factory }
  if (!options) return { why: 'options', node: factory }
  for (const property of options.properties)
    if (property.type === 'SpreadElement' || !SHARED_OPTIONS.has(keyName(property) ?? ''))
      return { why: 'options', node: property }
  if (!isPlain(options)) return { why: 'options', node: options }
  const createContext = optionNamed(options, 'createContext')
  if (createContext && !isAlone(createContext, context)) return { why: 'context', node: createContext }
  const onError = optionNamed(options, 'onError')
  const value = onError?.type === 'ObjectProperty' ? onError.value : onError
  if (onError && value && mayRead('req', value, context.functionAt, context.tree))
    return { why: 'error', node: onError }
  return null
}

/** It takes nothing from the adapter: what it did with req and res is in its own body by now (shorthand.ts). */
function isAlone(option: t.ObjectProperty | t.ObjectMethod, context: RecipeContext): boolean {
  const value = option.type === 'ObjectMethod' ? option : uncast(option.value)
  const fn = value.type === 'ObjectMethod' || isPlainFunction(value) ? value : context.functionAt(value)?.fn
  return fn?.params.length === 0 && !(fn.type !== 'ArrowFunctionExpression' && context.tree.globals.has('arguments'))
}

/** The path before the segment that names the procedure; null for a route that has other dynamic segments, or names it otherwise. */
function endpointOf({ route }: RecipeContext): string | null {
  const [only, ...others] = route.params
  if (only?.name !== 'trpc' || only.kind === 'optional-catch-all' || others.length > 0) return null
  return /^(\/api(?:\/[\w.~-]+)*)\/\[(?:\.\.\.)?trpc\]$/.exec(route.id)?.[1] ?? null
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

/** In front of the others; an object that gets too long for its line is spread over several. */
function insertFields(options: t.ObjectExpression, fields: readonly string[], { file, style }: Lowering): Edit[] {
  const { text } = file
  const [open, close] = [startOf(options) + 1, endOf(options) - 1]
  const { properties } = options
  const [first, last] = [properties[0], properties[properties.length - 1]]
  const insert = (lead: string, after: string): Edit => ({
    start: open,
    end: open,
    pieces: [`${lead}${fields.join(`,${lead}`)}${after}`],
  })
  if (!first || !last) return [insert(' ', ' ')]
  if (text.slice(open, close).includes('\n')) {
    const isSpread = text.slice(open, startOf(first)).includes('\n')
    return [insert(isSpread ? `\n${indentAt(text, startOf(first))}` : ' ', ',')]
  }
  if (close - open + fields.join().length < style.width - 40) return [insert(' ', ',')]
  const base = `\n${indentAt(text, startOf(options))}`
  const lead = base + style.indent
  const between = properties.slice(1).map((property, i): Edit => {
    const before = properties[i] ?? first
    return { start: endOf(before), end: startOf(property), pieces: [`,${lead}`] }
  })
  const gap = { start: open, end: startOf(first), pieces: [`${lead}${fields.join(`,${lead}`)},${lead}`] }
  return [gap, ...between, { start: endOf(last), end: close, pieces: [`${style.trailingComma ? ',' : ''}${base}`] }]
}
