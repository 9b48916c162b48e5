import type * as t from '@babel/types'
import type { RouteParam } from '../../model/project.ts'
import { isMember, memberName, uncast } from '../../syntax/match.ts'
import { isParseFailure, parseSource } from '../../syntax/parse.ts'
import { analyseScopes, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { functionAround, isPlainFunction, type Node, parentOf, walk } from '../../syntax/tree.ts'

/** A route that moves, as far as a test that calls it is concerned. */
export interface TestedRoute {
  source: string
  /** `/api/items/[id]` */
  url: string
  params: readonly RouteParam[]
  exports: ReadonlyMap<string, ExportedMethod>
  old: OldReads
  /** Keys of the query of which it reads the first value only (PA112). */
  takesFirst: ReadonlySet<string>
  /** Functions around its exports hand on a context. */
  hasContext: boolean
}

export interface ExportedMethod {
  /** How many parameters it has; null for what a wrapper makes. */
  parameters: number | null
  /** It may look at the body. */
  takesBody: boolean
}

/** What the handler, and functions of other modules that are rewritten with it, read from `req` that a mock does not fill in as Next does. */
export interface OldReads {
  contentType: boolean
  url: boolean
  cookieHeader: boolean
  method: boolean
  /** `res.redirect(path)`: 302 in node-mocks-http, 307 in Next. */
  redirectsByDefault: boolean
  /** Each `res.end()` is without data. */
  endsEmpty: boolean
  parsesText: boolean
}

/** What a route file may export. */
export const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** The methods that a route file exports; null when it cannot be read. */
export function readMethods(path: string, text: string): Map<string, ExportedMethod> | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const tree = analyseScopes(file.ast)
  const found = new Map<string, ExportedMethod>()
  for (const statement of file.ast.program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    for (const [name, value] of exportedValues(statement, tree))
      if (METHODS.has(name)) found.set(name, methodOf(value, tree))
  }
  return found
}

function exportedValues(
  { declaration, specifiers }: t.ExportNamedDeclaration,
  tree: ScopeTree,
): [string, Node | null][] {
  if (declaration?.type === 'FunctionDeclaration') return declaration.id ? [[declaration.id.name, declaration]] : []
  if (declaration?.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id, init }): [string, Node | null][] =>
      id.type === 'Identifier' ? [[id.name, init ?? null]] : [],
    )
  return specifiers.flatMap((one): [string, Node | null][] => {
    if (one.type !== 'ExportSpecifier') return []
    const name = one.exported.type === 'Identifier' ? one.exported.name : one.exported.value
    const local = tree.program.bindings.get(one.local.name)?.declaration ?? null
    return [[name, local?.type === 'VariableDeclarator' ? (local.init ?? null) : local]]
  })
}

function methodOf(value: Node | null, tree: ScopeTree): ExportedMethod {
  const given = value ? uncast(value) : null
  const binding = given?.type === 'Identifier' ? bindingAt(tree, given) : null
  const known = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : binding?.declaration
  const at = known ? uncast(known) : given
  if (!isPlainFunction(at)) return { parameters: null, takesBody: true }
  const [request] = at.params
  return { parameters: at.params.length, takesBody: request !== undefined && mayReadBody(request, tree) }
}

const PLAIN = new Set(['url', 'method', 'headers', 'nextUrl', 'cookies', 'signal', 'geo', 'ip'])

/** Short of reads that are not of the body, anything may be. */
function mayReadBody(parameter: Node, tree: ScopeTree): boolean {
  const binding = parameter.type === 'Identifier' ? tree.bindingOf.get(parameter) : undefined
  if (!binding) return true
  return binding.references.some(({ node, kind }) => {
    const parent = parentOf(node)
    return kind !== 'type' && !(isMember(parent) && parent.object === node && PLAIN.has(memberName(parent) ?? ''))
  })
}

/** `(request: NextRequest, context: any) =>` */
const WITH_CONTEXT = /\(\s*_?request\w*\s*(?::\s*[\w.]+)?\s*,\s*(?:_?context\b|\{\s*params\b)/

export const hasContext = (texts: readonly string[]): boolean => texts.some((text) => WITH_CONTEXT.test(text))

const NOTHING_READ: OldReads = {
  contentType: false,
  url: false,
  cookieHeader: false,
  method: false,
  redirectsByDefault: false,
  endsEmpty: true,
  parsesText: false,
}

/** All that is read of requests in the old texts, the one of the route first. Routes share modules: each is read once. */
export function createOldReader(): (texts: readonly OldText[]) => OldReads {
  const known = new Map<string, { text: string; reads: OldReads | null }>()
  const readText = ({ path, text }: OldText): OldReads | null => {
    const before = known.get(path)
    if (before?.text === text) return before.reads
    const reads = readOneText(path, text)
    known.set(path, { text, reads })
    return reads
  }
  return (texts) => {
    let all = NOTHING_READ
    for (const each of texts) {
      const reads = readText(each)
      if (!reads) return { ...all, contentType: true, url: true, redirectsByDefault: true, endsEmpty: false }
      // Modules beside it write it to a log: the route itself goes by it.
      all = { ...joinReads(all, reads), url: each === texts[0] ? reads.url : all.url }
    }
    return all
  }
}

interface OldText {
  path: string
  text: string
}

function joinReads(a: OldReads, b: OldReads): OldReads {
  return {
    contentType: a.contentType || b.contentType,
    url: a.url || b.url,
    cookieHeader: a.cookieHeader || b.cookieHeader,
    method: a.method || b.method,
    redirectsByDefault: a.redirectsByDefault || b.redirectsByDefault,
    endsEmpty: a.endsEmpty && b.endsEmpty,
    parsesText: a.parsesText || b.parsesText,
  }
}

/** Null for what does not parse. */
function readOneText(path: string, text: string): OldReads | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const reads = { ...NOTHING_READ }
  analyseScopes(file.ast)
  walk(file.ast.program, (node) => {
    if (isMember(node)) readMember(node, reads)
    else if (node.type === 'ObjectProperty' && node.value.type !== 'StringLiteral') readPatternKey(node, reads)
    else if (node.type === 'CallExpression') readCall(node, reads)
    return undefined
  })
  return reads
}

function readMember(node: t.MemberExpression | t.OptionalMemberExpression, reads: OldReads): void {
  const name = memberName(node)?.toLowerCase() ?? ''
  const object = uncast(node.object)
  const holder = isMember(object) ? memberName(object) : object.type === 'Identifier' ? object.name : null
  if (holder !== null && /headers$/i.test(holder)) {
    reads.contentType ||= name === 'content-type'
    reads.cookieHeader ||= name === 'cookie'
  }
  reads.url ||= name === 'url' && object.type === 'Identifier' && isParameterName(object.name)
  reads.method ||= name === 'method'
}

/** `const { 'content-type': type } = req.headers`, `const { method, url } = req` */
function readPatternKey(node: t.ObjectProperty, reads: OldReads): void {
  if (!isPatternOfRequest(node)) return
  const key = node.key.type === 'StringLiteral' ? node.key.value : node.key.type === 'Identifier' ? node.key.name : ''
  reads.contentType ||= key.toLowerCase() === 'content-type'
  reads.cookieHeader ||= key === 'cookie'
  reads.url ||= key === 'url'
  reads.method ||= key === 'method'
}

/** Of `req`, of its headers, or of what a function is given: other objects have a `url` too. */
function isPatternOfRequest(property: Node): boolean {
  let at = parentOf(property)
  if (at?.type !== 'ObjectPattern') return false
  for (
    let up = parentOf(at);
    up && /^(?:ObjectProperty|ObjectPattern|AssignmentPattern)$/.test(up.type);
    up = parentOf(up)
  )
    at = up
  const holder = parentOf(at)
  if (holder?.type !== 'VariableDeclarator') return true
  const init = holder.init ? uncast(holder.init) : null
  if (init?.type === 'Identifier') return isParameterName(init.name)
  return isMember(init) && memberName(init) === 'headers'
}

function readCall({ callee, arguments: args }: t.CallExpression, reads: OldReads): void {
  if (!isMember(callee)) return
  const name = memberName(callee)
  reads.redirectsByDefault ||= name === 'redirect' && args.length === 1
  if (name === 'end' && args.length > 0) reads.endsEmpty = false
  reads.parsesText ||= name === 'parse' && callee.object.type === 'Identifier' && callee.object.name === 'JSON'
}

const isParameterName = (name: string): boolean => /^_?(?:req|request)\d*$/i.test(name)

/** Is the function one that a test runner calls, or any other: what matters is that it may wait. */
export function isAsyncAround(node: Node): boolean {
  const fn = functionAround(node)
  return fn !== null && 'async' in fn && fn.async === true
}
