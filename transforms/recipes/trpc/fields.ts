import type * as t from '@babel/types'
import type { Edit } from '../../syntax/edits.ts'
import { indentAt } from '../../syntax/lines.ts'
import type { SourceFile } from '../../syntax/parse.ts'
import type { Style } from '../../syntax/style.ts'
import { endOf, startOf } from '../../syntax/tree.ts'

/** In front of the others; an object that gets too long for its line is spread over several. */
export function insertFields(
  options: t.ObjectExpression,
  fields: readonly string[],
  { file, style }: { file: SourceFile; style: Style },
): Edit[] {
  const { text } = file
  const [open, close] = [startOf(options) + 1, endOf(options) - 1]
  const { properties } = options
  const [first, last] = [properties[0], properties[properties.length - 1]]
  const insert = (lead: string, after: string): Edit => ({
    start: open,
    end: open,
    pieces: [`${lead}${fields.join(`,${lead}`)}${after}`],
  })
  if (!first || !last) return [insert(' ', ' ')]
  if (text.slice(open, close).includes('\n')) {
    const isSpread = text.slice(open, startOf(first)).includes('\n')
    return [insert(isSpread ? `\n${indentAt(text, startOf(first))}` : ' ', ',')]
  }
  if (close - open + fields.join().length < style.width - 40) return [insert(' ', ',')]
  const base = `\n${indentAt(text, startOf(options))}`
  const lead = base + style.indent
  const between = properties.slice(1).map((property, i): Edit => {
    const before = properties[i] ?? first
    return { start: endOf(before), end: startOf(property), pieces: [`,${lead}`] }
  })
  const gap = { start: open, end: startOf(first), pieces: [`${lead}${fields.join(`,${lead}`)},${lead}`] }
  return [gap, ...between, { start: endOf(last), end: close, pieces: [`${style.trailingComma ? ',' : ''}${base}`] }]
}
