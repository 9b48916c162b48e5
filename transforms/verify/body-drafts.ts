import type { DraftBody } from './request-draft.ts'
import type { Field, Json } from './surface.ts'

/** A value for a field, or undefined for its absence. */
export type PickValue = (field: Field) => Json | undefined

const JSON_TYPE = 'application/json'
const BOUNDARY = 'routeshift'

/** The body that a client sends whose every field is as `pick` says. */
export function composeBody(fields: readonly Field[], pick: PickValue): Json {
  const own = fields.filter(({ place }) => place === 'body')
  const inner = own.filter(({ path }) => path.length > 0)
  const leaves = inner.filter(({ path }) => !inner.some((other) => other !== undefined && isBelow(other.path, path)))
  const whole = own.find(({ path }) => path.length === 0)
  if (leaves.length === 0) {
    if (whole === undefined || (whole.kinds.size === 0 && whole.values.length === 0)) return { name: 'alpha', id: 7 }
    return pick(whole) ?? {}
  }
  let body: Json = leaves[0]?.path[0] === '[]' ? [] : {}
  for (const field of leaves) {
    const value = pick(field)
    if (value !== undefined) body = place(body, field.path, value)
  }
  return body
}

function isBelow(path: readonly string[], parent: readonly string[]): boolean {
  return path.length > parent.length && parent.every((key, index) => path[index] === key)
}

/** The value with another one put in at a path. */
function place(body: Json | undefined, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (key === '[]') {
    const [first] = isList(body) ? body : []
    return [place(first, rest, value)]
  }
  const object = isRecord(body) ? body : {}
  return { ...object, [key]: place(object[key], rest, value) }
}

export function jsonBody(value: Json): DraftBody {
  return { type: JSON_TYPE, text: JSON.stringify(value) }
}

/** The same fields as a form. */
export function formBody(value: Json): DraftBody {
  const search = new URLSearchParams()
  for (const [key, text] of flatten(value)) search.append(key, text)
  return { type: 'application/x-www-form-urlencoded', text: search.toString() }
}

/** The same fields in parts, with one file. */
export function multipartBody(value: Json): DraftBody {
  const parts = flatten(value).map(([key, text]) => `Content-Disposition: form-data; name="${key}"\r\n\r\n${text}`)
  parts.push('Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nalpha')
  const text = `${parts.map((part) => `--${BOUNDARY}\r\n${part}\r\n`).join('')}--${BOUNDARY}--\r\n`
  return { type: `multipart/form-data; boundary=${BOUNDARY}`, text }
}

/** Bodies of every odd kind, the most telling first, each with its name. */
export function oddBodies(value: Json): (readonly [string, DraftBody | null])[] {
  const text = JSON.stringify(value)
  return [
    ['no body', null],
    ['empty body with a JSON type', { type: JSON_TYPE, text: '' }],
    ['malformed JSON', { type: JSON_TYPE, text: '{"name":' }],
    ['an empty object', jsonBody({})],
    ['a list', jsonBody([value])],
    ['null', jsonBody(null)],
    ['a form', formBody(value)],
    ['JSON as text', { type: 'text/plain', text }],
    ['JSON without a type', { type: null, text }],
    ['a JSON string', jsonBody('alpha')],
    ['parts', multipartBody(value)],
    ['JSON with a charset', { type: 'application/json; charset=utf-8', text }],
    ['a number', jsonBody(0)],
    ['false', jsonBody(false)],
    ['plain text', { type: 'text/plain', text: 'alpha' }],
    ['an empty form', { type: 'application/x-www-form-urlencoded', text: '' }],
    ['white space with a JSON type', { type: JSON_TYPE, text: ' ' }],
    ['a problem type', { type: 'application/vnd.api+json', text }],
    ['a JSON text twice encoded', jsonBody(text)],
  ]
}

function flatten(value: Json): [string, string][] {
  if (!isRecord(value)) return [['value', typeof value === 'object' ? JSON.stringify(value) : String(value)]]
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    const each = isList(inner) ? inner : [inner]
    return each.map((one) => [key, typeof one === 'object' ? JSON.stringify(one) : String(one)])
  })
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
