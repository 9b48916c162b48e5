import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { isPlainFunction, type Node, parentOf } from '../syntax/tree.ts'

/** `load().then((x) => ...).catch((e) => ...)`: whose results the value of the chain may be. */
export interface Chain {
  /** What the first `catch` is called on, where that is no `then`: its own value goes through. */
  base: t.CallExpression | null
  callbacks: readonly FunctionNode[]
  /** Those that are run with an error of what stands before them. */
  catches: readonly FunctionNode[]
  hasFinally: boolean
}

/**
 * The end of a chain of promises (Promises/A+, so every thenable that can be awaited): `then(f)` gives what f gives, `then(f, g)` what one of
 * them gives, `catch(g)` what stood before it or what g gives, `finally` what stood before it.
 */
export function readChain(call: t.CallExpression): Chain | null {
  const callee = uncast(call.callee)
  const name = isMember(callee) ? memberName(callee) : null
  if (!isMember(callee) || name === null) return null
  const [first, second, third] = call.arguments
  if (name === 'finally') {
    const before = chainBefore(callee.object)
    return before ? { ...before, hasFinally: true } : null
  }
  if (!isPlainFunction(first) || first.generator || third) return null
  if (name === 'then') {
    if (second && (!isPlainFunction(second) || second.generator)) return null
    const callbacks = second ? [first, second as FunctionNode] : [first]
    return { base: null, callbacks, catches: [], hasFinally: false }
  }
  if (name !== 'catch' || second) return null
  const receiver = uncast(callee.object)
  const before = chainBefore(receiver)
  if (before) return { ...before, callbacks: [...before.callbacks, first], catches: [...before.catches, first] }
  return receiver.type === 'CallExpression'
    ? { base: receiver, callbacks: [first], catches: [first], hasFinally: false }
    : null
}

function chainBefore(receiver: Node): Chain | null {
  const at = uncast(receiver)
  return at.type === 'CallExpression' ? readChain(at) : null
}

/** The last call of the chain that a call is a part of. */
export function endOfChain(call: Node): Node {
  const member = parentOf(call)
  const next = member && isMember(member) && member.object === call ? parentOf(member) : null
  const isNext = next?.type === 'CallExpression' && next.callee === member && isMember(member)
  return isNext && /^(?:catch|finally)$/.test(memberName(member) ?? '') ? endOfChain(next) : call
}

/** In `x.catch(g)`: the callback that errors of x go to, when `callee` is `x.catch`. */
export function catchCallback(call: Node, callee: Node): Node | null {
  if (call.type !== 'CallExpression' || call.callee !== callee || !isMember(callee)) return null
  return memberName(callee) === 'catch' ? (call.arguments[0] ?? null) : null
}
