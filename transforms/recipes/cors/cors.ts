import type * as t from '@babel/types'
import { block, freeName, type Lowering, need } from '../../concerns/lowering.ts'
import { indentAt, removalRange } from '../../syntax/lines.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { quoted } from '../../syntax/style.ts'
import { withCasts } from '../../syntax/match.ts'
import { endOf, parentOf, startOf } from '../../syntax/tree.ts'
import type { PackageCall, Recipe, RecipeContext } from '../recipe.ts'
import { findCors } from './cors-call.ts'
import { type CorsOptions, readOptions } from './cors-options.ts'

/**
 * cors@2.8.6 lib/index.js, alone or as nextjs-cors@2.2.1 dist/index.js. Pages: headers on res, by the options and the request's Origin; a request with
 * OPTIONS is answered, and the promise around stays open then, so that the handler never goes on. An origin that is not set (false, an empty
 * or missing variable) leaves everything alone. App: the same headers on the Headers of the answer, and a Response for OPTIONS. Options that
 * are no literals, variables of the environment or lists of them: the route is kept (PA554).
 */
export const cors: Recipe = {
  id: 'cors',
  codes: ['PA554'],
  packages: ['nextjs-cors'],
  owns: (found, context) => findCors(found, context) !== null,
  stops: (found, context) => findCors(found, context) !== null,
  lower: (found, at, context) => {
    const statement = statementOf(found)
    const options = optionsOf(found, context)
    if (!statement || !options) {
      block(at, 'PA554', found.call)
      return true
    }
    const indent = indentAt(at.file.text, startOf(statement))
    const lines = printCors(options, at)
    if (lines.some((text) => text.includes(`${at.names.request}.`))) need(at, 'request', statement)
    dropMiddleware(found, at, context)
    at.edits.push({ start: startOf(statement), end: endOf(statement), pieces: [lines.join(`\n${indent}`)] })
    return true
  },
}

function statementOf({ call }: PackageCall): t.ExpressionStatement | null {
  const awaited = parentOf(withCasts(call))
  const statement = awaited?.type === 'AwaitExpression' ? parentOf(withCasts(awaited)) : null
  return statement?.type === 'ExpressionStatement' && parentOf(statement)?.type === 'BlockStatement' ? statement : null
}

/** `const cors = Cors(options)` of a route file, when it was made for this call alone. */
function dropMiddleware({ call }: PackageCall, at: Lowering, { route, edit }: RecipeContext): void {
  const [, , argument] = call.arguments
  const binding = argument?.type === 'Identifier' ? bindingAt(at.tree, argument) : null
  const declaration = binding ? parentOf(binding.declaration) : null
  const isAlone =
    route.id !== '' &&
    binding?.scope === at.tree.program &&
    binding.references.length === 1 &&
    declaration?.type === 'VariableDeclaration' &&
    declaration.declarations.length === 1 &&
    parentOf(declaration)?.type === 'Program'
  if (isAlone) edit({ ...removalRange(at.file, declaration), pieces: [] })
}

function optionsOf(found: PackageCall, context: RecipeContext): CorsOptions | null {
  const where = findCors(found, context)
  return where && readOptions(where)
}

/** The statements, in the order in which the package sets its headers. */
function printCors(options: CorsOptions, at: Lowering): string[] {
  const { origin } = options
  if (origin.kind === 'none') return []
  const value = freeName(at.tree, at.fn, 'origin', 'requestOrigin')
  const set = (name: string, text: string): string =>
    line(`${at.names.headers}.set(${quoted(at.style, name)}, ${text})`, at)
  const vary = (name: string): string =>
    line(`${at.names.headers}.append(${quoted(at.style, 'Vary')}, ${quoted(at.style, name)})`, at)
  const allow = 'Access-Control-Allow-Origin'
  const rest = [...commonLines(options, set, at), ...preflightLines(options, { set, vary, at })]
  if (origin.kind === 'any') return [set(allow, quoted(at.style, '*')), ...rest]
  if (origin.kind === 'fixed') return [set(allow, quoted(at.style, origin.value)), vary('Origin'), ...rest]
  if (origin.kind === 'variable') {
    const isOther = `if (${value} !== ${quoted(at.style, '*')}) ${vary('Origin')}`
    const inner = [set(allow, value), isOther, ...rest].map((text) => at.style.indent + text)
    return [line(`const ${value} = ${origin.text}`, at), `if (${value}) {`, ...inner, '}']
  }
  const test = origin.kind === 'reflected' ? value : `${value} && [${origin.texts.join(', ')}].includes(${value})`
  return [
    line(`const ${value} = ${at.names.request}.headers.get(${quoted(at.style, 'origin')})`, at),
    `if (${test}) ${set(allow, value)}`,
    vary('Origin'),
    ...rest,
  ]
}

type Setter = (name: string, text: string) => string

function commonLines({ credentials, exposed }: CorsOptions, set: Setter, at: Lowering): string[] {
  return [
    ...(credentials ? [set('Access-Control-Allow-Credentials', quoted(at.style, 'true'))] : []),
    ...(exposed ? [set('Access-Control-Expose-Headers', quoted(at.style, exposed))] : []),
  ]
}

function preflightLines(
  { methods, allowed, maxAge, status }: CorsOptions,
  { set, vary, at }: { set: Setter; vary: (name: string) => string; at: Lowering },
): string[] {
  if (at.methods.length > 0 && !at.methods.includes('OPTIONS')) return []
  const name = freeName(at.tree, at.fn, 'requested', 'requestedHeaders')
  const reflected = [
    vary('Access-Control-Request-Headers'),
    line(`const ${name} = ${at.names.request}.headers.get(${quoted(at.style, 'access-control-request-headers')})`, at),
    `if (${name}) ${set('Access-Control-Allow-Headers', name)}`,
  ]
  const lines = [
    ...(methods ? [set('Access-Control-Allow-Methods', quoted(at.style, methods))] : []),
    ...(allowed === null ? reflected : [set('Access-Control-Allow-Headers', quoted(at.style, allowed))]),
    ...(maxAge ? [set('Access-Control-Max-Age', quoted(at.style, maxAge))] : []),
    line(
      `return new Response(null, { status: ${status}, headers${at.names.headers === 'headers' ? '' : `: ${at.names.headers}`} })`,
      at,
    ),
  ]
  return [
    `if (${at.names.request}.method === ${quoted(at.style, 'OPTIONS')}) {`,
    ...lines.map((text) => at.style.indent + text),
    '}',
  ]
}

function line(text: string, { style }: Lowering): string {
  return `${text}${style.semicolon}`
}
