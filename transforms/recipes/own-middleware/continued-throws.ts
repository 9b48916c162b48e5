import type { SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, isQuiet, uncast } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { isPlainFunction, type Node, type PlainFunction, parentOf, some } from '../../syntax/tree.ts'
import { type Found, findFunction } from '../next-connect/functions.ts'
import type { ShorthandContext } from '../recipe.ts'

/**
 * What a middleware, or one that it hands `next` to, would notice of what comes after it: an `error` that is thrown at once, since it calls
 * `next` in a `try`, or its `result`, which it waits for or keeps.
 */
export function seesNext(found: Found, context: ShorthandContext, depth = 0): 'nothing' | 'error' | 'result' {
  const { fn, module } = found
  const param = fn.params[2]
  const references = param?.type === 'Identifier' ? (bindingAt(module.tree, param)?.references ?? []) : []
  if (depth > 4) return 'result'
  const seen = references
    .filter(({ kind }) => kind !== 'type')
    .map(({ node }) => seesAt(node, fn, module, context, depth))
  return seen.includes('result') ? 'result' : seen.includes('error') ? 'error' : 'nothing'
}

/** All that is done with its third parameter is to call it, also by a function that it is handed to as the third. */
export function callsNext({ fn, module }: Found, context: ShorthandContext, depth = 0): boolean {
  const param = fn.params[2]
  const references = param?.type === 'Identifier' ? (bindingAt(module.tree, param)?.references ?? []) : []
  const uses = references.filter(({ kind }) => kind !== 'type')
  return (
    depth < 5 &&
    uses.length > 0 &&
    uses.every(({ node }) => {
      const call = parentOf(node)
      if (!isCall(call)) return false
      if (call.callee === node) return call.arguments.length === 0
      const other = call.arguments[2] === node ? findFunction(call.callee, module, context) : null
      return other !== null && callsNext(other, context, depth + 1)
    })
  )
}

function seesAt(
  node: Node,
  fn: Node,
  module: SourceModule,
  context: ShorthandContext,
  depth: number,
): ReturnType<typeof seesNext> {
  const call = parentOf(node)
  const isCalled = isCall(call) && call.callee === node
  const outer = isCalled ? parentOf(call) : null
  const isPlain = outer?.type === 'ExpressionStatement' || outer?.type === 'ReturnStatement' || isPlainFunction(outer)
  if (isCalled && !isPlain) return 'result'
  let seen: ReturnType<typeof seesNext> = 'nothing'
  let at: Node = node
  for (let up = parentOf(node); up && up !== fn; at = up, up = parentOf(at)) {
    if (up.type === 'TryStatement') seen = 'error'
    // `guard(req, res, next)`, `guard(req, res, () => next())`
    if (!isCall(up) || !up.arguments.some((one) => one === at)) continue
    const other = findFunction(up.callee, module, context)
    if (!other || up.arguments[2] !== at) return 'result'
    const inner = seesNext(other, context, depth + 1)
    if (inner === 'result') return 'result'
    if (inner === 'error') seen = 'error'
  }
  return seen
}

interface Place {
  module: SourceModule
  context: ShorthandContext
  fn: PlainFunction
}

/** The function throws nothing at once: it is async, or only answers, goes on, or calls such functions. */
export function cannotThrow(next: PlainFunction, place: Place): boolean {
  if (next.async) return true
  return next.body.type === 'BlockStatement'
    ? next.body.body.every((one) => isCalm(one, place))
    : isCalmValue(next.body, place)
}

function isCalm(node: Node, place: Place): boolean {
  switch (node.type) {
    case 'BlockStatement':
      return node.body.every((one) => isCalm(one, place))
    case 'IfStatement':
      return isQuiet(node.test) && isCalm(node.consequent, place) && (!node.alternate || isCalm(node.alternate, place))
    case 'ReturnStatement':
      return !node.argument || isCalmValue(node.argument, place)
    case 'ExpressionStatement':
      return isCalmValue(node.expression, place)
    default:
      return false
  }
}

function isCalmValue(node: Node, place: Place): boolean {
  const value = uncast(node)
  if (!isCall(value)) return isQuiet(value)
  const { module, context, fn } = place
  const { callee } = value
  const [, response, next] = fn.params
  const isOf = (one: Node, param: Node | undefined): boolean =>
    param !== undefined && bindingAt(module.tree, one)?.id === param
  if (callee.type === 'Identifier' && isOf(callee, next)) return value.arguments.length === 0
  const root = beginOf(callee)
  // `res.status(403).json({ error })`
  if (isMember(callee) && isOf(root, response))
    return value.arguments.every(isQuiet) && isCalmValue(callee.object, place)
  if (isMember(callee) && isCall(uncast(callee.object))) {
    const isChain = callee.property.type === 'Identifier' && /^(?:then|catch|finally)$/.test(callee.property.name)
    return isChain && isCalmValue(callee.object, place)
  }
  const found = findFunction(callee, module, context)
  const [only, other] = found?.fn.body.type === 'BlockStatement' ? found.fn.body.body : []
  const isSafe =
    found?.fn.async === true ||
    (only?.type === 'TryStatement' && !other && only.handler && !some(only.handler, isThrow))
  return Boolean(isSafe) && value.arguments.every((one) => isPlainFunction(one) || isQuiet(uncast(one)))
}

const isThrow = ({ type }: Node): boolean => type === 'ThrowStatement'

/** `res` of `res.status(403).json` */
function beginOf(node: Node): Node {
  const value = uncast(node)
  return isMember(value) ? beginOf(value.object) : isCall(value) ? beginOf(value.callee) : value
}
