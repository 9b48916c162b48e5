import type { NewImport } from '../syntax/print.ts'
import type { Scope } from '../syntax/scope.ts'
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
  return found
}

function isTaken(program: Scope, name: string): boolean {
  return program.types.has(name) || program.bindings.has(name)
}
