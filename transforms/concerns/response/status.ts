import type { ResponseConcern } from '../../model/response.ts'

/**
 * `res.status(n)` and `res.statusCode = n`.
 * Pages: sets the status of the answer to come, 200 by default. App: the `status` of the Response that is returned;
 * 200 is left out. A status outside 200 to 599 throws in App (RangeError), so it is not moved.
 */
export const status: ResponseConcern = {
  id: 'response/status',
  codes: ['PA201', 'PA202'],
  methods: {
    status: (args, call) => {
      const value = args[0]
      if (!value || value.type === 'SpreadElement')
        return { kind: 'refusal', node: call, code: 'PA201', what: 'status()' }
      if (value.type === 'NumericLiteral' && (value.value < 200 || value.value > 599))
        return { kind: 'refusal', node: call, code: 'PA202', what: String(value.value) }
      return { effects: [{ kind: 'status', value, node: call }] }
    },
  },
}
