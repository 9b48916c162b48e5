import type * as t from '@babel/types'
import type { Lowering } from '../concerns/lowering.ts'
import type { Piece } from '../syntax/edits.ts'
import { indentAt } from '../syntax/lines.ts'
import { endOf, startOf } from '../syntax/tree.ts'

/** A member of an object as it is written now, and the one that it stands for: null for one that moved to the end. */
export interface ObjectField {
  property: t.ObjectExpression['properties'][number] | null
  pieces: Piece[]
}

/** An object literal with other members, laid out as the old one was: on one line, or each on its own, with the comments above it. */
export function objectPieces(object: t.ObjectExpression, fields: readonly ObjectField[], at: Lowering): Piece[] {
  const { text } = at.file
  const [first] = object.properties
  const head = first ? text.slice(startOf(object) + 1, startOf(first)) : ''
  if (!head.includes('\n'))
    return ['{ ', ...fields.flatMap(({ pieces }, i) => (i > 0 ? [', ', ...pieces] : pieces)), ' }']
  const line = `\n${indentAt(text, startOf(first as t.Node))}`
  const before = (property: ObjectField['property'], earlier: ObjectField | undefined): Piece => {
    if (property === null || property === earlier?.property) return line
    const index = object.properties.indexOf(property)
    const from = index === 0 ? startOf(object) + 1 : commaAfter(endOf(object.properties[index - 1] as t.Node), text)
    return { from, to: startOf(property) }
  }
  const last = object.properties.at(-1) as t.Node
  const rest = text.slice(endOf(last), endOf(object))
  return [
    '{',
    ...fields.flatMap(({ property, pieces }, i) => [
      ...(i > 0 ? [','] : []),
      before(property, fields[i - 1]),
      ...pieces,
    ]),
    fields.at(-1)?.property === last
      ? rest
      : `${rest.startsWith(',') ? ',' : ''}\n${indentAt(text, endOf(object) - 1)}}`,
  ]
}

/** Only blanks and comments stand between a member and its comma. */
function commaAfter(end: number, text: string): number {
  const between = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*,/.exec(text.slice(end))
  return end + (between?.[0].length ?? 0)
}
