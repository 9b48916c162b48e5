import type { AnsweringCallback } from '../analyse/answering-callback.ts'
import type { ExitSite } from '../analyse/flow-model.ts'
import type { ModuleFunction } from '../analyse/module-functions.ts'
import { snippet, spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Role } from '../model/route.ts'
import type { Edit } from '../syntax/edits.ts'
import { endOf, type Node, startOf } from '../syntax/tree.ts'
import { givenCallback } from './function-flow.ts'
import { helperEdits } from './helper-edits.ts'
import { planSharedBody, whyBlocked } from './shared-function.ts'
import type { SharedEnvironment, SharedFunction, SharedFunctions } from './shared-model.ts'
import type { PlannedHelper } from './summary.ts'

/**
 * `requireUser(req, res, handler)` answers, or runs `handler`, which answers: in App it gives back the one Response or the other. Headers that it sets
 * before that would have to be put on an answer that may ask for them: it stays (PA251).
 */
export function planWithCallback(
  found: ModuleFunction,
  roles: readonly Role[],
  { param, calls }: AnsweringCallback,
  env: SharedEnvironment,
  shared: SharedFunctions,
): SharedFunction {
  const type = param.typeAnnotation?.type === 'TSTypeAnnotation' ? param.typeAnnotation.typeAnnotation : null
  const result = type?.type === 'TSFunctionType' ? type.typeAnnotation?.typeAnnotation : null
  const edits = (helper: PlannedHelper): Edit[] => [
    ...helperEdits(helper),
    ...(result && helper.at.typed
      ? [{ start: startOf(result), end: endOf(result), pieces: ['Response | Promise<Response>'] }]
      : []),
  ]
  const planned = planSharedBody({ found, fn: found.fn, roles, handler: null, calledBack: calls, edits }, env, shared)
  const isUntold = planned.at.typed && type !== null && !result
  const place = isUntold ? param : findTouched(planned)
  if (!place || planned.summary.blocked) return planned
  const why: Diagnostic = {
    code: 'PA251',
    level: 'blocker',
    span: spanOf(planned.at.file, place),
    data: { text: snippet(planned.at.file, place) },
  }
  return { ...planned, summary: { ...planned.summary, blocked: whyBlocked(why, found) } }
}

/** A call of the callback that comes after something was set, or before something else; or a path on which nobody answers. */
function findTouched({ plan, summary, model }: SharedFunction): Node | null {
  const { exits } = plan.flow
  const ran = exits.filter(({ what }) => what.kind === 'call' && what.call.callee === givenCallback)
  // What callers have set is on the answers of their callbacks.
  const isTouched = ({ pending, held, isNested }: ExitSite): boolean =>
    pending.some(({ what }) => what.kind !== 'inherited') || held !== undefined || isNested
  const touched = ran.find(isTouched)
  // An answer behind it was for callbacks that do not answer.
  const [later] = plan.flow.later
  return touched?.node ?? later ?? (summary.kind === 'always' && ran.length > 0 ? null : model.fn)
}
