import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { keyName, withCasts } from '../syntax/match.ts'
import { type Binding, bindingAt } from '../syntax/scope.ts'
import { functionAround, isLoop, isPlainFunction, type Node, parentOf, some } from '../syntax/tree.ts'
import { findModuleFunction, type ModuleGraph } from './module-functions.ts'

/**
 * `await checkLimit({ key, onResult: async (result) => { res.setHeader(...); if (await lock(result)) res.status(429).end() } })`: a function of
 * the project calls the function that it is given, once at most and before it is done itself, and makes no use of what that returns.
 */
export interface CalledBeside {
  call: t.CallExpression
  callback: FunctionNode
}

/** Null where it may keep the function, call it again, or hand it on. */
export function readCalledBeside(call: t.CallExpression, from: SourceModule, graph: ModuleGraph): CalledBeside | null {
  if (parentOf(withCasts(call))?.type !== 'AwaitExpression' || call.arguments.some(isSpread)) return null
  const given = call.arguments.flatMap((argument, index) => functionsIn(argument).map((one) => ({ ...one, index })))
  const [only, other] = given
  if (!only || other || only.callback.generator) return null
  const found = findModuleFunction(call.callee, from, graph)
  if (!found || found.fn.generator || some(found.fn, isArguments)) return null
  const { tree } = found.module
  const name = nameFor(found.fn.params[only.index], only.key)
  const binding = name ? bindingAt(tree, name) : null
  return binding && isCalledOnce(binding, found.fn) ? { call, callback: only.callback } : null
}

const isSpread = ({ type }: Node): boolean => type === 'SpreadElement'
const isArguments = (node: Node): boolean => node.type === 'Identifier' && node.name === 'arguments'

/** The function that an argument is, or those that an object holds; nothing where others may take their place. */
function functionsIn(argument: Node): { callback: FunctionNode; key: string | null }[] {
  if (isPlainFunction(argument)) return [{ callback: argument, key: null }]
  if (argument.type !== 'ObjectExpression' || argument.properties.some(isSpread)) return []
  return argument.properties.flatMap((property) => {
    const key = property.type === 'ObjectProperty' && !property.computed ? keyName(property) : null
    return property.type === 'ObjectProperty' && key !== null && isPlainFunction(property.value)
      ? [{ callback: property.value, key }]
      : []
  })
}

/** The name that a function has for it: of the parameter, or of one of the parts that it is taken apart into. */
function nameFor(param: Node | undefined, key: string | null): t.Identifier | null {
  if (key === null) return param?.type === 'Identifier' ? param : null
  if (param?.type !== 'ObjectPattern') return null
  const [property, again] = param.properties.filter(
    (one): one is t.ObjectProperty => one.type === 'ObjectProperty' && (one.computed || keyName(one) === key),
  )
  return property && !again && !property.computed && property.value.type === 'Identifier' ? property.value : null
}

/** All that is done with it: it is called in one place, by the function itself, and asked whether it is there. */
function isCalledOnce({ references }: Binding, fn: FunctionNode): boolean {
  const used = references.filter(({ kind }) => kind !== 'type')
  const calls = used.filter(({ node, kind }) => kind === 'read' && isCallOf(node, fn))
  return calls.length === 1 && used.every((one) => calls.includes(one) || (one.kind === 'read' && isAsked(one.node)))
}

function isCallOf(name: Node, fn: FunctionNode): boolean {
  const call = parentOf(name)
  if ((call?.type !== 'CallExpression' && call?.type !== 'OptionalCallExpression') || call.callee !== name) return false
  if (functionAround(call) !== fn || call.arguments.some(isSpread)) return false
  // A parameter's default value is no part of the body.
  for (let up = parentOf(call); up !== fn.body; up = parentOf(up)) if (!up || up === fn || isLoop(up)) return false
  return isStatement(call)
}

/** `call()`, `await call()`, `void call()`, `name && call()` */
function isStatement(call: Node): boolean {
  let below = withCasts(call)
  for (let up = parentOf(below); up; below = withCasts(up), up = parentOf(below)) {
    if (up.type === 'ExpressionStatement') return true
    const isUnused =
      up.type === 'AwaitExpression' ||
      (up.type === 'UnaryExpression' && up.operator === 'void') ||
      (up.type === 'LogicalExpression' && up.right === below)
    if (!isUnused) return false
  }
  return false
}

/** `if (name)`, `name && ...`, `!name`, `typeof name` */
function isAsked(name: Node): boolean {
  const up = parentOf(name)
  if (up?.type === 'IfStatement' || up?.type === 'ConditionalExpression') return up.test === name
  if (up?.type === 'LogicalExpression') return up.left === name && up.operator === '&&' && isStatement(up)
  return up?.type === 'UnaryExpression' && (up.operator === '!' || up.operator === 'typeof')
}
