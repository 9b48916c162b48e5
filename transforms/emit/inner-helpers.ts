import { helperEdits } from '../plan/helper-edits.ts'
import type { HelperRewrite, MethodFunction } from '../plan/route-context.ts'
import type { Edit } from '../syntax/edits.ts'
import { removalRange } from '../syntax/lines.ts'
import { bindingAt } from '../syntax/scope.ts'
import { contains, type Node, startOf, statementOf } from '../syntax/tree.ts'

/** Functions that stand in the handler and take what it takes: in their new form, or gone where a method never calls them. */
export function innerHelperEdits({ at, plan }: MethodFunction, helpers: readonly HelperRewrite[]): Edit[] {
  const inner = helpers.filter(({ model }) => contains(at.fn.body, model.fn))
  const gone = new Set<HelperRewrite>()
  for (let before = -1; before !== gone.size; ) {
    before = gone.size
    for (const helper of inner) if (!isCalled(helper)) gone.add(helper)
  }
  return inner.flatMap((helper) => {
    const place = gone.has(helper) ? placeOf(helper) : null
    const range = place && removalRange(at.file, place)
    // What is declared in front of it is for others, too.
    const isFree = place && range && !plan.edits.some(({ start }) => start >= range.start && start <= startOf(place))
    return isFree ? [{ ...range, pieces: [] }] : helperEdits(helper)
  })

  function isCalled({ model }: HelperRewrite): boolean {
    const id = statementName(model.fn)
    const references = id ? (bindingAt(at.tree, id)?.references ?? []) : []
    return references.some(({ node }) => at.isLive(node) && ![...gone].some((other) => contains(other.model.fn, node)))
  }
}

function placeOf({ model }: HelperRewrite): Node | null {
  return statementName(model.fn) ? statementOf(model.fn) : null
}

/** Of a function that is the whole of its statement. */
function statementName(fn: HelperRewrite['model']['fn']): Node | null {
  if (fn.type === 'FunctionDeclaration') return fn.id ?? null
  const statement = statementOf(fn)
  const declarator = statement?.type === 'VariableDeclaration' ? statement.declarations[0] : undefined
  return statement?.type === 'VariableDeclaration' && statement.declarations.length === 1 && declarator?.init === fn
    ? declarator.id
    : null
}
