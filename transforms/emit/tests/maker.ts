import type * as t from '@babel/types'
import { uncast } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, type PlainFunction, some } from '../../syntax/tree.ts'

/** The function of the test that is called, declared once and for good. */
export function madeBy(callee: Node, tree: ScopeTree): PlainFunction | null {
  const binding = callee.type === 'Identifier' ? bindingAt(tree, callee) : null
  const declaration = binding?.declaration
  if (!binding || binding.references.some(({ kind }) => kind === 'write')) return null
  const value =
    binding.kind === 'const' && declaration?.type === 'VariableDeclarator' && declaration.id.type === 'Identifier'
      ? declaration.init && uncast(declaration.init)
      : declaration
  return isPlainFunction(value) && !value.async && !value.generator ? value : null
}

/** An object that a function makes of what it is called with. */
export interface MadeObject {
  literal: t.ObjectExpression
  /** What stands for each parameter; null for one that is left out. */
  given: ReadonlyMap<Binding, Node | null>
}

/** `(method: string) => ({ method, headers: {} })`, called with what is written in the call. */
export function readMade(call: t.CallExpression, tree: ScopeTree): MadeObject | null {
  const fn = madeBy(call.callee, tree)
  const literal = fn && returnedBy(fn)
  if (!fn || !literal || call.arguments.length > fn.params.length) return null
  const given = new Map<Binding, Node | null>()
  for (const [index, parameter] of fn.params.entries()) {
    const id = parameter.type === 'AssignmentPattern' ? parameter.left : parameter
    const binding = id.type === 'Identifier' ? bindingAt(tree, id) : null
    const argument = call.arguments[index] ?? (parameter.type === 'AssignmentPattern' ? parameter.right : null)
    // What a parameter is by default may go by another one, and by names that only the function knows.
    const isDefault = index >= call.arguments.length && argument !== null
    if (!binding || argument?.type === 'SpreadElement' || (isDefault && !isClosed(argument))) return null
    given.set(binding, argument)
  }
  return { literal, given }
}

function returnedBy({ body }: PlainFunction): t.ObjectExpression | null {
  const [only, other] = body.type === 'BlockStatement' ? body.body : []
  const value =
    body.type !== 'BlockStatement' ? body : only?.type === 'ReturnStatement' && !other ? only.argument : null
  const at = value ? uncast(value) : null
  return at?.type === 'ObjectExpression' ? at : null
}

/** Written elsewhere, it means the same: it refers to nothing. */
export function isClosed(node: Node): boolean {
  return !some(node, (at) => at.type === 'ThisExpression' || (at.type === 'Identifier' && !isKey(at, node)))
}

function isKey(node: Node, root: Node): boolean {
  return some(root, (at) => at.type === 'ObjectProperty' && !at.computed && !at.shorthand && at.key === node)
}
