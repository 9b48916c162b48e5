import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { outerRange } from '../../syntax/lines.ts'
import { isMember, memberName, uncast, withCasts } from '../../syntax/match.ts'
import { bindingAt, type ScopeTree } from '../../syntax/scope.ts'
import { type Node, parentOf } from '../../syntax/tree.ts'
import { block, type Lowering, note, snippet } from '../lowering.ts'

type Read = t.MemberExpression | t.OptionalMemberExpression

/**
 * `req.headers['X-Signature']`. Pages: keys of the headers are lower case, so that this is undefined whatever the client sends. App: `Headers.get`
 * would find the header. Where the read is one choice of several (`||`, `??`), it is left out of them, and said so (PA154) unless another
 * choice asks for the same header by its key. Where nothing else is asked, only its author can tell what was meant (PA144).
 */
export function leaveOutCapitalKey(read: Read, name: string, at: Lowering): void {
  const others = choicesBeside(read).filter((other) => !isCapital(other, read, at.tree))
  const isAsked = others.some((other) => keyOf(other, read, at.tree) === name.toLowerCase())
  // A server of the project may put what it likes into the headers.
  const mayGo = isAsked || (at.hasAllCustom && others.length > 0)
  const edit = mayGo ? leavingOut(read, at.file.text) : null
  if (!edit) return block(at, 'PA144', read, { name })
  at.edits.push(edit)
  if (!isAsked) note(at, 'PA154', 'review', read, { name, text: snippet(at.file, read) })
}

/** The last choice stays as what it is; of any other the next one takes the place. */
function leavingOut(read: Read, text: string): Edit | null {
  const node = withCasts(read)
  const choice = parentOf(node)
  if (!isChoice(choice)) return null
  const own = outerRange(text, node)
  const above = parentOf(choice)
  const isBetween = choice.left !== node && isLeftOf(choice, above) && !choice.extra?.parenthesized
  const next = choice.left === node ? choice.right : isBetween ? above.right : null
  if (!next) return { ...own, pieces: ['undefined'] }
  const end = outerRange(text, next).start
  // Behind `return`, a comment to the end of the line must not come first.
  return /\/[/*]/.test(text.slice(own.end, end)) ? null : { start: own.start, end, pieces: [] }
}

function isChoice(node: Node | null): node is t.LogicalExpression {
  return node?.type === 'LogicalExpression' && node.operator !== '&&'
}

/** `(a || choice) || b`, with one operator. */
function isLeftOf(choice: t.LogicalExpression, above: Node | null): above is t.LogicalExpression {
  return isChoice(above) && above.left === choice && above.operator === choice.operator
}

/** All that is asked in one expression: `req.headers['x-signature'] ?? req.headers['X-Signature']`. */
function choicesBeside(read: Read): Node[] {
  let top: Node = withCasts(read)
  for (let up = parentOf(top); isChoice(up); up = parentOf(top)) top = up
  const choices = (node: Node): Node[] => (isChoice(node) ? [...choices(node.left), ...choices(node.right)] : [node])
  return choices(top).map(uncast)
}

function isCapital(choice: Node, read: Read, tree: ScopeTree): boolean {
  const key = keyOf(choice, read, tree)
  return key !== null && key !== key.toLowerCase()
}

/** The header that another choice asks for. */
function keyOf(choice: Node, { object }: Read, tree: ScopeTree): string | null {
  return isMember(choice) && isSame(choice.object, object, tree) ? memberName(choice) : null
}

/** Both are `req.headers`, or one name for it. */
function isSame(a: Node, b: Node, tree: ScopeTree): boolean {
  const [one, other] = [uncast(a), uncast(b)]
  if (isMember(one) && isMember(other)) {
    const name = memberName(one)
    return name !== null && name === memberName(other) && isSame(one.object, other.object, tree)
  }
  const binding = bindingAt(tree, one)
  return binding !== null && binding === bindingAt(tree, other)
}
