import type * as t from '@babel/types'
import { isCall, isMember, memberName } from './match.ts'
import { type Binding, bindingAt, type ScopeTree } from './scope.ts'
import { type Node, parentOf } from './tree.ts'

/** A WeakMap or WeakSet in a constant of a module, which does no more with it than call its methods. */
export interface WeakCollection {
  binding: Binding
  /** Types of its keys, as they are written: in the annotation of the constant, and where it is made. */
  keys: readonly t.TSType[]
}

const METHODS: ReadonlySet<string> = new Set(['get', 'set', 'has', 'delete', 'add'])

/** The collection that a call asks or changes: `cache.get(key)`. Null for anything else. */
export function weakCollectionOf(call: Node | null, tree: ScopeTree): WeakCollection | null {
  if (!isCall(call) || !isMember(call.callee) || !METHODS.has(memberName(call.callee) ?? '')) return null
  const binding = call.callee.object.type === 'Identifier' ? bindingAt(tree, call.callee.object) : null
  return binding && tree.program.bindings.get(binding.name) === binding ? readCollection(binding, tree) : null
}

/** Every such collection of a module. */
export function weakCollections(tree: ScopeTree): WeakCollection[] {
  return [...tree.program.bindings.values()].flatMap((binding) => readCollection(binding, tree) ?? [])
}

function readCollection(binding: Binding, tree: ScopeTree): WeakCollection | null {
  const { kind, declaration, references } = binding
  if (kind !== 'const' || declaration.type !== 'VariableDeclarator' || declaration.id.type !== 'Identifier') return null
  const { init } = declaration
  if (init?.type !== 'NewExpression' || init.arguments.length > 0 || !isWeak(init.callee, tree)) return null
  const list = parentOf(declaration)
  if (!list || parentOf(list)?.type === 'ExportNamedDeclaration') return null
  if (!references.every(({ node, kind: use }) => use === 'type' || isAsked(node))) return null
  const annotation = declaration.id.typeAnnotation
  const written = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
  if (written && !(written.type === 'TSTypeReference' && isWeak(written.typeName, tree))) return null
  const given = [written?.type === 'TSTypeReference' ? written.typeParameters : null, init.typeParameters]
  return {
    binding,
    keys: given.flatMap((list) => (list?.type === 'TSTypeParameterInstantiation' ? list.params.slice(0, 1) : [])),
  }
}

function isWeak(name: Node, tree: ScopeTree): boolean {
  return name.type === 'Identifier' && /^Weak(?:Map|Set)$/.test(name.name) && !bindingAt(tree, name)
}

/** Its method is called there: nothing else sees the collection. */
function isAsked(name: Node): boolean {
  const member = parentOf(name)
  const call = isMember(member) && member.object === name ? parentOf(member) : null
  return isMember(member) && isCall(call) && call.callee === member && METHODS.has(memberName(member) ?? '')
}
