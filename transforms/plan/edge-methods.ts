import type * as t from '@babel/types'
import { OTHER } from '../analyse/method-value.ts'
import { specialise } from '../analyse/specialise.ts'
import type { Item, Variant } from '../analyse/variant.ts'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { type FunctionNode, type HttpMethod, httpMethods } from '../model/route.ts'
import { isCall, isMember, keyName, memberName, numberValue, uncast } from '../syntax/match.ts'
import type { Edit } from '../syntax/edits.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { bindingAt } from '../syntax/scope.ts'
import { type Node, parentOf, some } from '../syntax/tree.ts'
import { inSourceOrder, namedMethods } from './handler-facts.ts'
import { chooseMethods, type MethodChoice, type Treatment } from './methods.ts'
import type { RouteContext } from './route-context.ts'

export interface EdgeMethods {
  methods: readonly HttpMethod[]
  /** What the code of the only method does not come to. */
  edits: readonly Edit[]
  notes: readonly Diagnostic[]
}

const BODY = /^(?:json|text|formData|arrayBuffer|blob|body)$/

/** The methods that a handler of a web Request is exported under: those that its code asks for, else those that the repository calls it with. */
export function readEdgeMethods(fn: FunctionNode, context: RouteContext): EdgeMethods {
  const { file, tree, callers, options } = context
  const found = findUses(fn, context)
  // It is taken apart with a rest, and what becomes of its method is not to be seen: it stays under all of them.
  if (!found) return { methods: withoutHead(httpMethods), edits: [], notes: [] }
  const { members, nodes } = found
  const named = namedMethods(nodes)
  const variantOf = (method: string): Variant =>
    specialise(fn, file, { tree, methodNodes: nodes, sentNodes: new Set(), method })
  const other = variantOf(OTHER)
  const treatments = new Map<HttpMethod, Treatment>()
  for (const method of httpMethods) {
    if (named && !named.has(method)) continue
    const variant = variantOf(method)
    if (variant.signature !== other.signature) treatments.set(method, treatmentOf(variant))
  }
  const choice = chooseMethods({
    named: inSourceOrder(treatments, file, fn),
    others: treatmentOf(other),
    othersReadBody: members.some((node) => isMember(node) && BODY.test(memberName(node) ?? '')),
    othersSetCors: false,
    othersHandOnMethod: [...nodes].some((node) => parentOf(node)?.type === 'ObjectProperty'),
    callers,
    strict: options.strict,
  })
  const methods = withoutHead([...choice.own, ...choice.shared])
  const [only, second] = methods
  const edits = only && !second && treatments.has(only) ? variantOf(only).edits : []
  // HEAD runs the function of GET, which still refuses it.
  const isHeadKept = edits.length === 0 && methods.includes('GET')
  const refusedByNext = choice.refusedByNext.filter((method) => !isHeadKept || method !== 'HEAD')
  return { methods, edits, notes: notesOf({ ...choice, refusedByNext }, fn, file) }
}

/** Those of a router that knows a function for each, and perhaps one for the others. */
export function chooseEdgeMethods(
  { methods: named, others }: { methods: readonly HttpMethod[]; others: FunctionNode | null },
  place: Node,
  { file, tree, callers, options }: RouteContext,
): EdgeMethods {
  const context = { tree, methodNodes: new Set<Node>(), sentNodes: new Set<Node>(), method: OTHER }
  const choice = chooseMethods({
    named: new Map(named.map((method) => [method, 'serves'])),
    others: others ? treatmentOf(specialise(others, file, context)) : 'refuses',
    othersReadBody: false,
    othersSetCors: false,
    othersHandOnMethod: false,
    callers,
    strict: options.strict,
  })
  // The router finds its function for GET where it is asked for HEAD.
  const refusedByNext = choice.refusedByNext.filter((method) => method !== 'HEAD' || !named.includes('GET'))
  const methods = withoutHead([...choice.own, ...choice.shared])
  return { methods, edits: [], notes: notesOf({ ...choice, refusedByNext }, place, file) }
}

/** Next answers HEAD with GET by itself: with the same function. */
function withoutHead(methods: readonly HttpMethod[]): HttpMethod[] {
  return methods.filter((method) => method !== 'HEAD' || !methods.includes('GET'))
}

/** `req.json`, `req.method`, also under a name of its own: what is read of the request, and what of that is its method. */
function findUses(
  { params: [param] }: FunctionNode,
  { tree }: RouteContext,
): { members: Node[]; nodes: Set<Node> } | null {
  const members: Node[] = []
  const nodes = new Set<Node>()
  const takeApart = (pattern: t.ObjectPattern): boolean => {
    for (const one of pattern.properties) {
      if (one.type === 'RestElement') return false
      if (keyName(one) !== 'method') continue
      const binding = one.value.type === 'Identifier' ? bindingAt(tree, one.value) : null
      if (!binding || binding.references.some(({ kind }) => kind === 'write')) return false
      for (const { node } of binding.references) nodes.add(node)
    }
    return true
  }
  if (param?.type === 'ObjectPattern') return takeApart(param) ? { members, nodes } : null
  for (const { node, kind } of param?.type === 'Identifier' ? (bindingAt(tree, param)?.references ?? []) : []) {
    const parent = kind === 'type' ? null : parentOf(node)
    if (parent && isMember(parent) && parent.object === node) members.push(parent)
    if (parent?.type !== 'VariableDeclarator' || parent.init !== node) continue
    if (parent.id.type !== 'ObjectPattern' || !takeApart(parent.id)) return null
  }
  for (const node of members) if (isMember(node) && memberName(node) === 'method') nodes.add(node)
  return { members, nodes }
}

function treatmentOf({ items }: Variant): Treatment {
  return refuses(items) ? 'refuses' : 'serves'
}

/** Whatever it comes to is an answer with an error, and nothing is done before but to read values. */
function refuses(items: readonly Item[]): boolean {
  for (const item of items) {
    if (item.kind === 'expression') return isRefusal(item.node)
    if (item.kind === 'plain' && item.node.type === 'ReturnStatement') return isRefusal(item.node.argument)
    if (item.kind === 'plain' && item.node.type === 'VariableDeclaration') continue
    if (item.kind === 'block' || item.kind === 'arms') return refuses(item.body)
    if (item.kind === 'try') return refuses(item.body)
    if (item.kind !== 'if' || !refuses(item.consequent)) return false
    if (item.otherwise) return refuses(item.otherwise)
  }
  return false
}

/** `new Response('...', { status: 405 })`, `NextResponse.json(body, { status: 405 })` */
function isRefusal(value: Node | null | undefined): boolean {
  const made = value ? uncast(value) : null
  if (made?.type !== 'NewExpression' && !(made && isCall(made))) return false
  const init = made.arguments[1]
  const isKnown = some(made.callee, (node) => node.type === 'Identifier' && /^(?:Next)?Response$/.test(node.name))
  const status = init?.type === 'ObjectExpression' ? init.properties.find((one) => keyOf(one) === 'status') : null
  const number = status?.type === 'ObjectProperty' ? numberValue(status.value) : null
  const hasWork = made.arguments.some((one) => some(one, ({ type }) => type === 'AwaitExpression'))
  return isKnown && !hasWork && number !== null && number >= 400
}

function keyOf(property: Node): string | null {
  return property.type === 'ObjectProperty' ? keyName(property) : null
}

function notesOf(choice: MethodChoice, place: Node, file: SourceFile): Diagnostic[] {
  const span = spanOf(file, place)
  const lost = choice.lost.filter((method) => method !== 'OPTIONS')
  const level = choice.isGuess ? 'review' : 'note'
  const data = { methods: [...choice.own, ...choice.shared], lost, ...(choice.refusesAll ? { refused: 1 } : {}) }
  const notes: Diagnostic[] = lost.length > 0 ? [{ code: 'PA301', level, span, data }] : []
  if (choice.refusedByNext.length > 0)
    notes.push({ code: 'PA302', level: 'note', span, data: { methods: choice.refusedByNext } })
  return notes
}
