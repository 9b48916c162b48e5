import type { Lowering } from '../concerns/lowering.ts'
import type { FunctionNode } from '../model/route.ts'
import { outdentOf } from '../plan/method-arms.ts'
import type { HandlerPart, HandlerPlan, RouteContext } from '../plan/route-context.ts'
import type { Wrapping } from '../plan/wrapped-entry.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { frozenRanges, indentAt, leadStart } from '../syntax/lines.ts'
import { keyName } from '../syntax/match.ts'
import type { SourceFile } from '../syntax/parse.ts'
import { endOf, type Node, parentOf, startOf } from '../syntax/tree.ts'

interface Surroundings {
  plan: HandlerPlan
  fn: FunctionNode
  file: SourceFile
  /** What the file loads, for its new folder: a wrapper may be given `import('./x')`. */
  specifiers: readonly Edit[]
}

/** The wrappers around one function of the new file, as the old file writes them. */
export function wrap(handler: string, { expression, argument, arm }: Wrapping, at: Surroundings): string {
  const fill = (whole: Node, hole: Node, text: string, edits: readonly Edit[] = []): string => {
    const isOutside = ({ start, end }: Edit): boolean => end <= startOf(hole) || start >= endOf(hole)
    const own = [...at.plan.wrapEdits, ...at.specifiers, ...edits].filter(
      (edit) => edit.start >= startOf(whole) && edit.end <= endOf(whole) && isOutside(edit),
    )
    const filled: Edit = { start: startOf(hole), end: endOf(hole), pieces: [text] }
    return render(at.file.text, [...own, filled], startOf(whole), endOf(whole))
  }
  const written = named(indented(handler, argument, arm?.value ?? expression, at), argument)
  if (!arm) return fill(expression, argument, written)
  const lines = outdentEdits(arm.value, outdentOf(arm, at.fn, at.file), at.file)
  const own = arm.value === argument ? handler : fill(arm.value, argument, written, lines)
  return arm.hole === expression ? own : fill(expression, arm.hole, own)
}

/** As far in as the name of the handler stands, where it was written elsewhere; as it is where a template literal forbids it. */
function indented(handler: string, argument: Node, whole: Node, { fn, file }: Surroundings): string {
  const deeper = indentAt(file.text, startOf(argument)).slice(indentAt(file.text, startOf(whole)).length)
  const isFrozen = frozenRanges(file.ast.program).some(({ start, end }) => start >= startOf(fn) && end <= endOf(fn))
  if (argument.type !== 'Identifier' || deeper === '' || isFrozen) return handler
  return handler.replaceAll(/\n(?!\n)/g, `\n${deeper}`)
}

/** `{ GET: handler }`, on lines of its own where no template literal forbids it. */
export function keyedHandler(key: string, handler: string, { fn, file, style }: Lowering): string {
  const isFrozen = frozenRanges(file.ast.program).some(
    ({ start, end }) => start >= startOf(fn) && end <= endOf(fn) && file.text.slice(start, end).includes('\n'),
  )
  if (isFrozen || !handler.includes('\n')) return `{ ${key}: ${handler} }`
  const lines = handler.replaceAll(/\n(?!\n)/g, `\n${style.indent}`)
  return `{\n${style.indent}${key}: ${lines}${style.trailingComma ? ',' : ''}\n}`
}

/** `{ fn }` and `{ async fn() {} }` name the property and the function at once. */
function named(handler: string, argument: Node): string {
  if (argument.type === 'ObjectMethod') return `${keyName(argument) ?? ''}: ${handler}`
  const property = parentOf(argument)
  const isShort = property?.type === 'ObjectProperty' && property.shorthand
  return isShort ? `${keyName(property) ?? ''}: ${handler}` : handler
}

/** The lines of a node after its first move out. Those of template literals stay. */
function outdentEdits(node: Node, by: number, { text, ast }: SourceFile): Edit[] {
  if (by === 0) return []
  const frozen = frozenRanges(ast.program)
  const edits: Edit[] = []
  for (let end = text.indexOf('\n', startOf(node)); end >= 0 && end < endOf(node); end = text.indexOf('\n', end + 1)) {
    const start = end + 1
    if (frozen.some((f) => start > f.start && start <= f.end)) continue
    const width = Math.min(by, indentAt(text, start).length)
    if (width > 0) edits.push({ start, end: start + width, pieces: [] })
  }
  return edits
}

/** Comments between the handlers of an object, above the one that they precede; those above the export of a wrapped handler. */
export function commentsOf({ entry, wrapping }: HandlerPart, { file }: RouteContext): string {
  const property = wrapping?.arm?.property
  const object = property && parentOf(property)
  const { exporter, place } = entry
  if (wrapping && !wrapping.arm && exporter && exporter !== place)
    return file.text.slice(leadStart(file, exporter), startOf(exporter))
  if (!property || object?.type !== 'ObjectExpression') return ''
  const { properties } = object
  const before = properties[properties.indexOf(property) - 1]
  const isLast = properties[properties.length - 1] === property
  const from = before ? endOf(before) : startOf(object)
  const isBetween = (start: number, end: number): boolean =>
    (start >= from && end <= startOf(property)) || (isLast && start >= endOf(property) && end <= endOf(object))
  return file.comments
    .map(({ start, end }) => ({ start: start ?? 0, end: end ?? 0 }))
    .filter(({ start, end }) => isBetween(start, end))
    .map(({ start, end }) => `${file.text.slice(start, end)}\n`)
    .join('')
}
