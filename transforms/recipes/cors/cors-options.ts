import type * as t from '@babel/types'
import { keyName, numberValue, stringValue, uncast } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { endOf, type Node, startOf } from '../../syntax/tree.ts'
import { type AskedOrigin, readAskedOrigin } from './asked-origin.ts'
import type { CorsPlace } from './cors-call.ts'
import { type Here, isVariable, mayChange, type OriginPart, readComputed } from './computed-origin.ts'

/** What the package does with the options that it is given. Texts are code; everything else is a value. */
export interface CorsOptions {
  origin:
    | { kind: 'any' }
    | { kind: 'none' }
    | { kind: 'fixed'; value: string }
    /** A text that may be missing. */
    | { kind: 'variable'; text: string }
    | { kind: 'reflected' }
    | { kind: 'list'; texts: readonly string[] }
    /** Worked out where the call stands. */
    | { kind: 'computed'; value: Node; parts: ReadonlySet<OriginPart> }
    /** A function decides. */
    | { kind: 'asked'; asked: AskedOrigin; throws: boolean }
  methods: string
  credentials: boolean
  /** Null for those that the request asks for. */
  allowed: string | null
  exposed: string | null
  maxAge: string | null
  status: number
}

const defaults: CorsOptions = {
  origin: { kind: 'any' },
  methods: 'GET,HEAD,PUT,PATCH,POST,DELETE',
  credentials: false,
  allowed: null,
  exposed: null,
  maxAge: null,
  status: 204,
}

/** Null for options whose values are not known here. `here`: the function that the call stands in. */
export function readOptions(place: CorsPlace, here: Here): CorsOptions | null {
  const { options, tree } = place
  if (options === null) return defaults
  const object = steady(options, tree)
  if (object?.type !== 'ObjectExpression') return null
  const out: CorsOptions = { ...defaults }
  for (const property of object.properties) {
    // `origin(origin, callback) { ... }`
    if (property.type === 'ObjectMethod' && keyName(property) === 'origin' && property.kind === 'method') {
      const origin = askedOrigin(property, place, here)
      if (!origin) return null
      out.origin = origin
      continue
    }
    const key = property.type === 'ObjectProperty' ? keyName(property) : null
    if (property.type !== 'ObjectProperty' || key === null) return null
    const value = steady(property.value, tree)
    if (!value || !readOne(key, value, { out, place, given: property.value, here })) return null
  }
  return out
}

function readOne(
  key: string,
  value: Node,
  { out, place, given, here }: { out: CorsOptions; place: CorsPlace; given: Node; here: Here },
): boolean {
  const { tree, text } = place
  const list = listOf(value, tree)
  switch (key) {
    case 'origin': {
      const origin = originOf(value, text) ?? askedOrigin(value, place, here) ?? computedOrigin(given, here)
      if (origin) out.origin = origin
      return origin !== null
    }
    case 'methods':
      if (list) out.methods = list
      return Boolean(list)
    case 'allowedHeaders':
    case 'headers':
      // With both of its names, the first one counts.
      if (!list || out.allowed !== null) return false
      out.allowed = list
      return true
    case 'exposedHeaders':
      if (list) out.exposed = list
      return Boolean(list)
    case 'credentials':
      out.credentials = value.type === 'BooleanLiteral' && value.value
      return value.type === 'BooleanLiteral'
    case 'maxAge': {
      const age = numberValue(value) ?? stringValue(value)
      if (age !== null) out.maxAge = String(age)
      return age !== null
    }
    case 'optionsSuccessStatus': {
      const status = numberValue(value)
      // An empty answer of 200 or 204; a Response takes no status below 200.
      if (status !== null && status >= 200 && status <= 599) out.status = status
      return status === out.status
    }
    case 'preflightContinue':
      return value.type === 'BooleanLiteral' && !value.value
    default:
      return false
  }
}

/** A text, or a list of texts, as the package sends it; null for anything else, also for an empty one. */
function listOf(node: Node, tree: ScopeTree): string | null {
  if (node.type !== 'ArrayExpression') return stringValue(node)
  const texts = node.elements.map((element) => {
    const value = element && element.type !== 'SpreadElement' ? steady(element, tree) : null
    return value ? stringValue(value) : null
  })
  return texts.every((one) => one !== null) ? texts.join(',') : null
}

function originOf(node: Node, text: string): CorsOptions['origin'] | null {
  if (node.type === 'BooleanLiteral') return { kind: node.value ? 'reflected' : 'none' }
  const fixed = stringValue(node)
  if (fixed !== null)
    return fixed === '*' ? { kind: 'any' } : fixed === '' ? { kind: 'none' } : { kind: 'fixed', value: fixed }
  const slice = (part: Node): string => text.slice(startOf(part), endOf(part))
  if (isText(node)) return { kind: 'variable', text: slice(node) }
  if (node.type !== 'ArrayExpression') return null
  const parts = node.elements.flatMap((element): t.Expression[] =>
    element && element.type !== 'SpreadElement' ? [element] : [],
  )
  const isKnown = parts.length === node.elements.length && parts.length > 0 && parts.every(isText)
  return isKnown ? { kind: 'list', texts: parts.map(slice) } : null
}

function computedOrigin(value: Node, here: Here): CorsOptions['origin'] | null {
  const parts = readComputed(value, here)
  return parts && { kind: 'computed', value, parts }
}

/** Its names mean the same where the call stands: it is written in the same file. */
function askedOrigin(value: Node, { tree, text, onError }: CorsPlace, here: Here): CorsOptions['origin'] | null {
  const asked = tree === here.tree ? readAskedOrigin(value, { tree, text }) : null
  if (!asked || (asked.error !== null && onError === null)) return null
  return { kind: 'asked', asked, throws: onError === 'thrown' }
}

/** Literals and variables of the environment: the same text in every module. */
function isText(expression: Node): boolean {
  const node = uncast(expression)
  if (stringValue(node) !== null) return true
  if (node.type === 'LogicalExpression') return node.operator !== '&&' && isText(node.left) && isText(node.right)
  return isVariable(node)
}

/** The value of a name that never changes. */
function steady(expression: Node, tree: ScopeTree): Node | null {
  const node = uncast(expression)
  if (node.type !== 'Identifier') return node
  const binding = bindingAt(tree, node)
  const init = binding?.declaration.type === 'VariableDeclarator' ? binding.declaration.init : null
  const isOnlyRead =
    binding?.kind === 'const' && binding.references.every((r) => r.kind !== 'write' && !mayChange(r.node, tree))
  return isOnlyRead && init ? uncast(init) : null
}
