import type * as t from '@babel/types'
import type { FunctionNode } from '../../model/route.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { positionOf } from '../../syntax/lines.ts'
import { isCall, isMember, keyName, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt } from '../../syntax/scope.ts'
import { functionAround, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import { findCallee } from './callee.ts'
import { calledParam, handsOnByKey, isToken } from './context-calls.ts'
import { findSeeds, type Held, heldUnder, namesContext } from './context-seeds.ts'
import { findForeign, mayUseForeign } from './context-foreign.ts'
import { findResolvers } from './context-resolvers.ts'
import { headerSet, isWritten, standsStill } from './context-use.ts'

type Call = t.CallExpression | t.OptionalCallExpression

/** Parts of a Pages request that a plain object can hold: none of them is a stream, or changes while the request runs. */
export const PARTS: ReadonlySet<string> = new Set(['method', 'url', 'headers', 'cookies'])

/** What is read of `req`, and the places that take more of `req` or `res` than a plain object has. */
export interface ContextFlow {
  parts: ReadonlySet<string>
  /** Names of headers that are set on `res`, in lower case. */
  headers: ReadonlySet<string>
  obstacles: readonly string[]
}

/** Where the context is made: the function that is handed req and res. */
export interface Maker {
  fn: FunctionNode | t.ObjectMethod
  module: SourceModule
}

/**
 * Follows `req` and `res` of a context through every module that the route loads: what tRPC hands to procedures and middleware as `ctx`, what
 * is read of it under the names `ctx`, `req` and `res`, and where that goes, through variables, objects and functions of the
 * project. Whatever cannot be followed is an obstacle.
 */
export function followContext(makers: readonly Maker[], context: RecipeContext): ContextFlow {
  const parts = new Set<string>()
  const headers = new Set<string>()
  const obstacles = new Set<string>()
  const seen = new Set<string>()
  /** Functions that make the context, and those that they hand req and res for it. */
  const making = new Set<Node>()
  const hands = new Map<Node, Node[]>()
  const returned = new Map<Node, { node: Node; module: SourceModule }[]>()
  const givers = new Set<Node>()
  const calls = new Map<Node, { call: Call; module: SourceModule }[]>()
  /** Calls of a parameter, for which nothing may be given. */
  const wholes = new Set<Binding>()
  const later: { fn: Node; index: number; node: Node; module: SourceModule }[] = []

  for (const { path, text } of context.loadedTexts()) {
    if (!/\.[cm]?[jt]sx?$/.test(path) || !(namesContext(text) || mayUseForeign(text))) continue
    const module = context.moduleAt(path)
    if (!module) {
      obstacles.add(`${path}:1`)
      continue
    }
    for (const { node, held, isTarget } of findSeeds(module))
      if (isTarget) give(node, held, module)
      else follow(node, held, module)
    for (const node of findForeign(module, context)) refuse(node, module)
    for (const { fn, module: where } of findResolvers(module, context)) {
      const [param] = fn.params
      const binding = param?.type === 'Identifier' ? bindingAt(where.tree, param) : null
      if (binding) wholes.add(binding)
      giveParam(fn, 0, 'context', where)
    }
  }
  for (const { fn, module } of makers) {
    giveParam(fn, 0, 'context', module)
    makes(fn)
  }
  for (const { fn, index, node, module } of later)
    if ((calls.get(fn) ?? []).some(({ call }) => call.arguments.length > index || hasSpread(call))) refuse(node, module)
  for (const [fn, places] of returned) if (!making.has(fn)) for (const { node, module } of places) refuse(node, module)
  return { parts, headers, obstacles: [...obstacles] }

  function refuse(node: Node, { path, file }: SourceModule): void {
    obstacles.add(`${path}:${positionOf(file.text, startOf(node)).line}`)
  }

  /** What becomes of a value where it stands. */
  function follow(value: Node, held: Held, module: SourceModule): void {
    const node = withCasts(value)
    const key = `${module.path} ${startOf(node)} ${node.end} ${held}`
    if (seen.has(key)) return
    seen.add(key)
    const parent = parentOf(node)
    if (!parent || standsStill(node, parent)) return
    if (isMember(parent)) return parent.object === node ? member(parent, held, module) : refuse(node, module)
    if (isCall(parent)) return parent.callee === node ? refuse(node, module) : argument(parent, node, held, module)
    switch (parent.type) {
      case 'VariableDeclarator':
        return give(parent.id, held, module)
      case 'AssignmentExpression':
        return parent.right === node && parent.operator === '=' ? give(parent.left, held, module) : refuse(node, module)
      case 'ObjectProperty':
        return heldUnder(keyName(parent)) === held ? followObject(parent, module) : refuse(node, module)
      case 'SpreadElement':
        return held === 'context' ? followObject(parent, module) : refuse(node, module)
      case 'AwaitExpression':
      case 'ConditionalExpression':
      case 'LogicalExpression':
        return follow(parent, held, module)
      case 'ReturnStatement':
      case 'ArrowFunctionExpression':
        return handBack(node, held, module)
      default:
        refuse(node, module)
    }
  }

  function followObject(property: Node, module: SourceModule): void {
    const object = parentOf(property)
    if (object?.type === 'ObjectExpression') follow(object, 'context', module)
    else refuse(property, module)
  }

  function member(node: t.MemberExpression | t.OptionalMemberExpression, held: Held, module: SourceModule): void {
    const name = memberName(node)
    if (held !== 'context' && isWritten(node)) return refuse(node, module)
    if (held === 'response') {
      const header = headerSet(node)
      if (header === null || isOfAdapter(header)) return refuse(node, module)
      headers.add(header.toLowerCase())
      return
    }
    if (held === 'request') {
      if (name === null || !PARTS.has(name)) return refuse(node, module)
      parts.add(name)
      return
    }
    const inner = heldUnder(name)
    if (inner) follow(node, inner, module)
    // `info`, the calls of a batch, is handed over beside req and res.
    else if (name === null || name === 'info') refuse(node, module)
  }

  /** A variable or a pattern is given it. */
  function give(to: Node, held: Held, module: SourceModule): void {
    const target = uncast(to.type === 'AssignmentPattern' ? to.left : to)
    if (target.type === 'Identifier') {
      const binding = bindingAt(module.tree, target)
      // Other modules may import what a module keeps.
      const isKept = !binding || binding.scope === module.tree.program
      return isKept ? refuse(target, module) : followBinding(binding, held, module)
    }
    if (target.type === 'ObjectPattern') return takeApart(target, held, module)
    refuse(target, module)
  }

  function followBinding(binding: Binding, held: Held, module: SourceModule): void {
    for (const { node, kind } of binding.references) if (kind === 'read') follow(node, held, module)
  }

  function takeApart(pattern: t.ObjectPattern, held: Held, module: SourceModule): void {
    for (const property of pattern.properties) {
      if (property.type === 'RestElement') {
        if (held === 'context') give(property.argument, held, module)
        else refuse(property, module)
        continue
      }
      const name = keyName(property)
      const inner = heldUnder(name)
      if (held === 'request' && name !== null && PARTS.has(name)) parts.add(name)
      else if (held !== 'context' || name === null || name === 'info') refuse(property, module)
      else if (inner) give(property.value, inner, module)
    }
  }

  function argument(call: Call, node: Node, held: Held, module: SourceModule): void {
    const index = call.arguments.findIndex((one) => startOf(one) === startOf(node))
    const found = findCallee(call.callee, module, context)
    if (found) {
      calls.set(found.fn, [...(calls.get(found.fn) ?? []), { call, module }])
      if (hasSpread(call)) return refuse(node, module)
      const around = functionAround(call)
      if (around) hands.set(around, [...(hands.get(around) ?? []), found.fn])
      if (around && making.has(around)) makes(found.fn)
      giveParam(found.fn, index, held, found.module)
      if (givers.has(found.fn)) follow(call, 'context', module)
      return
    }
    const object = uncast(node)
    if (object.type !== 'ObjectExpression') {
      const binding = object.type === 'Identifier' ? bindingAt(module.tree, object) : null
      const isWhole = binding !== null && wholes.has(binding) && handsOnByKey(call, null, module, context)
      return isWhole ? undefined : refuse(node, module)
    }
    const param = calledParam(call.callee, module)
    if (isToken(call, object, module)) parts.add('headers').add('cookies')
    else if (!handsOnByKey(call, object, module, context) && !(param && isLater(param, call, module)))
      refuse(node, module)
  }

  function giveParam(fn: FunctionNode | t.ObjectMethod, index: number, held: Held, module: SourceModule): void {
    const param = fn.params[index]
    const usesArguments = fn.type !== 'ArrowFunctionExpression' && module.tree.globals.has('arguments')
    if (usesArguments || fn.params.slice(0, index + 1).some(({ type }) => type === 'RestElement'))
      return refuse(param ?? fn, module)
    if (param) give(param, held, module)
  }

  /** A parameter that is called: for those that hand over the context, nothing may stand for it. */
  function isLater(binding: Binding, node: Node, module: SourceModule): boolean {
    const fn = binding.scope.node
    const index =
      'params' in fn && Array.isArray(fn.params)
        ? fn.params.findIndex((one: Node) => startOf(one) === startOf(binding.id))
        : -1
    if (index < 0) return false
    later.push({ fn, index, node, module })
    return true
  }

  /** What makes the context gives it back; so may functions that it calls for that. */
  function handBack(node: Node, held: Held, module: SourceModule): void {
    const fn = functionAround(node)
    if (!fn || held !== 'context') return refuse(node, module)
    returned.set(fn, [...(returned.get(fn) ?? []), { node, module }])
    if (making.has(fn)) gives(fn)
  }

  function makes(fn: Node): void {
    if (making.has(fn)) return
    making.add(fn)
    for (const callee of hands.get(fn) ?? []) makes(callee)
    if (returned.has(fn)) gives(fn)
  }

  function gives(fn: Node): void {
    if (givers.has(fn)) return
    givers.add(fn)
    for (const { call, module } of calls.get(fn) ?? []) follow(call, 'context', module)
  }
}

/** Headers that tRPC sets itself: its adapters take what was there before in different ways. */
const isOfAdapter = (name: string): boolean => /^(?:content-type|vary|transfer-encoding)$/i.test(name)

const hasSpread = ({ arguments: given }: Call): boolean => given.some(({ type }) => type === 'SpreadElement')
