import type { SharedForm } from './emit/shared-module.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { SharedFunction } from './plan/shared-model.ts'
import { placeOf } from './syntax/expansion.ts'
import { leadStart } from './syntax/lines.ts'
import { startOf, statementOf } from './syntax/tree.ts'

/** A function of a module as the last attempt leaves it, and who still calls its old form. */
export interface SettledFunction {
  shared: SharedFunction
  form: SharedForm
  stays: readonly string[]
}

/** The function cannot be written in its new form after all. */
export function refusal({ source }: SharedFunction): Diagnostic {
  const { file, path } = source.module
  const at = startOf(source.node)
  const span = { file: path, start: at, end: at, ...placeOf(file, at) }
  return { code: 'PA527', level: 'blocker', span, data: { name: source.name, file: path } }
}

/** What the reader must know of a shared function: where it went, and who still calls the old one. */
export function describe({ shared, form, stays }: SettledFunction): Diagnostic {
  const { name, module, node } = shared.source
  const at = startOf(node)
  const span = { file: module.path, start: at, end: at, ...placeOf(module.file, at) }
  if (shared.source.isWritten) return { code: 'PA322', level: 'note', span, data: { name } }
  if (form.kind === 'in place')
    return { code: 'PA528', level: 'note', span, data: { name, ...(tellsOldResult(shared) ? { doc: 1 } : {}) } }
  if (form.kind === 'retired') return { code: 'PA538', level: 'note', span, data: { name, counterpart: form.name } }
  return { code: 'PA529', level: 'note', span, data: { name, counterpart: form.name, users: stays } }
}

/** `@returns true if the request may go on` above a function that may give back a Response now. */
function tellsOldResult({ source, summary }: SharedFunction): boolean {
  const { node, module } = source
  const statement = statementOf(node) ?? node
  if (summary.kind !== 'may' && summary.kind !== 'always') return false
  return /@returns?\b/.test(module.file.text.slice(leadStart(module.file, statement), startOf(statement)))
}
