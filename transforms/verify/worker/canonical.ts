import { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { types } from 'node:util'

/** What stands for a value in the text of arguments: the path of a stand-in, `[request]`. */
const marks = new WeakMap<object, string>()

/** Gives an object a text of its own in everything that canonical() writes. */
export function mark(value: object, text: string): void {
  marks.set(value, text)
}

export const markOf = (value: object): string | undefined => marks.get(value)

/**
 * Text that two values share exactly when code could not tell them apart, apart from the order of their properties.
 * Used for the arguments of outside calls and for the log. Never throws and never runs getters of stand-ins.
 */
export function canonical(value: unknown): string {
  return write(value, [])
}

/** The arguments of one call. */
export const canonicalList = (values: readonly unknown[]): string => values.map(canonical).join(', ')

function write(value: unknown, around: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
      return `${value}n`
    case 'symbol':
      return value.toString()
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'undefined':
    case 'boolean':
      return String(value)
    case 'function':
    case 'object':
      return value === null ? 'null' : writeReference(value, around)
  }
  return '?'
}

function writeReference(value: object, around: readonly object[]): string {
  const known = marks.get(value)
  if (known !== undefined) return known
  if (typeof value === 'function') return '[function]'
  const depth = around.indexOf(value)
  if (depth >= 0) return `[circle ${around.length - depth}]`
  if (around.length > 12) return '[deep]'
  try {
    return writeKnown(value) ?? writeMembers(value, [...around, value])
  } catch (error) {
    return `[unreadable ${error instanceof Error ? error.message : ''}]`
  }
}

/** Kinds of objects whose members are not what they hold. */
function writeKnown(value: object): string | null {
  if (value instanceof IncomingMessage || value instanceof Request) return '[request]'
  if (value instanceof ServerResponse) return '[response]'
  if (value instanceof Response) return `[Response ${value.status}]`
  if (types.isNativeError(value) || value instanceof Error) return writeError(value)
  if (types.isDate(value)) return `Date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`
  if (types.isRegExp(value)) return String(value)
  if (Buffer.isBuffer(value)) return `Buffer(${value.toString('base64')})`
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}(${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')})`
  if (types.isArrayBuffer(value)) return `ArrayBuffer(${Buffer.from(value).toString('base64')})`
  if (types.isPromise(value)) return '[promise]'
  if (value instanceof URL) return `URL(${value.href})`
  if (value instanceof URLSearchParams) return `URLSearchParams(${value})`
  if (value instanceof Headers) return `Headers(${JSON.stringify([...value])})`
  if (value instanceof AbortSignal) return '[signal]'
  if (value instanceof ReadableStream || value instanceof Readable) return '[stream]'
  if (value instanceof Blob) return `[blob ${value.type} ${value.size}]`
  return null
}

function writeError(error: Error): string {
  const code: unknown = Reflect.get(error, 'code')
  return `${error.name}: ${error.message}${typeof code === 'string' ? ` (${code})` : ''}`
}

function writeMembers(value: object, around: readonly object[]): string {
  if (Array.isArray(value)) return `[${value.map((item) => write(item, around)).join(', ')}]`
  if (types.isMap(value)) {
    const entries = [...value].map(([key, item]) => `${write(key, around)} => ${write(item, around)}`)
    return `Map{${entries.join(', ')}}`
  }
  if (types.isSet(value)) return `Set{${[...value].map((item) => write(item, around)).join(', ')}}`
  if (value instanceof FormData) return `FormData{${[...value].map((entry) => write(entry, around)).join(', ')}}`
  const name = className(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}: ${write(Reflect.get(value, key), around)}`)
  return `${name}{${members.join(', ')}}`
}

/** Empty for plain objects, with a prototype or without. */
function className(value: object): string {
  const prototype: unknown = Reflect.getPrototypeOf(value)
  if (prototype === null || typeof prototype !== 'object' || prototype === Object.prototype) return ''
  const made: unknown = Reflect.get(prototype, 'constructor')
  return typeof made === 'function' ? `${made.name} ` : ''
}
