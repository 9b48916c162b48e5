import type * as t from '@babel/types'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { nameTaken } from './captured-names.ts'
import type { OutputFault } from './verify-output.ts'

/** Why a text that is no fault of ours cannot be written. */
export function describeFault(
  fault: Exclude<OutputFault, { kind: 'wrong' }>,
  file: SourceFile,
  tree: ScopeTree,
): Diagnostic {
  if (fault.kind === 'captured') return nameTaken(fault, file)
  const span = spanOf(file, lastUse(fault.name, tree) ?? file.ast.program)
  return { code: 'PA406', level: 'blocker', span, data: { name: fault.name } }
}

/** The last place where a type of next is named. */
function lastUse(name: string, tree: ScopeTree): t.Node | null {
  const references = tree.program.bindings.get(name)?.references ?? []
  return references[references.length - 1]?.node ?? null
}
