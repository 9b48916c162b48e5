import type * as t from '@babel/types'
import { block, canAwaitAt, type Lowering, need } from '../concerns/lowering.ts'
import type { Edit } from '../syntax/edits.ts'
import { outerRange } from '../syntax/lines.ts'
import { isCall, isMember, memberName, withCasts } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { type Collected, isUtf8 } from './collector.ts'

/** The awaited call that reads the whole body, in its App form; false when it is not awaited where it stands. */
export function lowerBodyRead(
  call: t.CallExpression | t.OptionalCallExpression,
  kind: Collected,
  at: Lowering,
): boolean {
  const awaited = parentOf(withCasts(call))
  if (awaited?.type !== 'AwaitExpression' || !canAwaitAt(at, call)) return false
  readRaw(at, call)
  const text = kind === 'json' ? null : textOf(awaited)
  at.edits.push(text ? readEdit(at, text, 'text') : readEdit(at, awaited, kind))
  return true
}

/** Says that the body is read here, or handed on as a stream; it can be read once (PA125). */
export function readRaw(at: Lowering, node: Node, key: '' | 'stream' = ''): void {
  if (at.needs.some((n) => n.kind === 'raw' || n.kind === 'body' || n.kind === 'text')) block(at, 'PA125', node)
  need(at, 'raw', node, key)
}

/** `(await buffer(req)).toString()` */
function textOf(awaited: Node): Node | null {
  const value = withCasts(awaited)
  const member = parentOf(value)
  const call =
    isMember(member) && member.object === value && memberName(member) === 'toString' ? parentOf(member) : null
  return isCall(call) && call.callee === member && isUtf8(call.arguments[0]) ? call : null
}

/** Replaces an expression by one that reads the body. */
export function readEdit(at: Lowering, node: Node, kind: Collected): Edit {
  const { request } = at.names
  if (kind === 'buffer')
    return { ...outerRange(at.file.text, node), pieces: [`Buffer.from(await ${request}.arrayBuffer())`] }
  const text = `await ${request}.${kind}()`
  const range = { start: startOf(node), end: endOf(node) }
  const isParenthesised = (node.extra as { parenthesized?: boolean } | undefined)?.parenthesized
  return { ...range, pieces: [!isParenthesised && binds(node) ? `(${text})` : text] }
}

/** Stands where an `await` would need parentheses: `x.trim()`. */
function binds(node: Node): boolean {
  const parent = parentOf(node)
  return (isMember(parent) && parent.object === node) || parent?.type === 'TSNonNullExpression'
}
