import type { Value } from '../analyse/method-value.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import { claimResponse } from '../concerns/response/registry.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Effect } from '../model/response.ts'
import type { FunctionModel, Use } from '../model/route.ts'
import { stringValue } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, functionAround, isLoop, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { headerName } from './header-value.ts'
import { isStatusRead } from './function-flow.ts'
import type { SharedFunction } from './shared-model.ts'

/**
 * `const origin = res.getHeader('X-Origin')` at the start of a wrapper, before anything sets that header: undefined in Pages, unless next.config, a
 * middleware or a server of the project set it (measured on next 13.5, 14, 15 and 16: theirs are on `res` by then; such routes stay, PA249) or a wrapper
 * around it did (PA531).
 */
export function freshHeaders(model: FunctionModel): Map<Node, Value> {
  const found = new Map<Node, Value>()
  if (model.escapes.some(({ root }) => root === 'res') || model.destructures.some(({ root }) => root === 'res'))
    return found
  for (const use of model.uses) {
    const read = readOf(use)
    if (!read || !isFresh(read, model)) continue
    found.set(read.node, read.isTest ? { kind: 'boolean', value: false } : { kind: 'undefined' })
  }
  return found
}

/** What is left out with the question. */
export function freshNotes(fresh: ReadonlyMap<Node, Value>, file: SourceFile): Diagnostic[] {
  return [...fresh.keys()].map((node) => ({
    code: 'PA250',
    level: 'note',
    span: spanOf(file, node),
    data: { text: snippet(file, node) },
  }))
}

interface HeaderRead {
  node: Node
  /** In lower case. */
  name: string
  /** `hasHeader` */
  isTest: boolean
}

function readOf({ root, steps: [method, call, more] }: Use): HeaderRead | null {
  if (root !== 'res' || method?.kind !== 'prop' || call?.kind !== 'call' || more) return null
  const [argument] = call.args
  const name = argument ? stringValue(argument) : null
  if (name === null || !/^(?:get|has)Header$/.test(method.name)) return null
  return { node: call.node, name: name.toLowerCase(), isTest: method.name === 'hasHeader' }
}

/** Nothing in the function can have set the header before: what may do so stands behind, and no loop leads back. */
function isFresh(read: HeaderRead, { fn, uses, passes }: FunctionModel): boolean {
  if (functionAround(read.node) !== fn) return false
  for (let up = parentOf(read.node); up && up !== fn; up = parentOf(up)) if (isLoop(up)) return false
  const isLater = (node: Node): boolean => startOf(node) > endOf(read.node) && !isHoisted(node, fn)
  return (
    uses.every((use) => use.root !== 'res' || !maySet(use, read.name) || isLater(use.node)) &&
    passes.every(({ root, call }) => root !== 'res' || isLater(call))
  )
}

/** In a declaration, which may be called above the place where it stands. */
function isHoisted(node: Node, fn: Node): boolean {
  for (let up = parentOf(node); up && up !== fn; up = parentOf(up))
    if (up.type === 'FunctionDeclaration' || up.type === 'ClassDeclaration') return true
  return false
}

/** What `json`, `send` and `redirect` set by themselves. */
const OF_ANSWERS = new Set(['content-type', 'content-length', 'etag', 'location'])

function maySet(use: Use, name: string): boolean {
  if (readOf(use) || isStatusRead(use)) return false
  const claim = claimResponse(use)
  if (claim?.kind !== 'response') return true
  return (claim.exit !== null && OF_ANSWERS.has(name)) || claim.effects.some((effect) => isOfName(effect, name))
}

function isOfName(effect: Effect, name: string): boolean {
  if (effect.kind !== 'header') return effect.kind !== 'status'
  const other = headerName(effect.name)?.toLowerCase()
  return other === undefined || other === name
}

/** Where a wrapper, or what it calls, asks for a header or changes one that is there: one that a wrapper around it has set would count. */
export function asksForHeaders({ model, calls }: SharedFunction, seen = new Set<unknown>()): boolean {
  if (seen.has(model)) return false
  seen.add(model)
  const isAsking = ({ root, steps: [first] }: Use): boolean =>
    root === 'res' && first?.kind === 'prop' && /^(?:get|has|remove|append)Header/.test(first.name)
  return model.uses.some(isAsking) || [...calls.values()].some(({ callee }) => asksForHeaders(callee, seen))
}
