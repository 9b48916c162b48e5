import type { FunctionNode } from '../model/route.ts'
import { bindingAt } from '../syntax/scope.ts'
import type { Edit } from '../syntax/edits.ts'
import { contains, endOf, parentOf, startOf } from '../syntax/tree.ts'
import type { PlannedHelper } from './summary.ts'

/** `let result: T | undefined` may hold a Response now; `const result: T = await handler()` says it by itself. */
export function valueTypeEdits({ plan, at }: PlannedHelper, type: string): Edit[] {
  return plan.flow.values.flatMap(({ id, call }): Edit[] => {
    const declared = id && bindingAt(at.tree, id)
    const annotation = declared?.id.typeAnnotation
    if (!declared || !annotation) return []
    const isAtCall = contains(declared.declaration, call)
    const pieces = isAtCall ? [] : [`: ${/^(?:unknown|any)$/.test(type) ? type : `${type} | undefined`}`]
    return [{ start: startOf(annotation), end: endOf(annotation), pieces }]
  })
}

/** What wrappers give back is inferred: the old types named the old handler. */
export function resultTypeEdits(levels: readonly FunctionNode[]): Edit[] {
  return levels.flatMap((fn) => {
    const parent = parentOf(fn)
    const id = parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id : null
    return [fn.returnType, id?.typeAnnotation].flatMap((type) =>
      type ? [{ start: startOf(type), end: endOf(type), pieces: [] }] : [],
    )
  })
}
