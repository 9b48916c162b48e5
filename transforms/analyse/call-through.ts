import type * as t from '@babel/types'
import { functionAround, isPlainFunction, type Node } from '../syntax/tree.ts'
import { strip } from './flow-facts.ts'
import type { Passages } from './passages.ts'

/** `storage.run(store, () => handler(req, res))`: the call whose value is what the callback returns. */
export interface CallThrough {
  outer: t.CallExpression
  /** The last thing that the callback does, where it does not return it: `async () => { await handler(req, res) }`. */
  tail: t.ExpressionStatement | null
}

/** A handler's call that is all that a callback answers with, in its last statement. */
export function readCallThrough(call: Node, passages: Passages): CallThrough | null {
  const callback = functionAround(call)
  const passage = isPlainFunction(callback) ? passages.around(callback) : null
  if (!isPlainFunction(callback) || !passage || passage.isChain || passage.isCalledBack || passage.callbacks.length > 1)
    return null
  // What answers by itself gives back the one answer or the other.
  if (passage.runner.typing !== 'same' || passage.runner.endsLater || passage.answering) return null
  const { body } = callback
  const outer = passage.call
  if (body.type !== 'BlockStatement') return strip(body) === call ? { outer, tail: null } : null
  const last = body.body[body.body.length - 1]
  if (!last || body.body.slice(0, -1).some(leaves)) return null
  if (last.type === 'ReturnStatement' && last.argument && strip(last.argument) === call) return { outer, tail: null }
  return last.type === 'ExpressionStatement' && strip(last.expression) === call ? { outer, tail: last } : null
}

/** A `return` before the handler's call would give back nothing. */
function leaves(statement: t.Statement): boolean {
  return statement.type !== 'ExpressionStatement' && statement.type !== 'VariableDeclaration'
}
