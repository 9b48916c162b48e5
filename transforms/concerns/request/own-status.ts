import type * as t from '@babel/types'
import type { Use } from '../../model/route.ts'
import { isQuiet } from '../../syntax/match.ts'
import { isListHolder, listOf, parentOf } from '../../syntax/tree.ts'

/** Of http.IncomingMessage, for answers that a client gets: of a request they are null, and nobody asks for them. */
const names = new Set(['statusCode', 'statusMessage'])

/**
 * `req.statusCode = 201`, where `res` was meant. Pages: the answer's status stays what it is. App: left out (PA157). The statement, or null for anything
 * else; code that reads it back is refused as any unknown member is.
 */
export function setsNothing({ root, steps, node }: Use): t.ExpressionStatement | null {
  const [first, more] = steps
  if (root !== 'req' || first?.kind !== 'prop' || more || !names.has(first.name)) return null
  const set = parentOf(node)
  const statement = set ? parentOf(set) : null
  const isSet = set?.type === 'AssignmentExpression' && set.left === node && set.operator === '=' && isQuiet(set.right)
  return isSet && statement?.type === 'ExpressionStatement' && !isLast(statement) ? statement : null
}

/** An answer that was sent before is returned behind the last statement of a block. */
function isLast(statement: t.Statement): boolean {
  const list = parentOf(statement)
  return list !== null && isListHolder(list) && listOf(list).at(-1) === statement
}
