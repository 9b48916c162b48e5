import type * as t from '@babel/types'
import type { AliasFile } from '../analyse/alias-file.ts'
import type { Segment } from '../concerns/module/config.ts'
import type { HttpMethod } from '../model/route.ts'
import { type Edit, render } from '../syntax/edits.ts'
import { removalRange } from '../syntax/lines.ts'
import { isParseFailure, parseSource } from '../syntax/parse.ts'
import { detectStyle } from '../syntax/style.ts'
import { endOf, startOf } from '../syntax/tree.ts'

/** What Next reads off the text of each route file: it follows no re-export for them (next@16.4.3 build/analysis/get-page-static-info.js). */
const READ_FROM_TEXT = new Set(['dynamic', 'revalidate', 'fetchCache', 'dynamicParams', 'runtime'])
const METHODS = new Set<string>(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] satisfies HttpMethod[])

export interface AliasTarget {
  /** The route file of the handler, as it is written. */
  text: string
  path: string
  /** How the alias names it. */
  specifier: string
}

/** The handlers under the methods of the other route file, with the segment config of both files; null where the text tells no methods. */
export function printAlias({ file, exporter, gone, segments }: AliasFile, target: AliasTarget): string | null {
  const exported = exportsOf(target)
  if (!exported || exported.methods.length === 0) return null
  const { quote, semicolon } = detectStyle(file)
  const list = `export { ${exported.methods.join(', ')} } from ${quote}${target.specifier}${quote}${semicolon}`
  const config = [...exported.segments, ...segments].map(
    ({ name, value, comments = [] }) =>
      `${comments.map((comment) => `${comment}\n`).join('')}export const ${name} = ${value}${semicolon}`,
  )
  const edits: Edit[] = [
    ...gone.map((statement): Edit => ({ ...removalRange(file, statement, floorOf(statement)), pieces: [] })),
    { start: startOf(exporter), end: endOf(exporter), pieces: [[list, ...spaced(config)].join('\n')] },
  ]
  const text = render(file.text, edits, 0, file.text.length)
  return `${text.trimEnd().replace(/^\n+/, '')}\n`
}

/** What is said above an import may be about the whole route, and stays, but not orders to tools. */
function floorOf(statement: t.Statement): number {
  const isImport =
    statement.type === 'ImportDeclaration' || (statement.type === 'ExportNamedDeclaration' && Boolean(statement.source))
  const isOrder = statement.leadingComments?.some(({ value }) => /@ts-|-next-line|prettier-ignore/.test(value))
  return isImport && !isOrder ? startOf(statement) : 0
}

const spaced = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? ['', ...lines] : [])

function exportsOf({ text, path }: AliasTarget): { methods: string[]; segments: Segment[] } | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const methods: string[] = []
  const segments: Segment[] = []
  for (const statement of file.ast.program.body) {
    if (statement.type === 'ExportAllDeclaration') return null
    if (statement.type !== 'ExportNamedDeclaration' || statement.exportKind === 'type') continue
    const { declaration } = statement
    for (const { exported } of statement.specifiers)
      methods.push(exported.type === 'Identifier' ? exported.name : exported.value)
    if (declaration?.type === 'FunctionDeclaration' && declaration.id) methods.push(declaration.id.name)
    if (declaration?.type !== 'VariableDeclaration') continue
    for (const { id, init } of declaration.declarations) {
      if (id.type === 'ObjectPattern')
        for (const one of id.properties)
          if (one.type === 'ObjectProperty' && one.value.type === 'Identifier') methods.push(one.value.name)
      if (id.type !== 'Identifier') continue
      methods.push(id.name)
      if (init && READ_FROM_TEXT.has(id.name))
        segments.push({ name: id.name, value: file.text.slice(startOf(init), endOf(init)), isPlain: true })
    }
  }
  return { methods: methods.filter((name) => METHODS.has(name)), segments }
}
