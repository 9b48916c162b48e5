import type * as t from '@babel/types'
import { isMember, keyName, memberName, stringValue, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { endOf, isFunction, isPlainFunction, type Node, parentOf, some, startOf, walk } from '../../syntax/tree.ts'
import { standsStill } from './context-use.ts'
import type { FindFunction } from './options.ts'

type Option = t.ObjectProperty | t.ObjectMethod

/**
 * May `responseMeta` be called by the adapter for fetch? Where it throws, Next answered 500 and the answer of the other never ends (tRPC 10): its
 * `ctx` is undefined where no context could be made. Of several cookies the adapter of tRPC 11 sends one.
 */
export function isCalm(
  option: Option,
  { tree, find, isTen }: { tree: ScopeTree; find: FindFunction; isTen: boolean },
): boolean {
  const value = option.type === 'ObjectMethod' ? option : uncast(option.value)
  const own = isPlainFunction(value) || value.type === 'ObjectMethod' ? { fn: value, tree } : find(value)
  if (!own) return false
  const { fn } = own
  if (!isTen && some(fn.body, (node) => /^set-cookie$/i.test(textOf(node) ?? ''))) return false
  const [first] = fn.params
  if (!first) return !own.tree.globals.has('arguments')
  if (first.type === 'Identifier')
    return readsOf(first, own.tree).every((node) => {
      const parent = parentOf(node)
      const name = parent && isMember(parent) && parent.object === node ? memberName(parent) : null
      return parent && name !== null && (name !== 'ctx' || isAsked(parent))
    })
  if (first.type !== 'ObjectPattern') return false
  return first.properties.every((property) => {
    if (property.type === 'RestElement') return false
    const name = keyName(property)
    if (name === null) return false
    if (name !== 'ctx') return true
    if (property.value.type !== 'Identifier') return false
    const reads = readsOf(property.value, own.tree)
    const guard = guardOf(fn.body, reads)
    return reads.every((node) => isAsked(node) || (guard !== null && startOf(node) > guard))
  })
}

const readsOf = (id: Node, tree: ScopeTree): Node[] =>
  (bindingAt(tree, id)?.references ?? []).flatMap(({ node, kind }) => (kind === 'type' ? [] : node))

/** `ctx?.user`, or it is asked whether it is there. */
function isAsked(node: Node): boolean {
  const whole = withCasts(node)
  const parent = parentOf(whole)
  if (!parent) return false
  return (
    standsStill(whole, parent) ||
    (parent.type === 'OptionalMemberExpression' && parent.object === whole && parent.optional)
  )
}

/** Where what is asked first in `if (!ctx?.res || ...) return` ends. */
function guardOf(body: Node, reads: readonly Node[]): number | null {
  for (const statement of body.type === 'BlockStatement' ? body.body : []) {
    if (statement.type !== 'IfStatement') continue
    const { consequent } = statement
    const last = consequent.type === 'BlockStatement' ? consequent.body[consequent.body.length - 1] : consequent
    if (last?.type !== 'ReturnStatement') continue
    let first = uncast(statement.test)
    while (first.type === 'LogicalExpression' && first.operator === '||') first = uncast(first.left)
    if (first.type !== 'UnaryExpression' || first.operator !== '!') continue
    let at = uncast(first.argument)
    while (isMember(at)) at = uncast(at.object)
    if (reads.includes(at)) return endOf(first)
  }
  return null
}

const textOf = (node: Node): string | null =>
  node.type === 'StringLiteral' || node.type === 'TemplateLiteral' ? stringValue(node) : null

/** Are all headers that it gives written out, and which ones? Null where they are not. */
export function headersOf(option: Option): readonly string[] | null {
  const value = option.type === 'ObjectMethod' ? option : uncast(option.value)
  if (!isPlainFunction(value) && value.type !== 'ObjectMethod') return null
  const names: string[] = []
  const given: Node[] = value.body.type === 'BlockStatement' ? [] : [value.body]
  walk(value.body, (node) => {
    if (isFunction(node)) return false
    if (node.type === 'ReturnStatement' && node.argument) given.push(node.argument)
    return undefined
  })
  return given.every(take) ? names : null

  function take(node: Node): boolean {
    const at = uncast(node)
    if (at.type === 'ConditionalExpression') return take(at.consequent) && take(at.alternate)
    const keys = keysOf(at)
    if (at.type !== 'ObjectExpression' || !keys) return false
    return at.properties.every((property) => {
      if (property.type !== 'ObjectProperty') return false
      if (keyName(property) !== 'headers') return true
      const found = keysOf(uncast(property.value))
      names.push(...(found ?? []).map((name) => name.toLowerCase()))
      return found !== null
    })
  }
}

function keysOf(node: Node): string[] | null {
  if (node.type !== 'ObjectExpression') return null
  const keys = node.properties.map((one) => (one.type === 'SpreadElement' || one.computed ? null : keyName(one)))
  return keys.every((key) => key !== null) ? keys : null
}
