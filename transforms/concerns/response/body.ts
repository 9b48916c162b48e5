import type { Body, Link, ResponseConcern } from '../../model/response.ts'
import type { AstNode } from '../../model/route.ts'
import { sendStatus, statusOf } from './slips.ts'

/**
 * `json`, `send`, `write`, `end`.
 * Pages: `json` serialises anything and sets the content type over the handler's own; `send` looks at the value:
 * objects, numbers and booleans as JSON, a Buffer as octet-stream, a string without content type; `end` writes as is.
 * Parts written one after the other, with nothing between, are one body (PA227: sent at once); a stream of parts is kept (PA230).
 * App: Response.json, or a Response with the value. 204, 205 and 304 may carry no body: Pages dropped it, App would throw.
 */
export const body: ResponseConcern = {
  id: 'response/body',
  codes: ['PA220', 'PA221', 'PA222', 'PA223', 'PA242'],
  methods: {
    json: (args, call) => one('json', args, call),
    send: (args, call) => one('send', args, call),
    write: (args, call) => {
      const value = args[0]
      if (!value || args.length > 1 || value.type === 'SpreadElement')
        return { kind: 'refusal', node: call, code: 'PA230', what: 'write' }
      return { effects: [{ kind: 'write', value, node: call }] }
    },
    sendStatus,
    end: (args, call) => {
      if (args.length > 1)
        return { kind: 'refusal', node: call, code: 'PA220', what: 'end with an encoding or callback' }
      return statusOf(args) ? sendStatus(args, call) : one('end', args, call)
    },
  },
}

function one(kind: 'json' | 'send' | 'end', args: readonly AstNode[], call: AstNode): Link {
  const value = args[0] ?? null
  if (value?.type === 'SpreadElement') return { kind: 'refusal', node: call, code: 'PA220', what: kind }
  if (kind === 'end' && (value?.type === 'ArrowFunctionExpression' || value?.type === 'FunctionExpression'))
    return { kind: 'refusal', node: call, code: 'PA220', what: 'end with a callback' }
  const exit: Body = { kind, value }
  return { effects: [], exit }
}
