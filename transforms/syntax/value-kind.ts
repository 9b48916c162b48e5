import type * as t from '@babel/types'
import { isKnownPresent } from './absence.ts'
import { statedKindOf } from './member-kind.ts'
import { isCall, isMember, memberName, uncast } from './match.ts'
import { type Binding, bindingAt, type ScopeTree } from './scope.ts'
import { type Node, parentOf } from './tree.ts'

/** What a value is at run time, as far as its expression shows. 'absent' may be undefined. */
export type ValueKind =
  | 'string'
  | 'number'
  | 'boolean'
  | 'object'
  /** Of a class that may be anything: a stream, bytes. */
  | 'instance'
  | 'list'
  | 'buffer'
  /** Of a typed array: bytes for Node, an object for `res.send`. */
  | 'bytes'
  | 'null'
  | 'undefined'
  | 'unknown'

const STRING_METHODS = new Set([
  'toString',
  'join',
  'toISOString',
  'toUTCString',
  'toFixed',
  'toLowerCase',
  'toUpperCase',
  'trim',
  'padStart',
  'padEnd',
  'toLocaleString',
  'toLocaleDateString',
  'stringify',
  'serialize',
  'digest',
  'replaceAll',
  'substring',
  'toJSON',
])
const STRING_FUNCTIONS = new Set([
  'String',
  'encodeURIComponent',
  'encodeURI',
  'serialize',
  'decodeURIComponent',
  'btoa',
  'atob',
])
const LIST_METHODS = new Set([
  'map',
  'filter',
  'flatMap',
  'sort',
  'flat',
  'keys',
  'values',
  'entries',
  'from',
  'reverse',
  'split',
])

export function kindOf(expression: Node | null | undefined, tree: ScopeTree, depth = 0): ValueKind {
  if (!expression || depth > 6) return 'unknown'
  const node = uncast(expression)
  switch (node.type) {
    case 'StringLiteral':
    case 'TemplateLiteral':
      return 'string'
    case 'NumericLiteral':
      return 'number'
    case 'BooleanLiteral':
      return 'boolean'
    case 'NullLiteral':
      return 'null'
    case 'ObjectExpression':
      return 'object'
    case 'ArrayExpression':
      return 'list'
    case 'UnaryExpression':
      return node.operator === '!'
        ? 'boolean'
        : node.operator === '-' || node.operator === '+'
          ? 'number'
          : node.operator === 'typeof'
            ? 'string'
            : node.operator === 'void'
              ? 'undefined'
              : 'unknown'
    case 'BinaryExpression':
      return ofBinary(node, tree, depth)
    case 'ConditionalExpression':
      return same(kindOf(node.consequent, tree, depth + 1), kindOf(node.alternate, tree, depth + 1))
    case 'LogicalExpression': {
      const right = kindOf(node.right, tree, depth + 1)
      const left = uncast(node.left)
      if (node.operator !== '&&' && isMember(left) && isEnvironment(left)) return right
      return same(kindOf(node.left, tree, depth + 1), right)
    }
    case 'AwaitExpression': {
      const inner = uncast(node.argument)
      return isCall(inner) && isMember(inner.callee) && memberName(inner.callee) === 'text' ? 'string' : 'unknown'
    }
    case 'NewExpression':
      return ofClass(node.callee, tree)
    case 'CallExpression':
    case 'OptionalCallExpression':
      return ofCall(node)
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return ofMember(node, tree)
    case 'Identifier':
      return node.name === 'undefined' ? 'undefined' : ofName(node, tree, depth)
    default:
      return 'unknown'
  }
}

/** Functions whose results are never undefined: ORMs give null, parsers and collections a value. */
const DEFINED_METHODS = new Set([
  ...[
    'findMany',
    'findUnique',
    'findFirst',
    'findUniqueOrThrow',
    'findFirstOrThrow',
    'create',
    'createMany',
    'update',
    'updateMany',
    'upsert',
    'delete',
    'deleteMany',
    'count',
    'aggregate',
    'groupBy',
  ],
  ...[
    'findOne',
    'findById',
    'findByIdAndUpdate',
    'findByIdAndDelete',
    'findOneAndUpdate',
    'findOneAndDelete',
    'save',
    'exec',
    'lean',
    'populate',
    'toArray',
    'insertOne',
    'insertMany',
    'updateOne',
    'deleteOne',
    'toObject',
    'toJSON',
    'sort',
    'limit',
    'skip',
    'select',
  ],
  ...[
    'json',
    'map',
    'filter',
    'flatMap',
    'flat',
    'slice',
    'concat',
    'reverse',
    'split',
    'keys',
    'values',
    'entries',
    'from',
    'fromEntries',
    'assign',
    'all',
    'allSettled',
    'stringify',
    '$queryRaw',
    '$transaction',
  ],
])

/** Is the value certainly not undefined? Literals, results of well-known functions, and names behind `if (!x) return`. */
export function isDefined(expression: Node, tree: ScopeTree, depth = 0): boolean {
  const node = uncast(expression)
  if (depth > 4) return false
  const printed = stringified(node, tree)
  if (printed) return isDefined(printed, tree, depth + 1)
  if (kindOf(node, tree) !== 'unknown') return kindOf(node, tree) !== 'undefined'
  switch (node.type) {
    case 'AwaitExpression':
      return isDefined(node.argument, tree, depth + 1)
    case 'CallExpression':
      return isMember(node.callee) && givesValue(node.callee, node.arguments.length)
    case 'LogicalExpression':
      return isDefined(node.right, tree, depth + 1)
    case 'ConditionalExpression':
      return isDefined(node.consequent, tree, depth + 1) && isDefined(node.alternate, tree, depth + 1)
    case 'BinaryExpression':
    case 'TemplateLiteral':
      return true
    case 'Identifier': {
      const binding = bindingAt(tree, node)
      if (!binding) return false
      if (binding.kind === 'catch' || binding.kind === 'function' || isKnownPresent(node, binding.name, binding.id))
        return true
      const annotation =
        binding.id.typeAnnotation?.type === 'TSTypeAnnotation' ? binding.id.typeAnnotation.typeAnnotation : null
      if (annotation && !/Undefined|Any|Unknown|Union|Reference/.test(annotation.type)) return true
      const { declaration } = binding
      const isSteady = binding.references.every((r) => r.kind !== 'write')
      return (
        isSteady &&
        declaration.type === 'VariableDeclarator' &&
        declaration.id.type === 'Identifier' &&
        Boolean(declaration.init && isDefined(declaration.init, tree, depth + 1))
      )
    }
    default:
      return false
  }
}

/** Names that other stores have too, where they may give nothing. */
const COMMON_METHODS = new Set([
  'create',
  'update',
  'delete',
  'save',
  'count',
  'select',
  'exec',
  'sort',
  'limit',
  'skip',
])

function givesValue(callee: t.MemberExpression | t.OptionalMemberExpression, args: number): boolean {
  const name = memberName(callee) ?? ''
  if (!DEFINED_METHODS.has(name)) return false
  const object = uncast(callee.object)
  // `prisma.user.create(x)`, `User.create(x)`, `document.save()`: not `store.save(x)`.
  return !COMMON_METHODS.has(name) || object.type !== 'Identifier' || /^[A-Z]/.test(object.name) || args === 0
}

/** The argument of `JSON.stringify`, which gives undefined for undefined; also behind a name. */
function stringified(node: Node, tree: ScopeTree): Node | null {
  const declaration = node.type === 'Identifier' ? bindingAt(tree, node)?.declaration : null
  const value = declaration?.type === 'VariableDeclarator' && declaration.init ? uncast(declaration.init) : node
  const isStringify = isCall(value) && isMember(value.callee) && memberName(value.callee) === 'stringify'
  return isStringify ? (value.arguments[0] ?? null) : null
}

function same(a: ValueKind, b: ValueKind): ValueKind {
  return a === b ? a : 'unknown'
}

function ofBinary(node: t.BinaryExpression, tree: ScopeTree, depth: number): ValueKind {
  if (['===', '!==', '==', '!=', '<', '>', '<=', '>=', 'in', 'instanceof'].includes(node.operator)) return 'boolean'
  if (node.operator !== '+') return 'number'
  const sides = [kindOf(node.left, tree, depth + 1), kindOf(node.right, tree, depth + 1)]
  if (sides.includes('string')) return 'string'
  return sides.every((s) => s === 'number') ? 'number' : 'unknown'
}

function ofCall(node: t.CallExpression | t.OptionalCallExpression): ValueKind {
  const callee = uncast(node.callee)
  if (callee.type === 'Identifier')
    return STRING_FUNCTIONS.has(callee.name)
      ? 'string'
      : callee.name === 'Number' || callee.name === 'parseInt'
        ? 'number'
        : 'unknown'
  if (!isMember(callee)) return 'unknown'
  const name = memberName(callee) ?? ''
  if (callee.object.type === 'Identifier' && callee.object.name === 'Buffer')
    return ['from', 'concat', 'alloc'].includes(name) ? 'buffer' : 'unknown'
  if (name === 'digest' && node.arguments.length === 0) return 'buffer'
  // `location.replace(url)` and others take no pattern.
  if (name === 'replace' && node.arguments[0]?.type === 'RegExpLiteral') return 'string'
  if (STRING_METHODS.has(name)) return name === 'toJSON' ? 'unknown' : 'string'
  return LIST_METHODS.has(name) ? 'list' : 'unknown'
}

function ofMember(node: t.MemberExpression | t.OptionalMemberExpression, tree: ScopeTree): ValueKind {
  if (memberName(node) === 'length') return 'number'
  const object = uncast(node.object)
  const isCaught = object.type === 'Identifier' && bindingAt(tree, object)?.kind === 'catch'
  return isCaught && ['message', 'stack', 'name'].includes(memberName(node) ?? '') ? 'string' : 'unknown'
}

/** Of the language or the platform, and neither a stream nor a Buffer. */
const PLAIN_CLASSES =
  /^(?:Array|Object|Date|RegExp|(?:Weak)?(?:Map|Set)|Promise|(?:\w+)?Error|(?:Big)?(?:Uint|Int|Float)\d+(?:Clamped)?Array|ArrayBuffer|DataView|URL|URLSearchParams|Headers|FormData|Blob|File|Request|Response|Intl)$/

function ofClass(callee: Node, tree: ScopeTree): ValueKind {
  if (callee.type !== 'Identifier' || bindingAt(tree, callee)) return 'instance'
  if (callee.name === 'Uint8Array') return 'bytes'
  return PLAIN_CLASSES.test(callee.name) ? 'object' : 'instance'
}

/** `process.env.X`: a string where it is set. */
export function isEnvironment(node: Node): boolean {
  const at = uncast(node)
  return isMember(at) && isMember(at.object) && memberName(at.object) === 'env'
}

function ofName(node: t.Identifier, tree: ScopeTree, depth: number): ValueKind {
  const binding = bindingAt(tree, node)
  const kind = binding ? ofBinding(binding, tree, depth) : 'unknown'
  return binding && keepsKind(binding, kind, tree, depth) ? kind : 'unknown'
}

/** Whatever is assigned later is of the same kind: `message += hint` to a text. */
function keepsKind({ references }: Binding, kind: ValueKind, tree: ScopeTree, depth: number): boolean {
  return references.every(({ node, kind: use }) => {
    if (use !== 'write') return true
    const parent = kind === 'unknown' ? null : parentOf(node)
    if (parent?.type !== 'AssignmentExpression' || parent.left !== node) return false
    if (parent.operator === '+=') return kind === 'string'
    return parent.operator === '=' && kindOf(parent.right, tree, depth + 1) === kind
  })
}

function ofBinding(binding: Binding, tree: ScopeTree, depth: number): ValueKind {
  const annotated = binding.id.typeAnnotation
  if (annotated?.type === 'TSTypeAnnotation') {
    switch (annotated.typeAnnotation.type) {
      case 'TSStringKeyword':
        return 'string'
      case 'TSNumberKeyword':
        return 'number'
      case 'TSBooleanKeyword':
        return 'boolean'
      case 'TSArrayType':
        return 'list'
      case 'TSTypeLiteral':
        return 'object'
    }
  }
  const { declaration } = binding
  return declaration.type === 'VariableDeclarator' &&
    declaration.id.type === 'Identifier' &&
    (binding.kind === 'const' || declaration.init)
    ? kindOf(declaration.init, tree, depth + 1)
    : (statedKindOf(binding, tree) ?? 'unknown')
}
