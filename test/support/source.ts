import { type ParserOptions, parse } from '@babel/parser'

/** The few questions that the harness asks of a source text. Independent of the engine's own syntax room on purpose. */

export interface SyntaxNode {
  type: string
  start: number
  end: number
  loc: { start: { line: number }; end: { line: number } }
}

export interface Token {
  start: number
  end: number
  text: string
}

export interface ParsedSource {
  nodes: readonly SyntaxNode[]
  /** Comments left out. */
  tokens: readonly Token[]
  errors: readonly string[]
}

export const isSource = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path)

/** Throws when the text is no program at all; recoverable errors are listed. */
export function parseSource(path: string, text: string): ParsedSource {
  const isTypeScript = /\.[cm]?tsx?$/.test(path)
  const plugins: ParserOptions['plugins'] = isTypeScript
    ? /x$/.test(path)
      ? ['typescript', 'jsx']
      : ['typescript']
    : ['jsx']
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text
  const file = parse(source, { sourceType: 'unambiguous', errorRecovery: true, tokens: true, plugins })
  const tokens = (file.tokens ?? []) as { type: unknown; start: number; end: number }[]
  return {
    nodes: collectNodes(file.program),
    tokens: tokens
      .filter((token) => token.type !== 'CommentLine' && token.type !== 'CommentBlock')
      .map((token) => ({ start: token.start, end: token.end, text: source.slice(token.start, token.end) })),
    errors: (file.errors ?? []).map((error) => String(error)),
  }
}

export function doesParse(path: string, text: string): boolean {
  try {
    return parseSource(path, text).errors.length === 0
  } catch {
    return false
  }
}

/** Names used as identifiers, so that a comment or a string that mentions one does not count. */
export function findIdentifiers(path: string, text: string): Set<string> {
  const { nodes } = parseSource(path, text)
  return new Set(
    nodes
      .filter((node) => node.type === 'Identifier')
      .map((node) => text.slice(node.start, node.end).match(/^[\w$]+/)?.[0] ?? ''),
  )
}

function collectNodes(root: unknown): SyntaxNode[] {
  const found: SyntaxNode[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (typeof value !== 'object' || value === null) return
    if (!isNode(value)) return
    found.push(value)
    for (const [key, child] of Object.entries(value)) {
      if (key !== 'loc' && !key.endsWith('Comments')) visit(child)
    }
  }
  visit(root)
  return found
}

function isNode(value: object): value is SyntaxNode {
  return 'type' in value && typeof value.type === 'string' && 'start' in value && 'loc' in value
}
