import type * as t from '@babel/types'
import type { Step, Use } from '../../model/route.ts'
import { bindingTells, tellsNullFromUndefined } from '../../syntax/absence.ts'
import type { Piece } from '../../syntax/edits.ts'
import { isCall, isCast, isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt, isNameTaken } from '../../syntax/scope.ts'
import { quoted } from '../../syntax/style.ts'
import { endOf, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { readsAlike, shareRead } from './shared-read.ts'
import { block, canAwaitAt, freeName, type Lowering, need, note, type RequestConcern, replace } from '../lowering.ts'

/**
 * `req.query`. Pages: route params and query string in one object; params win; a missing key is undefined; a repeated
 * key an array. App: `await params` for the dynamic segments, `searchParams` for the rest; get() gives null and the first value.
 * Kept: `?? undefined` where the code can tell null from undefined; getAll() where it looks for arrays (then exactly as in Pages).
 * PA112: elsewhere a repeated key gives its first value. PA113: the whole object is built from both,
 * with the last value of a repeated key. `--strict` keeps the lists.
 */
export const query: RequestConcern = {
  id: 'request/query',
  codes: ['PA112', 'PA113', 'PA114', 'PA118'],
  members: ['query'],
  read: (use, at) => {
    const step = use.steps[1]
    if (isWritten(use)) return block(at, 'PA118', use.node)
    if (step?.kind !== 'prop' || isObjectMethod(use) || at.queryArgument) return readWhole(use, at)
    const key = step.name
    if (at.route.params.some((p) => p.name === key)) return readParam(key, step, at)
    readSearch(key, step, at)
  },
  bind: (leaf, _site, at) => {
    const key = leaf.path[1]
    if (key === undefined || leaf.rest) {
      const { target } = leaf
      const takesLists = target.type === 'ObjectPattern' && !at.queryArgument && looksForLists(target, at)
      need(at, 'query', leaf.property, takesLists ? LISTS : undefined)
      if (!at.strict && !takesLists) note(at, 'PA113', 'note', leaf.property)
      return [at.names.query]
    }
    if (at.queryArgument) {
      need(at, 'query', leaf.property)
      if (!at.strict) note(at, 'PA113', 'note', leaf.property)
      return [`${at.names.query}${/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${quoted(at.style, key)}]`}`]
    }
    if (at.route.params.some((p) => p.name === key)) {
      noteOptional(at, key, leaf.property)
      need(at, 'params', leaf.property)
      return [`(await ${at.names.params}).${key}`]
    }
    need(at, 'search', leaf.property)
    if (at.strict) {
      need(at, 'values', leaf.property, key)
      return leaf.fallback ? [`(${severalExpression(at, key)})`] : [severalExpression(at, key)]
    }
    const name = leaf.target.type === 'Identifier' ? leaf.target : null
    if (
      name &&
      (leaf.fallback?.type === 'ArrayExpression' ||
        looksForArrays(bindingAt(at.tree, name)?.references.map((r) => r.node) ?? []))
    ) {
      need(at, 'values', leaf.property, key)
      return leaf.fallback ? [`(${severalExpression(at, key)})`] : [severalExpression(at, key)]
    }
    note(at, 'PA112', 'note', leaf.property, { key })
    const plain = leaf.fallback !== null || !name || !bindingTells(bindingAt(at.tree, name), at.tree)
    return [get(at, key), ...(plain ? [] : [' ?? undefined'])]
  },
}

/** `searchParams.get('key')` */
function get(at: Lowering, key: string): string {
  return `${at.names.searchParams}.get(${quoted(at.style, key)})`
}

function readWhole(use: Use, at: Lowering): void {
  const first = use.steps[0] as Step
  need(at, 'query', first.node)
  const outer = withCasts(first.node)
  const above = parentOf(outer)
  // A schema refused a repeated key; it gets one value now.
  if (!at.strict)
    note(at, 'PA113', above !== null && isCall(above) && above.callee !== outer ? 'review' : 'note', first.node)
  replaceName(at, first.node, at.names.query)
}

/** Replaces an expression by a name; `{ query }` becomes `{ query: name }`. */
export function replaceName(at: Lowering, node: Node, ...pieces: Piece[]): void {
  const parent = parentOf(node)
  if (parent?.type === 'ObjectProperty' && parent.shorthand && parent.value === node) {
    const key = at.file.text.slice(startOf(node), endOf(node))
    if (pieces.length === 1 && pieces[0] === key) return
    replace(at, node, `${key}: `, ...pieces)
  } else if (
    parent?.type === 'ObjectProperty' &&
    parent.value === node &&
    !parent.computed &&
    parent.key.type === 'Identifier' &&
    pieces.length === 1 &&
    pieces[0] === parent.key.name
  ) {
    replace(at, parent, parent.key.name)
  } else replace(at, node, ...pieces)
}

function readParam(key: string, step: Step, at: Lowering): void {
  noteOptional(at, key, step.node)
  const outer = withCasts(step.node)
  const parent = parentOf(outer)
  const isString = at.route.params.some((p) => p.name === key && p.kind === 'single')
  // `const id = req.query.id as string` is `const { id } = await params`.
  if (
    parent?.type === 'VariableDeclarator' &&
    parent.init === outer &&
    parent.id.type === 'Identifier' &&
    !parent.id.typeAnnotation &&
    (outer === step.node || (isString && isStringCast(outer))) &&
    canAwaitAt(at, step.node)
  ) {
    const name = parent.id.name
    need(at, 'params', step.node)
    at.edits.push({
      start: startOf(parent),
      end: endOf(parent),
      pieces: [
        name === key ? `{ ${key} } = await ${at.names.params}` : `{ ${key}: ${name} } = await ${at.names.params}`,
      ],
    })
    return
  }
  const target = isString && isStringCast(outer) ? outer : step.node
  need(at, 'param', step.node, key)
  replaceName(at, target, paramName(at, key))
}

/** Without a segment, Pages let a query key of the same name through. */
export function noteOptional(at: Lowering, key: string, node: Node): void {
  if (at.route.params.some((p) => p.name === key && p.kind === 'optional-catch-all'))
    note(at, 'PA114', 'note', node, { key })
}

/** `x as string`, where x is a string now. */
function isStringCast(node: Node): boolean {
  return node.type === 'TSAsExpression' && node.typeAnnotation.type === 'TSStringKeyword' && !isCast(node.expression)
}

/** The name under which a param is declared where it is read more than once or where await cannot stand. */
export function paramName(at: Lowering, key: string): string {
  const taken = at.tree.scopeOf.get(at.fn)
  const plain = /^[A-Za-z_$][\w$]*$/.test(key)
  const clash = !plain || taken === undefined || isDeclaredIn(at, key)
  if (!clash) return key
  const base = plain ? key : key.replace(/[^\w$]+(.)?/g, (_m, c: string | undefined) => (c ?? '').toUpperCase())
  return `${base}Param`
}

function isDeclaredIn(at: Lowering, name: string): boolean {
  for (const [node, scope] of at.tree.scopeOf) {
    if (startOf(node) >= startOf(at.fn) && endOf(node) <= endOf(at.fn) && scope.bindings.has(name)) return true
    const outer = scope.bindings.get(name)
    if (outer?.references.some((r) => startOf(r.node) >= startOf(at.fn) && endOf(r.node) <= endOf(at.fn))) return true
  }
  return (
    at.tree.globals.get(name)?.some((r) => startOf(r.node) >= startOf(at.fn) && endOf(r.node) <= endOf(at.fn)) ?? false
  )
}

function readSearch(key: string, step: Step, at: Lowering): void {
  if (at.strict || wantsArrays(at, key, step.node)) {
    const parent = parentOf(withCasts(step.node))
    if (parent?.type === 'VariableDeclarator' && withCasts(step.node) === step.node) {
      need(at, 'values', step.node, key)
      return replaceName(at, step.node, severalExpression(at, key))
    }
    need(at, 'several', step.node, key)
    return replaceName(at, step.node, severalName(at, key))
  }
  need(at, 'search', step.node)
  note(at, 'PA112', 'note', step.node, { key })
  const text = get(at, key)
  if (shareRead(at, key, step.node, text)) return
  const parent = parentOf(step.node)
  const isString = parent !== null && isSaidString(at, key) && !isCast(parent)
  const isOperand =
    parent !== null &&
    (isCast(parent) || /^(Binary|Logical|Unary|Await|Conditional|Spread)/.test(parent.type) || isMember(parent))
  if (!tellsNullFromUndefined(step.node, at.tree))
    return replaceName(at, step.node, isString && isMember(parent) ? `(${text} as string)` : text)
  const value = isOperand || isString ? `(${text} ?? undefined)` : `${text} ?? undefined`
  replaceName(at, step.node, !isString ? value : isOperand ? `(${value} as string)` : `${value} as string`)
}

/** The type of `req` says that it is there, and a string. */
export function isSaidString(at: Lowering, key: string): boolean {
  return at.types?.query?.strings.has(key) ?? false
}

/** One value where the key comes once, all of them where it is repeated: exactly what Pages gave. */
export function severalExpression(at: Lowering, key: string): string {
  const name = `${severalName(at, key)}s`
  return `${name}.length > 1 ? ${name} : ${name}[0]`
}

/** The name of the declared value that is an array when its key is repeated. */
export function severalName(at: Lowering, key: string): string {
  const clean = key.replace(/[^\w$]+(.)?/g, (_m, c: string | undefined) => (c ?? '').toUpperCase()) || 'value'
  const isFree = (name: string): boolean =>
    !isNameTaken(at.tree, name, at.fn) && !at.needs.some((n) => n.kind === 'named' && n.key === name)
  const names = [`${clean}Value`, `${clean}Query`, `${clean}OrList`]
  return names.find((name) => isFree(name) && isFree(`${name}s`)) ?? freeName(at.tree, at.fn, ...names)
}

/** Some read of the same key in the function looks for arrays, or a use of the name that holds this one. */
function wantsArrays(at: Lowering, key: string, node: Node): boolean {
  const reads = readsAlike(at, node, key)
  const answer = known.get(reads) ?? looksForArrays(reads)
  known.set(reads, answer)
  const parent = parentOf(withCasts(node))
  if (answer || parent?.type !== 'VariableDeclarator' || parent.id.type !== 'Identifier') return answer
  return looksForArrays(bindingAt(at.tree, parent.id)?.references.map((r) => r.node) ?? [])
}

/** Each of the reads asks this of all of them. */
const known = new WeakMap<readonly Node[], boolean>()

/** Marks a need of the whole query in which a repeated key is a list, as in Pages. */
export const LISTS = 'lists'

/** `const { tags, ...rest } = req.query`, where the code asks whether `tags` is an array. */
function looksForLists({ properties }: t.ObjectPattern, at: Lowering): boolean {
  return properties.some((one) => {
    const value = one.type === 'ObjectProperty' ? one.value : null
    const name = value?.type === 'AssignmentPattern' ? value.left : value
    const binding = name?.type === 'Identifier' ? bindingAt(at.tree, name) : null
    return looksForArrays(binding?.references.map(({ node }) => node) ?? [])
  })
}

/** `Array.isArray(x)` whose array branch is more than `x[0]`, a loop or an array method on a cast to string[]. */
export function looksForArrays(nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    const outer = withCasts(node)
    const parent = parentOf(outer)
    if (outer !== node && isArrayCast(outer)) return true
    if (parent?.type === 'UnaryExpression' && parent.operator === 'typeof') return true
    if (isConcatenated(outer)) return true
    if (
      !parent ||
      !isCall(parent) ||
      !isMember(parent.callee) ||
      memberName(parent.callee) !== 'isArray' ||
      !parent.arguments.includes(outer as t.Expression)
    )
      return false
    const test = parentOf(withCasts(parent))
    if (test?.type !== 'ConditionalExpression' || test.test !== withCasts(parent)) return true
    const chosen = uncast(test.consequent)
    return !(isMember(chosen) && memberName(chosen) === '0')
  })
}

/** `[].concat(x)`, `[].concat(x ?? [])`: one value or several. */
function isConcatenated(outer: Node): boolean {
  let at = outer
  for (let up = parentOf(at); up?.type === 'LogicalExpression' && up.left === at; up = parentOf(at)) at = withCasts(up)
  const call = parentOf(at)
  return (
    call !== null &&
    isCall(call) &&
    isMember(call.callee) &&
    memberName(call.callee) === 'concat' &&
    call.arguments.includes(at as t.Expression)
  )
}

function isArrayCast(node: Node): boolean {
  return node.type === 'TSAsExpression' && node.typeAnnotation.type === 'TSArrayType'
}

/** `req.query.hasOwnProperty(...)`, or a method of Object on it. */
function isObjectMethod(use: Use): boolean {
  const [, member, call] = use.steps
  return (
    call?.kind === 'call' &&
    member?.kind === 'prop' &&
    ['hasOwnProperty', 'toString', 'valueOf', 'propertyIsEnumerable'].includes(member.name)
  )
}

export function isWritten(use: Use): boolean {
  const node = use.node
  const parent = parentOf(node)
  if (parent?.type === 'AssignmentExpression') return parent.left === node
  if (parent?.type === 'UpdateExpression') return true
  return parent?.type === 'UnaryExpression' && parent.operator === 'delete'
}
