import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import { endOf, startOf } from '../syntax/tree.ts'

/**
 * The type of an object that held req and res, and holds what `given` declares now (`request: Request`): `Options` becomes
 * `Omit<Options, 'req'> & { request: Request }`; a type that is written in place changes its members. Null where there is none.
 */
export function contextType(
  { typeAnnotation }: t.Identifier | t.ObjectPattern,
  at: Lowering,
  given: readonly string[],
): string | null {
  const type = typeAnnotation?.type === 'TSTypeAnnotation' ? typeAnnotation.typeAnnotation : null
  if (!type) return null
  const parts = type.type === 'TSIntersectionType' ? type.types : [type]
  const named = parts.filter((part) => part.type !== 'TSTypeLiteral').map((part) => without(part, at))
  const literals = parts.flatMap((part) => (part.type === 'TSTypeLiteral' ? part.members.filter(isOther) : []))
  const members = [...given, ...literals.map((node) => textOf(node, at))]
  const literal = members.length > 0 || named.length === 0 ? [`{ ${members.join('; ')} }`] : []
  return [...named, ...literal].join(' & ')
}

function isOther(member: t.TSTypeElement): boolean {
  return member.type !== 'TSPropertySignature' || !/^re[qs]$/.test(nameOf(member))
}

function without(type: t.TSType, at: Lowering): string {
  const { quote } = at.style
  const keys = hasNoResponse(type, at) ? ['req'] : ['req', 'res']
  return `Omit<${textOf(type, at)}, ${keys.map((key) => `${quote}${key}${quote}`).join(' | ')}>`
}

/** A type of the same module that shows all its members. */
function hasNoResponse(type: t.TSType, at: Lowering): boolean {
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return false
  const declaration = at.tree.program.types.get(type.typeName.name)?.declaration
  const members =
    declaration?.type === 'TSInterfaceDeclaration' && !declaration.extends?.length
      ? declaration.body.body
      : declaration?.type === 'TSTypeAliasDeclaration' && declaration.typeAnnotation.type === 'TSTypeLiteral'
        ? declaration.typeAnnotation.members
        : null
  return members?.every((member) => member.type !== 'TSPropertySignature' || nameOf(member) !== 'res') ?? false
}

function nameOf({ key }: t.TSPropertySignature): string {
  return key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : ''
}

function textOf(node: t.Node, { file }: Lowering): string {
  return file.text.slice(startOf(node), endOf(node)).replace(/[;,]$/, '')
}
