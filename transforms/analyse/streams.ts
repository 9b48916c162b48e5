import type * as t from '@babel/types'
import type { ResponseFact } from '../model/response.ts'
import { contains, endOf, isFunction, type Node, some, startOf } from '../syntax/tree.ts'
import type { Item } from './variant.ts'

/** Statements that write a response part by part, from the first write to the end. */
export interface StreamRegion {
  first: t.Statement
  /** The statement that ends the response. */
  last: t.Statement
  end: ResponseFact
  writes: ResponseFact[]
}

export interface StreamFound {
  region: StreamRegion
  /** Index of the item after the region. */
  next: number
}

/**
 * A run of statements that becomes the body of a ReadableStream: it begins with a write, ends with `res.end()` in the same list,
 * holds nothing of the response but writes, does not return from within, and takes time (a loop or an await) —
 * parts that follow each other at once are one body instead.
 */
export function findStream(
  items: readonly Item[],
  index: number,
  facts: ReadonlyMap<Node, ResponseFact>,
  isOther: (node: Node) => boolean,
): StreamFound | null {
  const begin = items[index]
  const first = begin ? statementOf(begin) : null
  if (!first || !hasWrite(first, facts)) return null
  for (let i = index; i < items.length; i++) {
    const item = items[i] as Item
    const last = statementOf(item)
    const end = last ? endFact(last, facts) : null
    if (!last) return null
    if (!end) continue
    return i > index ? checked({ first, last, end, writes: [] }, facts, i + 1, isOther) : null
  }
  return null
}

function checked(
  region: StreamRegion,
  facts: ReadonlyMap<Node, ResponseFact>,
  next: number,
  isOther: (node: Node) => boolean,
): StreamFound | null {
  const isInside = (node: Node): boolean => startOf(node) >= startOf(region.first) && endOf(node) <= endOf(region.last)
  const inside = [...facts.values()].filter((f) => isInside(f.node))
  const writes = inside.filter((f) => f !== region.end)
  if (writes.some((f) => f.exit || !isWriteStatement(f)) || isOther(region.first)) return null
  const parent = (region.first as Node & { parent?: Node }).parent
  if (parent?.type !== 'BlockStatement') return null
  const statements = parent.body.filter((s) => isInside(s))
  const own = (test: (n: Node) => boolean): boolean =>
    statements.some((s) => s !== region.last && some(s, test, (n) => !isFunction(n)))
  if (own((n) => n.type === 'ReturnStatement') || statements.some((s) => isOther(s))) return null
  const takesTime = own(
    (n) =>
      n.type === 'AwaitExpression' || (n.type === 'ForOfStatement' && n.await) || /^(For|While|DoWhile)/.test(n.type),
  )
  return takesTime ? { region: { ...region, writes }, next } : null
}

function hasWrite(node: Node, facts: ReadonlyMap<Node, ResponseFact>): boolean {
  const writes = known.get(facts) ?? listWrites(facts)
  known.set(facts, writes)
  return writes.some((write) => contains(node, write))
}

/** Every statement asks; few functions write at all. */
const known = new WeakMap<ReadonlyMap<Node, ResponseFact>, readonly Node[]>()

function listWrites(facts: ReadonlyMap<Node, ResponseFact>): Node[] {
  return [...facts.values()].filter((f) => f.effects.some((e) => e.kind === 'write')).map(({ node }) => node)
}

/** `res.write(x)` as a statement of its own, with nothing else in the chain. */
function isWriteStatement(fact: ResponseFact): boolean {
  const parent = (fact.node as Node & { parent?: Node }).parent
  return fact.effects.length === 1 && fact.effects[0]?.kind === 'write' && parent?.type === 'ExpressionStatement'
}

function endFact(statement: t.Statement, facts: ReadonlyMap<Node, ResponseFact>): ResponseFact | null {
  const node =
    statement.type === 'ExpressionStatement'
      ? statement.expression
      : statement.type === 'ReturnStatement'
        ? statement.argument
        : null
  const fact = node ? facts.get(node) : undefined
  return fact?.exit?.kind === 'end' && fact.effects.length === 0 ? fact : null
}

function statementOf(item: Item): t.Statement | null {
  return item.kind === 'expression' || item.kind === 'arms' || item.kind === 'block' ? null : item.node
}
