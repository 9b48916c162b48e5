import type * as t from '@babel/types'
import type { QueryType, RequestTypes } from '../concerns/lowering.ts'
import type { FunctionModel } from '../model/route.ts'
import { importedAs, type SourceModule } from '../syntax/imported.ts'
import { type Edit, type Piece, render } from '../syntax/edits.ts'
import type { Style } from '../syntax/style.ts'
import { endOf, startOf, walk } from '../syntax/tree.ts'

/** Where declarations of types are found. */
export interface TypeSources {
  resolve(specifier: string, from?: string): string | null
  moduleAt(path: string): SourceModule | null
}

type Module = Pick<SourceModule, 'path' | 'file' | 'tree'>

/** A type, and the module whose names it means. `given` stands for the parameters of a generic type around it. */
interface Placed {
  type: t.TSType
  module: Module
  given: ReadonlyMap<string, Placed>
  /** Something else has members of this object too. */
  isPart: boolean
}

/**
 * What the annotation of `req` says its body and its query are: `interface SignUp extends NextApiRequest { body: Form }`, `ApiRequest<Form, Query>`
 * of another module. The Request knows neither, so that they are written where the two are read. Types that only another module has
 * names for are left out.
 */
export function requestTypesOf(
  { fn, roles }: FunctionModel,
  module: Module,
  sources: TypeSources,
): RequestTypes | undefined {
  const param = fn.params[roles.indexOf('req')]
  const annotation = param && 'typeAnnotation' in param ? param.typeAnnotation : null
  if (annotation?.type !== 'TSTypeAnnotation' || isOldRequest(annotation.typeAnnotation)) return undefined
  const type = placed(annotation.typeAnnotation, module)
  const find = (key: string): Placed | null => memberOf(type, key, sources, new Set())
  const body = find('body')
  const query = find('query')
  const types = {
    body: body && !body.isPart && !hasNamedKeys(settled(body), sources) ? writtenIn(body, module) : null,
    query: query && queryType(query, module, sources),
  }
  return types.body === null && types.query === null ? undefined : types
}

const placed = (type: t.TSType, module: Module): Placed => ({ type, module, given: new Map(), isPart: false })

/** A long type is written on lines of its own, one for each member. */
export function typeLines(type: string, { indent, semicolon }: Style): string {
  if (type.length <= 60 || !type.startsWith('{ ') || !type.endsWith(' }')) return type
  const members: string[] = []
  let depth = 0
  for (const part of type.slice(2, -2).split('; ')) {
    if (depth > 0) members.push(`${members.pop()}; ${part}`)
    else members.push(part)
    depth += part.split('{').length - part.split('}').length
  }
  return ['{', ...members.map((member) => `${indent}${member}${semicolon}`), '}'].join('\n')
}

const isLoose = ({ type }: t.TSType): boolean => /^TS(?:Any|Unknown)Keyword$/.test(type)

/** Types of Next and of node, with their own body and query. */
const REQUEST = /^(?:NextApiRequest|IncomingMessage)$/

function memberOf(at: Placed, key: string, sources: TypeSources, met: Set<t.Node>): Placed | null {
  const { type, module } = at
  if (met.has(type)) return null
  met.add(type)
  if (type.type === 'TSTypeLiteral') return ownMember(type.members, key, at)
  if (type.type === 'TSIntersectionType') {
    const found = type.types.flatMap((part) => memberOf({ ...at, type: part }, key, sources, met) ?? [])
    const [only] = found
    // The body of the old request is `any`, and stays so beside another type.
    const isPart = type.types.some((part) => isOldRequest(part))
    return only && found.length === 1 && !(isPart && key === 'body') ? { ...only, isPart: only.isPart || isPart } : null
  }
  const declared = declarationOf(at, sources)
  if (!declared) return null
  const { declaration } = declared
  const inner: Placed = { type, module: declared.module, given: givenTo(declaration, type, at), isPart: false }
  if (declaration.type === 'TSTypeAliasDeclaration')
    return memberOf({ ...inner, type: declaration.typeAnnotation }, key, sources, met)
  const own = ownMember(declaration.body.body, key, inner)
  if (own || module !== inner.module) return own
  const [base] = declaration.extends ?? []
  const name = base?.expression.type === 'Identifier' && declaration.extends?.length === 1 ? base.expression.name : ''
  const up = module.tree.program.types.get(name)?.declaration
  return up?.type === 'TSInterfaceDeclaration' && !met.has(up) ? ownMember(up.body.body, key, inner) : null
}

function ownMember(members: readonly t.TSTypeElement[], key: string, at: Placed): Placed | null {
  const member = members.find(
    (m) => m.type === 'TSPropertySignature' && m.key.type === 'Identifier' && !m.computed && m.key.name === key,
  )
  const type = member?.type === 'TSPropertySignature' && !member.optional ? member.typeAnnotation?.typeAnnotation : null
  return type ? { ...at, type } : null
}

function isOldRequest(type: t.TSType): boolean {
  return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && REQUEST.test(type.typeName.name)
}

/** The interface or alias that a reference names, in its module or in the one that it imports it from. */
function declarationOf(
  { type, module }: Placed,
  { resolve, moduleAt }: TypeSources,
): { declaration: t.TSInterfaceDeclaration | t.TSTypeAliasDeclaration; module: Module } | null {
  if (type.type !== 'TSTypeReference' || type.typeName.type !== 'Identifier') return null
  const within = (name: string, one: Module): ReturnType<typeof declarationOf> => {
    const declaration = one.tree.program.types.get(name)?.declaration
    return declaration?.type === 'TSInterfaceDeclaration' || declaration?.type === 'TSTypeAliasDeclaration'
      ? { declaration, module: one }
      : null
  }
  const own = within(type.typeName.name, module)
  if (own) return own
  const imported = importedAs(type.typeName, module.tree)
  if (!imported) return null
  const path = resolve(imported.source, module.path) ?? resolve(`${imported.source}.d`, module.path)
  const other = path === null ? null : moduleAt(path)
  return other && within(imported.name, other)
}

/** The arguments of a generic type, or what its parameters are without them. */
function givenTo(
  { typeParameters }: t.TSInterfaceDeclaration | t.TSTypeAliasDeclaration,
  type: t.TSType,
  at: Placed,
): Map<string, Placed> {
  const given = type.type === 'TSTypeReference' ? (type.typeParameters?.params ?? []) : []
  const pairs = (typeParameters?.params ?? []).flatMap(({ name, default: otherwise }, i): [string, Placed][] => {
    const one = given[i] ?? otherwise
    return one ? [[String(name), { ...at, type: one }]] : []
  })
  return new Map(pairs)
}

/** What a parameter of a generic type stands for. */
function settled(at: Placed): Placed {
  const { type, given } = at
  const isName = type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' && !type.typeParameters
  const known = isName && type.typeName.type === 'Identifier' ? given.get(type.typeName.name) : undefined
  return known ? settled({ ...known, isPart: at.isPart }) : at
}

/** Its text, where that means the same in the module; null else. */
function writtenIn(at: Placed, module: Module): string | null {
  const found = settled(at)
  if (isLoose(found.type)) return null
  const text = found.module.file.text.slice(startOf(found.type), endOf(found.type))
  if (found.module.path !== module.path) return /^(?:string|number|boolean)(?:\[\])?$/.test(text) ? text : null
  const names = [...found.given.keys()]
  if (/\/[/*]/.test(text) || names.some((name) => new RegExp(`\\b${name}\\b`).test(text))) return null
  return onOneLine(found.type, found.module.file.text)
}

/** Members may stand on lines of their own, with nothing between them. */
function onOneLine(type: t.TSType, text: string): string {
  const edits: Edit[] = []
  walk(type, (node) => {
    if (node.type !== 'TSTypeLiteral' || node.members.length === 0) return undefined
    const members = node.members.map((member): Piece => {
      const hasEnd = /[;,]/.test(text.charAt(endOf(member) - 1))
      return { from: startOf(member), to: endOf(member) - (hasEnd ? 1 : 0) }
    })
    const list = members.flatMap((member, i) => (i > 0 ? ['; ', member] : [member]))
    edits.push({ start: startOf(node), end: endOf(node), pieces: ['{ ', ...list, ' }'] })
    return undefined
  })
  return render(text, edits, startOf(type), endOf(type)).replace(/\s+/g, ' ')
}

/** `{ [Kind.text]: string }`: its keys are known where the module that has the names is, and that may be another package's. */
function hasNamedKeys(at: Placed, sources: TypeSources): boolean {
  return membersOf(at, sources).list.some(({ computed }) => computed)
}

function queryType(at: Placed, module: Module, sources: TypeSources): QueryType | null {
  const found = settled(at)
  const text = writtenIn(found, module)
  if (text === null || text === '{}') return null
  const { list, isClosed } = membersOf(found, sources)
  const isString = ({ typeAnnotation }: t.TSPropertySignature): boolean =>
    typeAnnotation?.typeAnnotation.type === 'TSStringKeyword'
  return {
    text: at.isPart ? null : text,
    isOfStrings: isClosed && list.every(isString),
    strings: new Set(list.flatMap((one) => (isString(one) && !one.optional ? (nameOf(one) ?? []) : []))),
  }
}

/** The members of an object's type. An interface is never closed: its members are not all that an object of it may have. */
function membersOf(at: Placed, sources: TypeSources): { list: t.TSPropertySignature[]; isClosed: boolean } {
  const declared = at.type.type === 'TSTypeLiteral' ? null : declarationOf(at, sources)
  const { declaration, module } = declared ?? { ...at, declaration: null }
  const type = declaration?.type === 'TSTypeAliasDeclaration' ? declaration.typeAnnotation : at.type
  if (type.type === 'TSIntersectionType') {
    const parts = type.types.map((part) => membersOf({ ...placed(part, module), given: at.given }, sources))
    return { list: parts.flatMap(({ list }) => list), isClosed: parts.every(({ isClosed }) => isClosed) }
  }
  const all =
    type.type === 'TSTypeLiteral'
      ? type.members
      : declaration?.type === 'TSInterfaceDeclaration'
        ? declaration.body.body
        : []
  const list = all.flatMap((member) => (member.type === 'TSPropertySignature' ? [member] : []))
  return { list, isClosed: type.type === 'TSTypeLiteral' && list.length === all.length }
}

function nameOf({ key }: t.TSPropertySignature): string | null {
  return key.type === 'Identifier' ? key.name : key.type === 'StringLiteral' ? key.value : null
}
