import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import { isCall, uncast } from '../../syntax/match.ts'
import { isPlainFunction, type Node, some } from '../../syntax/tree.ts'

/** A function that runs a middleware, and what becomes of an error that is handed to `next`. */
export interface Runner {
  middleware: Node
  onError: 'thrown' | 'ignored' | null
}

/**
 * `(req, res) => new Promise((resolve, reject) => middleware(req, res, (result) => result instanceof Error ? reject(result) : resolve(result)))`,
 * from the examples of Next (examples/api-routes-cors). Null for any other function.
 */
export function readRunner(fn: FunctionNode): Runner | null {
  const [req, res] = fn.params
  const promise = onlyValue(fn.body)
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier' || promise?.type !== 'NewExpression') return null
  const [executor] = promise.arguments
  if (promise.callee.type !== 'Identifier' || promise.callee.name !== 'Promise' || !isPlainFunction(executor))
    return null
  const [resolve, reject] = executor.params
  const run = onlyValue(executor.body)
  if (resolve?.type !== 'Identifier' || !run || !isCall(run) || run.arguments.length !== 3) return null
  const [first, second, next] = run.arguments
  if (!isNamed(first, req.name) || !isNamed(second, res.name) || !isPlainFunction(next)) return null
  const given = next.params[0]
  const onError = readErrorCase(next.body, reject, given)
  return goesOn(next.body, resolve.name) ? { middleware: uncast(run.callee), onError } : null
}

/** Where an error is rejected with, or nobody asks for one; null where something else is done. */
function readErrorCase(body: Node, reject: Node | undefined, given: Node | undefined): Runner['onError'] {
  let asks = 0
  let rejects = 0
  some(body, (node) => {
    if (node.type === 'BinaryExpression' && isErrorTest(node)) asks++
    if (isCall(node) && reject?.type === 'Identifier' && isNamed(node.callee, reject.name)) {
      const isSame =
        given?.type === 'Identifier' && node.arguments.length === 1 && isNamed(node.arguments[0], given.name)
      rejects += isSame ? 1 : 2
    }
    return false
  })
  if (asks === 0 && rejects === 0) return 'ignored'
  return asks === 1 && rejects === 1 ? 'thrown' : null
}

/** The value of an arrow, or of the only statement of a function. */
function onlyValue(body: Node): Node | null {
  if (body.type !== 'BlockStatement') return uncast(body)
  const [statement, other] = body.body
  if (!statement || other) return null
  const value =
    statement.type === 'ReturnStatement'
      ? statement.argument
      : statement.type === 'ExpressionStatement'
        ? statement.expression
        : null
  return value ? uncast(value) : null
}

function isNamed(node: Node | undefined, name: string): boolean {
  const value = node ? uncast(node) : null
  return value?.type === 'Identifier' && value.name === name
}

/** Without an error the promise is resolved. */
function goesOn(body: Node, resolve: string): boolean {
  if (body.type === 'BlockStatement') {
    const last = body.body[body.body.length - 1]
    return last !== undefined && body.body.slice(0, -1).every(isErrorCase) && goesOn(last, resolve)
  }
  if (body.type === 'ReturnStatement') return body.argument ? goesOn(body.argument, resolve) : false
  if (body.type === 'ExpressionStatement') return goesOn(body.expression, resolve)
  if (body.type === 'IfStatement')
    return isErrorTest(body.test) && Boolean(body.alternate && goesOn(body.alternate, resolve))
  const value = uncast(body)
  if (value.type === 'ConditionalExpression') return isErrorTest(value.test) && goesOn(value.alternate, resolve)
  return isCall(value) && isNamed(value.callee, resolve)
}

function isErrorCase(statement: t.Statement): boolean {
  return statement.type === 'IfStatement' && !statement.alternate && isErrorTest(statement.test)
}

function isErrorTest(test: Node): boolean {
  return test.type === 'BinaryExpression' && test.operator === 'instanceof'
}
