import type { ReportedAnswer, ReportedFinding } from '../model/report.ts'
import { toOneLine } from './escape.ts'

const WIDTH = 52
const MOST_LINES = 12

/** The two answers beside each other, lines that differ marked with `!`. Only what differs is shown, and what is needed to read it. */
export function renderSideBySide({ before, after, differences }: ReportedFinding): string[] {
  const aspects = new Set(differences.map(({ aspect }) => aspect))
  const rows: [string, string][] = [[before.status, after.status]]
  const names = new Set([...before.headers, ...after.headers].map(([name]) => name))
  for (const name of [...names].sort())
    if (name === 'content-type' || aspects.has(`header:${name}`) || (name === 'set-cookie' && aspects.has(name)))
      rows.push(...pair(headerLines(before, name), headerLines(after, name)))
  if (aspects.has('body') || (before.body !== '' && before.body === after.body))
    rows.push(...pair(bodyLines(before), bodyLines(after)))
  for (const part of ['calls', 'log', 'rejections'] as const)
    if (aspects.has(part))
      rows.push([`${part}:`, `${part}:`], ...pair(before[part].map(indent), after[part].map(indent)))
  return [
    `  ${'before'.padEnd(WIDTH)}   after`,
    ...rows.map((row) => {
      const [left, right] = fitBoth(row)
      return `${row[0] === row[1] ? ' ' : '!'} ${left.padEnd(WIDTH)}   ${right}`.trimEnd()
    }),
  ]
}

function headerLines({ headers }: ReportedAnswer, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => `${name}: ${value}`)
}

function bodyLines({ body }: ReportedAnswer): string[] {
  return body === '' ? ['(no body)'] : body.split('\n')
}

/** Lines of both sides at the same height, the equal ones left out beyond a number. */
function pair(left: readonly string[], right: readonly string[]): [string, string][] {
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_unused, at): [string, string] => {
    return [left[at] ?? '', right[at] ?? '']
  })
  const first = Math.max(
    0,
    rows.findIndex(([a, b]) => a !== b),
  )
  const from = rows.length > MOST_LINES ? Math.min(first, rows.length - MOST_LINES) : 0
  const shown = rows.slice(from, from + MOST_LINES)
  const hidden = rows.length - shown.length
  return hidden === 0 ? shown : [...shown, [`(${hidden} more lines)`, `(${hidden} more lines)`]]
}

const indent = (line: string): string => `  ${line}`

/** Both texts as lines no wider than a column; where they differ only further on, from there. */
function fitBoth([left, right]: readonly [string, string]): [string, string] {
  const [a, b] = [toOneLine(left), toOneLine(right)]
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  const from = a !== b && same > WIDTH - 12 ? same - 12 : 0
  const cut = (line: string): string => {
    const rest = from === 0 ? line : `...${line.slice(from)}`
    return rest.length <= WIDTH ? rest : `${rest.slice(0, WIDTH - 3)}...`
  }
  return [cut(a), cut(b)]
}
