import type { Files } from './fixture.ts'
import { isSource, parseSource } from './source.ts'

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
  { name: 'tabs', apply: (path, text) => (isSource(path) ? indentWithTabs(text) : text), unfair: findLiteralOverLines },
  { name: 'no semicolons', apply: (path, text) => (isSource(path) ? dropSemicolons(path, text) : text), unfair: never },
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
  let source: ReturnType<typeof parseSource>
  try {
    source = parseSource(path, text)
  } catch {
    return text
  }
  const dropped = new Set<number>()
  for (const node of source.nodes) {
    const at = node.end - 1
    if (!endsInSemicolon.has(node.type) || text[at] !== ';') continue
    if (!/^[ \t]*(?:\/\/.*)?(?:\n|$)/.test(text.slice(node.end))) continue
    const next = source.tokens.find((token) => token.start >= node.end)
    if (next !== undefined && /^[([`/+\-*]/.test(next.text)) continue
    dropped.add(at)
  }
  return text
    .split('')
    .filter((_, index) => !dropped.has(index))
    .join('')
}
