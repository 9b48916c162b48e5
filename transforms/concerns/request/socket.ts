import { tellsNullFromUndefined } from '../../syntax/absence.ts'
import { quoted } from '../../syntax/style.ts'
import { isCast, isMember, withCasts } from '../../syntax/match.ts'
import { endOf, parentOf, startOf } from '../../syntax/tree.ts'
import { block, need, note, type RequestConcern, replace } from '../lowering.ts'

/**
 * `req.socket.remoteAddress`, `req.connection.remoteAddress`. Pages: the peer's address. App: a route handler has no socket;
 * `next start` and every host put the address into x-forwarded-for (a client can send its own): PA140, to be looked at.
 */
export const socket: RequestConcern = {
  id: 'request/socket',
  codes: ['PA140', 'PA141'],
  members: ['socket', 'connection'],
  read: (use, at) => {
    const step = use.steps[1]
    if (step?.kind !== 'prop' || step.name !== 'remoteAddress') return block(at, 'PA141', use.node)
    need(at, 'request', step.node)
    note(at, 'PA140', 'review', step.node)
    const whole = withCasts(step.node)
    const or = parentOf(whole)
    // `x-forwarded-for || remoteAddress`: the header is all there is.
    if (
      or?.type === 'LogicalExpression' &&
      or.right === whole &&
      /x-forwarded-for/i.test(at.file.text.slice(startOf(or.left), endOf(or.left)))
    ) {
      return replace(at, or, { from: startOf(or.left), to: endOf(or.left) })
    }
    const text = `${at.names.request}.headers.get(${quoted(at.style, 'x-forwarded-for')})`
    const parent = parentOf(step.node)
    if (!tellsNullFromUndefined(step.node, at.tree)) return replace(at, step.node, text)
    const isOperand =
      parent !== null && (isCast(parent) || isMember(parent) || /^(Binary|Logical|Unary)/.test(parent.type))
    replace(at, step.node, isOperand ? `(${text} ?? undefined)` : `${text} ?? undefined`)
  },
  bind: () => null,
}
