import type * as t from '@babel/types'
import type { Destructure, Leaf } from '../model/route.ts'

/** `as { id: string; q?: string }`: the type says that each is a string; 'optional' where it may be missing. */
export function stringMember(leaf: Leaf, site: Destructure): 'string' | 'optional' | null {
  const init = site.declarator?.init
  const stated =
    init?.type === 'TSAsExpression'
      ? init.typeAnnotation
      : site.pattern.typeAnnotation?.type === 'TSTypeAnnotation'
        ? site.pattern.typeAnnotation.typeAnnotation
        : null
  const cast = stated && withoutQueryType(stated)
  if (cast?.type !== 'TSTypeLiteral' || leaf.target.type !== 'Identifier' || leaf.rest || leaf.path[0] !== 'query')
    return null
  const member = cast.members.find(
    (m) => m.type === 'TSPropertySignature' && m.key.type === 'Identifier' && m.key.name === leaf.path[1],
  )
  if (member?.type !== 'TSPropertySignature' || member.typeAnnotation?.typeAnnotation.type !== 'TSStringKeyword')
    return null
  return member.optional ? 'optional' : 'string'
}

/** `typeof req.query & { id: string }` says of the query itself nothing that it is not. */
function withoutQueryType(type: t.TSType): t.TSType {
  if (type.type !== 'TSIntersectionType') return type
  const others = type.types.filter((one) => one.type !== 'TSTypeQuery')
  return others.length === 1 && others[0] ? others[0] : type
}
