import type * as t from '@babel/types'
import { isQuiet, keyName, rootOf, stringValue, uncast } from '../../syntax/match.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import { indentAt } from '../../syntax/lines.ts'
import { objectKey, quoted, type Style } from '../../syntax/style.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import type { HandlerCall } from './handler-calls.ts'
import type { Refusals } from './irregular.ts'
import { isLostInJson, type QueryEntry } from './mock-request.ts'
import { kindOf } from '../../syntax/value-kind.ts'
import { textOf } from './mock-request.ts'
import type { ExportedMethod } from './route-facts.ts'

/** What a call of the new export is given. */
export interface PrintedRequest {
  /** `new NextRequest(...)`; null where the export takes none. */
  text: string | null
  /** `{ params: Promise.resolve({ id: '1' }) }` */
  context: string | null
}

interface PrintInput {
  file: SourceFile
  tree: ScopeTree
  style: Style
  refuse: Refusals['refuse']
  method: string
  exported: ExportedMethod
  /** The name that the body has, where the test looks at it too. */
  body: string | null
}

/** The request as a client sends it: dynamic segments in the path and the params, other keys of the query in the URL, a body as JSON. */
export function printRequest(call: HandlerCall, input: PrintInput): PrintedRequest | null {
  const { request, handler } = call
  const { refuse, method, exported, style } = input
  const { route } = handler
  const params: string[] = []
  const segments = new Map<string, Node[]>()
  for (const { name, kind } of route.params) {
    const entry = request.query.find((one) => one.name === name)
    if (!entry && kind === 'optional-catch-all') continue
    // Next calls no route without its segments.
    if (
      !entry ||
      entry.isList !== (kind !== 'single') ||
      entry.values.some((one) => stringValue(one) === '' || !isQuiet(one))
    )
      return refuse('param', request.literal ?? call.statement)
    segments.set(name, [...entry.values])
    const value = valueText(entry, input)
    params.push(value === name ? name : `${objectKey(style, name)}: ${value}`)
  }
  const takesContext =
    exported.parameters === null ? route.params.length > 0 || route.hasContext : exported.parameters > 1
  const context = takesContext ? contextText(params) : null
  if (exported.parameters === 0) return { text: null, context: null }
  const url = urlText(call, segments, input)
  const body = url === null ? null : bodyText(call, input)
  if (url === null || body === null) return null
  const headers = headersText(call, body !== '', input)
  if (headers === null) return null
  const fields = [
    ...(method === 'GET' ? [] : [`method: ${quoted(style, method)}`]),
    ...(headers === '' ? [] : [`headers: ${headers}`]),
    ...(body === '' ? [] : [`body: ${body}`]),
  ]
  return { text: layOut(call, url, fields, input), context }
}

function contextText(params: readonly string[]): string {
  return `{ params: Promise.resolve(${params.length > 0 ? `{ ${params.join(', ')} }` : '{}'}) }`
}

const slice = (node: Node, { file }: PrintInput): string => file.text.slice(startOf(node), endOf(node))

function valueText({ values, isList }: QueryEntry, input: PrintInput): string {
  const texts = values.map((one) => slice(one, input))
  return isList ? `[${texts.join(', ')}]` : (texts[0] as string)
}

/** `'http://localhost/api/items/1?page=2'`, as a template where values are computed. */
function urlText(call: HandlerCall, segments: ReadonlyMap<string, Node[]>, input: PrintInput): string | null {
  const { request, handler } = call
  const { style, refuse, tree } = input
  const rest = request.query.filter(({ name }) => !segments.has(name))
  if (request.url) {
    const given = textOf(request.url, tree)
    const asks = given === null || given.includes('?')
    // In the mock a query says what the URL does not, and a plain object parses nothing; in a request, the URL says all.
    if (rest.length > 0 || (asks && (request.query.length > 0 || !request.isFilled))) return refuse('url', request.url)
    if (handler.route.old.url && !given?.startsWith('/')) return refuse('url', request.url)
    if (given === null) {
      if (kindOf(request.url, tree) !== 'string' && request.url.type !== 'Identifier') return refuse('url', request.url)
      return `new URL(${slice(request.url, input)}, ${quoted(style, 'http://localhost')})`
    }
    return quoted(style, /^https?:/.test(given) ? given : `http://localhost${given.startsWith('/') ? '' : '/'}${given}`)
  }
  if (handler.route.old.url) return refuse('url', request.literal ?? call.statement)
  const parts: (string | Node)[] = [`http://localhost`]
  for (const segment of handler.route.url.split('/').slice(1)) {
    const name = /^\[\[?(?:\.\.\.)?([^\]]+)\]\]?$/.exec(segment)?.[1]
    const values = name === undefined ? null : (segments.get(name) ?? [])
    if (values) for (const value of values) parts.push('/', value)
    else parts.push(`/${segment}`)
  }
  let mark = '?'
  for (const { name, values, isList } of rest) {
    // A list of one is a text for Next, and a route that goes by the first of several says so in the report.
    if (isList && (values.length < 2 || handler.route.takesFirst.has(name))) return refuse('value', values[0] as Node)
    for (const value of values) {
      parts.push(`${mark}${encodeURIComponent(name)}=`, value)
      mark = '&'
    }
  }
  return joinParts(parts, input)
}

function joinParts(parts: readonly (string | Node)[], input: PrintInput): string {
  const { style, tree } = input
  const known = parts.map((one) => (typeof one === 'string' ? one : encoded(one)))
  if (known.every((one) => typeof one === 'string')) return quoted(style, known.join(''))
  const text = known.map((one) =>
    typeof one === 'string' ? one.replaceAll(/[`\\]|\$\{/g, '\\$&') : `\${encodeURIComponent(${slice(one, input)})}`,
  )
  return `\`${text.join('')}\``

  function encoded(node: Node): string | Node {
    const at = uncast(node)
    const text = at.type === 'Identifier' && bindingAt(tree, at) ? null : stringValue(at)
    return text === null ? node : encodeURIComponent(text)
  }
}

/** `''` for none. */
function bodyText(call: HandlerCall, input: PrintInput): string | null {
  const { body, isFilled } = call.request
  const { refuse, tree, method, exported } = input
  const hasNone = method === 'GET' || method === 'HEAD'
  if (body === null) return isFilled && !hasNone && exported.takesBody ? 'JSON.stringify({})' : ''
  const isEmpty = body.type === 'ObjectExpression' && body.properties.length === 0
  if (hasNone) return exported.takesBody && !isEmpty ? refuse('body', body) : ''
  const known = contentOf(body, tree)
  const kind = kindOf(known, tree)
  if (kind === 'string' || kind === 'null' || kind === 'undefined' || isLostInJson(known, tree))
    return refuse('body', body)
  if (isAnything(known, tree)) return refuse('body', body)
  // A text that the handler parses itself would come as a text.
  if (kind !== 'object' && kind !== 'list' && call.handler.route.old.parsesText) return refuse('body', body)
  return `JSON.stringify(${input.body ?? slice(body, input)})`
}

/** A call gives bytes or a text as well, and rows of a table have what no JSON has. */
function isAnything(node: Node, tree: ScopeTree): boolean {
  const root = rootOf(node)
  const binding = root && bindingAt(tree, root)
  return /^(?:Call|OptionalCall|Await|TaggedTemplate)/.test(node.type) || (!!binding && binding.kind === 'param')
}

/** What a constant was given. */
function contentOf(node: Node, tree: ScopeTree): Node {
  const binding = node.type === 'Identifier' ? bindingAt(tree, node) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  const isNamed = declaration?.type === 'VariableDeclarator' && declaration.id.type === 'Identifier'
  return isNamed && declaration.init ? uncast(declaration.init) : node
}

function headersText(call: HandlerCall, hasBody: boolean, input: PrintInput): string | null {
  const { headers, cookies } = call.request
  const { refuse, style } = input
  const { old } = call.handler.route
  const names = (headers?.properties ?? []).map((one) => keyName(one as t.ObjectProperty)?.toLowerCase())
  const type = (headers?.properties ?? []).find((_, index) => names[index] === 'content-type') as
    | t.ObjectProperty
    | undefined
  // A parser makes something else of it, or nothing.
  if (hasBody && type && !/\bjson\b/i.test(textOf(type.value, input.tree) ?? '')) return refuse('content-type', type)
  const added: string[] = []
  const key = (name: string): string => objectKey(style, name)
  if (hasBody && !names.includes('content-type')) {
    if (old.contentType) return refuse('content-type', call.request.literal ?? call.statement)
    added.push(`${key('content-type')}: ${quoted(style, 'application/json')}`)
  }
  // The mock parses no cookies out of it, as Next does.
  if (names.includes('cookie') && !old.cookieHeader) return refuse('option', headers as Node)
  if (cookies.length > 0) {
    if (old.cookieHeader || names.includes('cookie')) return refuse('option', call.request.literal ?? call.statement)
    const text = cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ')
    added.push(`cookie: ${quoted(style, text)}`)
  }
  if (!headers || headers.properties.length === 0) return added.length === 0 ? '' : `{ ${added.join(', ')} }`
  const text = slice(headers, input)
  if (added.length === 0) return text
  const last = headers.properties.at(-1) as Node
  const at = endOf(last) - startOf(headers)
  const isLong = text.includes('\n')
  const indent = isLong ? `\n${indentAt(input.file.text, startOf(last))}` : ' '
  return text.slice(0, at) + added.map((one) => `,${indent}${one}`).join('') + text.slice(at)
}

/** On lines of its own where the options had some, or where it would be long. */
function layOut(call: HandlerCall, url: string, fields: readonly string[], { file, style }: PrintInput): string {
  if (fields.length === 0) return `new NextRequest(${url})`
  const { literal } = call.request
  const own = literal ? file.text.slice(startOf(literal), endOf(literal)) : ''
  const one = `new NextRequest(${url}, { ${fields.join(', ')} })`
  const at = call.declarations[0] ?? call.statement
  const indent = indentAt(file.text, startOf(at))
  if (!own.includes('\n') && indent.length + one.length < 110) return one
  const inner = indent + style.indent
  const comma = style.trailingComma ? ',' : ''
  return `new NextRequest(${url}, {\n${fields.map((field) => inner + field).join(',\n')}${comma}\n${indent}})`
}
