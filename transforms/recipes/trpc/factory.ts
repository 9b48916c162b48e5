import type * as t from '@babel/types'
import { snippet, spanOf } from '../../concerns/lowering.ts'
import type { Code, Data, Diagnostic } from '../../model/diagnostic.ts'
import { httpMethods } from '../../model/route.ts'
import type { Edit } from '../../syntax/edits.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { endOf, isPlainFunction, parentOf, startOf } from '../../syntax/tree.ts'
import { entryEdits } from '../entry-edits.ts'
import type { EntryCall, EntryRecipe, EntryRewrite, RecipeContext } from '../recipe.ts'
import { parseRange } from '../version-range.ts'
import { endsInProcedure, METHODS, whyNotShared } from './conditions.ts'
import { type ContextFlow, followContext, type Maker } from './context-flow.ts'
import { rootOf } from './context-seeds.ts'
import { writeCounterpart } from './counterpart.ts'
import { type Factory, findFactory } from './made-handler.ts'
import { headersOf } from './response-meta.ts'
import { ADAPTER, optionNamed, optionsOf } from './options.ts'

/** The first version whose adapter hands `resHeaders` to `createContext` (adapters/fetch/fetchRequestHandler.ts). */
const FIRST = [10, 8, 0] as const

/** So many places are named. */
const NAMED = 6

/**
 * `export default createHandler(router)`, where a function of the project gives `createNextApiHandler(options)`: a counterpart beside it gives
 * `fetchRequestHandler` what stands for `req` and `res` in the context, and the path of the request without its last segment for an endpoint. It
 * keeps the route (PA581) where a context is asked for more.
 */
export const trpcFactory: EntryRecipe = {
  id: 'trpc/factory',
  codes: ['PA115', 'PA130', 'PA301', 'PA565', 'PA566', 'PA567', 'PA581'],
  packages: [],
  owns: ({ callee }, context) => findFactory(callee, context) !== null,
  rewrite: (found, context) => {
    const factory = findFactory(found.call.callee, context)
    const options = factory ? optionsOf(factory.call) : null
    if (!factory) return null
    if (!endsInProcedure(context)) {
      const why = context.rewritesTo().length > 0 ? 'rewrite' : 'path'
      return keep('PA566', { why, text: snippet(found.file, found.call) }, found)
    }
    const range = parseRange(context.app.packages['@trpc/server'] ?? '')
    if (range && !range.lets(FIRST))
      return keep('PA566', { why: 'headers', text: snippet(found.file, found.call) }, found)
    const why = whyNotShared(
      {
        factory: factory.call,
        options,
        tree: factory.module.tree,
        find: (node) => context.functionAt(node, factory.module),
      },
      context,
    )
    if (why || !options) {
      const node = why?.node ?? factory.call
      const data = { why: why?.why ?? 'options', text: snippet(factory.module.file, node) }
      return keep('PA566', data, found)
    }
    const makers = makersOf(options, factory, context)
    const flow = makers && followContext(makers, context)
    const obstacles = flow && [...flow.obstacles, ...foreignGiven(found, context), ...setAgain(flow, options, factory)]
    const written = obstacles?.length === 0 ? writeCounterpart(factory, options, context) : null
    const edits = written ? callEdits(found, written.name) : null
    if (!flow || !written || !edits) return keepMade(found, factory, obstacles ?? [])
    return {
      kind: 'rewrite',
      edits: [...edits, ...entryEdits(found, METHODS)],
      methods: [...METHODS],
      modules: written.edits.length > 0 ? [{ module: factory.module, edits: written.edits }] : [],
      notes: notesOf(found, { factory, name: written.name, flow }, context),
    }
  },
}

/** The functions that are handed req and res; null for a `createContext` that is not found. */
function makersOf(options: t.ObjectExpression, { module }: Factory, context: RecipeContext): Maker[] | null {
  const option = optionNamed(options, 'createContext')
  if (!option) return []
  const value = option.type === 'ObjectMethod' ? option : option.value
  if (value.type === 'ObjectMethod' || isPlainFunction(value)) return [{ fn: value, module }]
  const found = context.functionAt(value, module)
  return found ? [{ fn: found.fn, module: found.module }] : null
}

/** Routers that the factory is called with and that no module of the project has. */
function foreignGiven({ call, file }: EntryCall, context: RecipeContext): string[] {
  return call.arguments.flatMap((given) => {
    const imported = context.importOf(rootOf(given))
    return imported !== null && context.resolve(imported.source) === null ? placeOf(given, file) : []
  })
}

/** `responseMeta` may set a header that is set on `res` too: of the adapters one replaces it, the other adds to it. */
function setAgain({ headers }: ContextFlow, options: t.ObjectExpression, { module: { file } }: Factory): string[] {
  const meta = optionNamed(options, 'responseMeta')
  if (!meta || headers.size === 0) return []
  const given = headersOf(meta)
  return given && !given.some((name) => headers.has(name)) ? [] : [placeOf(meta, file)]
}

function placeOf(node: t.Node, source: SourceFile): string {
  const { file, line } = spanOf(source, node)
  return `${file}:${line}`
}

/** The counterpart is imported and called in place of the factory; null where the factory is used elsewhere in the file. */
function callEdits({ call, tree }: EntryCall, name: string): Edit[] | null {
  const { callee } = call
  const binding = callee.type === 'Identifier' ? bindingAt(tree, callee) : null
  const specifier = binding?.declaration
  const statement = specifier ? parentOf(specifier) : null
  if (!binding || !specifier || statement?.type !== 'ImportDeclaration') return null
  if (binding.references.length !== 1 || tree.program.bindings.has(name) || tree.globals.has(name)) return null
  if (specifier.type === 'ImportDefaultSpecifier' && statement.specifiers.length > 1) return null
  if (specifier.type === 'ImportNamespaceSpecifier') return null
  const imported = specifier.type === 'ImportDefaultSpecifier' ? `{ ${name} }` : name
  return [
    { start: startOf(specifier), end: endOf(specifier), pieces: [imported] },
    { start: startOf(callee), end: endOf(callee), pieces: [name] },
  ]
}

function notesOf(
  { call, file }: EntryCall,
  { factory, name, flow: { parts, headers } }: { factory: Factory; name: string; flow: ContextFlow },
  context: RecipeContext,
): Diagnostic[] {
  const note = (code: Code, data: Data = {}): Diagnostic => ({ code, level: 'note', span: spanOf(file, call), data })
  const lost = httpMethods.filter((method) => !METHODS.includes(method) && method !== 'HEAD' && method !== 'OPTIONS')
  return [
    {
      ...note('PA567', { name: factory.id.name, counterpart: name, place: factory.module.path }),
      level: headers.size > 0 ? 'review' : 'note',
    },
    note('PA565'),
    ...(parts.has('cookies') ? [note('PA130')] : []),
    ...(parts.has('url') && context.app.next.major >= 15
      ? context.route.params.map(({ name }) => note('PA115', { key: name }))
      : []),
    note('PA301', { methods: METHODS, lost }),
  ]
}

function keepMade(found: EntryCall, { id, module, call }: Factory, readers: readonly string[]): EntryRewrite {
  return keep(
    'PA581',
    {
      name: id.name,
      place: placeOf(call, module.file),
      maker: 'createNextApiHandler',
      source: ADAPTER,
      readers: readers.slice(0, NAMED),
      count: readers.length,
    },
    found,
  )
}

function keep(code: Code, data: Data, { call, file }: EntryCall): EntryRewrite {
  return { kind: 'keep', because: [{ code, level: 'blocker', span: spanOf(file, call.callee), data }] }
}
