import type * as t from '@babel/types'
import type { Effect, ResponseFact } from '../model/response.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, functionAround, type Node } from '../syntax/tree.ts'

/**
 * Headers that are set in a callback which runs here and now: that of `forEach`, and the executor of `new Promise(...)` (ECMA-262: it is
 * called before the constructor returns). Null where there is none, or it does something else to the response.
 */
export function effectsOfCallback(
  core: Node,
  facts: readonly ResponseFact[],
  tree: ScopeTree,
): { fact: ResponseFact; effect: Effect }[] | null {
  const callback = callbackOf(core, tree)
  if (!callback) return null
  const inside = facts.filter((fact) => contains(callback, fact.node))
  const isLater = core.type === 'NewExpression' && inside.some((fact) => functionAround(fact.node) !== callback)
  const found = inside.flatMap((fact) => {
    const [effect, other] = fact.effects
    return effect?.kind === 'header' && !other && !fact.exit ? [{ fact, effect }] : []
  })
  return inside.length > 0 && found.length === inside.length && !isLater ? found : null
}

function callbackOf(core: Node, tree: ScopeTree): t.ArrowFunctionExpression | t.FunctionExpression | null {
  if (core.type !== 'CallExpression' && core.type !== 'NewExpression') return null
  const [callback] = core.arguments
  if ((callback?.type !== 'ArrowFunctionExpression' && callback?.type !== 'FunctionExpression') || callback.async)
    return null
  const { callee } = core
  if (core.type === 'NewExpression') {
    const isPromise = callee.type === 'Identifier' && callee.name === 'Promise' && !bindingAt(tree, callee)
    return isPromise ? callback : null
  }
  return callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'forEach'
    ? callback
    : null
}
