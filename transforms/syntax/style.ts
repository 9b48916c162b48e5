import type { SourceFile } from './parse.ts'
import { walk } from './tree.ts'

/** How a file is written; new code follows it. */
export interface Style {
  quote: "'" | '"'
  semicolon: '' | ';'
  indent: string
  trailingComma: boolean
  /** Line length that new code stays under where it can. */
  width: number
}

/** Asked again and again of the same file. */
const known = new WeakMap<SourceFile, Style>()

/** Reads the style off the text: majorities, with Prettier's defaults for what the file does not show. */
export function detectStyle(file: SourceFile): Style {
  const style = known.get(file) ?? readStyle(file)
  known.set(file, style)
  return style
}

function readStyle(file: SourceFile): Style {
  const { text } = file
  let single = 0
  let double = 0
  let withSemicolon = 0
  let without = 0
  for (const statement of file.ast.program.body) countEnd(statement.end ?? 0)
  for (const match of text.matchAll(/(?:from|import|require\(|return|case|[=(:,])\s*(['"])/g)) {
    if (match[1] === "'") single++
    else double++
  }
  let seen = 0
  walk(file.ast.program, (node) => {
    if (seen > 40) return false
    if (
      node.type === 'VariableDeclaration' ||
      node.type === 'ReturnStatement' ||
      node.type === 'ExpressionStatement' ||
      node.type === 'ThrowStatement'
    ) {
      seen++
      countEnd(node.end ?? 0)
    }
    return undefined
  })
  return {
    quote: double > single ? '"' : "'",
    semicolon: without > withSemicolon || (without > 0 && withSemicolon === 0) ? '' : ';',
    indent: detectIndent(text),
    trailingComma: /,\s*\n\s*[}\])]/.test(text),
    width: 80,
  }

  function endsLine(end: number): boolean {
    let at = end
    while (text[at] === ' ' || text[at] === '\t') at++
    return at >= text.length || text[at] === '\n' || text.startsWith('//', at)
  }

  function countEnd(end: number): void {
    const last = text[end - 1]
    // Between statements of one line it stands in either style.
    if (!endsLine(end)) return
    if (last === ';') withSemicolon++
    else if (last !== '}') without++
  }
}

function detectIndent(text: string): string {
  const counts = new Map<string, number>()
  const count = (step: string): unknown => counts.set(step, (counts.get(step) ?? 0) + 1)
  let previous = 0
  // Without a list of lines and a match for each: this runs over every line of every route.
  for (let start = 0, next = 0; start <= text.length; start = next + 1) {
    const found = text.indexOf('\n', start)
    next = found < 0 ? text.length : found
    let at = start
    while (at < next && (text[at] === ' ' || text[at] === '\t')) at++
    if (at === next || text[at] === '*') continue
    const width = at - start
    if (text[start] === '\t') count('\t')
    else if (width - previous <= 8 && width - previous >= 2) count(' '.repeat(width - previous))
    previous = width
  }
  let best = '  '
  let most = 0
  for (const [step, count] of counts) if (count > most) [best, most] = [step, count]
  return best
}

/** A string literal in the file's quotes. */
export function quoted(style: Style, value: string): string {
  const other = style.quote === "'" ? '"' : "'"
  const quote = value.includes(style.quote) && !value.includes(other) ? other : style.quote
  const body = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"')
  return quote + (quote === '"' ? body.replaceAll('"', '\\"') : body.replaceAll("'", "\\'")) + quote
}

/** An object key: bare where JavaScript allows it. */
export function objectKey(style: Style, name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(style, name)
}
