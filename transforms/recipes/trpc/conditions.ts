import type * as t from '@babel/types'
import type { HttpMethod } from '../../model/route.ts'
import { keyName } from '../../syntax/match.ts'
import type { ScopeTree } from '../../syntax/scope.ts'
import type { Node } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { isCalm } from './response-meta.ts'
import { type FindFunction, isPlain, mayRead, optionNamed, SHARED_OPTIONS } from './options.ts'

/** What a procedure can be called with; tRPC refused every other method with 405, and answers HEAD with 204 in both adapters. */
export const METHODS: readonly HttpMethod[] = ['GET', 'POST']

/** A key of the words of PA566, and what it is said of. */
export interface Why {
  why: string
  node: Node
}

/** `createNextApiHandler(options)` in a module. */
export interface FactoryCall {
  factory: t.CallExpression
  options: t.ObjectExpression | null
  tree: ScopeTree
  find: FindFunction
}

/** What keeps `fetchRequestHandler` from standing in for it, path and `createContext` aside; null for nothing. */
export function whyNotShared({ factory, options, tree, find }: FactoryCall, context: RecipeContext): Why | null {
  const [major] = /\d+/.exec(context.app.packages['@trpc/server'] ?? '') ?? []
  if (major !== undefined && Number(major) < 10) return { why: 'version', node: factory }
  if (!options) return { why: 'options', node: factory }
  for (const property of options.properties)
    if (property.type === 'SpreadElement' || !SHARED_OPTIONS.has(keyName(property) ?? ''))
      return { why: 'options', node: property }
  if (!isPlain(options)) return { why: 'options', node: options }
  const meta = optionNamed(options, 'responseMeta')
  if (meta && !isCalm(meta, { tree, find, isTen: Number(major) === 10 })) return { why: 'options', node: meta }
  const onError = optionNamed(options, 'onError')
  const value = onError?.type === 'ObjectProperty' ? onError.value : onError
  return onError && value && mayRead('req', value, find, tree) ? { why: 'error', node: onError } : null
}

/** The path before the segment that names the procedure; null for a route that has other dynamic segments, or names it otherwise. */
export function endpointOf({ route }: RecipeContext): string | null {
  const [only, ...others] = route.params
  if (only?.name !== 'trpc' || only.kind === 'optional-catch-all' || others.length > 0) return null
  return /^(\/api(?:\/[\w.~-]+)*)\/\[(?:\.\.\.)?trpc\]$/.exec(route.id)?.[1] ?? null
}

/** Is the last segment of the URL, as tRPC sees it, always the one that names the procedure? */
export function endsInProcedure({ route, rewritesTo }: RecipeContext): boolean {
  if (!/\/\[trpc\]$/.test(route.id)) return false
  return rewritesTo().every(({ source, destination }) => {
    const last = lastOf(source)
    return last !== '' && last === lastOf(destination) && !/[(\0]/.test(last)
  })
}

const lastOf = (pattern: string): string => /[^/]*$/.exec(pattern.split(/[?#]/)[0] ?? '')?.[0] ?? ''
