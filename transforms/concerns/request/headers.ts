import type { Step } from '../../model/route.ts'
import { bindingTells, tellsNullFromUndefined } from '../../syntax/absence.ts'
import { isCast, isInstanceTest, isMember } from '../../syntax/match.ts'
import { bindingAt } from '../../syntax/scope.ts'
import { quoted } from '../../syntax/style.ts'
import { parentOf } from '../../syntax/tree.ts'
import { block, need, type RequestConcern } from '../lowering.ts'
import { leaveOutCapitalKey } from './capital-keys.ts'
import { shareRead } from './shared-read.ts'
import { isWritten, replaceName } from './query.ts'

/**
 * `req.headers`. Pages: a plain object with lower-case keys, undefined where missing. App: Headers, null where missing.
 * `?? undefined` where the code can tell. The whole object becomes `Object.fromEntries(request.headers)`: same keys
 * (lower case), values joined alike; set-cookie, which requests do not carry, would be the exception.
 */
export const headers: RequestConcern = {
  id: 'request/headers',
  codes: ['PA118', 'PA144', 'PA154', 'PA510'],
  members: ['headers'],
  read: (use, at) => {
    if (isWritten(use)) return block(at, 'PA118', use.node)
    const [first, step, called] = use.steps as [Step, Step | undefined, Step | undefined]
    // Code for requests of both kinds: `req.headers.get('x')`, `req.headers instanceof Headers`.
    const isCalled = step?.kind === 'prop' && METHODS.has(step.name) && called?.kind === 'call'
    if (isCalled || isInstanceTest(use.node)) return block(at, 'PA510', use.node, { name: 'req.headers' })
    need(at, 'request', first.node)
    if (!step || step.kind === 'call')
      return replaceName(at, first.node, `Object.fromEntries(${at.names.request}.headers)`)
    if (step.kind === 'prop' && ['hasOwnProperty', 'toString'].includes(step.name))
      return replaceName(at, first.node, `Object.fromEntries(${at.names.request}.headers)`)
    if (step.kind === 'prop' && step.name !== step.name.toLowerCase())
      return isMember(step.node)
        ? leaveOutCapitalKey(step.node, step.name, at)
        : block(at, 'PA144', step.node, { name: step.name })
    if (step.kind === 'computed') return replaceName(at, first.node, `Object.fromEntries(${at.names.request}.headers)`)
    // A header may be called `get`; a method of the object is never used on IncomingHttpHeaders.
    const pieces = [`${at.names.request}.headers.get(${quoted(at.style, step.name)})`]
    if (shareRead(at, step.name, step.node, pieces[0] ?? '')) return
    if (!tellsNullFromUndefined(step.node, at.tree)) return replaceName(at, step.node, ...pieces)
    const parent = parentOf(step.node)
    const isOperand =
      parent !== null &&
      (isCast(parent) || /^(Binary|Logical|Unary|Await|Conditional|Spread)/.test(parent.type) || isMember(parent))
    if (isOperand) replaceName(at, step.node, '(', ...pieces, ' ?? undefined)')
    else replaceName(at, step.node, ...pieces, ' ?? undefined')
  },
  bind: (leaf, _site, at) => {
    need(at, 'request', leaf.property)
    const key = leaf.path[1]
    if (key === undefined || leaf.rest) return leaf.rest ? null : [`Object.fromEntries(${at.names.request}.headers)`]
    if (key !== key.toLowerCase()) return null
    const binding = leaf.target.type === 'Identifier' ? bindingAt(at.tree, leaf.target) : null
    const plain = leaf.fallback !== null || (binding !== null && !bindingTells(binding, at.tree))
    return [
      `${at.names.request}.headers.get(${quoted(at.style, key.toLowerCase())})`,
      ...(plain ? [] : [' ?? undefined']),
    ]
  },
}

/** Methods of Headers. The headers of a Pages request have none. */
const METHODS: ReadonlySet<string> = new Set(['get', 'has', 'entries', 'keys', 'values', 'forEach'])
