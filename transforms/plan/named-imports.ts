import type { NewImport } from '../syntax/print.ts'
import type { Scope, ScopeTree } from '../syntax/scope.ts'
import { afterImport } from '../concerns/after.ts'
import type { HandlerPlan } from './route-context.ts'
import type { PlannedHelper } from './summary.ts'

/** Types, and NextResponse, that the new form of a function names. */
export function namedImports({ at, plan: { takes } }: PlannedHelper): NewImport[] {
  const { program } = at.tree
  const needsNext =
    at.typed && (takes.request === 'NextRequest' || ((takes.request || takes.params) && isTaken(program, 'Request')))
  const values = at.edits.some((edit) =>
    edit.pieces.some((p) => typeof p === 'string' && p.startsWith('NextResponse.json(')),
  )
  const found: NewImport[] = []
  if (needsNext && !program.bindings.has('NextRequest'))
    found.push({ source: 'next/server', name: 'NextRequest', local: 'NextRequest', isType: true })
  if (values && !program.bindings.has('NextResponse'))
    found.push({ source: 'next/server', name: 'NextResponse', local: 'NextResponse', isType: false })
  const after = afterImport(at.edits, at.tree)
  if (after) found.push(after)
  return found
}

/** A parameter of the route's functions is a NextRequest, or would be taken for a type of the file that is called Request. */
export function namesNextRequest({ functions, helpers }: HandlerPlan, { program }: ScopeTree): boolean {
  const all = [...functions, ...helpers].map(({ plan: { takes } }) => takes)
  return (
    !program.bindings.has('NextRequest') &&
    all.some((t) => t.request === 'NextRequest' || ((t.request || t.params) && isTaken(program, 'Request')))
  )
}

function isTaken(program: Scope, name: string): boolean {
  return program.types.has(name) || program.bindings.has(name)
}
