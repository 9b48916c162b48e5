import type * as t from '@babel/types'
import type { WrapperShape } from '../analyse/wrappers.ts'
import type { Lowering } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'

/** A function, as a member of an object's type says it: `fn: (context: C) => R`, or `fn(context: C): R`; `{ (context: C): R }`. */
export type Signature = t.TSFunctionType | t.TSMethodSignature | t.TSCallSignatureDeclaration

type Where = Pick<Lowering, 'tree' | 'file' | 'style'>

/** The type of the parameter that holds the options, as the module writes it; null where it does not. */
export function optionsTypeOf({ levels, level, index }: WrapperShape): t.TSType | null {
  const param = levels[level]?.params[index]
  const annotation = param && 'typeAnnotation' in param ? param.typeAnnotation : null
  return annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
}

/** The handler among the members of the options, where the module shows them. */
export function optionSignature(type: t.TSType, key: string, at: Where): Signature | null {
  const member = membersOf(type, at).find((one) => isNamed(one, key))
  if (member?.type === 'TSMethodSignature') return member
  const own = member?.type === 'TSPropertySignature' ? (member.typeAnnotation?.typeAnnotation ?? null) : null
  if (own?.type === 'TSFunctionType') return own
  const alias = own ? aliasOf(own, at) : null
  return alias?.type === 'TSFunctionType' ? alias : null
}

/** The members of a type that is written in place or under a name of the module, with its own type parameters. */
function membersOf(type: t.TSType, at: Where): readonly t.TSTypeElement[] {
  if (type.type === 'TSTypeLiteral') return type.members
  if (type.type === 'TSIntersectionType') return type.types.flatMap((part) => membersOf(part, at))
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return []
  const named = at.tree.program.types.get(type.typeName.name)?.declaration
  if (named?.type === 'TSInterfaceDeclaration') return hasOwnNames(type, named, at) ? named.body.body : []
  const alias = aliasOf(type, at)
  return alias ? membersOf(alias, at) : []
}

/** What a name of the module stands for, where its text means the same here. */
export function aliasOf(type: t.TSType, at: Where): t.TSType | null {
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return null
  const alias = at.tree.program.types.get(type.typeName.name)?.declaration
  return alias?.type === 'TSTypeAliasDeclaration' && hasOwnNames(type, alias, at) ? alias.typeAnnotation : null
}

/** `Handle<T>` of `type Handle<T> = ...` */
function hasOwnNames(
  type: t.TSTypeReference,
  declared: t.TSTypeAliasDeclaration | t.TSInterfaceDeclaration,
  { file }: Where,
): boolean {
  const given = type.typeParameters?.params.map((param) => file.text.slice(startOf(param), endOf(param))) ?? []
  const names = declared.typeParameters?.params.map(({ name }) => name) ?? []
  return given.join() === names.join()
}

/**
 * `RouteConfig<Q>` becomes `Omit<RouteConfig<Q>, 'fn'> & { fn: (context: ...) => ... }`; a type that is written in place changes the member.
 */
export function optionTypeEdits(type: t.TSType, key: string, handler: string, { file, style }: Where): Edit[] {
  const literals = type.type === 'TSIntersectionType' ? type.types : [type]
  const own = literals
    .flatMap((part) => (part.type === 'TSTypeLiteral' ? part.members : []))
    .find((member) => isNamed(member, key))
  if (own) {
    const end = endOf(own) - (/[;,]$/.test(file.text.slice(startOf(own), endOf(own))) ? 1 : 0)
    return [{ start: startOf(own), end, pieces: [`${key}: ${handler}`] }]
  }
  return [
    { start: startOf(type), end: endOf(type), pieces: [replacedOption(textOf(type, file.text), key, handler, style)] },
  ]
}

function replacedOption(type: string, key: string, handler: string, { quote }: Where['style']): string {
  return `Omit<${type}, ${quote}${key}${quote}> & { ${key}: ${handler} }`
}

/** The handler's type where only the name of the options' type is known: what that says of it, without req and res. */
export function derivedHandler(type: t.TSType, key: string, request: string, { file, style }: Where): string {
  const { quote } = style
  const member = `${textOf(type, file.text)}[${quote}${key}${quote}]`
  const context = `Omit<Parameters<${member}>[0], ${quote}req${quote} | ${quote}res${quote}>`
  return `(context: ${context} & { request: ${request}; params: any }) => ReturnType<${member}>`
}

function isNamed(member: t.TSTypeElement, key: string): boolean {
  return (
    (member.type === 'TSPropertySignature' || member.type === 'TSMethodSignature') &&
    ((member.key.type === 'Identifier' && !member.computed && member.key.name === key) ||
      (member.key.type === 'StringLiteral' && member.key.value === key))
  )
}

function textOf(node: Node, text: string): string {
  return text.slice(startOf(node), endOf(node))
}
