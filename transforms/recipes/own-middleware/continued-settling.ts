import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import type { SourceModule } from '../../syntax/imported.ts'
import { isCall, isMember, memberName, uncast } from '../../syntax/match.ts'
import type { Binding } from '../../syntax/scope.ts'
import { endOf, functionAround, isPlainFunction, type Node, parentOf, startOf } from '../../syntax/tree.ts'
import { isNamed } from './callback.ts'
import { onlyValue } from './promise.ts'
import { sliceOf } from '../call.ts'

/**
 * What resolves the Promise around goes: `resolve()` at an end of the function, `return resolve()`, and `handler(req, res).finally(() => resolve())`,
 * which gives back what the handler does. Null for one that stands elsewhere.
 */
export function settlingEdits(next: t.ArrowFunctionExpression, resolve: Binding, module: SourceModule): Edit[] | null {
  const edits: Edit[] = []
  for (const { node, kind } of resolve.references) {
    if (kind !== 'read') return null
    const edit = settlingEdit(node, next, resolve, module)
    if (!edit) return null
    edits.push(edit)
  }
  return edits
}

function settlingEdit(
  node: Node,
  next: t.ArrowFunctionExpression,
  resolve: Binding,
  module: SourceModule,
): Edit | null {
  const call = parentOf(node)
  const chained = finallyOf(node, resolve, module)
  if (chained) {
    const { whole, inner } = chained
    const statement = parentOf(whole)
    if (statement === next) return { start: startOf(whole), end: endOf(whole), pieces: [sliceOf(inner)] }
    if (statement?.type !== 'ExpressionStatement' || !isEnd(statement, next)) return null
    return { start: startOf(whole), end: endOf(whole), pieces: ['return ', sliceOf(inner)] }
  }
  if (!isCall(call) || call.callee !== node || call.arguments.length > 0) return null
  const statement = parentOf(call)
  if (statement?.type === 'ReturnStatement' && functionAround(statement) === next)
    return { start: startOf(call), end: endOf(call), pieces: [] }
  if (statement?.type !== 'ExpressionStatement' || !isEnd(statement, next)) return null
  const { text } = module.file
  return { start: text.slice(0, startOf(statement)).trimEnd().length, end: endOf(statement), pieces: [] }
}

/** `handler(req, res).finally(() => resolve())`, `.finally(resolve)` */
function finallyOf(node: Node, resolve: Binding, { tree }: SourceModule): { whole: Node; inner: Node } | null {
  const parent = parentOf(node)
  const callback = isCall(parent) && parent.callee === node ? functionAround(node) : node
  const whole = callback && parentOf(callback)
  if (!callback || !isCall(whole) || whole.arguments[0] !== callback || whole.arguments.length > 1) return null
  if (!isMember(whole.callee) || memberName(whole.callee) !== 'finally') return null
  if (isPlainFunction(callback)) {
    const value = onlyValue(callback)
    if (!isCall(value) || value.arguments.length > 0 || !isNamed(value.callee, resolve, tree)) return null
  }
  return { whole, inner: uncast(whole.callee.object) }
}

/** Nothing of the function is done after it; a bare `return` may stand there. */
function isEnd(statement: Node, next: t.ArrowFunctionExpression): boolean {
  const parent = parentOf(statement)
  if (parent?.type !== 'BlockStatement' || functionAround(statement) !== next) return false
  const [after, more] = parent.body.slice(parent.body.indexOf(statement as t.Statement) + 1)
  if (after) return after.type === 'ReturnStatement' && !after.argument && !more
  if (parent === next.body) return true
  const above = parentOf(parent)
  if (above?.type === 'IfStatement' || above?.type === 'CatchClause') return isEnd(ownerOf(above), next)
  return above?.type === 'TryStatement' && !above.finalizer && isEnd(above, next)
}

function ownerOf(node: Node): Node {
  const parent = parentOf(node)
  if (node.type === 'CatchClause') return parent ?? node
  return parent?.type === 'IfStatement' && parent.alternate === node ? ownerOf(parent) : node
}
