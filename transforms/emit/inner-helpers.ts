import { helperEdits } from '../plan/helper-edits.ts'
import type { HelperRewrite, MethodFunction } from '../plan/route-context.ts'
import type { Edit } from '../syntax/edits.ts'
import { contains } from '../syntax/tree.ts'

/** Functions that stand in the handler and take what it takes, in their new form. Where a method never calls them they are gone. */
export function innerHelperEdits({ at }: MethodFunction, helpers: readonly HelperRewrite[]): Edit[] {
  return helpers
    .filter(({ model }) => contains(at.fn.body, model.fn) && at.isLive(model.fn))
    .flatMap((helper) => helperEdits(helper))
}
