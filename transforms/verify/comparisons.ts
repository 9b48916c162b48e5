import { isMember, memberName, numberValue, uncast } from '../syntax/match.ts'
import type { Node } from '../syntax/tree.ts'
import type { Constants } from './constants.ts'
import { sampleFor } from './plausible.ts'
import type { Json, Kind } from './surface.ts'

/** What a place of the source says about the value of an expression in it. */
export interface Comparison {
  node: Node
  values: readonly Json[]
  kind: Kind | null
}

const NO_VALUES: readonly Json[] = []
const OTHER_WAY: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

/** Comparisons, lookups and conversions: whatever shows which values lead to another branch. */
export function readComparison(node: Node, constants: Constants): Comparison[] {
  switch (node.type) {
    case 'BinaryExpression':
      return node.operator === 'in'
        ? keys(node.left, node.right, constants)
        : [
            ...sides(node.operator, node.left, node.right, constants),
            ...sides(OTHER_WAY[node.operator] ?? node.operator, node.right, node.left, constants),
          ]
    case 'SwitchStatement': {
      const values = node.cases.flatMap(({ test }) => (test ? constants.valuesOf(test) : []))
      return [{ node: node.discriminant, values, kind: kindOf(values) }]
    }
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return node.computed ? keys(node.property, node.object, constants) : memberKind(node)
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'NewExpression':
      return readCall(node.callee, node.arguments, constants)
    case 'UnaryExpression':
      return node.operator === '+' ? [{ node: node.argument, values: [], kind: 'number' }] : []
    case 'AssignmentPattern':
    case 'LogicalExpression': {
      const [subject, fallback] = node.type === 'AssignmentPattern' ? [node.left, node.right] : [node.left, node.right]
      const values = constants.valuesOf(fallback).filter((value) => value !== '' && value !== null)
      return values.length === 0 ? [] : [{ node: subject, values: NO_VALUES, kind: kindOf(values) }]
    }
    case 'ForOfStatement':
      return [{ node: node.right, values: [], kind: 'array' }]
    default:
      return []
  }
}

function sides(operator: string, subject: Node, other: Node, constants: Constants): Comparison[] {
  const at = uncast(subject)
  const bound = numberValue(constants.resolve(other))
  if (isMember(at) && memberName(at) === 'length' && bound !== null && bound <= 200)
    return [
      { node: at.object, values: [bound, bound - 1, bound + 1].filter((length) => length > 0).map(text), kind: null },
    ]
  if (at.type === 'UnaryExpression' && at.operator === 'typeof')
    return [{ node: at.argument, values: [], kind: typeKind(constants.valuesOf(other)) }]
  if (/^[<>]=?$/.test(operator) && bound !== null) {
    const passing = operator.startsWith('<') ? bound - 1 : bound + 1
    return [
      { node: subject, values: [passing, bound, operator.startsWith('<') ? bound + 1 : bound - 1], kind: 'number' },
    ]
  }
  if (!/^[!=]==?$/.test(operator)) return []
  const values = knownValues(other, constants).filter((value) => value !== null)
  return values.length === 0 ? [] : [{ node: subject, values, kind: kindOf(values) }]
}

/** What an expression may be; else what rows of the sources have under its name: `rows.find(({ id }) => id === req.query.id)`. */
function knownValues(node: Node, constants: Constants): readonly Json[] {
  const values = constants.valuesOf(node)
  if (values.length > 0) return values
  const at = uncast(node)
  const name = at.type === 'Identifier' ? at.name : isMember(at) ? memberName(at) : null
  return name === null ? [] : constants.valuesNamed(name)
}

/** `key in table`, `table[key]`: the keys of a table that the sources hold. */
function keys(key: Node, table: Node, constants: Constants): Comparison[] {
  const values = constants.keysOf(table)
  return values.length === 0 ? [] : [{ node: key, values, kind: null }]
}

function memberKind(node: Node): Comparison[] {
  if (!isMember(node)) return []
  return /^(?:map|forEach|some|every|reduce|push|flatMap|find)$/.test(memberName(node) ?? '')
    ? [{ node: node.object, values: [], kind: 'array' }]
    : []
}

function readCall(callee: Node, args: readonly Node[], constants: Constants): Comparison[] {
  const [first] = args
  if (!first) return []
  const at = uncast(callee)
  if (at.type === 'Identifier') {
    const kind = /^(?:Number|parseInt|parseFloat|BigInt|isNaN)$/.test(at.name) ? 'number' : null
    return kind ? [{ node: first, values: [], kind }] : []
  }
  const name = isMember(at) ? memberName(at) : null
  if (!isMember(at) || name === null) return []
  const own = (values: readonly Json[], kind: Kind | null = null): Comparison[] => [{ node: at.object, values, kind }]
  switch (name) {
    case 'includes':
    case 'has':
    case 'get':
    case 'indexOf':
    case 'hasOwn': {
      const known =
        name === 'includes' || name === 'indexOf' ? knownValues(at.object, constants) : constants.keysOf(at.object)
      if (known.length > 0) return [{ node: first, values: known, kind: null }]
      if (name === 'hasOwn' && args[1]) return keys(args[1], first, constants)
      return name === 'includes' ? own(constants.valuesOf(first).map((value) => `x${String(value)}x`)) : []
    }
    case 'hasOwnProperty':
      return keys(first, at.object, constants)
    case 'isArray':
      return [{ node: first, values: [], kind: null }]
    case 'isInteger':
    case 'isNaN':
    case 'isSafeInteger':
    case 'isFinite':
    case 'parseInt':
    case 'parseFloat':
      return [{ node: first, values: [], kind: 'number' }]
    case 'startsWith':
      return own(constants.valuesOf(first).map((value) => `${String(value)}alpha`))
    case 'endsWith':
      return own(constants.valuesOf(first).map((value) => `alpha${String(value)}`))
    case 'split':
      return own(constants.valuesOf(first).flatMap((value) => (value === '' ? [] : [`alpha${String(value)}beta`])))
    case 'test':
    case 'match':
    case 'exec': {
      const [pattern, subject] = name === 'match' ? [first, at.object] : [at.object, first]
      const fitting = sampleFor(constants.resolve(pattern))
      return fitting === null ? [] : [{ node: subject, values: [fitting], kind: null }]
    }
    default:
      return []
  }
}

const text = (length: number): string => 'abcdefgh'.repeat(Math.ceil(length / 8)).slice(0, length)

function kindOf(values: readonly Json[]): Kind | null {
  const kinds = new Set(values.map((value) => typeof value))
  if (kinds.size !== 1) return null
  return kinds.has('number') ? 'number' : kinds.has('boolean') ? 'boolean' : null
}

function typeKind(values: readonly Json[]): Kind | null {
  const [first] = values
  return first === 'number' || first === 'boolean' || first === 'object' || first === 'string' ? first : null
}
