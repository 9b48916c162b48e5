import type * as t from '@babel/types'
import type { Value } from '../analyse/method-value.ts'
import { isDead, type Item, type Variant } from '../analyse/variant.ts'
import { sentFlags } from '../concerns/response/registry.ts'
import type { FunctionModel } from '../model/route.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { removalRange } from '../syntax/lines.ts'
import { stringValue, uncast, withCasts } from '../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../syntax/scope.ts'
import { contains, endOf, functionAround, type Node, parentOf, startOf } from '../syntax/tree.ts'

/**
 * `res.getHeader('Content-Type')` after the handler, in a test that asks `!res.writableEnded` too: there is none where the wrapper still
 * runs. A handler that has sent something is its Response by then, and one that sets a header and answers with a value stays (PA552).
 */
export function askedTypes({ uses, fn }: FunctionModel, calls: readonly Node[], tree: ScopeTree): Map<Node, Value> {
  const found = new Map<Node, Value>()
  const after = Math.max(...calls.map(endOf))
  const flags = uses.flatMap(({ root, steps: [first, more], node }) =>
    root === 'res' && first?.kind === 'prop' && !more && sentFlags.has(first.name) ? [node] : [],
  )
  for (const { root, steps, node } of uses) {
    const [name, call, more] = steps
    if (root !== 'res' || name?.kind !== 'prop' || call?.kind !== 'call' || more) continue
    const [argument] = call.args
    const isType = argument !== undefined && stringValue(argument)?.toLowerCase() === 'content-type'
    if (!isType || startOf(node) < after || functionAround(node) !== fn || isCaught(node, fn)) continue
    if (!readersOf(node, tree).every((reader) => isGuarded(reader, flags))) continue
    if (name.name === 'getHeader') found.set(call.node, { kind: 'undefined' })
    if (name.name === 'hasHeader') found.set(call.node, { kind: 'boolean', value: false })
  }
  return found
}

/** The expression itself, or all that reads the constant that holds it. */
function readersOf(node: Node, tree: ScopeTree): Node[] {
  const declarator = parentOf(withCasts(node))
  if (declarator?.type !== 'VariableDeclarator') return [node]
  const binding = declarator.id.type === 'Identifier' ? bindingAt(tree, declarator.id) : null
  return binding ? binding.references.map((reference) => reference.node) : [node]
}

/** In the test of an `if` that does nothing where the response is sent: `... && !res.writableEnded`. */
function isGuarded(reader: Node, flags: readonly Node[]): boolean {
  let below = reader
  for (let up = parentOf(below); up; below = up, up = parentOf(up)) {
    if (up.type === 'IfStatement') return up.test === below && !up.alternate && asksOpen(up.test, flags)
    if (up.type.endsWith('Statement') || up.type.endsWith('Declaration')) return false
  }
  return false
}

function asksOpen(test: Node, flags: readonly Node[]): boolean {
  const node = uncast(test)
  if (node.type === 'LogicalExpression')
    return node.operator === '&&' && (asksOpen(node.left, flags) || asksOpen(node.right, flags))
  return node.type === 'UnaryExpression' && node.operator === '!' && flags.includes(uncast(node.argument))
}

function isCaught(node: Node, fn: Node): boolean {
  for (let up = parentOf(node); up && up !== fn; up = parentOf(up)) if (up.type === 'CatchClause') return true
  return false
}

/** Constants that only held what is known now go with the tests that asked for them. Null where something else asks too. */
export function withoutAsked(
  variant: Variant,
  known: ReadonlyMap<Node, Value>,
  { file, tree }: SourceModule,
): Variant | null {
  if (known.size === 0) return variant
  const gone: t.Statement[] = []
  for (const node of known.keys()) {
    if (isDead(variant, node)) continue
    const declarator = parentOf(withCasts(node))
    const statement = declarator && parentOf(declarator)
    if (declarator?.type !== 'VariableDeclarator' || uncast(declarator.init ?? declarator) !== node) return null
    if (statement?.type !== 'VariableDeclaration' || statement.declarations.length > 1) return null
    const binding = bindingAt(tree, declarator.id)
    if (!binding?.references.every((ref) => isDead(variant, ref.node))) return null
    gone.push(statement)
  }
  const isGone = (node: Node): boolean => gone.some((statement) => contains(statement, node))
  return {
    ...variant,
    items: withoutItems(variant.items, isGone),
    edits: [...variant.edits, ...gone.map((node) => ({ ...removalRange(file, node), pieces: [] }))],
    dead: [...variant.dead, ...gone.map((node) => ({ start: startOf(node), end: endOf(node) }))],
  }
}

function withoutItems(items: readonly Item[], isGone: (node: Node) => boolean): Item[] {
  return items.flatMap((item): Item[] => {
    if (isGone(item.node)) return []
    const sub = (list: readonly Item[]): Item[] => withoutItems(list, isGone)
    switch (item.kind) {
      case 'block':
      case 'arms':
      case 'loop':
        return [{ ...item, body: sub(item.body) }]
      case 'if':
        return [{ ...item, consequent: sub(item.consequent), otherwise: item.otherwise && sub(item.otherwise) }]
      case 'try':
        return [
          {
            ...item,
            body: sub(item.body),
            handler: item.handler && sub(item.handler),
            finalizer: item.finalizer && sub(item.finalizer),
          },
        ]
      case 'switch':
        return [{ ...item, cases: item.cases.map((arm) => ({ ...arm, body: sub(arm.body) })) }]
      default:
        return [item]
    }
  })
}
