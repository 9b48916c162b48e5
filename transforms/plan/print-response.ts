import type { Lowering } from '../concerns/lowering.ts'
import type { Piece } from '../syntax/edits.ts'
import { objectKey } from '../syntax/style.ts'
import type { ResponseValue } from './response-body.ts'

/** One header of a response. `name` is null when it is computed. */
export interface HeaderPiece {
  name: string | null
  computed: Piece | null
  value: Piece[]
  /** Only where the Headers value has none of this name yet. */
  isFallback?: true
  /** Taken off the Headers value. */
  isDropped?: true
  /** Cookies that are set one by one: statements on the Headers value. */
  lines?: Piece[][]
  /** It stands beside what was set under its name before. */
  isAdded?: boolean
}

/** The second argument of a Response. Status 200 is left out. */
export interface Init {
  status: number | Piece[] | null
  headers: HeaderPiece[]
  /** Name of a Headers value that replaces the object. */
  variable: string | null
}

/** `Response.json(value, init)`, `new Response(value, init)` or `send(value, init)`, on one line where it fits. */
export function printResponse(value: ResponseValue, init: Init, at: Lowering, indent: string): Piece[] {
  const open = opening(value, at)
  const one = initPieces(init, at, null)
  if (!one) return [open, ...value.value, ')']
  const width =
    indent.replaceAll('\t', '  ').length +
    'return '.length +
    open.length +
    length(value.value, at) +
    length(one, at) +
    4
  if (value.kind === 'json' && value.isLong) {
    const inner = indent + at.style.indent
    const second = length(one, at) + inner.length < 100 ? one : (initPieces(init, at, inner) ?? one)
    indentValue(value.value, at)
    return [
      `${open}\n${inner}`,
      ...value.value,
      `,\n${inner}`,
      ...second,
      `${at.style.trailingComma ? ',' : ''}\n${indent})`,
    ]
  }
  if (width <= 100 && init.headers.length < 3) return [open, ...value.value, ', ', ...one, ')']
  const inner = indent + at.style.indent
  const room = at.style.width - inner.replaceAll('\t', '  ').length
  const fits = length(value.value, at) < room && length(one, at) < room
  if (fits && init.headers.length < 3)
    return [
      `${open}\n${inner}`,
      ...value.value,
      `,\n${inner}`,
      ...one,
      `${at.style.trailingComma ? ',' : ''}\n${indent})`,
    ]
  const many = initPieces(init, at, indent) ?? one
  return [open, ...value.value, ', ', ...many, ')']
}

function opening(value: ResponseValue, at: Lowering): string {
  if (value.kind === 'sent') return `${value.by}(`
  return value.kind === 'json' ? `${jsonClass(at)}.json(` : 'new Response('
}

/** The lines of a value that stands one level deeper now. Lines of template literals are values themselves and stay. */
function indentValue(pieces: readonly Piece[], at: Lowering): void {
  const { text } = at.file
  for (const piece of pieces) {
    if (typeof piece === 'string') continue
    for (let line = text.indexOf('\n', piece.from); line >= 0 && line < piece.to; line = text.indexOf('\n', line + 1)) {
      const start = line + 1
      const isBlank = text[start] === '\n'
      const isFrozen = at.frozen.some((f) => start > f.start && start <= f.end)
      if (!isBlank && !isFrozen) at.edits.push({ start, end: start, pieces: [at.style.indent] })
    }
  }
}

/** lib.dom of TypeScript before 5.2 does not know Response.json; Next's own class does. */
export function jsonClass(at: Pick<Lowering, 'typescript' | 'typed'>): string {
  const [major, minor] = at.typescript
  return at.typed && (major < 5 || (major === 5 && minor < 2)) ? 'NextResponse' : 'Response'
}

/** The init object; `indent` null for one line. Null when there is nothing to say. */
function initPieces(init: Init, at: Lowering, indent: string | null): Piece[] | null {
  const fields: Piece[][] = []
  if (init.status !== null && init.status !== 200) fields.push(statusField(init.status, at))
  if (init.variable) fields.push([init.variable === 'headers' ? 'headers' : `headers: ${init.variable}`])
  else if (init.headers.length > 0)
    fields.push(['headers: ', ...headerPieces(init.headers, at, indent === null ? null : indent + at.style.indent)])
  if (fields.length === 0) return null
  return wrap('{', '}', fields, at, indent)
}

function statusField(status: number | Piece[], at: Lowering): Piece[] {
  if (typeof status === 'number') return [`status: ${status}`]
  const text = status.map((p) => (typeof p === 'string' ? p : at.file.text.slice(p.from, p.to))).join('')
  return text === 'status' ? ['status'] : ['status: ', ...status]
}

/** An object; a list of pairs where a name comes twice, which an object cannot hold. */
function headerPieces(headers: readonly HeaderPiece[], at: Lowering, indent: string | null): Piece[] {
  const names = headers.map((h) => h.name?.toLowerCase() ?? '')
  const isRepeated = new Set(names).size < names.length
  if (isRepeated) {
    const pairs = headers.map((h): Piece[] => ['[', h.computed ?? keyString(h.name ?? '', at), ', ', ...h.value, ']'])
    return wrap('[', ']', pairs, at, indent)
  }
  const fields = headers.map((h): Piece[] =>
    h.computed ? ['[', h.computed, ']: ', ...h.value] : [`${objectKey(at.style, h.name ?? '')}: `, ...h.value],
  )
  return wrap('{', '}', fields, at, indent)
}

function keyString(name: string, at: Lowering): string {
  return `${at.style.quote}${name}${at.style.quote}`
}

function wrap(open: string, close: string, fields: readonly Piece[][], at: Lowering, indent: string | null): Piece[] {
  if (indent === null) {
    const pad = open === '{' ? ' ' : ''
    return [open + pad, ...fields.flatMap((f, i) => (i > 0 ? [', ', ...f] : f)), pad + close]
  }
  const inner = indent + at.style.indent
  return [
    `${open}\n${inner}`,
    ...fields.flatMap((f, i) => (i > 0 ? [`,\n${inner}`, ...f] : f)),
    `${at.style.trailingComma ? ',' : ''}\n${indent}${close}`,
  ]
}

function length(pieces: readonly Piece[], at: Lowering): number {
  return pieces.reduce(
    (sum, p) =>
      sum + (typeof p === 'string' ? p.length : at.file.text.slice(p.from, p.to).replace(/\n[\s\S]*/, '').length),
    0,
  )
}
