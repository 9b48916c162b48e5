import type { FunctionNode } from '../model/route.ts'
import { isMember, memberName, uncast } from '../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { isPlainFunction, type Node, parentOf, type PlainFunction } from '../syntax/tree.ts'
import { itemOf } from './handler-list.ts'

/** A function that puts the wrappers of a list around a handler, one around the other: `compose(withErrors, withUser)(handler)`. */
export interface Composer {
  /** How many calls it takes until a handler is there. */
  levels: number
  list: Place & {
    /** The list is all arguments from there on. */
    isRest: boolean
  }
  /** Null where it is one of the list: the innermost. */
  handler: Place | null
  /** What is given beside the handler goes to the innermost wrapper: `(...args) => f(g(...args))`. */
  isMoreGiven: boolean
  /** The first of the list is the outermost. */
  isOuterFirst: boolean
}

/** A parameter: of the function, or of one that its call gives. */
export interface Place {
  level: number
  index: number
}

/** Null for a function that does anything else, or does it to anything else. */
export function readComposer(fn: FunctionNode, tree: ScopeTree): Composer | null {
  const levels: PlainFunction[] = []
  for (let at: Node | null = fn; at && levels.length < 2; at = innerOf(at)) {
    if (!isPlainFunction(at) || at.async || at.generator || !at.params.every(isName)) return null
    levels.push(at)
    const found = readFold(at, tree)
    if (found) return placed(levels, found, tree)
  }
  return null
}

function isName(param: Node): boolean {
  return (param.type === 'RestElement' ? param.argument : param).type === 'Identifier'
}

/** The function that is all that one gives back. */
function innerOf(fn: PlainFunction): PlainFunction | null {
  const value = resultOf(fn)
  return isPlainFunction(value) ? value : null
}

function resultOf({ body }: PlainFunction): Node | null {
  if (body.type !== 'BlockStatement') return uncast(body)
  const [only, other] = body.body
  return only?.type === 'ReturnStatement' && only.argument && !other ? uncast(only.argument) : null
}

interface Fold {
  list: Node
  /** What the innermost wrapper is given: a value, one of the list, or what a function is given that is made. */
  seed: Node | 'one of them' | 'given later'
  isMoreGiven?: boolean
  isOuterFirst: boolean
}

function readFold(fn: PlainFunction, tree: ScopeTree): Fold | null {
  const value = resultOf(fn)
  return value ? readReduced(value, tree) : readLoop(fn, tree)
}

/** `list.reduceRight((inner, wrapper) => wrapper(inner), handler)` */
function readReduced(value: Node, tree: ScopeTree): Fold | null {
  const call = methodCall(value, /^reduce(?:Right)?$/)
  const [step, seed, ...others] = call?.given ?? []
  if (!call || !step || others.length > 0) return null
  const from = straight(call.object)
  const isFromRight = call.name === 'reduceRight'
  const base = { list: from.list, isOuterFirst: isFromRight !== from.isTurned }
  if (isStep(step, tree)) return { ...base, seed: seed ? uncast(seed) : 'one of them' }
  const order = seed ? null : stepOfFunctions(step, tree)
  if (!order) return null
  const isOuterFirst = base.isOuterFirst !== (order.outside === 'first')
  return { ...base, seed: 'given later', isMoreGiven: order.isMoreGiven, isOuterFirst }
}

interface MethodCall {
  object: Node
  name: string
  given: readonly Node[]
}

function methodCall(node: Node, names: RegExp): MethodCall | null {
  const callee = node.type === 'CallExpression' ? uncast(node.callee) : null
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return null
  const name = memberName(callee)
  return isMember(callee) && name !== null && names.test(name)
    ? { object: uncast(callee.object), name, given: node.arguments }
    : null
}

/** `[...list].reverse()`, `list.slice().reverse()`, `list.toReversed()`: of a copy, for the list may be used again. */
function straight(node: Node): { list: Node; isTurned: boolean } {
  const turned = methodCall(node, /^(?:reverse|toReversed)$/)
  if (!turned || turned.given.length > 0) return { list: node, isTurned: false }
  if (turned.name === 'toReversed') return { list: turned.object, isTurned: true }
  const copy = copied(turned.object)
  return copy ? { list: copy, isTurned: true } : { list: node, isTurned: false }
}

function copied(node: Node): Node | null {
  const sliced = methodCall(node, /^slice$/)
  if (sliced) return sliced.given.length === 0 ? sliced.object : null
  const [only, other] = node.type === 'ArrayExpression' ? node.elements : []
  return only?.type === 'SpreadElement' && !other ? uncast(only.argument) : null
}

/** `(inner, wrapper) => wrapper(inner)` */
function isStep(step: Node, tree: ScopeTree): boolean {
  const names = isPlainFunction(step) && !step.async && !step.generator ? namesOf(step, tree) : null
  const [inner, wrapper, ...others] = names ?? []
  const value = isPlainFunction(step) ? resultOf(step) : null
  return Boolean(inner && wrapper && others.length === 0 && value && isCallOf(value, wrapper, inner, tree))
}

interface StepOfFunctions {
  outside: 'first' | 'last'
  isMoreGiven: boolean
}

/** `(f, g) => (...args) => f(g(...args))`, or the other way round. */
function stepOfFunctions(step: Node, tree: ScopeTree): StepOfFunctions | null {
  const [f, g, ...others] = isPlainFunction(step) && !step.async && !step.generator ? (namesOf(step, tree) ?? []) : []
  const made = isPlainFunction(step) ? resultOf(step) : null
  if (!f || !g || others.length > 0 || !isPlainFunction(made) || made.async || made.generator) return null
  const [param, more] = made.params
  const given = param && !more && isName(param) ? bindingOf(param, tree) : null
  const value = resultOf(made)
  const argument = value?.type === 'CallExpression' && value.arguments.length === 1 ? value.arguments[0] : null
  const inner = argument ? uncast(argument) : null
  if (!given || value?.type !== 'CallExpression' || !inner) return null
  const isMoreGiven = param?.type === 'RestElement'
  if (isNamed(value.callee, f, tree) && isCallOf(inner, g, given, tree)) return { outside: 'first', isMoreGiven }
  return isNamed(value.callee, g, tree) && isCallOf(inner, f, given, tree) ? { outside: 'last', isMoreGiven } : null
}

/** `let made = handler; for (const wrapper of wrappers) made = wrapper(made); return made` */
function readLoop({ body }: PlainFunction, tree: ScopeTree): Fold | null {
  const [declaration, loop, end, ...others] = body.type === 'BlockStatement' ? body.body : []
  const [declarator, other] = declaration?.type === 'VariableDeclaration' ? declaration.declarations : []
  const made = declarator?.id.type === 'Identifier' ? bindingAt(tree, declarator.id) : null
  if (!made || !declarator?.init || other || others.length > 0) return null
  if (loop?.type !== 'ForOfStatement' || loop.await || end?.type !== 'ReturnStatement' || !end.argument) return null
  const wrapper = itemOf(loop, tree)
  const only = loop.body.type === 'BlockStatement' && loop.body.body.length === 1 ? loop.body.body[0] : loop.body
  const set = only?.type === 'ExpressionStatement' ? only.expression : null
  if (!wrapper || set?.type !== 'AssignmentExpression' || set.operator !== '=') return null
  const isWhole = isNamed(set.left, made, tree) && isNamed(end.argument, made, tree)
  if (!isWhole || !isCallOf(uncast(set.right), wrapper, made, tree)) return null
  const { list, isTurned } = straight(uncast(loop.right))
  return { list, seed: uncast(declarator.init), isOuterFirst: isTurned }
}

/** `callee(given)`; `callee(...given)` for a name that holds all arguments. */
function isCallOf(node: Node, callee: Binding, given: Binding, tree: ScopeTree): boolean {
  const [argument, other] = node.type === 'CallExpression' ? node.arguments : []
  if (node.type !== 'CallExpression' || !argument || other) return false
  const isRest = parentOf(given.id)?.type === 'RestElement'
  if (isRest !== (argument.type === 'SpreadElement')) return false
  const value = argument.type === 'SpreadElement' ? argument.argument : argument
  return isNamed(node.callee, callee, tree) && isNamed(value, given, tree)
}

function isNamed(node: Node, binding: Binding, tree: ScopeTree): boolean {
  const at = uncast(node)
  return at.type === 'Identifier' && bindingAt(tree, at) === binding
}

function namesOf({ params }: PlainFunction, tree: ScopeTree): Binding[] | null {
  const names = params.flatMap((param) => (param.type === 'Identifier' ? (bindingAt(tree, param) ?? []) : []))
  return names.length === params.length ? names : null
}

function bindingOf(param: Node, tree: ScopeTree): Binding | null {
  const id = param.type === 'RestElement' ? param.argument : param
  return id.type === 'Identifier' ? bindingAt(tree, id) : null
}

/** Both are parameters, with which nothing else is done, and there are no others. */
function placed(
  levels: readonly PlainFunction[],
  { list, seed, isMoreGiven = false, isOuterFirst }: Fold,
  tree: ScopeTree,
): Composer | null {
  const listed = placeOf(list, levels, tree)
  const given = typeof seed === 'string' ? null : placeOf(seed, levels, tree)
  const isWhole = typeof seed === 'string' || (given !== null && paramAt(levels, given)?.type === 'Identifier')
  const count = levels.reduce((sum, { params }) => sum + params.length, 0)
  if (!listed || !isWhole || count !== (given ? 2 : 1)) return null
  const isLater = seed === 'given later'
  return {
    levels: levels.length + Number(isLater),
    list: { ...listed, isRest: paramAt(levels, listed)?.type === 'RestElement' },
    handler: isLater ? { level: levels.length, index: 0 } : given,
    isMoreGiven,
    isOuterFirst,
  }
}

function paramAt(levels: readonly PlainFunction[], { level, index }: Place): Node | undefined {
  return levels[level]?.params[index]
}

function placeOf(node: Node, levels: readonly PlainFunction[], tree: ScopeTree): Place | null {
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  const uses = binding?.references.filter(({ kind }) => kind !== 'type') ?? []
  if (!binding || uses.length !== 1) return null
  for (const [level, { params }] of levels.entries()) {
    const index = params.findIndex((param) => bindingOf(param, tree) === binding)
    if (index >= 0) return { level, index }
  }
  return null
}
