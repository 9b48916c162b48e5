import type * as t from '@babel/types'
import { uncast } from '../../syntax/match.ts'
import type { ScopeTree } from '../../syntax/scope.ts'
import type { Node } from '../../syntax/tree.ts'

/** The methods by which a function registers listeners. */
export interface Registered {
  names: readonly string[]
  /** The function's types say what the methods are given. */
  isTyped: boolean
}

/**
 * Does the type of a part of a parameter take an object with these methods and no others, which give nothing back? A parameter without a type takes
 * anything. Only types of the function's own module are read.
 */
export function takesRegister(
  param: Node,
  key: string,
  { names, tree }: { names: readonly string[]; tree: ScopeTree },
): Registered | null {
  const annotation = 'typeAnnotation' in param ? param.typeAnnotation : null
  if (annotation?.type !== 'TSTypeAnnotation') return { names, isTyped: false }
  const whole = membersOf(annotation.typeAnnotation, tree)
  if (whole === 'any') return { names, isTyped: false }
  const part = whole?.find((member) => nameOf(member) === key)
  const type = part?.type === 'TSPropertySignature' ? part.typeAnnotation?.typeAnnotation : null
  const members = type ? membersOf(type, tree) : null
  if (members === 'any') return { names, isTyped: false }
  if (!members || !names.every((name) => members.some((member) => nameOf(member) === name))) return null
  const isMet = members.every((member) => {
    const name = nameOf(member)
    if (name === null || !names.includes(name)) return 'optional' in member && member.optional === true
    return givesNothing(member)
  })
  return isMet ? { names, isTyped: true } : null
}

/** The members of an object type, by its name too; null for any other type. */
function membersOf(type: t.TSType, tree: ScopeTree, depth = 0): readonly t.TSTypeElement[] | 'any' | null {
  if (type.type === 'TSAnyKeyword') return 'any'
  if (type.type === 'TSTypeLiteral') return type.members
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier' || depth > 3) return null
  const declaration = tree.program.types.get(type.typeName.name)?.declaration
  if (declaration?.type === 'TSTypeAliasDeclaration') return membersOf(declaration.typeAnnotation, tree, depth + 1)
  const isPlain = declaration?.type === 'TSInterfaceDeclaration' && !declaration.extends?.length
  return isPlain ? declaration.body.body : null
}

function nameOf(member: t.TSTypeElement): string | null {
  const isNamed = member.type === 'TSPropertySignature' || member.type === 'TSMethodSignature'
  if (!isNamed || member.computed) return null
  const key = uncast(member.key)
  return key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : null
}

/** A method of two parameters whose result nobody may use. */
function givesNothing(member: t.TSTypeElement): boolean {
  const type = member.type === 'TSPropertySignature' ? member.typeAnnotation?.typeAnnotation : member
  if (type?.type !== 'TSFunctionType' && type?.type !== 'TSMethodSignature') return false
  const result = type.typeAnnotation?.typeAnnotation.type
  const [, listener, ...others] = type.parameters
  const given = listener && 'typeAnnotation' in listener ? listener.typeAnnotation : null
  const isFunction = given?.type === 'TSTypeAnnotation' && given.typeAnnotation.type === 'TSFunctionType'
  return (
    others.length === 0 &&
    isFunction &&
    (result === 'TSVoidKeyword' || result === 'TSUnknownKeyword' || result === 'TSAnyKeyword')
  )
}
