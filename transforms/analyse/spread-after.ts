import type * as t from '@babel/types'
import type { FunctionNode, Pass } from '../model/route.ts'
import { isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import { hasNoKey } from './own-object.ts'

/** The keys by which an object of `req` and `res` is handed on in App. */
const NEW_KEYS = new Set(['request', 'params', 'body', 'headers', 'answer'])

const ALL_KEYS = new Set(['req', 'res', ...NEW_KEYS])

/**
 * `{ req, ...req.body }`: what is spread after a key may bring one of that name, which took the place of `req` in Pages, or of the name that
 * the key gets. Null where nothing does: nothing is spread, or an object that is known to have none of the names. `last` where the key can be
 * written after all of it: only what the client sends is spread, whose fields are not meant to stand for `req` or `res`, and the function
 * takes no field by one of the new names off the object. `from`: where the call stands.
 */
export function placeOfKey(
  { call, index, key }: Pass,
  passes: readonly Pass[],
  target: Omit<Target, 'index'>,
  from: ScopeTree,
): 'last' | 'replaced' | null {
  const spreads = (key === null ? [] : spreadsAfter(call.arguments[index], key)).filter(
    ({ argument }) => !hasNoKey(uncast(argument), ALL_KEYS, call, from),
  )
  if (spreads.length === 0) return null
  const isOfRequest = spreads.every(({ argument }) => isSent(uncast(argument), passes))
  return isOfRequest && !mayTakeNewKey({ ...target, index }) ? 'last' : 'replaced'
}

/** For a call that is followed: a function is called with nothing else spread over a key. */
export function isPutLast(argument: Node | undefined, key: string): boolean {
  const spreads = spreadsAfter(argument, key)
  return spreads.length > 0 && spreads.every((spread) => sentPart(uncast(spread.argument)) !== null)
}

function spreadsAfter(argument: Node | undefined, key: string): t.SpreadElement[] {
  const object = argument && uncast(argument)
  if (object?.type !== 'ObjectExpression') return []
  const at = object.properties.findIndex((property) => property.type !== 'SpreadElement' && keyName(property) === key)
  if (at < 0) return []
  return object.properties.slice(at + 1).flatMap((p) => (p.type === 'SpreadElement' ? [p] : []))
}

interface Target {
  fn: FunctionNode
  index: number
  tree: ScopeTree
}

/** `req.query` or `req.body` of the `req` that is handed over beside it. */
function isSent(value: Node, passes: readonly Pass[]): boolean {
  const owner = sentPart(value)
  return passes.some(({ root, ref }) => root === 'req' && ref.type === 'Identifier' && ref.name === owner)
}

/** The name in front of `.query` or `.body`. */
function sentPart(value: Node): string | null {
  if (!isMember(value) || value.object.type !== 'Identifier') return null
  return /^(?:query|body)$/.test(memberName(value) ?? '') ? value.object.name : null
}

function mayTakeNewKey({ fn, index, tree }: Target): boolean {
  const param = fn.params[index]
  return !param || mayTake(param.type === 'AssignmentPattern' ? param.left : param, tree)
}

function mayTake(pattern: Node, tree: ScopeTree): boolean {
  if (pattern.type === 'Identifier')
    return (bindingAt(tree, pattern)?.references ?? []).some(
      ({ node, kind }) => kind !== 'type' && mayTakeThrough(node, tree),
    )
  if (pattern.type !== 'ObjectPattern') return true
  return pattern.properties.some((property) => {
    if (property.type === 'RestElement') return mayTake(property.argument, tree)
    const name = keyName(property)
    return name === null || NEW_KEYS.has(name)
  })
}

/** `props.request`, `const { request } = props`, or `props` handed on as it is. */
function mayTakeThrough(ref: Node, tree: ScopeTree): boolean {
  const parent = parentOf(ref)
  if (parent && isMember(parent) && parent.object === ref) {
    const name = memberName(parent)
    return name === null || NEW_KEYS.has(name)
  }
  return !(parent?.type === 'VariableDeclarator' && parent.init === ref) || mayTake(parent.id, tree)
}
