import type * as t from '@babel/types'
import { keyName, stringValue, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, some } from '../../syntax/tree.ts'
import { kindOf } from '../../syntax/value-kind.ts'
import type { Refusals } from './irregular.ts'
import { isClosed, type MadeObject } from './maker.ts'
import { METHODS } from './route-facts.ts'

/** What a test hands to a handler as its request. */
export interface MockRequest {
  /** Null where none is said. */
  method: string | null
  query: readonly QueryEntry[]
  /** Null where none is said, or what node-mocks-http makes `{}` of. */
  body: Node | null
  headers: t.ObjectExpression | null
  cookies: readonly (readonly [string, string])[]
  url: Node | null
  /** node-mocks-http fills in what is not said: `{}` for the body. A plain object has what it has. */
  isFilled: boolean
  /** The literal that it is read from. */
  literal: t.ObjectExpression | null
}

/** One value, or several of a repeated key. */
export interface QueryEntry {
  name: string
  values: readonly Node[]
  isList: boolean
}

/**
 * Reads the options of `createMocks` and `createRequest` (node-mocks-http@1.18.1 lib/mockRequest.js), or an object that stands for a request.
 * Options that Next has no equal for (`params`, `session`, properties of one's own) are not understood, nor are values that are not shown.
 */
export function readMockRequest(
  literal: t.ObjectExpression | null,
  { tree, refuse, isFilled, given }: ReadInput,
): MockRequest | null {
  const request: { -readonly [K in keyof MockRequest]: MockRequest[K] } = {
    method: null,
    query: [],
    body: null,
    headers: null,
    cookies: [],
    url: null,
    isFilled,
    literal,
  }
  for (const property of literal?.properties ?? []) {
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || key === null) return refuse('option', property)
    const value = valueAt(property.value, { tree, given })
    // A parameter that is left out is not in the request.
    if (value === null) continue
    if (given && !isClosed(value) && !isGiven(property.value, { tree, given }) && key !== 'query')
      return refuse('value', property.value)
    if (key === 'method') {
      request.method = textOf(value, tree)
      // Next answers others before any route, and the mock keeps small letters.
      if (request.method === null || !METHODS.has(request.method)) return refuse('method', value)
    } else if (key === 'query') {
      const query = readQuery(value, { tree, refuse, given })
      if (!query) return null
      request.query = query
    } else if (key === 'body') request.body = value
    else if (key === 'headers') {
      if (!isHeaders(value, tree, refuse)) return null
      // node-mocks-http makes small letters of names, as Node does. A plain object has what it has.
      if (!isFilled && value.properties.some(hasCapitals)) return refuse('option', value)
      request.headers = value
    } else if (key === 'cookies') {
      const cookies = readCookies(value, tree, refuse)
      if (!cookies) return null
      request.cookies = cookies
    } else if (key === 'url') request.url = value
    else return refuse('option', property)
  }
  return request
}

interface ReadInput {
  tree: ScopeTree
  refuse: Refusals['refuse']
  isFilled: boolean
  /** What stands for the parameters of the function that makes it. */
  given?: MadeObject['given'] | undefined
}

type Given = Pick<ReadInput, 'tree' | 'given'>

/** A parameter is what it was called with; null where that is nothing. */
function valueAt(node: Node, { tree, given }: Given): Node | null {
  const at = uncast(node)
  const binding = at.type === 'Identifier' ? bindingAt(tree, at) : null
  const argument = binding ? given?.get(binding) : undefined
  return argument === undefined ? at : argument && uncast(argument)
}

function isGiven(node: Node, { tree, given }: Given): boolean {
  const at = uncast(node)
  const binding = at.type === 'Identifier' ? bindingAt(tree, at) : null
  return binding !== null && given?.has(binding) === true
}

/** The text of a literal, or of a constant that is one. */
export function textOf(node: Node, tree: ScopeTree): string | null {
  const at = uncast(node)
  const binding = at.type === 'Identifier' ? bindingAt(tree, at) : null
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  return declaration?.type === 'VariableDeclarator' && declaration.id.type === 'Identifier'
    ? stringValue(declaration.init)
    : stringValue(at)
}

/** Each key with texts: real requests have nothing else. */
function readQuery(value: Node, { tree, refuse, given }: Omit<ReadInput, 'isFilled'>): QueryEntry[] | null {
  if (value.type !== 'ObjectExpression') return refuse('option', value)
  const entries: QueryEntry[] = []
  for (const property of value.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || name === null) return refuse('option', property)
    const single = valueAt(property.value, { tree, given })
    if (single === null || (given && !isClosed(single) && !isGiven(property.value, { tree, given })))
      return refuse('value', property.value)
    const isList = single.type === 'ArrayExpression'
    const values = isList ? single.elements : [single]
    const known = values.flatMap((one) => (one && kindOf(one, tree) === 'string' ? [one as Node] : []))
    // A list of one is a text for Next, and an empty one is nothing.
    if (known.length < values.length || known.length === 0) return refuse('value', property.value)
    if (entries.some((entry) => entry.name === name)) return refuse('option', property)
    entries.push({ name, values: known, isList })
  }
  return entries
}

function isHeaders(value: Node, tree: ScopeTree, refuse: Refusals['refuse']): value is t.ObjectExpression {
  if (value.type !== 'ObjectExpression') return refuse('option', value) !== null
  for (const property of value.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || name === null) return refuse('option', property) !== null
    if (kindOf(property.value, tree) !== 'string') return refuse('value', property.value) !== null
  }
  return true
}

function hasCapitals(property: Node): boolean {
  const name = property.type === 'ObjectProperty' ? keyName(property) : null
  return name !== null && name !== name.toLowerCase()
}

function readCookies(value: Node, tree: ScopeTree, refuse: Refusals['refuse']): [string, string][] | null {
  if (value.type !== 'ObjectExpression') return refuse('option', value)
  const cookies: [string, string][] = []
  for (const property of value.properties) {
    const name = property.type === 'ObjectProperty' ? keyName(property) : null
    const text = property.type === 'ObjectProperty' ? textOf(property.value, tree) : null
    if (name === null || text === null) return refuse('value', property)
    cookies.push([name, text])
  }
  return cookies
}

/** As JSON it is the same again: what a parser makes of a request has no dates, functions or `undefined`. */
export function isJsonAlike(node: Node, tree: ScopeTree, depth = 0): boolean {
  const at = uncast(node)
  if (depth > 8) return false
  switch (at.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
    case 'NullLiteral':
    case 'TemplateLiteral':
      return true
    case 'UnaryExpression':
      return at.operator === '-' && at.argument.type === 'NumericLiteral'
    case 'ArrayExpression':
      return at.elements.every(
        (one) => one !== null && one.type !== 'SpreadElement' && isJsonAlike(one, tree, depth + 1),
      )
    case 'ObjectExpression':
      return at.properties.every((one) =>
        one.type === 'ObjectProperty'
          ? !one.computed && isJsonAlike(one.value, tree, depth + 1)
          : one.type === 'SpreadElement' && isJsonAlike(one.argument, tree, depth + 1),
      )
    case 'Identifier': {
      const binding = bindingAt(tree, at)
      const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : null
      if (binding?.kind !== 'const' || binding.declaration.type !== 'VariableDeclarator') return false
      return binding.declaration.id.type === 'Identifier' && !!init && isJsonAlike(init, tree, depth + 1)
    }
    default:
      return kindOf(at, tree) === 'string'
  }
}

/** Something in it is lost or changed by JSON. */
export function isLostInJson(node: Node, tree: ScopeTree, depth = 0): boolean {
  const at = uncast(node)
  if (depth > 8) return true
  if (at.type === 'ObjectExpression')
    return at.properties.some((one) => {
      const part = one.type === 'ObjectProperty' ? one.value : one.type === 'SpreadElement' ? one.argument : null
      return part === null || isLostInJson(part, tree, depth + 1)
    })
  if (at.type === 'ArrayExpression') return at.elements.some((one) => !one || isLostInJson(one, tree, depth + 1))
  const declaration = at.type === 'Identifier' ? bindingAt(tree, at)?.declaration : null
  if (declaration?.type === 'VariableDeclarator' && declaration.id.type === 'Identifier' && declaration.init)
    return isLostInJson(declaration.init, tree, depth + 1)
  return some(
    at,
    (at) =>
      at.type === 'NewExpression' ||
      at.type === 'BigIntLiteral' ||
      at.type === 'RegExpLiteral' ||
      at.type === 'ArrowFunctionExpression' ||
      at.type === 'FunctionExpression' ||
      at.type === 'ObjectMethod' ||
      (at.type === 'Identifier' && (at.name === 'undefined' || at.name === 'NaN' || at.name === 'Infinity')),
  )
}
