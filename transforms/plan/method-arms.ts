import type * as t from '@babel/types'
import type { MethodObject } from '../analyse/method-object.ts'
import { type FunctionNode, type HttpMethod, httpMethods } from '../model/route.ts'
import { indentAt } from '../syntax/lines.ts'
import { isMember, keyName, memberName, uncast } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { MethodChoice } from './methods.ts'
import type { Layer } from './shared-model.ts'
import type { WrapTreatment } from './wrapper-methods.ts'

/** A handler of an object, with the methods that it is there for. */
export interface ObjectHandler {
  methods: readonly HttpMethod[]
  /** The handler in the object, with the wrappers around it; the property itself where it is a method. */
  value: Node
  /** Where it stands: more than once where methods share it. */
  uses: readonly Node[]
  property: t.ObjectProperty | t.ObjectMethod
  /** The statement of the object, where it has one of its own. */
  statement: t.Statement | null
}

/** One of the handlers that a wrapper is given in an object: `api({ GET: list, POST: withUser(create) })`. */
export interface Arm extends ObjectHandler {
  /** The part of the exported expression that it takes the place of: the object, or the wrapper with it. */
  hole: Node
  /** The name of the wrapper, where it has nothing more to do. */
  leftOut: string | null
  /** The wrappers around the object. */
  outer: readonly Layer[]
}

/** Each of its methods is exported: the others were never its own. */
export function ofArm({ methods }: Arm, treatments: ReadonlyMap<string, WrapTreatment>): MethodChoice {
  const own = methods.filter((method) => treatments.get(method) !== 'refuses')
  return { own, shared: [], lost: [], isGuess: false, refusedByNext: [], hung: [] }
}

/** How much further in a handler stands in the object than it will; nothing for one that is written elsewhere. */
export function outdentOf({ hole, value }: Arm, fn: FunctionNode, { text }: SourceFile): number {
  if (!contains(value, fn)) return 0
  return Math.max(0, indentAt(text, startOf(value)).length - indentAt(text, startOf(hole)).length)
}

/** The property instead, where it is no handler of a method; the argument, where the object is not written out. */
export function readHandlers(
  argument: Node,
  { isLower, isOfModules }: Pick<MethodObject, 'isLower' | 'isOfModules'>,
  tree: ScopeTree,
): ObjectHandler[] | Node {
  const value = uncast(argument)
  const named = value.type === 'Identifier' ? namedObject(value, tree) : null
  const object = value.type === 'ObjectExpression' ? value : named?.object
  if (!object || object.properties.length === 0) return argument
  const found: ObjectHandler[] = []
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') return property
    const key = keyName(property)
    const method = httpMethods.find((name) => (isLower ? name.toLowerCase() : name) === key)
    if (!method || found.some(({ methods }) => methods.includes(method))) return property
    const own = property.type === 'ObjectProperty' ? property.value : property
    const value = isOfModules ? defaultOf(own, tree) : own
    if (!value) return property
    const same = found.findIndex((other) => isSameName(other.value, value, tree))
    const known = found[same]
    if (known) found[same] = { ...known, methods: [...known.methods, method], uses: [...known.uses, value] }
    else found.push({ methods: [method], value, uses: [value], property, statement: named?.statement ?? null })
  }
  return found
}

/** `Promise.resolve({ default: handler })` */
function defaultOf(node: Node, tree: ScopeTree): Node | null {
  const call = uncast(node)
  if (call.type !== 'CallExpression' || !isMember(call.callee) || memberName(call.callee) !== 'resolve') return null
  const { object } = call.callee
  const [module, ...rest] = call.arguments
  const isGlobal = object.type === 'Identifier' && object.name === 'Promise' && bindingAt(tree, object) === null
  if (!isGlobal || rest.length > 0 || module?.type !== 'ObjectExpression') return null
  const [property, ...others] = module.properties
  if (others.length > 0 || !property || property.type === 'SpreadElement' || keyName(property) !== 'default')
    return null
  return property.type === 'ObjectProperty' ? property.value : property
}

/** `const handlers = { ... }`, which nobody else uses. */
function namedObject(
  id: t.Identifier,
  tree: ScopeTree,
): { object: t.ObjectExpression; statement: t.VariableDeclaration } | null {
  const binding = bindingAt(tree, id)
  const declarator = binding?.kind === 'const' ? binding.declaration : null
  if (declarator?.type !== 'VariableDeclarator' || declarator.id.type !== 'Identifier' || !declarator.init) return null
  const object = uncast(declarator.init)
  const statement = parentOf(declarator)
  if (object.type !== 'ObjectExpression' || statement?.type !== 'VariableDeclaration') return null
  const isOwn = statement.declarations.length === 1 && parentOf(statement)?.type === 'Program'
  const uses = binding?.references.filter(({ kind }) => kind !== 'type') ?? []
  return isOwn && uses.length === 1 ? { object, statement } : null
}

function isSameName(a: Node, b: Node, tree: ScopeTree): boolean {
  const [one, two] = [uncast(a), uncast(b)]
  const binding = one.type === 'Identifier' ? bindingAt(tree, one) : null
  return binding !== null && two.type === 'Identifier' && bindingAt(tree, two) === binding
}
