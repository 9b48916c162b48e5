import type { Files } from './fixture.ts'
import { doesParse, isSource, parseSource } from './source.ts'

/**
 * The same program in another dress. Each variant changes the sources of a case, and the output must come out changed
 * by the same function: what the engine moves keeps its dress, and what it adds wears the dress of the file.
 */
export interface Variant {
  name: string
  apply: (path: string, text: string) => string
  /** Why a file cannot wear this dress without becoming another program; null when it can. */
  unfair: (path: string, text: string) => string | null
}

const never = (): null => null

export const variants: readonly Variant[] = [
  { name: 'CRLF', apply: (_path, text) => text.replaceAll('\n', '\r\n'), unfair: never },
  { name: 'tabs', apply: (path, text) => (isSource(path) ? indentWithTabs(text) : text), unfair: findTabsUnfair },
  {
    name: 'no semicolons',
    apply: (path, text) => (isSource(path) ? dropSemicolons(path, text) : text),
    unfair: findKeptSemicolon,
  },
]

export function applyVariant(variant: Variant, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, variant.apply(path, text)]))
}

export function findUnfair(variant: Variant, files: Files): string | null {
  for (const [path, text] of Object.entries(files)) {
    const reason = isSource(path) ? variant.unfair(path, text) : null
    if (reason !== null) return `${path}: ${reason}`
  }
  return null
}

function indentWithTabs(text: string): string {
  return text.replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2))
}

/** A route that indents nothing does not show that it wants tabs, so its output cannot be asked for them. */
function findTabsUnfair(path: string, text: string): string | null {
  const isRoute = /(?:^|\/)pages\/api\//.test(path)
  return isRoute && !/^(?: {2}|\t)/m.test(text) ? 'nothing is indented' : findLiteralOverLines(path, text)
}

/** Leading spaces inside a literal are run-time text: tabs there would make another program. */
function findLiteralOverLines(path: string, text: string): string | null {
  try {
    const literal = parseSource(path, text).nodes.find(
      (node) =>
        ['TemplateElement', 'StringLiteral', 'JSXText'].includes(node.type) &&
        node.loc.start.line !== node.loc.end.line,
    )
    return literal === undefined ? null : `a literal spans lines ${literal.loc.start.line}-${literal.loc.end.line}`
  } catch {
    return 'does not parse'
  }
}

const endsInSemicolon = new Set([
  'BreakStatement',
  'ClassProperty',
  'ContinueStatement',
  'DebuggerStatement',
  'Directive',
  'DoWhileStatement',
  'ExportAllDeclaration',
  'ExportDefaultDeclaration',
  'ExportNamedDeclaration',
  'ExpressionStatement',
  'ImportDeclaration',
  'ReturnStatement',
  'TSDeclareFunction',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSMethodSignature',
  'TSPropertySignature',
  'TSTypeAliasDeclaration',
  'ThrowStatement',
  'VariableDeclaration',
])

/** Drops a semicolon where it ends a line, unless the next token would join the two lines into one statement. */
export function dropSemicolons(path: string, text: string): string {
  const { dropped } = findLineEnds(path, text)
  return text
    .split('')
    .filter((_, index) => !dropped.has(index))
    .join('')
}

/** What moves keeps a semicolon that it has only because of the line below, even where another line follows it now. */
function findKeptSemicolon(path: string, text: string): string | null {
  const [kept] = findLineEnds(path, text).kept
  return kept === undefined ? null : `line ${text.slice(0, kept).split('\n').length} needs its semicolon`
}

/** Where semicolons end a line: those that can go, and those that the next line makes necessary. */
function findLineEnds(path: string, text: string): { dropped: Set<number>; kept: Set<number> } {
  const dropped = new Set<number>()
  const kept = new Set<number>()
  if (!doesParse(path, text)) return { dropped, kept }
  const { nodes, tokens } = parseSource(path, text)
  for (const node of nodes) {
    const at = node.end - 1
    if (!endsInSemicolon.has(node.type) || text[at] !== ';') continue
    if (!/^[ \t]*(?:\/\/.*)?(?:\n|$)/.test(text.slice(node.end))) continue
    const next = tokens.find((token) => token.start >= node.end)
    const isNeeded = next !== undefined && /^[([`/+\-*]/.test(next.text)
    ;(isNeeded ? kept : dropped).add(at)
  }
  return { dropped, kept }
}
