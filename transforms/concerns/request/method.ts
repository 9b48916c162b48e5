import type { Step } from '../../model/route.ts'
import { block, need, type RequestConcern } from '../lowering.ts'
import { isWritten, replaceName } from './query.ts'

/** `req.method`: the same string on both sides. What a test on it decides is decided by the named exports; what is left reads it. */
export const method: RequestConcern = {
  id: 'request/method',
  codes: ['PA118'],
  members: ['method'],
  read: (use, at) => {
    if (isWritten(use)) return block(at, 'PA118', use.node)
    const first = use.steps[0] as Step
    need(at, 'request', first.node)
    replaceName(at, first.node, `${at.names.request}.method`)
  },
  bind: (leaf, _site, at) => {
    need(at, 'request', leaf.property)
    return [`${at.names.request}.method`]
  },
}
