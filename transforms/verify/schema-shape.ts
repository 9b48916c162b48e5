import type * as t from '@babel/types'
import { isCall, isMember, keyName, memberName, numberValue, uncast } from '../syntax/match.ts'
import type { Node } from '../syntax/tree.ts'
import type { Constants } from './constants.ts'
import { sampleFor } from './plausible.ts'
import type { Json, Kind } from './surface.ts'

/** What a schema (zod, yup, joi and their like) asks of a value. Read by the names of its methods, whatever the package. */
export interface Shape {
  kind: Kind | 'any'
  /** Of an object. */
  fields: Readonly<Record<string, Shape>>
  /** Of a list. */
  element: Shape | null
  /** Accepted values, the most plausible first. */
  values: readonly Json[]
}

/** One value that a schema reads, and values for it. */
export interface ShapeLeaf {
  path: readonly string[]
  values: readonly Json[]
  kind: Kind | null
}

const DEEP = 7
const any: Shape = { kind: 'any', fields: {}, element: null, values: [] }
const simple = (kind: Shape['kind'], values: readonly Json[] = []): Shape => ({ ...any, kind, values })

/** The shape of a schema expression; `any` where it is not understood. */
export function shapeOf(node: Node, constants: Constants, depth = DEEP): Shape {
  const at = constants.resolve(node)
  if (depth === 0) return any
  if (at.type === 'ObjectExpression') return { ...any, kind: 'object', fields: readFields(at, constants, depth) }
  if (!isCall(at)) return any
  const callee = uncast(at.callee)
  if (!isMember(callee)) return callee.type === 'Identifier' ? made(callee.name, at, constants, depth) : any
  const name = memberName(callee) ?? ''
  const object = constants.resolve(callee.object)
  const base = isCall(object) ? shapeOf(object, constants, depth) : shapeOfMember(object, constants, depth)
  return base.kind === 'any' && !isCall(object)
    ? made(name, at, constants, depth)
    : refine(base, name, at, constants, depth)
}

/** The schema that another one is extended from: `Base.extend({ ... })`. */
function shapeOfMember(object: Node, constants: Constants, depth: number): Shape {
  return isMember(object) && memberName(object) === 'shape' ? shapeOf(object.object, constants, depth - 1) : any
}

/** `z.string()`, `yup.object({ ... })`, `z.coerce.number()`. */
function made(
  name: string,
  call: t.CallExpression | t.OptionalCallExpression,
  constants: Constants,
  depth: number,
): Shape {
  const [first, second] = call.arguments
  const inner = (node: Node | undefined): Shape => (node ? shapeOf(node, constants, depth - 1) : any)
  switch (name) {
    case 'object':
    case 'strictObject':
    case 'looseObject':
    case 'shape':
    case 'interface':
      return first ? { ...inner(first), kind: 'object' } : simple('object')
    case 'string':
    case 'number':
    case 'boolean':
      return simple(name)
    case 'bool':
      return simple('boolean')
    case 'int':
    case 'bigint':
      return simple('number')
    case 'array':
    case 'tuple':
      return { ...any, kind: 'array', element: inner(first) }
    case 'enum':
    case 'nativeEnum':
    case 'literal':
    case 'picklist':
    case 'mixed':
    case 'valid':
    case 'oneOf':
      return first ? simple('any', constants.valuesOf(first)) : any
    case 'union':
    case 'discriminatedUnion':
    case 'or': {
      const list = constants.resolve((name === 'discriminatedUnion' ? second : first) ?? call)
      const options = list.type === 'ArrayExpression' ? list.elements.flatMap((e) => (e ? [inner(e)] : [])) : []
      return options.reduceRight((all, option) => mergeShapes(option, all), any)
    }
    case 'intersection':
    case 'and':
      return mergeShapes(inner(first), inner(second))
    case 'record':
      return simple('object')
    case 'date':
      return simple('string', ['2024-01-31T00:00:00.000Z'])
    case 'preprocess':
      return inner(second)
    case 'lazy':
    case 'optional':
    case 'nullable':
    case 'nullish':
    case 'promise':
    case 'partial':
      return inner(first)
    case 'email':
    case 'uuid':
    case 'url':
      return refine(simple('string'), name, call, constants, depth)
    default:
      return any
  }
}

/** What a method adds: `.email()`, `.min(3)`, `.extend({ ... })`. */
function refine(
  base: Shape,
  name: string,
  call: t.CallExpression | t.OptionalCallExpression,
  constants: Constants,
  depth: number,
): Shape {
  const [first] = call.arguments
  const number = numberValue(first)
  switch (name) {
    case 'extend':
    case 'merge':
    case 'safeExtend':
    case 'augment':
    case 'shape':
    case 'keys':
    case 'concat':
    case 'and':
    case 'or':
      return first ? mergeShapes(base, shapeOf(first, constants, depth - 1)) : base
    case 'of':
    case 'items':
      return first ? { ...base, element: shapeOf(first, constants, depth - 1) } : base
    case 'array':
      return { ...any, kind: 'array', element: base }
    case 'valid':
    case 'oneOf':
    case 'equal':
      return { ...base, values: [...base.values, ...call.arguments.flatMap((value) => constants.valuesOf(value))] }
    case 'regex':
    case 'matches':
    case 'pattern': {
      const fitting = first ? sampleFor(constants.resolve(first)) : null
      return fitting === null ? base : { ...base, values: [fitting, ...base.values] }
    }
    case 'min':
    case 'max':
    case 'length':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
    case 'positive':
    case 'nonnegative':
      return number === null && name !== 'positive' ? base : bounded(base, name, number ?? 1)
    case 'pick':
    case 'omit': {
      const keys = first ? constants.keysOf(first) : []
      const isLeft = (key: string) => keys.includes(key) === (name === 'pick')
      return { ...base, fields: Object.fromEntries(Object.entries(base.fields).filter(([key]) => isLeft(key))) }
    }
    default: {
      const sample = formats[name]
      return sample === undefined ? base : { ...base, values: [sample, ...base.values] }
    }
  }
}

const formats: Readonly<Record<string, Json>> = {
  email: 'ada@example.org',
  uuid: '3f2b8c1e-6d4a-4f0b-9a7c-2e5d8b1f4c3a',
  guid: '3f2b8c1e-6d4a-4f0b-9a7c-2e5d8b1f4c3a',
  url: 'https://example.org/x',
  uri: 'https://example.org/x',
  cuid: 'cjld2cjxh0000qzrmn831i7rn',
  cuid2: 'tz4a98xxat96iws9zmbrgj3a',
  ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  nanoid: 'V1StGXR8_Z5jdHi6B-myT',
  datetime: '2024-01-31T00:00:00.000Z',
  isoDate: '2024-01-31T00:00:00.000Z',
  ip: '192.0.2.1',
}

/** Values at a bound and on its wrong side. */
function bounded(base: Shape, name: string, bound: number): Shape {
  const isLow = /^(?:min|gt|gte|positive|nonnegative|length)$/.test(name)
  const [good, bad] = isLow
    ? [bound + (/^(?:gt|positive)$/.test(name) ? 1 : 0), bound - 1]
    : [bound - (name === 'lt' ? 1 : 0), bound + 1]
  if (base.kind === 'number') return { ...base, values: [...base.values, good, bad] }
  if (base.kind === 'string' && good >= 0 && good <= 200)
    return { ...base, values: [...base.values, text(good), text(Math.max(bad, 0))] }
  return base
}

const text = (length: number): string => 'abcdefgh'.repeat(Math.ceil(length / 8)).slice(0, length)

function mergeShapes(a: Shape, b: Shape): Shape {
  if (a.kind === 'any' && a.values.length === 0) return b
  return {
    kind: a.kind,
    fields: { ...a.fields, ...b.fields },
    element: a.element ?? b.element,
    values: [...a.values, ...b.values],
  }
}

function readFields(object: t.ObjectExpression, constants: Constants, depth: number): Record<string, Shape> {
  const fields: Record<string, Shape> = {}
  for (const property of object.properties) {
    if (property.type === 'SpreadElement') {
      const spread = isMember(property.argument) ? property.argument.object : property.argument
      Object.assign(fields, shapeOf(spread, constants, depth - 1).fields)
    } else if (property.type === 'ObjectProperty') {
      const name = keyName(property)
      if (name !== null) fields[name] = shapeOf(property.value, constants, depth - 1)
    }
  }
  return fields
}

/** The values that a shape reads, each with its path. */
export function flattenShape(shape: Shape, path: readonly string[] = []): ShapeLeaf[] {
  const keys = Object.entries(shape.fields)
  if (keys.length > 0) return keys.flatMap(([key, field]) => flattenShape(field, [...path, key]))
  if (shape.element && shape.element.kind !== 'any') return flattenShape(shape.element, [...path, '[]'])
  const kind = shape.kind === 'any' ? null : shape.kind
  return path.length === 0 ? [] : [{ path, values: shape.values, kind }]
}
