import { strip } from '../analyse/flow-facts.ts'
import { isDead, type Variant } from '../analyse/variant.ts'
import type { WrapperShape } from '../analyse/wrappers.ts'
import type { Lowering } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { outerRange, removalRange } from '../syntax/lines.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { type Binding, isNameTaken, type ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

type ObjectShape = WrapperShape & { object: NonNullable<WrapperShape['object']> }

export function takesObject(shape: WrapperShape): shape is ObjectShape {
  return shape.object !== null
}

/**
 * The new handler's body, where each method that is exported has a handler: what asks whether there is one is decided already, and what
 * only names the handler, the method or the object goes. Null where more is done with the object than to look up a handler and call it.
 */
export function oneHandlerVariant(
  { object, handler, calls }: ObjectShape,
  of: Variant,
  file: SourceFile,
): Variant | null {
  const gone = new Set<Node>()
  const isGone = (node: Node): boolean =>
    isDead(of, node) ||
    object.lookups.some((lookup) => contains(lookup, node)) ||
    [...gone].some((s) => contains(s, node))
  const named = object.names.filter(({ statement }) => !isDead(of, statement))
  for (let grew = true; grew; ) {
    grew = false
    for (const { statement, binding, isLookup } of named) {
      if (gone.has(statement)) continue
      // The last use of a constant that is the method may be that of a lookup.
      const isLast = binding.references.every(({ node, kind }) => kind === 'type' || isGone(node))
      if (!isLookup && !isLast) continue
      gone.add(statement)
      grew = true
    }
  }
  const isCalled = (lookup: Node): boolean =>
    calls.some(({ callee }) => contains(callee, lookup)) || [...gone].some((s) => contains(s, lookup))
  if (object.lookups.some((lookup) => !isDead(of, lookup) && !isCalled(lookup))) return null
  if (object.others.some((node) => !isGone(node))) return null
  if (handler.references.some(({ node, kind }) => kind === 'type' && !isGone(node))) return null
  const removed = [...gone].flatMap((node) => [
    { ...removalRange(file, node), pieces: [] },
    ...gapBefore(node, isGone),
    ...gapBehind(node, (next) => !gone.has(next) && isDead(of, next)),
  ])
  return { ...of, edits: [...of.edits, ...removed], dead: [...of.dead, ...[...gone, ...object.lookups].map(rangeOf)] }
}

/** All that is left is to call the handler: the new file needs no wrapper for that. */
export function isPlainCall({ object, levels, inner, calls }: ObjectShape, variant: Variant): boolean {
  const isNoise = (node: Node): boolean =>
    node.type.startsWith('TS') || isDead(variant, node) || object.names.some(({ statement }) => statement === node)
  const [only, ...others] = variant.items.filter(({ node }) => !isNoise(node))
  const makes = levels.flatMap(({ body }) => (body.type === 'BlockStatement' ? body.body : []))
  const isMade = makes.every((node) => node.type === 'ReturnStatement' || node === inner || isNoise(node))
  if (!only || others.length > 0 || !isMade) return false
  const { node } = only
  const value =
    node.type === 'ReturnStatement' ? node.argument : node.type === 'ExpressionStatement' ? node.expression : node
  return calls.some((call) => value && strip(value) === call && call.arguments.length === 2)
}

/** The parameter is one handler now, and the calls go to it. */
export function oneHandlerEdits(shape: ObjectShape, { tree, file, isLive }: Lowering): Edit[] {
  const { handler, calls } = shape
  const name = nameOfHandler(shape, tree)
  const { id } = handler
  return [
    { start: startOf(id), end: startOf(id) + id.name.length, pieces: [name] },
    ...calls.filter(isLive).map(({ callee }): Edit => ({ ...outerRange(file.text, callee), pieces: [name] })),
  ]
}

/** As the wrapper itself calls it. */
function nameOfHandler({ object, levels: [outer] }: ObjectShape, tree: ScopeTree): string {
  const own = object.names.find(({ isLookup }) => isLookup)?.binding
  if (own && outer && isOnlyOne(own, outer, tree)) return own.name
  return ['handler', 'methodHandler'].find((name) => outer && !isNameTaken(tree, name, outer)) ?? 'handlerOfMethod'
}

/** No other name like it in the function. */
function isOnlyOne(own: Binding, around: Node, tree: ScopeTree): boolean {
  for (const [node, scope] of tree.scopeOf) {
    const binding = scope.bindings.get(own.name)
    if (binding && binding !== own && (contains(around, node) || contains(node, around))) return false
  }
  return !tree.globals.has(own.name) && parentOf(own.id) !== null
}

/** What stands between two statements that go: blank lines. */
function gapBefore(node: Node, isGone: (node: Node) => boolean): Edit[] {
  const list = parentOf(node)
  const body = list?.type === 'BlockStatement' ? list.body : []
  const before = body.find((_, i) => body[i + 1] === node)
  return before && isGone(before) ? [{ start: endOf(before), end: startOf(node), pieces: [] }] : []
}

/** And before one that went with the question whether there is a handler. */
function gapBehind(node: Node, isGone: (node: Node) => boolean): Edit[] {
  const list = parentOf(node)
  const body = list?.type === 'BlockStatement' ? list.body : []
  const next = body.find((_, i) => body[i - 1] === node)
  return next && isGone(next) ? [{ start: endOf(node), end: startOf(next), pieces: [] }] : []
}

function rangeOf(node: Node): { start: number; end: number } {
  return { start: startOf(node), end: endOf(node) }
}
