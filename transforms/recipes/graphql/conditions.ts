import type * as t from '@babel/types'
import { keyName, uncast } from '../../syntax/match.ts'
import { endOf, isPlainFunction, type Node, startOf } from '../../syntax/tree.ts'
import { positionOf } from '../../syntax/lines.ts'
import type { RecipeContext } from '../recipe.ts'
import { isPlain, mayRead, optionNamed, optionsOf } from '../trpc/options.ts'
import { parseRange } from '../version-range.ts'
import type { Style } from '../../syntax/style.ts'
import { contextEdits } from './context-reads.ts'
import type { Made } from './adapters.ts'

export interface Why {
  why: 'version' | 'rewrite' | 'options' | 'context' | 'types' | 'readers'
  node: Node
  places?: readonly string[]
}

/** What keeps the form for route handlers from standing in; null for nothing. */
export function whyKept({ adapter, factory }: Made, context: RecipeContext, style: Style): Why | null {
  const isYoga = adapter.kind === 'yoga'
  const raw = context.app.packages[adapter.package]
  if (isYoga && raw !== undefined && parseRange(raw)?.lets([5, 0, 0]) === false)
    return { why: 'version', node: factory }
  if (context.rewritesTo().length > 0) return { why: 'rewrite', node: factory }
  const types = factory.typeArguments ?? factory.typeParameters
  if (types && (!isYoga || types.params.length > 1)) return { why: 'types', node: types }
  const options = isYoga ? optionsOf(factory) : optionsAfterServer(factory)
  if (options === null) return { why: 'options', node: factory }
  if (options === 'none') return null
  for (const property of options.properties)
    if (property.type === 'SpreadElement' || !adapter.options.has(keyName(property) ?? ''))
      return { why: 'options', node: property }
  if (!isPlain(options)) return { why: 'options', node: options }
  const own = optionNamed(options, 'context')
  if (own && takesRequest(own, isYoga, context) && !contextEdits(own, adapter, context, style))
    return { why: 'context', node: own }
  const places = isYoga ? readersOf(context, own) : []
  return places.length > 0 ? { why: 'readers', node: factory, places } : null
}

function optionsAfterServer(factory: t.CallExpression): t.ObjectExpression | 'none' | null {
  const [server, options, ...others] = factory.arguments
  if (!server || server.type === 'SpreadElement' || others.length > 0) return null
  if (!options) return 'none'
  const object = uncast(options)
  return object.type === 'ObjectExpression' ? object : null
}

/** The function that makes the context looks at `req` or `res`: yoga gives them as members, Apollo as parameters. */
function takesRequest(option: t.ObjectProperty | t.ObjectMethod, isYoga: boolean, context: RecipeContext): boolean {
  const value = option.type === 'ObjectMethod' ? option : uncast(option.value)
  const find = (node: Node) => context.functionAt(node)
  if (isYoga)
    return value.type !== 'ObjectExpression' && ['req', 'res'].some((name) => mayRead(name, value, find, context.tree))
  const fn = value.type === 'ObjectMethod' || isPlainFunction(value) ? value : find(value)?.fn
  return !fn || fn.params.length > 0 || (context.tree.globals.get('arguments') ?? []).length > 0
}

/** Places where a resolver may take `req` or `res` off the context that yoga gives it; the maker of the context has been looked at. */
function readersOf({ file, loadedTexts }: RecipeContext, maker: Node | null): string[] {
  const own = maker ? file.text.slice(0, startOf(maker)) + file.text.slice(endOf(maker)) : file.text
  return loadedTexts().flatMap(({ path, text }) => {
    const isOwn = path === file.path
    const found = [...(isOwn ? own : text).matchAll(READS)]
    return found.map(({ index }) => (isOwn ? path : `${path}:${positionOf(text, index).line}`))
  })
}

/** `context.req.`, `context['res']`, `({ req }) =>`, `{ req } = context`. */
const READS =
  /\.\s*(?:req|res)\b(?!\s*\()|\[\s*['"](?:req|res)['"]\s*\]|[{,]\s*(?:req|res)\s*(?:[,:=][^{}]*)?\}\s*(?:\)|=[^=>]|:\s*[\w.<>[\], ]+\))/g
