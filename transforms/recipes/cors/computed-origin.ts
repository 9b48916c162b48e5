import type * as t from '@babel/types'
import type { Pass } from '../../model/route.ts'
import { isCall, isMember, keyName, memberName, stringValue, uncast, withCasts } from '../../syntax/match.ts'
import { type Binding, bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { importedAs } from '../../syntax/imported.ts'
import { contains, isPlainFunction, type Node, parentOf } from '../../syntax/tree.ts'

/** What an origin that is worked out may be: a text, a list of texts, `true` for whatever is asked, or nothing. */
export type OriginPart = 'text' | 'list' | 'any' | 'missing'

/** The function that calls the package. Its own expressions mean the same in the code that takes the place of the call. */
export interface Here {
  fn: Node | null
  tree: ScopeTree
  /** The request, by the name that the call hands over. */
  request: Binding | null
}

export function hereOf(fn: Node | null, tree: ScopeTree, passes: readonly Pass[]): Here {
  const ref = passes.find(({ root }) => root === 'req')?.ref
  return { fn, tree, request: ref?.type === 'Identifier' ? bindingAt(tree, ref) : null }
}

/**
 * `process.env.ALLOWED?.split(',') || req.headers.origin`: every value that the expression may have, where those are texts or lists of them.
 * cors@2.8.6 lib/index.js, configureOrigin: a text is sent as it is, a list is searched for the request's Origin, and nothing is sent for
 * what is falsy. Null where it may be something else, or stands where it cannot be written again.
 */
export function readComputed(expression: Node, here: Here): ReadonlySet<OriginPart> | null {
  if (!here.fn || !contains(here.fn, expression)) return null
  const parts = partsOf(expression, here, 0)
  return parts && new Set(parts)
}

function partsOf(expression: Node, here: Here, depth: number): readonly OriginPart[] | null {
  if (depth > 8) return null
  const node = uncast(expression)
  const sub = (part: Node): readonly OriginPart[] | null => partsOf(part, here, depth + 1)
  if (stringValue(node) !== null || node.type === 'TemplateLiteral') return ['text']
  if (node.type === 'BooleanLiteral') return [node.value ? 'any' : 'missing']
  if (node.type === 'NullLiteral') return ['missing']
  if (isVariable(node) || isOrigin(node, here)) return ['text', 'missing']
  switch (node.type) {
    case 'Identifier':
      return node.name === 'undefined' ? ['missing'] : ofName(bindingAt(here.tree, node), sub, here)
    case 'LogicalExpression': {
      if (node.operator === '&&') return null
      const [left, right] = [sub(node.left), sub(node.right)]
      return left && right ? [...left.filter((part) => part !== 'missing'), ...right] : null
    }
    case 'ConditionalExpression': {
      const [then, otherwise] = [sub(node.consequent), sub(node.alternate)]
      return then && otherwise ? [...then, ...otherwise] : null
    }
    case 'ArrayExpression': {
      const all = node.elements.map((element) => (element && element.type !== 'SpreadElement' ? sub(element) : null))
      // Those of a list `as const` are looked up by no other text.
      const isFixed = parentOf(node)?.type === 'TSAsExpression'
      return !isFixed && all.every((parts) => parts?.every((part) => part === 'text')) ? ['list'] : null
    }
    default:
      return isCall(node) ? ofCall(node, sub) : null
  }
}

/** `text.split(',')`, and lists made of one: `.map((one) => one.trim())`, `.filter(Boolean)`. */
function ofCall(node: Node, sub: (part: Node) => readonly OriginPart[] | null): readonly OriginPart[] | null {
  if (!isCall(node) || !isMember(node.callee)) return null
  const name = memberName(node.callee)
  const of = sub(node.callee.object)
  const [first, ...others] = node.arguments
  if (!of || !first || others.length > 0) return null
  const missing = of.filter((part) => part === 'missing')
  const known = of.filter((part) => part !== 'missing')
  // Without `?.` what is missing is an error, there as here.
  const given: readonly OriginPart[] = node.type === 'OptionalCallExpression' ? ['list', ...missing] : ['list']
  if (name === 'split') return known.every((part) => part === 'text') ? given : null
  if (name !== 'map' && name !== 'filter') return null
  return known.every((part) => part === 'list') && (name === 'filter' || givesText(first)) ? given : null
}

/** `(one) => one.trim()` */
function givesText(callback: Node): boolean {
  if (!isPlainFunction(callback) || callback.body.type === 'BlockStatement') return false
  const body = uncast(callback.body)
  return isCall(body) && isMember(body.callee) && /^(?:trim|toLowerCase|replace)$/.test(memberName(body.callee) ?? '')
}

/** `process.env.ALLOWED` */
export function isVariable(node: Node): boolean {
  if (!isMember(node) || !isMember(node.object) || memberName(node.object) !== 'env') return false
  const { object } = node.object
  return object.type === 'Identifier' && object.name === 'process'
}

/** `req.headers.origin` */
function isOrigin(node: Node, here: Here): boolean {
  return isMember(node) && memberName(node) === 'origin' && isHeaders(node.object, here)
}

function isHeaders(expression: Node, { request, tree }: Here): boolean {
  const node = uncast(expression)
  if (!isMember(node) || memberName(node) !== 'headers' || node.object.type !== 'Identifier') return false
  return request !== null && bindingAt(tree, node.object) === request
}

/** A constant, of the function or of its module. */
function ofName(
  binding: Binding | null,
  sub: (part: Node) => readonly OriginPart[] | null,
  here: Here,
): readonly OriginPart[] | null {
  const declaration = binding?.kind === 'const' ? binding.declaration : null
  if (!binding || declaration?.type !== 'VariableDeclarator' || !declaration.init) return null
  if (declaration.id.type === 'ObjectPattern')
    return isHeaders(declaration.init, here) && takesOrigin(declaration.id, binding) ? ['text', 'missing'] : null
  return binding.references.some(({ node }) => mayChange(node, here.tree)) ? null : sub(declaration.init)
}

/** `const { origin } = req.headers` */
function takesOrigin({ properties }: t.ObjectPattern, { id }: Binding): boolean {
  return properties.some((p) => p.type === 'ObjectProperty' && p.value === id && keyName(p) === 'origin')
}

/** `list.push(other)`, `list[0] = other`, `extend(list)`. */
export function mayChange(ref: Node, tree: ScopeTree): boolean {
  const node = withCasts(ref)
  const parent = parentOf(node)
  if (isCall(parent)) return parent.callee !== node && !isCorsCall(parent, tree)
  if (!isMember(parent) || parent.object !== node) return false
  return parent.computed || /^(?:push|unshift|splice|fill|copyWithin)$/.test(memberName(parent) ?? '')
}

/** The packages copy the options that they are given: cors@2.8.6 lib/index.js `assign({}, defaults, options)`, nextjs-cors@2.2.1 hands them on. */
function isCorsCall({ callee }: { callee: Node }, tree: ScopeTree): boolean {
  return /^(?:cors|nextjs-cors)$/.test(importedAs(callee, tree)?.source ?? '')
}
