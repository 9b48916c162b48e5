import type { Node } from '../syntax/tree.ts'

/** Is the second tree the first one without its types? `gone`: nodes of the first that have no counterpart. */
export function isSameProgram(typed: Node, plain: Node, gone: ReadonlySet<Node>): boolean {
  const left = unwrap(typed)
  const right = unwrap(plain)
  if (left.type !== right.type) return false
  const [a, b] = [fieldsOf(left), fieldsOf(right)]
  return [...new Set([...a.keys(), ...b.keys()])].every((key) => isSame(a.get(key), b.get(key), gone))
}

function isSame(a: unknown, b: unknown, gone: ReadonlySet<Node>): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    const [left, right] = [listOf(a, gone), listOf(b, gone)]
    return left.length === right.length && left.every((item, i) => isSame(item, right[i], gone))
  }
  if (isNode(a) && isNode(b)) return isSameProgram(a, b, gone)
  if (isObject(a) && isObject(b)) return JSON.stringify(a) === JSON.stringify(b)
  // What is absent is null, undefined or false, as the parser happens to say it.
  return a === b || (!a && !b && a !== 0 && b !== 0 && a !== '' && b !== '')
}

/** A semicolon of its own is no difference. */
function listOf(value: unknown, gone: ReadonlySet<Node>): unknown[] {
  const list: unknown[] = Array.isArray(value) ? value : []
  return list.filter((item) => !isNode(item) || (item.type !== 'EmptyStatement' && !gone.has(item)))
}

const WRAPPERS: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
])

function unwrap(node: Node): Node {
  let at = node
  while (WRAPPERS.has(at.type) && 'expression' in at && isNode(at.expression)) at = at.expression
  return at
}

const POSITIONS = [
  'type',
  'start',
  'end',
  'loc',
  'extra',
  'range',
  'parent',
  'comments',
  'errors',
  'tokens',
  'sourceType',
]
const TYPES = ['typeAnnotation', 'typeParameters', 'typeArguments', 'superTypeParameters', 'returnType', 'implements']
const FLAGS = ['declare', 'abstract', 'accessibility', 'definite', 'readonly', 'override', 'importKind', 'exportKind']
const SKIP: ReadonlySet<string> = new Set([...POSITIONS, ...TYPES, ...FLAGS])

function fieldsOf(node: Node): Map<string, unknown> {
  const isChain = node.type.startsWith('Optional')
  return new Map(Object.entries(node).filter(([key]) => !SKIP.has(key) && (key !== 'optional' || isChain)))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isNode(value: unknown): value is Node {
  return isObject(value) && 'type' in value && typeof value.type === 'string'
}
