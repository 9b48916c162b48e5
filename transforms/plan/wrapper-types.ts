import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import type { FunctionModel, Role } from '../model/route.ts'
import { uncast, withCasts } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { WrapperShape } from '../analyse/wrappers.ts'
import type { Takes } from './needs.ts'
import { requestType, withMembers } from './signature.ts'

/** The types in a wrapper's new form, as text. */
export interface WrapperTypes {
  /** Of the request that it is called with: what it hangs on the request is not there yet. */
  outer: string
  /** Of the request that it hands to the handler, with what it has hung on it. */
  inner: string
  /** Of the handler. */
  handler: string
}

/**
 * `withUser(handler: (request: NextRequest & { user: User }, context: any) => Response | Promise<Response>)`: the types of properties that
 * travel on the request, and of arguments that the wrapper adds, as the module says them; any where it does not.
 */
export function wrapperTypes(
  shape: WrapperShape,
  roles: readonly Role[],
  { at, takes, model }: { at: Lowering; takes: Takes; model: FunctionModel },
): WrapperTypes {
  const base = requestType(at, { ...takes, request: 'NextRequest', custom: [] })
  const known = takes.custom.map((name) => ({ name, type: memberTypeOf(name, at), isRead: isRead(name, model) }))
  const inner = withMembers(
    base,
    known.map(({ name, type }) => (type ? `${name}: ${type}` : `${name}?: any`)),
  )
  const outer = withMembers(
    base,
    known.map(({ name, type, isRead }) => `${name}?: ${isRead ? 'any' : (type ?? 'any')}`),
  )
  const added = roles.slice(2).map((_role, i) => addedParameter(shape, i + 2, at))
  const parameters = [`${at.names.request}: ${inner}`, 'context: any', ...added].join(', ')
  return { outer, inner, handler: `(${parameters}) => Response | Promise<Response>` }
}

/** As an interface of the file that extends the old request says it. */
function memberTypeOf(name: string, at: Lowering): string | null {
  for (const { declaration } of at.tree.program.types.values()) {
    const isRequest =
      declaration.type === 'TSInterfaceDeclaration' &&
      declaration.extends?.some(
        (base) => base.expression.type === 'Identifier' && base.expression.name === 'NextApiRequest',
      )
    if (!isRequest) continue
    const member = declaration.body.body.find(
      (m) => m.type === 'TSPropertySignature' && m.key.type === 'Identifier' && m.key.name === name,
    )
    if (member?.type !== 'TSPropertySignature' || !member.typeAnnotation) continue
    return textOf(member.typeAnnotation.typeAnnotation, at) + (member.optional ? ' | undefined' : '')
  }
  return null
}

/** The wrapper itself reads the property, which somebody else has set. */
function isRead(name: string, model: FunctionModel): boolean {
  const isOwn = model.uses.some(({ root, steps }) => {
    const [first] = steps
    if (root !== 'req' || first?.kind !== 'prop' || first.name !== name) return false
    const outer = withCasts(first.node)
    const parent = parentOf(outer)
    return parent?.type !== 'AssignmentExpression' || parent.left !== outer
  })
  return (
    isOwn || model.destructures.some(({ root, leaves }) => root === 'req' && leaves.some((l) => l.path[0] === name))
  )
}

/** `user: User`, as the handler's type has it; else named after what the wrapper hands over. */
function addedParameter(shape: WrapperShape, index: number, at: Lowering): string {
  const type = handlerTypeOf(shape, at)
  const param = type?.parameters[index]
  if (param && param.type !== 'RestElement') return textOf(param, at)
  const given = shape.calls[0]?.arguments[index]
  const value = given && given.type !== 'ArgumentPlaceholder' ? uncast(given) : null
  const name = value?.type === 'Identifier' && value.name !== at.names.request ? value.name : `value${index - 1}`
  return `${name}: any`
}

/** The function type that the handler is given with, where the module writes it: in place, or under a name. */
function handlerTypeOf({ handler }: WrapperShape, at: Lowering): t.TSFunctionType | null {
  const { typeAnnotation } = handler.id
  const type = typeAnnotation?.type === 'TSTypeAnnotation' ? typeAnnotation.typeAnnotation : null
  if (type?.type === 'TSFunctionType') return type
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier' || type.typeParameters) return null
  const alias = at.tree.program.types.get(type.typeName.name)?.declaration
  const named = alias?.type === 'TSTypeAliasDeclaration' && !alias.typeParameters ? alias.typeAnnotation : null
  return named?.type === 'TSFunctionType' ? named : null
}

function textOf(node: Node, at: Lowering): string {
  return at.file.text.slice(startOf(node), endOf(node))
}
