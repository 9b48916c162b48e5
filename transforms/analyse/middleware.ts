import type { Escape, FunctionNode } from '../model/route.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { functionAround, type Node, parentOf } from '../syntax/tree.ts'

/**
 * The argument that stands for `next` where a router of a package is written out: `await requireUser(req, res, next$)`. The call answers, or
 * the function goes on after it; there is no such name in any file.
 */
export const NEXT = 'next$'

/** The same where a Promise waited for the middleware: it stayed open when that answered, and nobody who waits for it went on. */
export const PENDING = 'pending$'

export function isNext(argument: Node | undefined): boolean {
  return argument?.type === 'Identifier' && (argument.name === NEXT || argument.name === PENDING)
}

export function staysPending(call: { arguments: readonly Node[] }): boolean {
  return call.arguments.some((argument) => argument.type === 'Identifier' && argument.name === PENDING)
}

/** A call of a middleware, by its argument. */
export function passesOn(call: { arguments: readonly Node[] }): boolean {
  return call.arguments.some(isNext)
}

/** The calls of `next()` in a middleware; anything else that is done with it is an escape. */
export function readNext(fn: FunctionNode, param: Node, tree: ScopeTree): { calls: Node[]; escapes: Escape[] } {
  const calls: Node[] = []
  const escapes: Escape[] = []
  const references = param.type === 'Identifier' ? (bindingAt(tree, param)?.references ?? []) : []
  if (param.type !== 'Identifier') escapes.push({ root: 'res', node: param, why: 'parameter' })
  for (const { node, kind } of references) {
    if (kind === 'type') continue
    const call = parentOf(node)
    const isCall = call?.type === 'CallExpression' && call.callee === node && call.arguments.length === 0
    if (isCall && functionAround(call) === fn) calls.push(call)
    else escapes.push({ root: 'res', node, why: 'next' })
  }
  return { calls, escapes }
}
