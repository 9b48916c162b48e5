import type * as t from '@babel/types'
import type { Effect, ResponseFact } from '../model/response.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, functionAround, type Node } from '../syntax/tree.ts'

interface HeaderFact {
  fact: ResponseFact
  effect: Effect
}

/**
 * Headers that are set in a callback which runs here and now: that of `forEach`, and the executor of `new Promise(...)` (ECMA-262: it is
 * called before the constructor returns). Null where there is none, or it does something else to the response.
 */
export function effectsOfCallback(core: Node, facts: readonly ResponseFact[], tree: ScopeTree): HeaderFact[] | null {
  const callback = callbackOf(core, tree)
  if (!callback) return null
  const isLater = ({ node }: ResponseFact): boolean =>
    core.type === 'NewExpression' && contains(callback, node) && functionAround(node) !== callback
  return facts.some(isLater) ? null : effectsWithin(callback, facts)
}

/** One header in each place of a part that does something to the response; null where there is none, or something else. */
export function effectsWithin(part: Node, facts: readonly ResponseFact[]): HeaderFact[] | null {
  const inside = facts.filter(({ node }) => contains(part, node))
  const found = inside.flatMap((fact) => {
    const [effect, other] = fact.effects
    return effect?.kind === 'header' && !other && !fact.exit ? [{ fact, effect }] : []
  })
  return inside.length > 0 && found.length === inside.length ? found : null
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
