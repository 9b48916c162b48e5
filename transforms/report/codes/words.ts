import type { Data } from '../../model/diagnostic.ts'

/** A value of the data as inline code: `` `pages/api/a.ts` ``; lists are joined by commas. Missing values become `?`. */
export function quote(data: Data, key: string): string {
  const value = data[key]
  if (value === undefined) return '`?`'
  const values = typeof value === 'object' ? value : [String(value)]
  return values.length === 0 ? '`?`' : values.map(quoteOne).join(', ')
}

/** A value of the data as plain text; lists are joined by commas. Missing values become `?`. */
export function plain(data: Data, key: string): string {
  const value = data[key]
  if (value === undefined) return '?'
  return typeof value === 'object' ? value.join(', ') : String(value)
}

// A backtick or a line break inside the value would end the inline code early.
function quoteOne(value: string): string {
  return `\`${value.replaceAll('`', "'").replaceAll(/\s*[\r\n]+\s*/g, ' ')}\``
}
