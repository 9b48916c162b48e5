import type * as t from '@babel/types'
import { isMember, memberName } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node, some } from '../syntax/tree.ts'

/** `methods.some((one) => one === req.method)`: what is asked of each item of a list. */
export interface ListTest {
  list: t.Expression
  /** What one item makes true for the whole (`some`), or false (`every`). */
  decides: boolean
  param: Binding
  /** What the callback gives back. */
  test: t.Expression
}

/** Null for a callback that does anything beside looking. */
export function readListTest(call: t.CallExpression | t.OptionalCallExpression, tree: ScopeTree): ListTest | null {
  const { callee } = call
  const name = isMember(callee) && !callee.computed ? memberName(callee) : null
  const [callback, other] = call.arguments
  if (!isMember(callee) || callee.object.type === 'Super' || (name !== 'some' && name !== 'every') || other) return null
  if (!isPlainFunction(callback) || callback.async || callback.generator) return null
  const [param, more] = callback.params
  const binding = param?.type === 'Identifier' && !more ? bindingAt(tree, param) : null
  const test = givenBack(callback.body)
  if (!binding || !test || binding.references.some(({ kind }) => kind === 'write') || some(test, isWork)) return null
  return { list: callee.object, decides: name === 'some', param: binding, test }
}

function givenBack(body: t.BlockStatement | t.Expression): t.Expression | null {
  if (body.type !== 'BlockStatement') return body
  const [only, more] = body.body
  return only?.type === 'ReturnStatement' && !more && body.directives.length === 0 ? (only.argument ?? null) : null
}

/** It may do more than to give a value. */
function isWork(node: Node): boolean {
  if (node.type === 'UnaryExpression') return node.operator === 'delete'
  return /Call|^New|^Await|^Yield|^Update|^Assignment|^Tagged|^Import/.test(node.type)
}
