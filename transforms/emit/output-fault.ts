import type * as t from '@babel/types'
import { spanOf } from '../concerns/lowering.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FunctionEntry } from '../plan/wrapped-entry.ts'
import type { SourceFile } from '../syntax/parse.ts'
import type { ScopeTree } from '../syntax/scope.ts'
import { contains } from '../syntax/tree.ts'
import { nameTaken } from './captured-names.ts'
import type { OutputFault } from './verify-output.ts'

type Handler = Pick<FunctionEntry, 'name' | 'binding' | 'exporter'>

/** Why a text cannot be written: what the code has that we cannot move, or a fault of ours. */
export function describeFault(
  fault: OutputFault,
  { file, tree, handlers }: { file: SourceFile; tree: ScopeTree; handlers: readonly Handler[] },
): Diagnostic | { fault: string } {
  if (fault.kind === 'wrong') return { fault: fault.what }
  if (fault.kind === 'lost')
    return usedHandler(fault.name, handlers, file) ?? { fault: `uses ${fault.name}, which is declared nowhere` }
  if (fault.kind === 'captured') return nameTaken(fault, file)
  const span = spanOf(file, lastUse(fault.name, tree) ?? file.ast.program)
  return { code: 'PA406', level: 'blocker', span, data: { name: fault.name } }
}

/** The methods have names of their own now: what else used the handler by its name would find nothing. */
function usedHandler(name: string, handlers: readonly Handler[], file: SourceFile): Diagnostic | null {
  const { binding, exporter } = handlers.find((one) => one.name === name) ?? {}
  const used = binding?.references.find(({ node }) => !exporter || !contains(exporter, node))
  return used ? { code: 'PA524', level: 'blocker', span: spanOf(file, used.node), data: { name } } : null
}

/** The last place where a type of next is named. */
function lastUse(name: string, tree: ScopeTree): t.Node | null {
  const references = tree.program.bindings.get(name)?.references ?? []
  return references[references.length - 1]?.node ?? null
}
