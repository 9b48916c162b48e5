import type * as t from '@babel/types'
import type { SourceModule } from '../syntax/imported.ts'
import { uncast } from '../syntax/match.ts'
import { type Node, parentOf } from '../syntax/tree.ts'
import { findDeclared } from './module-bindings.ts'
import type { ModuleGraph } from './module-functions.ts'

export type ClassNode = t.ClassDeclaration | t.ClassExpression
export type ClassMember = t.ClassMethod | t.ClassPrivateMethod | t.ClassProperty | t.ClassPrivateProperty

/** A member of a class of the project, and the module that the class is written in. */
export interface FoundMember {
  member: ClassMember
  module: SourceModule
}

/**
 * The member that `object.name` means, where the class of the object is known: `this` in the class, the class itself (static), a constant
 * made by `new`, or a name that its type says it of.
 */
export function findMember(object: Node, name: string, from: SourceModule, graph: ModuleGraph): FoundMember | null {
  const at = uncast(object)
  if (at.type === 'ThisExpression') return memberOf(classAround(at), name, isStaticHere(at), from)
  if (at.type !== 'Identifier') return null
  const declared = findDeclared(at, from, graph)
  if (!declared || declared.binding.references.some(({ kind }) => kind === 'write')) return null
  const { declaration } = declared.binding
  if (declaration.type === 'ClassDeclaration') return memberOf(declaration, name, true, declared.module)
  const named = classNameOf(declaration, declared.binding.id)
  const found = named ? findDeclared(named, declared.module, graph) : null
  return found?.binding.declaration.type === 'ClassDeclaration'
    ? memberOf(found.binding.declaration, name, false, found.module)
    : null
}

/** `const x = new C()`, and `x: C` where nothing else is said. */
function classNameOf(declaration: Node, id: t.Identifier): t.Identifier | null {
  const init = declaration.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : null
  if (init?.type === 'NewExpression') return init.callee.type === 'Identifier' ? init.callee : null
  const type = id.typeAnnotation?.type === 'TSTypeAnnotation' ? id.typeAnnotation.typeAnnotation : null
  return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName : null
}

function memberOf(owner: ClassNode | null, name: string, isStatic: boolean, module: SourceModule): FoundMember | null {
  for (const member of owner?.body.body ?? []) {
    const isPlain = member.type === 'ClassMethod' || member.type === 'ClassProperty'
    const isHidden = member.type === 'ClassPrivateMethod' || member.type === 'ClassPrivateProperty'
    if (!isPlain && !isHidden) continue
    const key = isHidden ? `#${member.key.id.name}` : nameOf(member)
    if (key === name && Boolean(member.static) === isStatic) return { member, module }
  }
  return null
}

function nameOf(member: t.ClassMethod | t.ClassProperty): string | null {
  if (member.computed) return null
  const { key } = member
  return key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : null
}

/** The class whose `this` it is: methods, and arrows inside them. */
function classAround(node: Node): ClassNode | null {
  for (let up = parentOf(node); up; up = parentOf(up)) {
    if (up.type === 'FunctionExpression' || up.type === 'FunctionDeclaration' || up.type === 'ObjectMethod') return null
    if (up.type === 'ClassDeclaration' || up.type === 'ClassExpression') return up
  }
  return null
}

function isStaticHere(node: Node): boolean {
  for (let up = parentOf(node); up; up = parentOf(up))
    if (up.type.startsWith('Class') && 'static' in up) return Boolean(up.static)
  return false
}

/** `x.name` or `x.#name`. */
export function memberKey(node: t.MemberExpression | t.OptionalMemberExpression): string | null {
  if (node.property.type === 'PrivateName') return `#${node.property.id.name}`
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : null
  return node.property.type === 'StringLiteral' ? node.property.value : null
}

/** Nobody but its declaration gives the property a value, in the module of its class. */
export function isSteadyProperty({ member, module }: FoundMember, name: string): boolean {
  const binding = member.type === 'ClassProperty' || member.type === 'ClassPrivateProperty'
  return binding && !new RegExp(`this\\.${name.replace('#', '\\#?')}\\s*=[^=]`).test(module.file.text)
}
