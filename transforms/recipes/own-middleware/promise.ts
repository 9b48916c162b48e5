import type * as t from '@babel/types'
import { uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, type PlainFunction } from '../../syntax/tree.ts'
import { type GoesOn, isNamed, readCallback } from './callback.ts'

/** A Promise that waits for a middleware: `new Promise((resolve, reject) => fn(req, res, callback))`. */
export interface Promised {
  middleware: Node
  req: t.Identifier
  res: t.Identifier
  goesOn: GoesOn
}

/**
 * The Promise of Next's own documentation (pages/building-your-application/routing/api-routes, "Connect/Express middleware support"): it is
 * settled by the callback alone, and stays open where the middleware answers. Null for one that does anything else.
 */
export function readPromised(node: Node, tree: ScopeTree): Promised | null {
  const made = uncast(node)
  if (made.type !== 'NewExpression' || made.callee.type !== 'Identifier' || made.callee.name !== 'Promise') return null
  const [executor, more] = made.arguments
  if (bindingAt(tree, made.callee) || more || !isPlainFunction(executor) || executor.generator) return null
  const [first, second, ...others] = executor.params
  const resolve = first?.type === 'Identifier' ? bindingAt(tree, first) : null
  const reject = second?.type === 'Identifier' ? bindingAt(tree, second) : null
  const call = onlyValue(executor)
  if (!resolve || others.length > 0 || (second && !reject) || call?.type !== 'CallExpression') return null
  const [req, res, callback, ...rest] = call.arguments.map((one) => uncast(one))
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier' || !callback || rest.length > 0) return null
  const goesOn = readCallback(callback, { resolve, reject, tree })
  return goesOn && { middleware: uncast(call.callee), req, res, goesOn }
}

/** A function that does nothing but to wait for a middleware, and the places of its parameters. */
export interface Runner {
  req: number
  res: number
  /** The parameter that is the middleware, or what is called instead. */
  middleware: number | Node
}

export function readRunner(fn: PlainFunction, tree: ScopeTree): Runner | null {
  const value = fn.generator ? null : onlyValue(fn)
  const promised = value && readPromised(value, tree)
  if (!promised || promised.goesOn.handler) return null
  const [req, res] = [placeOf(promised.req, fn, tree), placeOf(promised.res, fn, tree)]
  const own = placeOf(promised.middleware, fn, tree)
  return req < 0 || res < 0 ? null : { req, res, middleware: own < 0 ? promised.middleware : own }
}

/** Which parameter a name is; -1 for none. */
export function placeOf(node: Node, { params }: PlainFunction, tree: ScopeTree): number {
  return params.findIndex((param) => {
    const binding = param.type === 'Identifier' ? bindingAt(tree, param) : null
    return binding !== null && isNamed(node, binding, tree)
  })
}

/** The value of an arrow, or of the only statement of a function; without its `await`. */
export function onlyValue({ body }: PlainFunction): Node | null {
  const [only, other] = body.type === 'BlockStatement' ? body.body : []
  const value =
    body.type !== 'BlockStatement'
      ? body
      : only?.type === 'ReturnStatement'
        ? only.argument
        : only?.type === 'ExpressionStatement'
          ? only.expression
          : null
  if (!value || other) return null
  const node = uncast(value)
  return node.type === 'AwaitExpression' || (node.type === 'UnaryExpression' && node.operator === 'void')
    ? uncast(node.argument)
    : node
}
