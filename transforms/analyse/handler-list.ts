import type * as t from '@babel/types'
import type { FunctionNode } from '../model/route.ts'
import { isMember, memberName } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, functionAround, isLoop, isPlainFunction, type Node, parentOf, some } from '../syntax/tree.ts'

/** `(...handlers) => async (req, res) => { for (const handler of handlers) { await handler(req, res); if (res.writableEnded) return } }` */
export interface HandlerList {
  /** The parameter. */
  rest: t.RestElement
  /** The loop that calls one after the other, in the handler that is given back. */
  loop: t.ForOfStatement
  /** The name of each in the loop. */
  handler: Binding
  /** The type of one of them, as written. */
  type: t.TSType | null
}

/** Null for a parameter that is no rest, or with which more is done than to call what it holds. */
export function readHandlerList(param: Node, inner: FunctionNode, tree: ScopeTree): HandlerList | null {
  if (param.type !== 'RestElement' || param.argument.type !== 'Identifier') return null
  const list = bindingAt(tree, param.argument)
  const [only, other] = list?.references.filter(({ kind }) => kind !== 'type') ?? []
  const loop = only && !other ? loopOver(only.node) : null
  if (!loop || functionAround(loop) !== inner || isAgain(loop, inner)) return null
  const handler = itemOf(loop, tree)
  return handler && { rest: param, loop, handler, type: itemType(param) }
}

function loopOver(ref: Node): t.ForOfStatement | null {
  const loop = parentOf(ref)
  return loop?.type === 'ForOfStatement' && loop.right === ref ? loop : null
}

/** It runs more than once for a request: inside another loop. */
function isAgain(loop: Node, inner: FunctionNode): boolean {
  for (let up = parentOf(loop); up && up !== inner; up = parentOf(up)) if (isLoop(up)) return true
  return false
}

/** `for (const item of list)` */
export function itemOf({ left }: t.ForOfStatement, tree: ScopeTree): Binding | null {
  const [declarator] = left.type === 'VariableDeclaration' ? left.declarations : []
  const binding = declarator?.id.type === 'Identifier' ? bindingAt(tree, declarator.id) : null
  return binding?.references.every(({ kind }) => kind !== 'write') ? binding : null
}

/** The T of `...handlers: T[]` and `...handlers: Array<T>`. */
function itemType({ typeAnnotation }: t.RestElement): t.TSType | null {
  const type = typeAnnotation?.type === 'TSTypeAnnotation' ? typeAnnotation.typeAnnotation : null
  return type ? elementOf(type) : null
}

export function elementOf(type: t.TSType): t.TSType | null {
  if (type.type === 'TSTypeOperator') return elementOf(type.typeAnnotation)
  if (type.type === 'TSArrayType')
    return type.elementType.type === 'TSParenthesizedType' ? type.elementType.typeAnnotation : type.elementType
  const isArray =
    type.type === 'TSTypeReference' &&
    type.typeName.type === 'Identifier' &&
    /^(?:Readonly)?Array$/.test(type.typeName.name)
  return isArray ? (type.typeParameters?.params[0] ?? null) : null
}

/** A way out of the loop, or to its next round, that is still there. */
export function leavesRound({ body }: t.ForOfStatement, isLive: (node: Node) => boolean): boolean {
  const isWay = (node: Node): boolean =>
    (node.type === 'BreakStatement' || node.type === 'ContinueStatement') && isLive(node)
  const isOwn = (node: Node): boolean => !isLoop(node) && node.type !== 'SwitchStatement' && !isPlainFunction(node)
  return some(body, isWay, isOwn)
}

/**
 * `({ before = [] }) => ...` with `...before.map((one) => one(req, res))` or a loop in the handler that is given back: functions that run
 * with the request. What they are only callers know.
 */
export interface MiddlewareList {
  level: number
  index: number
  /** The key of the object that holds it; null where the parameter is the list. */
  key: string | null
  /** `one(req, res)` */
  calls: readonly t.CallExpression[]
  /** The type of one of them, as written. */
  type: Node | null
}

/** Every list among the parameters with which no more is done than to call what it holds. */
export function readMiddlewareLists(
  levels: readonly FunctionNode[],
  inner: FunctionNode,
  tree: ScopeTree,
): MiddlewareList[] {
  return levels.flatMap(({ params }, level) =>
    params.flatMap((param, index) =>
      namesOf(param).flatMap(({ id, key, type }): MiddlewareList[] => {
        const calls = callsOfEach(bindingAt(tree, id), inner, tree)
        return calls ? [{ level, index, key, calls, type: type && elementOf(type) }] : []
      }),
    ),
  )
}

interface ParameterName {
  id: t.Identifier
  key: string | null
  type: t.TSType | null
}

/** The names of a parameter that are nothing, or an empty list, where the call gives none. */
function namesOf(param: Node): ParameterName[] {
  const pattern = param.type === 'AssignmentPattern' ? param.left : param
  if (param.type === 'AssignmentPattern' && !isEmptyValue(param.right)) return []
  const annotation = 'typeAnnotation' in pattern ? pattern.typeAnnotation : null
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
  if (pattern.type === 'Identifier') return [{ id: pattern, key: null, type }]
  if (pattern.type !== 'ObjectPattern') return []
  return pattern.properties.flatMap((property): ParameterName[] => {
    if (property.type !== 'ObjectProperty' || property.computed || property.key.type !== 'Identifier') return []
    const { name } = property.key
    const value = property.value.type === 'AssignmentPattern' ? property.value.left : property.value
    if (property.value.type === 'AssignmentPattern' && !isEmptyValue(property.value.right)) return []
    return value.type === 'Identifier' ? [{ id: value, key: name, type: memberType(type, name) }] : []
  })
}

function isEmptyValue(node: Node): boolean {
  if (node.type === 'ArrayExpression') return node.elements.length === 0
  return node.type === 'ObjectExpression' && node.properties.length === 0
}

function memberType(type: t.TSType | null, name: string): t.TSType | null {
  const members = type?.type === 'TSTypeLiteral' ? type.members : []
  for (const member of members)
    if (member.type === 'TSPropertySignature' && member.key.type === 'Identifier' && member.key.name === name)
      return member.typeAnnotation?.typeAnnotation ?? null
  return null
}

function callsOfEach(list: Binding | null, inner: FunctionNode, tree: ScopeTree): t.CallExpression[] | null {
  const [only, other] = list?.references.filter(({ kind }) => kind !== 'type') ?? []
  if (!only || other || !contains(inner, only.node)) return null
  const loop = loopOver(only.node)
  const one = loop ? itemOf(loop, tree) : mappedItem(only.node, tree)
  const calls = one?.references.map(({ node, kind }) => {
    const call = kind === 'read' ? parentOf(node) : null
    return call?.type === 'CallExpression' && call.callee === node ? call : null
  })
  const known = calls?.flatMap((call) => call ?? []) ?? []
  return calls && known.length > 0 && known.length === calls.length ? known : null
}

/** The parameter of `list.map((one) => ...)`. */
function mappedItem(ref: Node, tree: ScopeTree): Binding | null {
  const member = parentOf(ref)
  if (!isMember(member) || member.object !== ref || memberName(member) !== 'map') return null
  const map = parentOf(member)
  const [callback, more] = map?.type === 'CallExpression' && map.callee === member ? map.arguments : []
  const [one] = !more && isPlainFunction(callback) ? callback.params : []
  return one?.type === 'Identifier' ? bindingAt(tree, one) : null
}
