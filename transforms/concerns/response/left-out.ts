import type * as t from '@babel/types'
import type { Use } from '../../model/route.ts'
import { isQuiet } from '../../syntax/match.ts'
import { parentOf } from '../../syntax/tree.ts'

/** What HTTP/1 says beside the answer, and a route handler leaves to the server. */
const names = new Set(['statusMessage', 'shouldKeepAlive'])

/**
 * `res.statusMessage = 'Gone fishing'`, `res.shouldKeepAlive = false`. Pages: the words behind the status, and whether the connection is
 * closed after the answer; HTTP/2 has neither. App: left out (PA243); with `--strict` the route is kept. The statement, or null for
 * anything else.
 */
export function leftOut({ root, steps, node }: Use): t.ExpressionStatement | null {
  const [first, more] = steps
  if (root !== 'res' || first?.kind !== 'prop' || more || !names.has(first.name)) return null
  const set = parentOf(node)
  const statement = set ? parentOf(set) : null
  const isSet = set?.type === 'AssignmentExpression' && set.left === node && set.operator === '=' && isQuiet(set.right)
  return isSet && statement?.type === 'ExpressionStatement' ? statement : null
}
