import type { Link } from '../../model/response.ts'
import type { AstNode, Step, Use } from '../../model/route.ts'
import { numberValue } from '../../syntax/match.ts'

/**
 * Calls that fail in Pages whenever they run, and say plainly what they were meant to answer: `res.sendStatus(405)` of Express,
 * `req.status(400).json(...)` for `res`, `res.end(401)`. Pages: a TypeError, so that the request is answered with 500, by Next or by the catch
 * block around the call. App: the answer that is written there (PA242); with `--strict` the route is kept.
 */
export function isSlip({ steps, isOnRequest }: Use): boolean {
  return isOnRequest === true || steps.some((step, i) => step.kind === 'prop' && isFailing(step.name, steps[i + 1]))
}

function isFailing(name: string, call: Step | undefined): boolean {
  if (call?.kind !== 'call') return false
  return name === 'sendStatus' || (name === 'end' && statusOf(call.args) !== null)
}

/** `req.status(400)`: what answers, asked of the request, which has nothing of the name (node@20 http.IncomingMessage, NextApiRequest). */
export function isAnswerOfRequest([name, call]: readonly Step[]): boolean {
  return name?.kind === 'prop' && call?.kind === 'call' && /^(?:status|send|sendStatus)$/.test(name.name)
}

/** `sendStatus(404)` and `end(404)`: a status, and no body. */
export function sendStatus(args: readonly AstNode[], call: AstNode): Link {
  const value = statusOf(args)
  if (!value) return { kind: 'refusal', node: call, code: 'PA510', what: 'sendStatus' }
  return { effects: [{ kind: 'status', value, node: call }], exit: { kind: 'end', value: null } }
}

/** The one argument, where it is a status that a Response takes. */
export function statusOf(args: readonly AstNode[]): AstNode | null {
  const [value, more] = args
  const number = value ? numberValue(value) : null
  return value && !more && number !== null && number >= 200 && number <= 599 ? value : null
}
