import { type Lowering, newName } from '../../concerns/lowering.ts'
import type { Piece } from '../../syntax/edits.ts'
import { uncast } from '../../syntax/match.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import type { CorsOptions } from './cors-options.ts'

/** The statements, in the order in which the package sets its headers. */
export function printCors(options: CorsOptions, at: Lowering): Piece[][] {
  if (options.origin.kind === 'computed') return printComputed(options.origin, options, at)
  if (options.origin.kind === 'asked') return printAsked(options.origin, options, at).map((text) => [text])
  return printSteady(options, at).map((text) => [text])
}

function printSteady(options: CorsOptions, at: Lowering): string[] {
  const { origin } = options
  if (origin.kind === 'none' || origin.kind === 'computed' || origin.kind === 'asked') return []
  const value = newName(at, 'origin', 'requestOrigin')
  const { set, vary } = writersOf(at)
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

/** Each value that it may have, as the package looks at it: a text is sent, a list searched for what the request asks with. */
function printComputed({ value, parts }: Computed, options: CorsOptions, at: Lowering): Piece[][] {
  const { set, vary } = writersOf(at)
  const q = at.style.quote
  const named = uncast(value)
  const allowed = named.type === 'Identifier' ? named.name : newName(at, 'allowed', 'allowedOrigin')
  const asked = newName(at, 'origin', 'requestOrigin')
  const isText = parts.has('text')
  const isAsked = parts.has('list') || parts.has('any')
  const tests = [
    ...(parts.has('any') ? [`${allowed} === true`] : []),
    ...(parts.has('list') ? [`${allowed}.includes(${asked})`] : []),
  ]
  const test = tests.length > 1 ? `(${tests.join(' || ')})` : tests.join('')
  const lines = [
    ...(isAsked ? [line(`const ${asked} = ${at.names.request}.headers.get(${quoted(at.style, 'origin')})`, at)] : []),
    ...(isText ? [`${isAsked ? `if (typeof ${allowed} === ${q}string${q}) ` : ''}${set(allow, allowed)}`] : []),
    ...(isAsked ? [`${isText ? 'else ' : ''}if (${asked} && ${test}) ${set(allow, asked)}`] : []),
    isText ? `if (${allowed} !== ${q}*${q}) ${vary('Origin')}` : vary('Origin'),
    ...commonLines(options, set, at),
    ...preflightLines(options, { set, vary, at }),
  ]
  const declared: Piece[][] =
    named.type === 'Identifier'
      ? []
      : [[`const ${allowed} = `, { from: startOf(value), to: endOf(value) }, at.style.semicolon]]
  if (!parts.has('missing') && !isText) return [...declared, ...lines.map((text) => [text])]
  return [...declared, [`if (${allowed}) {`], ...lines.map((text) => [at.style.indent + text]), ['}']]
}

/** A function decides whether what asks is allowed: headers as for one that is, an error for one that is not. */
function printAsked(
  { asked: { condition, error }, throws }: Extract<CorsOptions['origin'], { kind: 'asked' }>,
  options: CorsOptions,
  at: Lowering,
): string[] {
  const asked = newName(at, 'origin', 'requestOrigin')
  const { set, vary } = writersOf(at)
  const inner = [
    `if (${asked}) ${set(allow, asked)}`,
    vary('Origin'),
    ...commonLines(options, set, at),
    ...preflightLines(options, { set, vary, at }),
  ]
  const { indent } = at.style
  const otherwise = error && throws ? ['} else {', indent + line(`throw ${error}`, at), '}'] : ['}']
  return [
    line(`const ${asked} = ${at.names.request}.headers.get(${quoted(at.style, 'origin')}) ?? undefined`, at),
    `if (${condition(asked)}) {`,
    ...inner.map((text) => indent + text),
    ...otherwise,
  ]
}

const allow = 'Access-Control-Allow-Origin'

function writersOf(at: Lowering): { set: Setter; vary: (name: string) => string } {
  return {
    set: (name, text) => line(`${at.names.headers}.set(${quoted(at.style, name)}, ${text})`, at),
    vary: (name) => line(`${at.names.headers}.append(${quoted(at.style, 'Vary')}, ${quoted(at.style, name)})`, at),
  }
}

type Computed = Extract<CorsOptions['origin'], { kind: 'computed' }>
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
  const name = newName(at, 'requested', 'requestedHeaders')
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
