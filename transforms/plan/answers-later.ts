import type { HelperCall } from '../analyse/callees.ts'
import type { Flow } from '../analyse/flow-model.ts'
import { parentOf } from '../syntax/tree.ts'
import type { FunctionInput, HelperSummary } from './function-model.ts'

type Later = NonNullable<HelperSummary['answersLater']>

/**
 * When a function answers, where that is not before it returns: what its caller answers right after the call is sent first then. `always` is
 * what no `await` of the call waits for, either.
 */
export function answersLater(flow: Flow, summaries: FunctionInput['summaries']): Later | null {
  const exits = flow.exits.map(({ what, node, form }): Later | null => {
    if (form === 'stream' || (what.kind === 'response' && what.fact.exit?.kind === 'pipe')) return 'always'
    return what.kind === 'call' ? whenLate(laterOf(what.call, summaries), isGiven(node, form)) : null
  })
  const guards = flow.guards.map(({ call }) => {
    const isAwaited = parentOf(call.node)?.type === 'AwaitExpression'
    return whenLate(laterOf(call, summaries), isAwaited)
  })
  const passages = flow.passages.map(({ passage, node, form }): Later | null => {
    if (passage.isCalledBack) return 'always'
    return passage.runner.isAsync ? whenLate('unless awaited', isGiven(node, form)) : null
  })
  const all = [...exits, ...guards, ...passages]
  return all.includes('always') ? 'always' : all.includes('unless awaited') ? 'unless awaited' : null
}

/** The same for a call; an async function may have waited for something before it answers. */
export function laterOf({ callee }: HelperCall, summaries: FunctionInput['summaries']): Later | null {
  return summaries.get(callee)?.answersLater ?? (callee.fn.async === false ? null : 'unless awaited')
}

const isGiven = (node: Flow['exits'][number]['node'], form: Flow['exits'][number]['form']): boolean =>
  form === 'returned' || form === 'arrow' || node.type === 'AwaitExpression'

function whenLate(later: Later | null, isWaitedFor: boolean): Later | null {
  return later !== null && !isWaitedFor ? 'always' : later
}
