import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isMember, keyName, memberName } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, type Node, parentOf } from '../syntax/tree.ts'

/** A property of an options object that a wrapper calls: `config.fn(...)`, or `fn(...)` where the object is taken apart. */
export interface OptionHandler {
  key: string
  /** The parameter that is the object, or the name that the property has got. */
  handler: Binding
  calls: readonly t.CallExpression[]
}

/**
 * The properties of a parameter that are only called, all of them inside the new handler: `createRoute({ name, fn })`. Nothing for an object
 * that is handed on, spread or changed: who does that may put another function in its place.
 */
export function optionHandlers(param: Node, inner: FunctionNode, tree: ScopeTree): OptionHandler[] {
  if (param.type === 'ObjectPattern') return ofPattern(param, inner, tree)
  const object = param.type === 'Identifier' ? bindingAt(tree, param) : null
  if (!object) return []
  const members = new Map<string, Node[]>()
  const taken: OptionHandler[] = []
  for (const { node, kind } of object.references) {
    if (kind === 'type') continue
    const parent = kind === 'read' ? parentOf(node) : null
    const name = parent && isMember(parent) && parent.object === node ? memberName(parent) : null
    if (parent && name !== null) members.set(name, [...(members.get(name) ?? []), parent])
    else if (parent?.type === 'VariableDeclarator' && parent.init === node && parent.id.type === 'ObjectPattern') {
      if (parent.id.properties.some(({ type }) => type === 'RestElement')) return []
      taken.push(...ofPattern(parent.id, inner, tree))
    } else return []
  }
  const called = [...members].flatMap(([key, nodes]): OptionHandler[] => {
    const calls = nodes.map((node) => calledAt(node, inner))
    const known = calls.flatMap((call) => call ?? [])
    return known.length === calls.length ? [{ key, handler: object, calls: known }] : []
  })
  // A property under two names may be called by either.
  return [...called, ...taken].filter(({ key }, _i, all) => all.filter((one) => one.key === key).length === 1)
}

function ofPattern({ properties }: t.ObjectPattern, inner: FunctionNode, tree: ScopeTree): OptionHandler[] {
  return properties.flatMap((property): OptionHandler[] => {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    const value = property.type === 'ObjectProperty' ? property.value : null
    const handler = value?.type === 'Identifier' ? bindingAt(tree, value) : null
    const calls = handler && callsOf(handler, [inner])
    return key !== null && handler && calls ? [{ key, handler, calls }] : []
  })
}

/** The calls that are all that is done with a name, all of them inside one of the functions; null otherwise. */
export function callsOf(handler: Binding, inside: readonly FunctionNode[]): t.CallExpression[] | null {
  const calls: t.CallExpression[] = []
  for (const { node, kind } of handler.references) {
    if (kind === 'type') continue
    const call = inside.map((fn) => calledAt(node, fn)).find((one) => one !== null)
    if (!call) return null
    calls.push(call)
  }
  return calls.length > 0 ? calls : null
}

function calledAt(callee: Node, inner: FunctionNode): t.CallExpression | null {
  const call = parentOf(callee)
  return call?.type === 'CallExpression' && call.callee === callee && contains(inner, call) ? call : null
}

/** The property of an object that is written out; null where another one may take its place. */
export function optionAt(
  object: t.ObjectExpression,
  key: string,
): { property: t.ObjectProperty | t.ObjectMethod; value: Node } | null {
  const index = object.properties.findIndex((p) => p.type !== 'SpreadElement' && keyName(p) === key)
  const property = object.properties[index]
  const isLast = object.properties.slice(index + 1).every((p) => {
    const name = p.type === 'SpreadElement' ? null : keyName(p)
    return name !== null && name !== key
  })
  if (!property || property.type === 'SpreadElement' || !isLast) return null
  if (property.type === 'ObjectMethod') return property.kind === 'method' ? { property, value: property } : null
  return property.value.type === 'AssignmentPattern' ? null : { property, value: property.value }
}
