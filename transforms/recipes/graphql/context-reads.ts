import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { isMember, keyName, memberName, stringValue, uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt, isNameTaken } from '../../syntax/scope.ts'
import { quoted, type Style } from '../../syntax/style.ts'
import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import { endOf, isPlainFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import type { RecipeContext } from '../recipe.ts'
import type { Adapter } from './adapters.ts'

/**
 * The function that makes the context, where all that it takes of `req` are headers by their names: they are read off `request`, which yoga
 * gives beside `req`, or off the Request that Apollo's handler passes on. Null for a function that is elsewhere, or that does more.
 */
export function contextEdits(
  option: t.ObjectProperty | t.ObjectMethod,
  { kind }: Adapter,
  { tree, file }: RecipeContext,
  style: Style,
): Edit[] | null {
  const fn = option.type === 'ObjectMethod' ? option : uncast(option.value)
  if (fn.type !== 'ObjectMethod' && !isPlainFunction(fn)) return null
  const [param, second, ...others] = fn.params
  if (!param || others.length > 0 || (tree.globals.get('arguments') ?? []).length > 0) return null
  const read: Read = (request) => (node) => headerEdit(node, request, { tree, style })
  if (kind === 'apollo') {
    if (param.type !== 'Identifier') return null
    if (second && !isUnused(second, tree)) return null
    const typed = annotation(param, second ?? param, /\.tsx?$/.test(file.path))
    const reads = editsOf(bindingAt(tree, param), read(param.name))
    return typed && reads ? [...typed, ...reads] : null
  }
  if (second) return null
  if (param.type === 'Identifier') return editsOf(bindingAt(tree, param), (node) => ofMember(node, param.name, read))
  if (param.type !== 'ObjectPattern' || param.typeAnnotation || isNameTaken(tree, 'request', fn)) return null
  const edits = param.properties.map((property): Edit[] | null => {
    const key = property.type === 'ObjectProperty' && !property.computed ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || key === null || key === 'res' || key === 'request') return null
    if (key !== 'req') return []
    const reads = property.shorthand && editsOf(bindingAt(tree, property.value), read('request'))
    return reads ? [{ start: startOf(property), end: endOf(property), pieces: ['request'] }, ...reads] : null
  })
  return edits.includes(null) ? null : edits.flatMap((one) => one ?? [])
}

type Read = (request: string) => (node: Node) => Edit | null

/** `ctx.req.headers.x`; what the context holds besides is what it holds in a route handler. */
function ofMember(node: Node, name: string, read: Read): Edit | null | 'other' {
  const member = parentOf(node)
  if (!isMember(member) || member.object !== node) return null
  const key = memberName(member)
  if (key === null || key === 'res') return null
  return key === 'req' ? read(`${name}.request`)(member) : 'other'
}

function editsOf(binding: Binding | null, edit: (node: Node) => Edit | null | 'other'): Edit[] | null {
  const edits = (binding?.references ?? []).map(({ node, kind }) => (kind === 'read' ? edit(node) : null))
  return edits.includes(null) ? null : edits.flatMap((one) => (one === null || one === 'other' ? [] : [one]))
}

/** `req.headers.x` or `req.headers['x']`, read. */
function headerEdit(
  request: Node,
  name: string,
  { tree, style }: Pick<RecipeContext, 'tree'> & { style: Style },
): Edit | null {
  const headers = parentOf(request)
  if (!isMember(headers) || headers.object !== request || memberName(headers) !== 'headers') return null
  const value = parentOf(headers)
  if (!isMember(value) || value.object !== headers) return null
  const key = value.computed ? stringValue(value.property) : memberName(value)
  const whole = withCasts(value)
  const parent = parentOf(whole)
  if (key === null || key !== key.toLowerCase() || !parent || /^(?:Assignment|Update)/.test(parent.type)) return null
  if (parent.type === 'UnaryExpression' && parent.operator === 'delete') return null
  if (/^(?:Optional)?CallExpression$/.test(parent.type) && Reflect.get(parent, 'callee') === whole) return null
  const text = `${name}.headers.get(${quoted(style, key)})`
  const pieces = tellsNullFromUndefined(value, tree) ? [asOperand(parent, `${text} ?? undefined`)] : [text]
  return { start: startOf(value), end: endOf(value), pieces }
}

const asOperand = (parent: Node, text: string): string =>
  /^(?:Binary|Logical|Unary|Await|Conditional|Spread|TS)/.test(parent.type) || isMember(parent) ? `(${text})` : text

/** The type of the parameter, by which that of the handler is inferred; a second one, which nobody reads, goes. */
function annotation(param: t.Identifier, last: Node, isTyped: boolean): Edit[] | null {
  const { typeAnnotation: given } = param
  const rest = { start: endOf(param), end: endOf(last) }
  const left: Edit[] = last === param ? [] : [{ ...rest, pieces: [] }]
  if (!isTyped) return given ? null : left
  if (!given) return [{ ...rest, pieces: [': Request'] }]
  const type = given.type === 'TSTypeAnnotation' ? given.typeAnnotation : null
  const isKnown =
    type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && type.typeName.name === 'NextApiRequest'
  return type && isKnown ? [{ start: startOf(type), end: endOf(type), pieces: ['Request'] }, ...left] : null
}

const isUnused = (param: Node, tree: RecipeContext['tree']): boolean =>
  param.type === 'Identifier' && bindingAt(tree, param)?.references.length === 0
