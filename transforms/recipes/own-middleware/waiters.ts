import type * as t from '@babel/types'
import type { SourceModule } from '../../syntax/imported.ts'
import { uncast } from '../../syntax/match.ts'
import { isPlainFunction, type PlainFunction } from '../../syntax/tree.ts'
import { findFunction } from '../next-connect/functions.ts'
import type { ShorthandContext } from '../recipe.ts'
import { onlyValue, placeOf, readPromised } from './promise.ts'
import { findRun, type Run, withFunction } from './runs.ts'

/** The Promise that is all of a function: `(req, res) => new Promise((resolve) => limit(req, res, resolve))`. */
export function ownRun(fn: PlainFunction, module: SourceModule, context: ShorthandContext): Run | null {
  const value = fn.generator ? null : onlyValue(fn)
  const promised = value ? readPromised(value, module.tree) : null
  if (!promised || promised.goesOn.handler || placeOf(promised.middleware, fn, module.tree) >= 0) return null
  return withFunction({ ...promised, constant: null }, module, context)
}

/**
 * `await applyLimits(req, res)`: a function of the project, here or in another module, that only waits for middleware. Where one of them
 * answers, who waits for the function does not go on either.
 */
export function waitsOnly(call: t.CallExpression, module: SourceModule, context: ShorthandContext): boolean {
  const found = findFunction(call.callee, module, context)
  const { fn } = found ?? {}
  if (!found || !isPlainFunction(fn) || call.arguments.length !== fn.params.length) return false
  return ownRun(fn, found.module, context) !== null || runsOnly(fn, found.module, context)
}

/** `async (req, res) => { await runMiddleware(req, res, limit); await runMiddleware(req, res, guard) }` */
function runsOnly(fn: PlainFunction, module: SourceModule, context: ShorthandContext): boolean {
  const statements = fn.async && !fn.generator && fn.body.type === 'BlockStatement' ? fn.body.body : []
  return (
    statements.length > 0 &&
    statements.every((one) => {
      const value = one.type === 'ExpressionStatement' ? uncast(one.expression) : null
      return value?.type === 'AwaitExpression' && findRun(uncast(value.argument), module, context) !== null
    })
  )
}
