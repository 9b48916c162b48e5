import type * as t from '@babel/types'
import { isPutLast } from '../analyse/spread-after.ts'
import type { Lowering } from '../concerns/lowering.ts'
import type { Piece } from '../syntax/edits.ts'
import { keyName } from '../syntax/match.ts'
import { endOf, startOf } from '../syntax/tree.ts'
import type { Takes } from './needs.ts'
import { type ObjectField, objectPieces } from './object-layout.ts'

/** A member of the object that stands for `{ req, res }`: its key is the same on both sides, the local names need not be. */
export function field(key: string, name: string): string {
  return key === name ? key : `${key}: ${name}`
}

/** What a call hands over in the place of `{ req, res, user }`: nothing, if nothing of it is left. */
export function contextArgument(argument: t.Node, at: Lowering, takes: Takes): Piece[][] {
  // The object that the function was given, as it is.
  if (argument.type === 'Identifier') return [[{ from: startOf(argument), to: endOf(argument) }]]
  if (argument.type !== 'ObjectExpression') return []
  const own: ObjectField[] = []
  const last: ObjectField[] = []
  for (const property of argument.properties) {
    const key = property.type === 'SpreadElement' ? null : keyName(property)
    const add = (...pieces: Piece[]): void => {
      // What the client sends does not take the place of the request.
      const isLast = key !== null && /^re[qs]$/.test(key) && isPutLast(argument, key)
      if (isLast) last.push({ property: null, pieces })
      else own.push({ property, pieces })
    }
    if (key === 'req') {
      if (takes.request) add(field('request', at.names.request))
      if (takes.params) add(field('params', at.names.params))
      if (takes.body) add(field('body', at.names.body))
    } else if (key === 'res') {
      if (takes.headers) add(field('headers', at.names.headers))
      if (takes.answer) add(field('answer', at.names.answer))
    } else add({ from: startOf(property), to: endOf(property) })
  }
  const fields = [...own, ...last]
  return fields.length === 0 ? [] : [objectPieces(argument, fields, at)]
}
