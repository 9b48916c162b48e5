import type { ResponseConcern } from '../../model/response.ts'
import { numberValue } from '../../syntax/match.ts'

/**
 * `res.redirect(url)` and `res.redirect(status, url)`.
 * Pages: 307 by default, Location exactly as written (relative allowed). App: Response.redirect throws on relative URLs,
 * `new URL(x, request.url)` names the server's own host, redirect() of next/navigation throws into try/catch:
 * so a Response with a hand-set Location. A status set before is overruled by redirect's own, as in Pages.
 */
export const redirect: ResponseConcern = {
  id: 'response/redirect',
  codes: ['PA225'],
  methods: {
    redirect: (args, call) => {
      const [first, second] = args
      if (!first || first.type === 'SpreadElement' || second?.type === 'SpreadElement')
        return { kind: 'refusal', node: call, code: 'PA225', what: 'redirect' }
      if (!second) return { effects: [], exit: { kind: 'redirect', url: first, status: null } }
      // redirect(url, 302): Next ignores the second argument and answers 307 when the first is a string.
      if (first.type === 'StringLiteral' || first.type === 'TemplateLiteral')
        return { effects: [], exit: { kind: 'redirect', url: first, status: null } }
      if (numberValue(first) === null && first.type !== 'Identifier' && first.type !== 'ConditionalExpression')
        return { kind: 'refusal', node: call, code: 'PA225', what: 'redirect' }
      return { effects: [], exit: { kind: 'redirect', url: second, status: first } }
    },
  },
}
