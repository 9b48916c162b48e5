import type * as t from '@babel/types'
import { isCall, isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'

/** One read of a field or a file by its name. */
export interface Read {
  from: 'fields' | 'files'
  name: string
  /** The expression that has the one value, casts included; or the test for it. */
  node: Node
  kind: 'value' | 'present'
  /** A missing one threw here: `fields.title[0]`. */
  isRequired: boolean
}

/** Every use of fields or files as a read by name; or the first use that is another. `isList`: formidable 3, every value an array. */
export function findReads(
  from: Read['from'],
  roots: readonly Node[],
  isList: boolean,
  tree: ScopeTree,
): Read[] | { irregular: Node } {
  const reads = new Map<Node, Read>()
  for (const root of roots) {
    const read = readAt(from, root, isList, tree)
    if (!read) return { irregular: root }
    reads.set(read.node, read)
  }
  return [...reads.values()]
}

function readAt(from: Read['from'], root: Node, isList: boolean, tree: ScopeTree): Read | null {
  const held = withCasts(root)
  const named = parentOf(held)
  const name = isMember(named) && named.object === held ? memberName(named) : null
  if (!isMember(named) || name === null) return null
  const one = withCasts(named)
  const chosen = choiceAround(one, tree)
  if (chosen) return { from, name, node: withCasts(chosen), kind: 'value', isRequired: false }
  const element = parentOf(one)
  if (isMember(element) && element.object === one && element.computed && memberName(element) === '0') {
    return isList ? { from, name, node: withCasts(element), kind: 'value', isRequired: !element.optional } : null
  }
  if (isTest(one)) return { from, name, node: one, kind: isList ? 'present' : 'value', isRequired: false }
  return isList || isMember(element) ? null : { from, name, node: one, kind: 'value', isRequired: false }
}

/** `Array.isArray(x) ? x[0] : x` */
function choiceAround(one: Node, tree: ScopeTree): t.ConditionalExpression | null {
  let up = parentOf(one)
  while (up && up.type !== 'ConditionalExpression' && !up.type.endsWith('Statement')) up = parentOf(up)
  if (up?.type !== 'ConditionalExpression') return null
  const test = uncast(up.test)
  const [asked] = isCall(test) && isMember(test.callee) && memberName(test.callee) === 'isArray' ? test.arguments : []
  const first = uncast(up.consequent)
  const parts = [asked, isMember(first) && memberName(first) === '0' ? first.object : null, up.alternate]
  return parts.every((part) => part && isSamePath(uncast(part), uncast(one), tree)) ? up : null
}

function isSamePath(a: Node, b: Node, tree: ScopeTree): boolean {
  if (a.type === 'Identifier' && b.type === 'Identifier') return bindingAt(tree, a) === bindingAt(tree, b)
  return (
    isMember(a) &&
    isMember(b) &&
    memberName(a) !== null &&
    memberName(a) === memberName(b) &&
    isSamePath(uncast(a.object), uncast(b.object), tree)
  )
}

/** Only whether it is there is asked. */
export function isTest(node: Node): boolean {
  const parent = parentOf(node)
  if (parent?.type === 'UnaryExpression') return parent.operator === '!'
  if (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') return parent.test === node
  return (
    parent?.type === 'LogicalExpression' &&
    (parent.left === node ? parent.operator === '&&' || isTest(parent) : isTest(parent))
  )
}
