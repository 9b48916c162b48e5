import { helperParameters } from './signature.ts'
import type { PlannedHelper } from './summary.ts'
import type { Edit } from '../syntax/edits.ts'
import { withCasts } from '../syntax/match.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

/** A helper in its new form: parameters, return type, async where it awaits now, and its body's edits. */
export function helperEdits(helper: PlannedHelper): Edit[] {
  const { model, plan, at, summary } = helper
  const { fn } = model
  const { text } = at.file
  const edits: Edit[] = [...plan.edits]
  const range = parameterRange(fn, text)
  edits.push({ ...range, pieces: helperParameters(model, at, plan.takes) })
  if (summary.kind !== 'reads' && fn.returnType)
    edits.push({ start: startOf(fn.returnType), end: endOf(fn.returnType), pieces: [] })
  if (plan.usesAwait && !fn.async) edits.push({ start: startOf(fn), end: startOf(fn), pieces: ['async '] })
  const whole = withCasts(fn)
  const parent = parentOf(whole)
  if (parent?.type !== 'VariableDeclarator') return edits
  if (parent.id.type === 'Identifier' && parent.id.typeAnnotation)
    edits.push({ start: startOf(parent.id.typeAnnotation), end: endOf(parent.id.typeAnnotation), pieces: [] })
  if (whole !== fn && parent.init) {
    // `(async (req, res) => { ... }) satisfies NextApiHandler`
    edits.push({ start: startOf(parent.init), end: startOf(fn), pieces: [] })
    edits.push({ start: endOf(fn), end: endOf(parent.init), pieces: [] })
  }
  return edits
}

/** From the opening to the closing parenthesis; a lone arrow parameter has none. */
export function parameterRange(fn: PlannedHelper['model']['fn'], text: string): { start: number; end: number } {
  const first = fn.params[0] as Node
  const last = fn.params[fn.params.length - 1] as Node
  const before = text.slice(startOf(fn), startOf(first))
  const open = before.lastIndexOf('(')
  if (open < 0) return { start: startOf(first), end: endOf(last) }
  const close = text.indexOf(')', endOf(last))
  return { start: startOf(fn) + open, end: close + 1 }
}
