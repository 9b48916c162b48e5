import type { Piece } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { isQuiet, keyName, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { detectStyle, quoted } from '../../syntax/style.ts'
import type { Node } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'

export interface Cookie {
  name: Node
  /** Null for one that is destroyed. */
  value: Node | null
  options: Node | null
}

/** What is between the backquotes: text, and what is in `${}`. */
type Part = string | { of: readonly Piece[] }

/**
 * The line of a cookie, as cookie@0.4.2 index.js `serialize` writes it: the value encoded, then the attributes in its order. Null for an option
 * that it may refuse, leave out or hand to a function, as far as the code shows.
 */
export function lineOf({ name, value, options }: Cookie, module: SourceModule): readonly Piece[] | null {
  const parts = [nameOf(name, module), valuePart(value, module), ...attributesOf(options, value === null, module)]
  const known = parts.flat()
  if (known.includes(null) || hasOwnEncoder(module.tree)) return null
  return print(known as readonly Part[], module)
}

function print(parts: readonly Part[], { file }: SourceModule): readonly Piece[] {
  if (parts.every((part) => typeof part === 'string')) return [quoted(detectStyle(file), parts.join(''))]
  return ['`', ...parts.flatMap((part) => (typeof part === 'string' ? [part] : ['${', ...part.of, '}'])), '`']
}

/** Names that it reads from the line again as they are. */
function nameOf(node: Node, { tree }: SourceModule): (Part | null)[] {
  const literal = constantOf(node, tree)
  if (literal?.type !== 'StringLiteral' || !/^[\w.-]+$/.test(literal.value) || literal.value === '__proto__')
    return [null]
  return [literal === uncast(node) ? literal.value : { of: [sliceOf(node)] }, '=']
}

function valuePart(node: Node | null, { file }: SourceModule): (Part | null)[] {
  if (!node) return []
  const value = uncast(node)
  if (value.type === 'SpreadElement' || value.type === 'ArgumentPlaceholder') return [null]
  if (value.type === 'StringLiteral' && isEncodable(value.value)) return [encodeURIComponent(value.value)]
  // What JavaScript hands over may be undefined, for the types of the new file.
  const [open, close] = file.language === 'ts' ? ['(', ')'] : ['(String(', '))']
  return [{ of: [`encodeURIComponent${open}`, sliceOf(node), close] }]
}

function attributesOf(options: Node | null, isDestroyed: boolean, module: SourceModule): (Part | null)[] {
  const given = options && uncast(options)
  if (given && given.type !== 'ObjectExpression') return [null]
  const known = new Map<string, Node>()
  for (const property of given?.properties ?? []) {
    const key = property.type === 'ObjectProperty' && !property.computed ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || key === null || !Object.hasOwn(WRITERS, key)) return [null]
    known.set(key, uncast(property.value))
  }
  return Object.entries(WRITERS).flatMap(([key, write]) => {
    if (key === 'maxAge' && isDestroyed) return ['; Max-Age=-1']
    const value = known.get(key)
    return !value || (value.type === 'Identifier' && value.name === 'undefined') ? [] : write(value, module.tree)
  })
}

/** In the order of the line. */
const WRITERS: Readonly<Record<string, (value: Node, tree: ScopeTree) => (Part | null)[]>> = {
  maxAge: (value, tree) => {
    const seconds = numberOf(value, tree)
    if (!Number.isSafeInteger(seconds)) return [null]
    return ['; Max-Age=', value.type === 'NumericLiteral' ? String(seconds) : { of: [sliceOf(value)] }]
  },
  domain: (value) =>
    value.type === 'StringLiteral' && /^[\w.-]+$/.test(value.value) ? [`; Domain=${value.value}`] : [null],
  path: (value) =>
    value.type === 'StringLiteral' && /^[\w./~-]+$/.test(value.value) ? [`; Path=${value.value}`] : [null],
  expires: (value, tree) => (isDate(value, tree) ? ['; Expires=', { of: [sliceOf(value), '.toUTCString()'] }] : [null]),
  httpOnly: (value) => flag(value, 'HttpOnly'),
  secure: (value) => flag(value, 'Secure'),
  sameSite: (value) => {
    if (value.type === 'BooleanLiteral') return value.value ? ['; SameSite=Strict'] : []
    const word =
      value.type === 'StringLiteral' ? /^(?:lax|strict|none)$/i.exec(value.value)?.[0].toLowerCase() : undefined
    return [word ? `; SameSite=${word.charAt(0).toUpperCase()}${word.slice(1)}` : null]
  },
}

function flag(value: Node, word: string): (Part | null)[] {
  if (value.type === 'BooleanLiteral') return value.value ? [`; ${word}`] : []
  if (!isQuiet(value) || /Function|Object|Array/.test(value.type)) return [null]
  const isLoose = value.type === 'ConditionalExpression'
  return [{ of: [isLoose ? '(' : '', sliceOf(value), isLoose ? ')' : '', ` ? '; ${word}' : ''`] }]
}

/** `new Date(...)`, or a constant that is one. */
function isDate(node: Node, tree: ScopeTree): boolean {
  const value = constantOf(node, tree)
  if (value?.type !== 'NewExpression' || value.callee.type !== 'Identifier' || value.callee.name !== 'Date')
    return false
  return bindingAt(tree, value.callee) === null
}

/** Of literals, also by the names of constants, and what is reckoned with them. */
function numberOf(node: Node, tree: ScopeTree): number {
  const value = constantOf(node, tree)
  if (value?.type === 'NumericLiteral') return value.value
  if (value?.type === 'UnaryExpression' && value.operator === '-') return -numberOf(value.argument, tree)
  if (value?.type !== 'BinaryExpression') return Number.NaN
  const [left, right] = [numberOf(value.left, tree), numberOf(value.right, tree)]
  return value.operator === '*' ? left * right : value.operator === '+' ? left + right : Number.NaN
}

/** What a constant of the file was made as. */
function constantOf(node: Node, tree: ScopeTree): Node | null {
  const value = uncast(node)
  if (value.type !== 'Identifier') return value
  const binding = bindingAt(tree, value)
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  return declaration?.type === 'VariableDeclarator' && declaration.id === binding?.id && declaration.init
    ? uncast(declaration.init)
    : null
}

/** No half of a pair. */
function isEncodable(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text)
}

function hasOwnEncoder({ scopeOf }: ScopeTree): boolean {
  return [...scopeOf.values()].some(({ bindings }) => bindings.has('encodeURIComponent'))
}
