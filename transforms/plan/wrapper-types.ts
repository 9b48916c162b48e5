import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import type { Flow } from '../analyse/flow-model.ts'
import type { FunctionModel, Role } from '../model/route.ts'
import { isMember, keyName, uncast, withCasts } from '../syntax/match.ts'
import { importedAs } from '../syntax/imported.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import type { WrapperShape } from '../analyse/wrappers.ts'
import type { Takes } from './needs.ts'
import { aliasOf, derivedHandler, optionSignature, optionsTypeOf, type Signature } from './option-type.ts'
import { requestType, withMembers } from './signature.ts'

/** The types in a wrapper's new form, as text. */
export interface WrapperTypes {
  /** Of the request that it is called with: what it hangs on the request is not there yet. */
  outer: string
  /** Of the request that it hands to the handler, with what it has hung on it. */
  inner: string
  /** Of the handler. */
  handler: string
  /** Of what the wrapper holds of a handler that may return a value. */
  value: string
}

/**
 * `withUser(handler: (request: NextRequest & { user: User }, context: any) => Response | Promise<Response>)`: the types of properties that
 * travel on the request, and of arguments that the wrapper adds, as the module says them; any where it does not.
 */
export function wrapperTypes(
  shape: WrapperShape,
  roles: readonly Role[],
  { at, takes, model, values }: { at: Lowering; takes: Takes; model: FunctionModel; values: Flow['values'] },
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
  const options = shape.key === null ? null : optionsTypeOf(shape)
  if (shape.key !== null && options && roles[0] === 'context' && !handlerTypeOf(shape, at))
    return { outer, inner, handler: derivedHandler(options, shape.key, inner, at), value: 'any' }
  const parameters =
    roles[0] === 'context'
      ? `context: ${contextType(shape, inner, at)}`
      : [
          `${otherThan(added, at.names.request, 'routeRequest')}: ${inner}`,
          `${otherThan(added, 'context', 'routeContext')}: any`,
          ...added,
        ].join(', ')
  const given = values.length > 0 ? valueTypeOf(shape, at) : null
  const unknown = values.some(({ id }) => id && isTakenApart(id, at)) ? 'any' : 'unknown'
  const value = given === null ? unknown : `Response | ${given}`
  const whole = given === null ? value : `${value} | Promise<${value}>`
  const isAsked = values.length === 0 || values.some(({ isChecked }) => isChecked)
  const own = isAsked || given === null ? null : handlerTypeOf(shape, at)?.typeAnnotation?.typeAnnotation
  const result = own ? textOf(own, at) : values.length === 0 ? 'Response | Promise<Response>' : whole
  return { outer, inner, handler: `(${parameters}) => ${result}`, value }
}

/** A name that none of the parameters has which the wrapper adds. */
function otherThan(added: readonly string[], name: string, other: string): string {
  return added.some((text) => /^[\w$]+/.exec(text)?.[0] === name) ? other : name
}

/** The one object that the handler is given: `{ request: NextRequest; params: any; user: User }`. */
function contextType(shape: WrapperShape, request: string, at: Lowering): string {
  const given = shape.calls[0]?.arguments[0]
  const object = given ? uncast(given) : null
  const named = namedContext(shape, at)
  if (named) return `${named} & { request: ${request}; params: any }`
  const known = membersOf(handlerTypeOf(shape, at)?.parameters[0], at)
  const ownMember = (m: t.TSTypeElement): string[] =>
    m.type === 'TSPropertySignature' && m.key.type === 'Identifier' && !/^re[qs]$/.test(m.key.name)
      ? [textOf(m, at).replace(/[;,]$/, '')]
      : []
  const others = (object?.type === 'ObjectExpression' ? object.properties : []).flatMap((property) => {
    const key = property.type === 'SpreadElement' ? null : keyName(property)
    // What is spread has those members that are not written out.
    if (key === null) return known.length > 0 ? known.flatMap(ownMember) : ['[name: string]: any']
    if (key === 'req' || key === 'res') return []
    const member = known.find(
      (m) => m.type === 'TSPropertySignature' && m.key.type === 'Identifier' && m.key.name === key,
    )
    return [member ? textOf(member, at).replace(/[;,]$/, '') : `${key}: any`]
  })
  return `{ ${[`request: ${request}`, 'params: any', ...new Set(others)].join('; ')} }`
}

/** The type of the object, or of the handler, that only another module shows: what it says is kept, without req and res. */
function namedContext(shape: WrapperShape, at: Lowering): string | null {
  const { quote } = at.style
  const without = (type: string): string => `Omit<${type}, ${quote}req${quote} | ${quote}res${quote}>`
  const handler = handlerTypeOf(shape, at)
  const param = handler?.parameters[0]
  const annotation = param && 'typeAnnotation' in param ? param.typeAnnotation : null
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
  if (type) return isImported(type, at) ? without(textOf(type, at)) : null
  const { typeAnnotation } = shape.handler.id
  const own = shape.key === null && typeAnnotation?.type === 'TSTypeAnnotation' ? typeAnnotation.typeAnnotation : null
  return !handler && own && isImported(own, at) ? without(`Parameters<${textOf(own, at)}>[0]`) : null
}

function isImported(type: t.TSType, { tree }: Lowering): boolean {
  return type.type === 'TSTypeReference' && importedAs(type.typeName, tree) !== null
}

/** The members of a parameter's type, written in place or under a name of the module. */
function membersOf(param: Node | undefined, at: Lowering): readonly t.TSTypeElement[] {
  const annotation = param && 'typeAnnotation' in param ? param.typeAnnotation : null
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : null
  if (type?.type === 'TSTypeLiteral') return type.members
  if (type?.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier' || type.typeParameters) return []
  const named = at.tree.program.types.get(type.typeName.name)?.declaration
  if (named?.type === 'TSInterfaceDeclaration') return named.body.body
  return named?.type === 'TSTypeAliasDeclaration' && named.typeAnnotation.type === 'TSTypeLiteral'
    ? named.typeAnnotation.members
    : []
}

/** `result.error`, `const { error } = result`. */
function isTakenApart(id: t.Identifier, at: Lowering): boolean {
  return (bindingAt(at.tree, id)?.references ?? []).some(({ node }) => {
    const parent = parentOf(node)
    return (
      (parent && isMember(parent) && parent.object === node) ||
      parent?.type === 'SpreadElement' ||
      (parent?.type === 'VariableDeclarator' && parent.init === node && parent.id.type !== 'Identifier')
    )
  })
}

/** What the handler gives, where its type says it: `(req, res) => Promise<T>`. Null for unknown. */
function valueTypeOf(shape: WrapperShape, at: Lowering): string | null {
  const result = handlerTypeOf(shape, at)?.typeAnnotation?.typeAnnotation
  const isPromise =
    result?.type === 'TSTypeReference' &&
    result.typeName.type === 'Identifier' &&
    /^Promise(?:Like)?$/.test(result.typeName.name)
  const given = isPromise ? result.typeParameters?.params[0] : result
  if (!given || /^TS(?:Any|Unknown|Void|Undefined|Union)/.test(given.type)) return null
  return textOf(given, at)
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

/** The function type that the handler is given with, where the module writes it: in place, under a name, or as a member of the options. */
function handlerTypeOf(shape: WrapperShape, at: Lowering): Signature | null {
  if (shape.key !== null) {
    const options = optionsTypeOf(shape)
    return options && optionSignature(options, shape.key, at)
  }
  const { typeAnnotation } = shape.handler.id
  const own = typeAnnotation?.type === 'TSTypeAnnotation' ? typeAnnotation.typeAnnotation : null
  const type = shape.list ? shape.list.type : own
  if (type?.type === 'TSFunctionType') return type
  const [only, more] = type?.type === 'TSTypeLiteral' ? type.members : []
  if (only?.type === 'TSCallSignatureDeclaration' && !more) return only
  const named = type ? aliasOf(type, at) : null
  return named?.type === 'TSFunctionType' ? named : null
}

function textOf(node: Node, at: Lowering): string {
  return at.file.text.slice(startOf(node), endOf(node))
}
