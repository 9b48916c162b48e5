import type * as t from '@babel/types'
import { keyName, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node } from '../../syntax/tree.ts'
import type { Imported } from '../../syntax/imported.ts'
import { mayRead, optionsOf, type FindFunction } from '../trpc/options.ts'

export const PAGES_HANDLERS = '@saleor/app-sdk/handlers/next'
export const ROUTE_HANDLERS = '@saleor/app-sdk/handlers/next-app-router'

/** The first version with `handlers/next-app-router`. */
export const FIRST = [1, 0, 0] as const

/** Functions of the package that make a handler, and the method that it answers; every other one is refused with 405. */
const METHODS: Readonly<Record<string, 'GET' | 'POST'>> = {
  createManifestHandler: 'GET',
  createAppRegisterHandler: 'POST',
}

export function methodOf(imported: Imported | null): 'GET' | 'POST' | null {
  return imported?.source === PAGES_HANDLERS ? (METHODS[imported.name] ?? null) : null
}

/** Options that are given nothing of the request. */
const VALUES = new Set(['apl', 'allowedSaleorUrls'])

/**
 * The options are written out, and none of their functions looks at the request, which is a NextRequest in a route handler: `request` among
 * the arguments of `manifestFactory`, the first argument of the hooks of registration (app-sdk@1.11.0, actions/register-action-handler).
 */
export function isSameWithRequest(call: t.CallExpression, tree: ScopeTree, find: FindFunction): boolean {
  const options = optionsOf(call)
  return (options?.properties ?? [null]).every((property) => {
    if (!property || property.type === 'SpreadElement') return false
    const name = keyName(property) ?? ''
    const value = property.type === 'ObjectMethod' ? property : property.value
    if (name === 'manifestFactory') return !mayRead('request', value, find, tree)
    return VALUES.has(name) || (/^on[A-Z]/.test(name) && ignoresFirst(value, tree, find))
  })
}

function ignoresFirst(value: Node, tree: ScopeTree, find: FindFunction): boolean {
  const node = uncast(value)
  const own = isPlainFunction(node) || node.type === 'ObjectMethod' ? { fn: node, tree } : find(node)
  const [first] = own?.fn.params ?? []
  if (!own || own.tree.globals.has('arguments')) return false
  if (!first) return true
  return first.type === 'Identifier' && (bindingAt(own.tree, first)?.references ?? []).every((r) => r.kind === 'type')
}
