import type { Lowering } from '../concerns/lowering.ts'
import { helperParameters } from './signature.ts'
import type { PlannedHelper } from './summary.ts'
import type { Edit, Piece } from '../syntax/edits.ts'
import { frozenRanges, indentAt } from '../syntax/lines.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'
import { withCasts } from '../syntax/match.ts'

/** A helper in its new form: parameters, return type, async where it awaits now, and its body's edits. */
export function helperEdits(helper: PlannedHelper): Edit[] {
  const { model, plan, at, summary } = helper
  const { fn } = model
  const { text } = at.file
  const edits: Edit[] = fn.body.type === 'BlockStatement' ? [...plan.edits] : openArrow(fn, plan.edits, at)
  const range = parameterRange(fn, text)
  edits.push({ ...range, pieces: spread(helperParameters(model, at, plan.takes), range, at) })
  if (summary.kind !== 'reads' && fn.returnType)
    edits.push({ start: startOf(fn.returnType), end: endOf(fn.returnType), pieces: [] })
  if (plan.usesAwait && !fn.async) edits.push({ start: asyncPlace(fn), end: asyncPlace(fn), pieces: ['async '] })
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

/** Modifiers of a method come before. */
function asyncPlace(fn: PlannedHelper['model']['fn']): number {
  return fn.type === 'ClassMethod' || fn.type === 'ObjectMethod' ? startOf(fn.key) : startOf(fn)
}

/** An arrow whose expression needs declarations before it gets braces, and returns the expression. */
function openArrow(fn: PlannedHelper['model']['fn'], all: readonly Edit[], at: Lowering): Edit[] {
  const { text } = at.file
  const isLead = (e: Edit): boolean => e.sticky === true && e.start === startOf(fn.body) && e.end === e.start
  const lead = all.filter(isLead).flatMap((e) => e.pieces)
  if (lead.length === 0) return [...all]
  const base = indentAt(text, startOf(fn))
  const line = `\n${base}`
  const pieces: Piece[] = [
    `{${line}${at.style.indent}`,
    ...lead.map((piece) => (typeof piece === 'string' ? piece.replaceAll('\n', line) : piece)),
    'return ',
    { from: startOf(fn.body), to: endOf(fn.body) },
    `${at.style.semicolon}${line}}`,
  ]
  const arrow = text.lastIndexOf('=>', startOf(fn.body)) + '=>'.length
  return [
    ...all.filter((e) => !isLead(e)),
    ...deepen(fn.body, at),
    { start: arrow, end: endOf(fn), pieces: [' ', ...pieces] },
  ]
}

/** One more level of indent for the lines of a node after its first. Lines of template literals stay. */
function deepen(node: Node, at: Lowering): Edit[] {
  const { text, ast } = at.file
  const frozen = frozenRanges(ast.program)
  const edits: Edit[] = []
  for (let end = text.indexOf('\n', startOf(node)); end >= 0 && end < endOf(node); end = text.indexOf('\n', end + 1)) {
    const start = end + 1
    const stays = text[start] === '\n' || frozen.some((f) => start > f.start && start <= f.end)
    if (!stays) edits.push({ start, end: start, pieces: [at.style.indent] })
  }
  return edits
}

/** Parameters that stood on lines of their own still do, when there are several. */
export function spread(
  pieces: Piece[],
  { start, end }: { start: number; end: number },
  { file, style }: Lowering,
): Piece[] {
  const old = file.text.slice(start, end)
  if (!/^\(\s*\n/.test(old) || !pieces.includes(', ')) return pieces
  const base = `\n${indentAt(file.text, start)}`
  const line = base + style.indent
  const comma = /,\s*\)$/.test(old) ? ',' : ''
  const spaced = pieces.map((piece, i) => {
    if (piece === ', ') return `,${line}`
    if (i === 0 && piece === '(') return `(${line}`
    return i === pieces.length - 1 && piece === ')' ? `${comma}${base})` : piece
  })
  return spaced
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
