import type * as t from '@babel/types'
import { uncast, withCasts } from '../syntax/match.ts'
import { leaves } from '../syntax/completion.ts'
import type { Binding } from '../syntax/scope.ts'
import { endOf, isFunction, isListHolder, listOf, type Node, parentOf, some, startOf } from '../syntax/tree.ts'
import { isBareReturn, strip } from './flow-facts.ts'
import type { Asked, GuardSite, Returned, Text } from './flow-model.ts'
import type { HelperCall } from './callees.ts'
import type { Item } from './variant.ts'

type If = Extract<Item, { kind: 'if' }>

/** `if (!(await f(req, res))) return`, `if ((await f(req, res)) === false) return`. */
export function readTestGuard(item: If, calls: ReadonlyMap<Node, HelperCall>): GuardSite | null {
  const { core, asked } = readTest(item.node.test)
  const call = calls.get(strip(core))
  if (call?.kind !== 'may' || !isBareReturn(item)) return null
  return { call, test: item.node, declaration: null, asked, isOpen: isOpen(call, asked), pending: [] }
}

/** `const user = await f(req, res)` then `if (!user) return`, with work before that which has nothing to do with the name. */
export function readVariableGuard(
  item: Item,
  rest: readonly Item[],
  calls: ReadonlyMap<Node, HelperCall>,
  answers: (node: Node) => boolean,
): { site: GuardSite; before: readonly Item[]; test: If } | null {
  if (item.kind !== 'plain' || item.node.type !== 'VariableDeclaration' || item.node.declarations.length !== 1)
    return null
  const [declarator] = item.node.declarations
  const call = declarator?.init ? calls.get(strip(declarator.init)) : undefined
  if (call?.kind !== 'may' || declarator?.id.type !== 'Identifier') return null
  const { name } = declarator.id
  const at = rest.findIndex(({ node }) => some(node, (n) => n.type === 'Identifier' && n.name === name))
  const test = rest[at]
  if (test?.kind !== 'if' || !isBareReturn(test)) return null
  const before = rest.slice(0, at)
  const { core, asked } = readTest(test.node.test)
  if (core.type !== 'Identifier' || core.name !== name || !before.every((other) => isAside(other, answers))) return null
  const site = { call, test: test.node, declaration: item.node, asked, isOpen: isOpen(call, asked), pending: [] }
  return { site, before, test }
}

/** Whoever was answered meets the test, and perhaps others too. A promise that nobody waits for is met by none of this. */
function isOpen({ callee, node, returns }: HelperCall, asked: Asked): boolean {
  const isWaitedFor = callee.fn.async !== true || parentOf(withCasts(node))?.type === 'AwaitExpression'
  return (
    returns !== undefined &&
    isWaitedFor &&
    returns.answered.every((truth) => isMetBy(truth, asked) === true) &&
    returns.unanswered.some((truth) => isMetBy(truth, asked) !== false)
  )
}

/** Nothing is answered there, and nothing left. */
function isAside(item: Item, answers: (node: Node) => boolean): boolean {
  if (item.kind === 'if')
    return (
      !some(item.node.test, answers) &&
      [...item.consequent, ...(item.otherwise ?? [])].every((inner) => isAside(inner, answers))
    )
  if (item.kind === 'block') return item.body.every((inner) => isAside(inner, answers))
  const { type } = item.node
  const isPlain = item.kind === 'plain' && (type === 'ExpressionStatement' || type === 'VariableDeclaration')
  return isPlain && !some(item.node, answers)
}

/** What a test looks at, and what it asks of it. */
export function readTest(test: Node): { core: Node; asked: Asked } {
  const node = uncast(test)
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const { core, asked } = readTest(node.argument)
    return { core, asked: { ...asked, negated: !asked.negated } }
  }
  if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator)) {
    const [right, left] = [uncast(node.right), uncast(node.left)]
    const value = valueAsked(right, node) ?? valueAsked(left, node)
    const core = valueAsked(right, node) ? left : right
    if (value) return { core, asked: { value, negated: node.operator.startsWith('!') } }
  }
  return { core: node, asked: { value: 'truthy', negated: false } }
}

function valueAsked(node: Node, { operator }: t.BinaryExpression): Asked['value'] | null {
  const isStrict = operator.length === 3
  if (node.type === 'StringLiteral') return isStrict && node.value ? `text ${node.value}` : null
  if (node.type === 'BooleanLiteral') return isStrict ? (node.value ? 'true' : 'false') : null
  if (node.type === 'NullLiteral') return isStrict ? 'null' : 'nothing'
  if (node.type === 'Identifier' && node.name === 'undefined') return isStrict ? 'undefined' : 'nothing'
  return null
}

/** Whether the test is met by a value of which so much is known; null where it may be. */
export function isMetBy(truth: Returned, { value, negated }: Asked): boolean | null {
  const met = isAsked(truth, value)
  return met === null ? null : met !== negated
}

function isAsked(truth: Returned, value: Asked['value']): boolean | null {
  if (value === 'truthy') {
    if (truth === 'unknown' || truth.startsWith('not ')) return null
    return truth === 'true' || truth === 'truthy' || isText(truth)
  }
  if (truth === value) return true
  if (truth.startsWith('not ')) return isExcluded(truth, value) ? false : null
  if (truth === 'unknown') return null
  if (truth === 'truthy') return value === 'true' || isText(value) ? null : false
  if (truth === 'falsy') return value === 'true' ? false : null
  return value === 'nothing' && (truth === 'null' || truth === 'undefined')
}

const isText = (value: string): value is Text => value.startsWith('text ')

function isExcluded(truth: Returned, value: Asked['value']): boolean {
  return truth === `not ${value}` || (truth === 'not nothing' && (value === 'null' || value === 'undefined'))
}

/** `return user` behind `if (user === false) return`: what it is not. */
export function returnedBehindTest(ref: t.Identifier, binding: Binding): Returned | null {
  if (binding.references.some(({ kind }) => kind === 'write')) return null
  for (let at: Node = ref, up = parentOf(at); up && !isFunction(up); at = up, up = parentOf(at)) {
    const before = isListHolder(up) ? listOf(up).filter((s) => endOf(s) <= startOf(at)) : []
    const passed = before.filter((s) => s.type === 'IfStatement' && leaves(s.consequent))
    for (const test of up.type === 'IfStatement' && up.alternate === at ? [up] : passed) {
      const excluded = test.type === 'IfStatement' ? excludedBy(test, binding) : null
      if (excluded) return excluded
    }
  }
  return null
}

function excludedBy({ test }: t.IfStatement, { name, id }: Binding): Returned | null {
  const { core, asked } = readTest(test)
  if (core.type !== 'Identifier' || core.name !== name || startOf(core) < startOf(id) || asked.negated) return null
  return asked.value === 'truthy' || asked.value === 'true' || isText(asked.value) ? null : `not ${asked.value}`
}

/** `false`, `null`, `undefined`, or another value that a test takes for no. */
export function isFalsy(truth: Returned): boolean {
  return isMetBy(truth, { value: 'truthy', negated: true }) === true
}
