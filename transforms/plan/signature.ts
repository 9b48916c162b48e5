import type * as t from '@babel/types'
import { isNext } from '../analyse/middleware.ts'
import type { Lowering } from '../concerns/lowering.ts'
import type { RouteParam } from '../model/project.ts'
import type { FunctionModel, Pass } from '../model/route.ts'
import type { Piece } from '../syntax/edits.ts'
import { keyName } from '../syntax/match.ts'
import { objectKey } from '../syntax/style.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import { wholeContext } from '../analyse/whole-context.ts'
import { contextArgument, field } from './context-argument.ts'
import { contextType } from './context-type.ts'
import type { Takes } from './needs.ts'

/** The type of the request parameter. A type of the file's own called Request would be taken for the web's. */
export function requestType(at: Lowering, takes: Takes): string {
  const { program } = at.tree
  const isTaken = program.types.has('Request') || program.bindings.has('Request')
  const type = isTaken ? 'NextRequest' : (takes.request ?? 'Request')
  return withMembers(
    type,
    takes.custom.map((name) => `${name}?: any`),
  )
}

/** Optional: Next, and wrappers further out, hand over a request that does not have them yet. */
export function withMembers(type: string, members: readonly string[]): string {
  return members.length === 0 ? type : `${type} & { ${members.join('; ')} }`
}

/** The parameter list of an exported method: `(request: Request, { params }: { params: Promise<{ id: string }> })`. */
export function entrySignature(
  at: Lowering,
  takes: Takes,
  { added, isInferred }: { added: readonly t.Node[]; isInferred: boolean } = { added: [], isInferred: false },
): string {
  if (added.length > 0) return wrappedSignature(at, takes, added)
  const request = takes.request
    ? `${at.names.request}${at.typed && !isInferred ? `: ${requestType(at, takes)}` : ''}`
    : takes.params || takes.context
      ? `_${at.names.request}${at.typed ? `: ${requestType(at, takes)}` : ''}`
      : null
  if (asksContext(at, takes))
    return `(${request}, ${at.names.context}${at.typed && !isInferred ? `: ${contextTypeOf(at)}` : ''})`
  if (!takes.params) return `(${request ?? ''})`
  const inner = at.names.params === 'params' ? '{ params }' : `{ params: ${at.names.params} }`
  return `(${request}, ${inner}${at.typed ? `: { params: Promise<${paramsType(at)}> }` : ''})`
}

/** Where another method of the handler hands the context on, the params have their name from there (`context.params`) in all of them. */
const asksContext = (at: Lowering, takes: Takes): boolean =>
  at.names.context !== undefined &&
  (takes.context || (takes.params && at.names.params.startsWith(`${at.names.context}.`)))

/** Of a route without segments nobody asks for them. */
function contextTypeOf(at: Lowering): string {
  return at.route.params.length > 0 ? `{ params: Promise<${paramsType(at)}> }` : 'unknown'
}

/** What a wrapper hands over in one object: `({ request, params, user })`. */
export function contextSignature(at: Lowering, takes: Takes, { isInferred }: { isInferred: boolean }): string {
  const [param] = at.fn.params
  const typed = isInferred ? { ...at, typed: false } : at
  const parts = param ? contextParts(param, typed, takes).flat() : []
  const textOf = (piece: Piece): string =>
    typeof piece === 'string' ? piece : at.file.text.slice(piece.from, piece.to)
  return `(${parts.map(textOf).join('')})`
}

/** What wrappers add comes after the two arguments that Next gives: `(request: Request, _context: unknown, user: User)`. */
function wrappedSignature(at: Lowering, takes: Takes, added: readonly t.Node[]): string {
  const typed = (name: string, type: string): string => (at.typed ? `${name}: ${type}` : name)
  const inner = at.names.params === 'params' ? '{ params }' : `{ params: ${at.names.params} }`
  const context = asksContext(at, takes)
    ? typed(at.names.context ?? '', contextTypeOf(at))
    : takes.params
      ? typed(inner, `{ params: Promise<${paramsType(at)}> }`)
      : typed('_context', 'unknown')
  const request = typed(takes.request ? at.names.request : `_${at.names.request}`, requestType(at, takes))
  const rest = added.map((param) => at.file.text.slice(startOf(param), endOf(param)))
  return `(${[request, context, ...rest].join(', ')})`
}

/** What a package's wrapper hands over without the context of the route: `(request, { payload })`. It has the types. */
export function bareSignature(at: Lowering, takes: Takes, added: readonly t.Node[]): string {
  const rest = added.map((param) => at.file.text.slice(startOf(param), endOf(param)))
  if (rest.length === 0) return takes.request ? `(${at.names.request})` : '()'
  return `(${[takes.request ? at.names.request : `_${at.names.request}`, ...rest].join(', ')})`
}

/** What a package's wrapper hands over after what Next gives: `(request, _context, ctx)`. It has the types. */
export const keyedSignature = (at: Lowering, takes: Takes, added: readonly t.Node[]): string =>
  wrappedSignature({ ...at, typed: false }, takes, added)

/** `{ id: string; slug?: string[] }`, as Next's own check wants it for the route's segments. */
export function paramsType(at: Lowering): string {
  return `{ ${at.route.params.map((p) => `${objectKey(at.style, p.name)}${typeOf(p)}`).join('; ')} }`
}

function typeOf(param: RouteParam): string {
  if (param.kind === 'single') return ': string'
  return param.kind === 'catch-all' ? ': string[]' : '?: string[]'
}

/** The new parameters of a helper: req becomes the request (and params), res the headers to fill; unused ones go. */
export function helperParameters(model: FunctionModel, at: Lowering, takes: Takes): Piece[] {
  const parts: Piece[][] = []
  model.fn.params.forEach((param, index) => {
    const role = model.roles[index] ?? 'other'
    if (role === 'next' || isUnusedNext(param, model, at)) return
    if (role === 'other') parts.push([{ from: startOf(param), to: endOf(param) }])
    else if (role === 'req') parts.push(...requestParts(at, takes))
    else if (role === 'res') parts.push(...headerParts(at, takes))
    else parts.push(...contextParts(param, at, takes))
  })
  const list = parts.flatMap((part, i) => (i > 0 ? [', ', ...part] : part))
  return ['(', ...list, ')']
}

/** `(req, res, next)` of a function that answers: the router hands it over, and nothing reads it. */
function isUnusedNext(param: t.Node, { fn, roles }: FunctionModel, { tree }: Lowering): boolean {
  const isLast = fn.params[fn.params.length - 1] === param && roles[fn.params.length - 2] === 'res'
  const isNamed = param.type === 'Identifier' && /^_?next$/.test(param.name)
  return isLast && isNamed && tree.bindingOf.get(param)?.references.length === 0
}

function requestParts(at: Lowering, takes: Takes): Piece[][] {
  const parts: Piece[][] = []
  if (takes.request) parts.push([`${at.names.request}${at.typed ? `: ${requestType(at, takes)}` : ''}`])
  if (takes.params) parts.push([`${at.names.params}${at.typed ? `: Promise<${paramsType(at)}>` : ''}`])
  if (takes.query) parts.push([`${at.names.query}${at.typed ? ': Record<string, string | string[] | undefined>' : ''}`])
  if (takes.body) parts.push([`${at.names.body}${at.typed ? `: ${at.types?.body ?? 'any'}` : ''}`])
  return parts
}

function headerParts(at: Lowering, takes: Takes): Piece[][] {
  const headers = takes.headers ? [[`${at.names.headers}${at.typed ? ': Headers' : ''}`]] : []
  return takes.answer ? [...headers, [`${at.names.answer}${at.typed ? ': { status: number }' : ''}`]] : headers
}

function slice(node: t.Node): Piece {
  return { from: startOf(node), to: endOf(node) }
}

/** A named type of other members too. Types of a route's own file name the old request, and have to go with it. */
function keepsType({ typeAnnotation, properties }: t.ObjectPattern, { route }: Lowering): boolean {
  const isNamed = typeAnnotation?.type === 'TSTypeAnnotation' && typeAnnotation.typeAnnotation.type !== 'TSTypeLiteral'
  return isNamed && route.id === '' && properties.some(isOther)
}

/** Neither req nor res. */
function isOther(property: t.ObjectPattern['properties'][number]): boolean {
  return property.type === 'RestElement' || !/^re[qs]$/.test(keyName(property) ?? '')
}

function requestMember(at: Lowering, takes: Takes): string[] {
  return takes.request ? [`request: ${requestType(at, takes)}`] : []
}

/** `({ req, res, user })` becomes `({ request, user })`, with the types of what is left; so does a name that stands for req and res. */
function contextParts(param: t.Node, at: Lowering, takes: Takes): Piece[][] {
  const pattern = param.type === 'AssignmentPattern' ? param.left : param
  const fallback = param.type === 'AssignmentPattern' ? [' = ', slice(param.right)] : []
  if (pattern.type === 'Identifier' && wholeContext(pattern, at.tree)) {
    const type = at.typed ? contextType(pattern, at, requestMember(at, takes)) : null
    return [[`${pattern.name}${pattern.optional ? '?' : ''}${type ? `: ${type}` : ''}`, ...fallback]]
  }
  const properties =
    pattern.type === 'ObjectPattern'
      ? pattern.properties.map((property) => ({
          property,
          key: property.type === 'ObjectProperty' ? keyName(property) : null,
        }))
      : (['req', 'res'] as const).map((key) => ({ property: pattern, key }))
  const fields: Piece[] = []
  const given: string[] = []
  const types: string[] = []
  const give = (key: string, name: string, type: string): void => {
    fields.push(field(key, name))
    given.push(`${key}: ${type}`)
    types.push(`${key}: ${type}`)
  }
  for (const { property, key } of properties) {
    if (key === 'req') {
      if (takes.request) give('request', at.names.request, requestType(at, takes))
      if (takes.params) give('params', at.names.params, `Promise<${paramsType(at)}>`)
      if (takes.body) give('body', at.names.body, at.types?.body ?? 'any')
    } else if (key === 'res') {
      if (takes.headers) give('headers', at.names.headers, 'Headers')
      if (takes.answer) give('answer', at.names.answer, '{ status: number }')
    } else {
      // Its default may read the request: `host = req.headers.host`.
      fields.push(slice(property))
      if (pattern.type === 'ObjectPattern') types.push(memberType(pattern, key, at))
    }
  }
  if (fields.length === 0) return []
  // A rest element holds the request otherwise.
  const isGiven = properties.some(({ key }) => key === 'req')
  // `, ` stands between parameters, which may get lines of their own.
  const object = ['{ ', ...fields.flatMap((piece, i) => (i > 0 ? [',', ' ', piece] : [piece])), ' }']
  if (pattern.type === 'ObjectPattern' && at.typed && keepsType(pattern, at))
    return [[...object, `: ${contextType(pattern, at, isGiven ? given : [...requestMember(at, takes), ...given])}`]]
  return [[...object, at.typed ? `: { ${types.join('; ')} }` : '']]
}

function memberType(pattern: t.ObjectPattern, key: string | null, at: Lowering): string {
  const annotation = pattern.typeAnnotation?.type === 'TSTypeAnnotation' ? pattern.typeAnnotation.typeAnnotation : null
  if (annotation?.type === 'TSTypeLiteral') {
    const member = annotation.members.find(
      (m) => m.type === 'TSPropertySignature' && m.key.type === 'Identifier' && m.key.name === key,
    )
    if (member) return at.file.text.slice(startOf(member), endOf(member)).replace(/[;,]$/, '')
  }
  return `${key ?? 'value'}: any`
}

/** The arguments of a helper's call, in the order of its new parameters. */
export function helperArguments(model: FunctionModel, call: Pass['call'], at: Lowering, takes: Takes): Piece[] {
  const parts: Piece[][] = []
  call.arguments.forEach((argument, index) => {
    const role = model.roles[index] ?? 'other'
    if (role === 'next' || isNext(argument)) return
    if (role === 'other') parts.push([{ from: startOf(argument), to: endOf(argument) }])
    else if (role === 'req') {
      if (takes.request) parts.push([at.names.request])
      if (takes.params) parts.push([at.names.params])
      if (takes.query) parts.push([at.names.query])
      if (takes.body) parts.push([at.names.body])
    } else if (role === 'res') {
      if (takes.context && at.names.context) parts.push([at.names.context])
      if (takes.headers) parts.push([at.names.headers])
      if (takes.answer) parts.push([at.names.answer])
    } else parts.push(...contextArgument(argument, at, takes))
  })
  return parts.flatMap((part, i) => (i > 0 ? [', ', ...part] : part))
}
