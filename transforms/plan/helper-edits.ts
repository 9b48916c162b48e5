import type { Lowering } from '../concerns/lowering.ts'
import { helperParameters } from './signature.ts'
import type { PlannedHelper } from './summary.ts'
import type { Edit } from '../syntax/edits.ts'
import { withCasts } from '../syntax/match.ts'
import { indentAt, outerRange } from '../syntax/lines.ts'
import { endOf, type Node, parentOf, startOf, statementOf } from '../syntax/tree.ts'

/** A helper in its new form: parameters, return type, async where it awaits now, and its body's edits. */
export function helperEdits(helper: PlannedHelper): Edit[] {
  const { model, plan, at, summary } = helper
  const { fn } = model
  const { text } = at.file
  const edits: Edit[] = asBlock(fn, plan.edits, at)
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

/** `(req) => req.query.page` becomes a block where it needs a declaration. */
function asBlock({ body }: PlannedHelper['model']['fn'], edits: readonly Edit[], { file, style }: Lowering): Edit[] {
  if (body.type === 'BlockStatement') return [...edits]
  const declared = edits.filter((e) => e.sticky && e.start === e.end && e.start === startOf(body))
  if (declared.length === 0) return [...edits]
  const { text } = file
  const indent = indentAt(text, startOf(statementOf(body) ?? body))
  const inner = indent + style.indent
  const lines = declared.flatMap(({ pieces }) =>
    pieces.map((p) => (typeof p === 'string' ? p.replace(/\n[ \t]*$/, `\n${inner}`) : p)),
  )
  const value = { from: startOf(body), to: endOf(body) }
  const whole: Edit = {
    ...outerRange(text, body),
    pieces: [`{\n${inner}`, ...lines, 'return ', value, `${style.semicolon}\n${indent}}`],
  }
  return [whole, ...edits.filter((e) => !declared.includes(e))]
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
