import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import type { Use } from '../model/route.ts'
import { removalRange } from '../syntax/lines.ts'
import { isCall, withCasts } from '../syntax/match.ts'
import { bindingAt } from '../syntax/scope.ts'
import { endOf, isListHolder, listOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { readEdit, readRaw } from './body-read.ts'
import { type Collected, isGathering, resultOf, type Store, storeOf } from './collector.ts'

/**
 * `for await (const chunk of req) chunks.push(chunk)` in the handler itself, with `bodyParser: false`. Pages: the bytes of the
 * request, in pieces. App: `request.arrayBuffer()` or `request.text()`, put where the pieces are joined (or where the string
 * begins that they are added to). False when the loop does more, or when the pieces are used in another way.
 */
export function lowerCollectLoop(use: Use, at: Lowering): boolean {
  const loop = parentOf(withCasts(use.ref))
  if (!at.mayReadRaw || loop?.type !== 'ForOfStatement' || loop.right !== withCasts(use.ref)) return false
  const holder = parentOf(loop)
  const list = holder && isListHolder(holder) ? listOf(holder) : []
  const before = list.slice(0, list.indexOf(loop))
  const store = before.map((s) => storeOf(s)).find((s): s is Store => s !== null && isGathering(loop, s, at.tree))
  if (!store || !isHandledAfter(loop, store, at)) return false
  readRaw(at, loop)
  at.edits.push({ ...removalRange(at.file, loop), pieces: [] })
  return true
}

/** Puts the read where the store is used; false when it is used for more than that. */
function isHandledAfter(loop: t.ForOfStatement, store: Store, at: Lowering): boolean {
  const references =
    bindingAt(at.tree, store.id)?.references.filter((r) => !isIn(loop, r.node) && at.isLive(r.node)) ?? []
  if (store.isText) return references.every((r) => r.kind === 'read') && readIntoDeclaration(store, at)
  const [only, ...others] = references
  const found = only && others.length === 0 && startOf(only.node) > endOf(loop) ? joined(only.node, store, at) : null
  if (found) at.edits.push(readEdit(at, found.node, found.kind))
  return found !== null
}

/** `let body = ''` becomes `const body = await request.text()`. */
function readIntoDeclaration(store: Store, at: Lowering): boolean {
  const declarator = parentOf(store.id)
  const statement = declarator ? parentOf(declarator) : null
  if (declarator?.type !== 'VariableDeclarator' || !declarator.init || statement?.type !== 'VariableDeclaration')
    return false
  at.edits.push({ start: startOf(statement), end: startOf(statement) + statement.kind.length, pieces: ['const'] })
  at.edits.push(readEdit(at, declarator.init, 'text'))
  return true
}

/** The largest expression around the chunks that is one read of the body. */
function joined(reference: Node, store: Store, at: Lowering): { node: Node; kind: Collected } | null {
  let found: { node: Node; kind: Collected } | null = null
  for (let up = parentOf(reference); up && !up.type.endsWith('Statement'); up = parentOf(up)) {
    const kind = isCall(up) ? resultOf(up, store, at.tree) : null
    if (kind) found = { node: up, kind }
  }
  return found
}

function isIn(outer: Node, inner: Node): boolean {
  return startOf(outer) <= startOf(inner) && endOf(inner) <= endOf(outer)
}
