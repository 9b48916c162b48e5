import { uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { contains, isPlainFunction, type Node, some } from '../../syntax/tree.ts'
import type { Found, Item } from './functions.ts'

/** The expression that a function gives back, whatever it is called with. */
export function givenBack({ fn }: Pick<Found, 'fn'>): Node | null {
  if (!isPlainFunction(fn) || fn.async || fn.generator) return null
  if (fn.body.type !== 'BlockStatement') return fn.body
  const last = fn.body.body[fn.body.body.length - 1]
  return last?.type === 'ReturnStatement' ? (last.argument ?? null) : null
}

/** What a parameter of the function stands for in a call of it. */
export function withArguments(item: Item, { fn, module }: Found, call: Item, isOption: boolean): Item[] {
  const spread = item.node.type === 'SpreadElement' ? uncast(item.node.argument) : null
  const name = spread ?? uncast(item.node)
  if (item.module !== module || name.type !== 'Identifier' || call.node.type !== 'CallExpression') return [item]
  const binding = bindingAt(module.tree, name)
  const index = fn.params.findIndex((param) => {
    const own = param.type === 'RestElement' ? param.argument : param
    return own.type === 'Identifier' && bindingAt(module.tree, own) === binding
  })
  if (index < 0) return [item]
  const isRest = fn.params[index]?.type === 'RestElement'
  if (isRest !== (spread !== null)) return [item]
  const { arguments: all } = call.node
  // What is spread in front of it moves it.
  if (all.slice(0, isRest ? index : index + 1).some(({ type }) => type === 'SpreadElement')) return [item]
  const given = isRest ? all.slice(index) : all.slice(index, index + 1)
  if (!isRest && given.length === 0 && !isOption) return [item]
  return given.map((node) => ({ node, module: call.module }))
}

/** It names a parameter of the function, or something that is declared in it: outside of the function that means nothing. */
export function refersInside(node: Node, { fn, module }: Found): boolean {
  return some(node, (one) => {
    const id = one.type === 'Identifier' ? bindingAt(module.tree, one)?.id : undefined
    return id !== undefined && contains(fn, id) && !contains(node, id)
  })
}
