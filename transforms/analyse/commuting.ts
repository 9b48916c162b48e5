import type * as t from '@babel/types'
import { isMember, memberName } from '../syntax/match.ts'
import { keepsToItself } from './own-members.ts'
import { pathsOf } from './own-paths.ts'
import { type Node, parentOf, some } from '../syntax/tree.ts'

/**
 * Whether a statement of a constructor can as well run after all others, in a constructor that extends it: those after it only put values
 * into members, it touches none of those, and nothing is called on `this`, which a class that extends it may have otherwise.
 */
export function commutes(statement: t.IfStatement, maker: t.ClassMethod): boolean {
  const { body, params } = maker
  const after = body.body.slice(body.body.indexOf(statement) + 1)
  const isLeft = some(body, (n) => n.type === 'ReturnStatement')
  const isBusy = [body, ...params].some((part) => some(part, (n) => n.type === 'ThisExpression' && !isOwnMember(n)))
  if (isLeft || isBusy || after.some((one) => some(one, isWork))) return false
  if (after.length > 0 && !keepsToItself(statement, after, maker)) return false
  const [mine, theirs] = [pathsOf([statement]), pathsOf(after)]
  return !meet(mine.written, [...theirs.written, ...theirs.read]) && !meet(theirs.written, mine.read)
}

/** `this.actor.ip`, read or written, never called. */
function isOwnMember(node: Node): boolean {
  const parent = parentOf(node)
  if (!parent || !isMember(parent) || parent.object !== node || memberName(parent) === null) return false
  const user = parentOf(parent)
  return !(user && 'callee' in user && user.callee === parent)
}

/** More than values that are read and put away. */
function isWork({ type }: Node): boolean {
  return /^(?:Call|OptionalCall|New|Await|Yield|Function|ArrowFunction|TaggedTemplate|Update)Expression$|^(?:Throw|Try|While|For|DoWhile|ForOf|ForIn|VariableDecl)/.test(
    type,
  )
}

function meet(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => one.startsWith(other) || other.startsWith(one)))
}
