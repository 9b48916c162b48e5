import type { Lowering } from '../../concerns/lowering.ts'
import type { Edit, Piece } from '../../syntax/edits.ts'
import { indentAt } from '../../syntax/lines.ts'
import { endOf, startOf } from '../../syntax/tree.ts'
import { sliceOf } from '../call.ts'
import type { CookieCall } from './call.ts'

/** The options with `text` in place of `req` and `res`. */
export function optionsEdits({ given, options }: CookieCall, text: string, at: Lowering): Edit[] {
  const [first, second] = given
  if (!first) return []
  const edit: Edit = { start: startOf(first), end: endOf(first), pieces: [text] }
  if (!second) return [edit]
  const { properties } = options
  const index = properties.indexOf(second)
  const before = properties[index - 1]
  if (before === first) return [{ ...edit, end: endOf(second) }]
  const next = properties[index + 1]
  // With the comma that follows, else the one before.
  const gone = next
    ? { start: startOf(second), end: startOf(next) }
    : { start: before ? endOf(before) : startOf(second), end: endOf(second) }
  return at.file.text.slice(gone.start, gone.end) === '' ? [edit] : [edit, { ...gone, pieces: [] }]
}

/** The options with `fields` in place of `req` and `res`, each property in a line of its own. */
export function withFields({ given, options }: CookieCall, fields: readonly string[], at: Lowering): Edit[] {
  const { text } = at.file
  const outer = indentAt(text, startOf(options))
  const others = options.properties.filter((property) => !given.some((one) => one === property))
  const lines: Piece[][] = [...fields.map((field) => [field]), ...others.map((property) => [sliceOf(property)])]
  const pieces = lines.flatMap((line): Piece[] => [`\n${outer}${at.style.indent}`, ...line, ','])
  return [{ start: startOf(options), end: endOf(options), pieces: ['{', ...pieces, `\n${outer}}`] }]
}
