import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { isMember, keyName, memberName, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'
import type { Imported } from '../../syntax/imported.ts'

export const ADAPTER = '@trpc/server/adapters/next'

export const isFactory = (imported: Imported | null): boolean =>
  imported?.source === ADAPTER && imported.name === 'createNextApiHandler'

/** Options of `createNextApiHandler` that `fetchRequestHandler` has too, with the same meaning (@trpc/server 10 and 11, http/types.d.ts). */
export const SHARED_OPTIONS: ReadonlySet<string> = new Set([
  'router',
  'createContext',
  'onError',
  'responseMeta',
  'batching',
  'allowBatching',
  'allowMethodOverride',
  'maxBatchSize',
])

/** The options, when they are written out in the call. */
export function optionsOf({ arguments: [options, ...others] }: t.CallExpression): t.ObjectExpression | null {
  const object = options && others.length === 0 ? uncast(options) : null
  return object?.type === 'ObjectExpression' ? object : null
}

/** No key can stand for another option, or take the place of one: nothing is spread or computed, and no name comes twice. */
export function isPlain({ properties }: t.ObjectExpression): boolean {
  const names = properties.map((p) => (p.type === 'SpreadElement' || p.computed ? null : keyName(p)))
  return !names.includes(null) && new Set(names).size === names.length
}

/** The option of a name, in options that are plain. */
export function optionNamed(options: t.ObjectExpression, name: string): t.ObjectProperty | t.ObjectMethod | null {
  for (const property of options.properties)
    if (property.type !== 'SpreadElement' && keyName(property) === name) return property
  return null
}

/** What an option that is a function is: written there, or the function of the project that it names. */
export interface OptionFunction {
  fn: FunctionNode | t.ObjectMethod
  tree: ScopeTree
}

export type FindFunction = (node: Node) => OptionFunction | null

/**
 * Whether a callback with one object as its argument may look at a member of it: true also where that cannot be told. `a ? fn : undefined`
 * is asked on both sides.
 */
export function mayRead(member: string, value: Node, find: FindFunction, tree: ScopeTree): boolean {
  const node = uncast(value)
  if (node.type === 'ConditionalExpression')
    return [node.consequent, node.alternate].some((side) => mayRead(member, side, find, tree))
  if (node.type === 'LogicalExpression')
    return (node.operator !== '&&' && mayRead(member, node.left, find, tree)) || mayRead(member, node.right, find, tree)
  if (node.type === 'NullLiteral' || node.type === 'BooleanLiteral') return false
  if (node.type === 'Identifier' && node.name === 'undefined') return false
  const own = isPlainFunction(node) || node.type === 'ObjectMethod' ? { fn: node, tree } : find(node)
  return own === null || takes(member, own)
}

function takes(member: string, { fn, tree }: OptionFunction): boolean {
  const [first] = fn.params
  // Without parameters it could still look at `arguments`.
  if (!first) return (tree.globals.get('arguments') ?? []).length > 0
  if (first.type === 'ObjectPattern')
    return first.properties.some((p) => p.type === 'RestElement' || [member, null].includes(keyName(p)))
  if (first.type !== 'Identifier') return true
  return (bindingAt(tree, first)?.references ?? []).some(({ node, kind }) => {
    if (kind === 'type') return false
    const parent = parentOf(node)
    const name = parent && isMember(parent) && parent.object === node ? memberName(parent) : null
    return name === null || name === member
  })
}
