import { type ParserOptions, type ParserPlugin, parse as babelParse } from '@babel/parser'
import type * as t from '@babel/types'
import type { Original } from './expansion.ts'
import { endBeforeGuards } from './leading-semicolons.ts'

/** A source file as text with LF line ends and no byte-order mark, its tree, and what is needed to give the original form back. */
export interface SourceFile {
  path: string
  text: string
  ast: t.File
  comments: readonly t.Comment[]
  language: 'ts' | 'js'
  eol: '\n' | '\r\n'
  bom: boolean
  /** Set where shorthands of packages are written out in the text: the file as it is on the disk. */
  original?: Original
}

/** A syntax error, 1-based line and column. */
export interface ParseFailure {
  message: string
  line: number
  column: number
}

/** Of a file that is followed: a longer one is a bundle, or was generated. */
export const MOST_CHARACTERS = 1_000_000

const BOM = '\uFEFF'

/**
 * Parses a module. Text is analysed with LF; `restoreBytes` gives the line ends of the file back.
 */
export function parseSource(path: string, bytes: string): SourceFile | ParseFailure {
  if (last?.path !== path || last.bytes !== bytes) last = { path, bytes, result: parseAnew(path, bytes) }
  return last.result
}

// The stages after printing look at the same text one after the other.
let last: { path: string; bytes: string; result: SourceFile | ParseFailure } | null = null

function parseAnew(path: string, bytes: string): SourceFile | ParseFailure {
  const bom = bytes.startsWith(BOM)
  const eol = dominantEol(bytes)
  const text = analysedText(bytes)
  try {
    const ast = parseTree(text, parserOptions(path))
    const first = ast.errors?.[0] as unknown as { message: string; loc?: { line: number; column: number } } | undefined
    if (first) return failure(first)
    const again = secondDefault(ast.program)
    if (again) return failure({ message: 'Only one default export allowed per module.', loc: again.loc?.start })
    endBeforeGuards(ast, text)
    return {
      path,
      text,
      ast,
      comments: ast.comments ?? [],
      language: /\.[cm]?tsx?$/.test(path) ? 'ts' : 'js',
      eol,
      bom,
    }
  } catch (error) {
    return failure(error as { message: string; loc?: { line: number; column: number } })
  }
}

/** What offsets count in: without a byte-order mark, and with LF. */
export function analysedText(bytes: string): string {
  const plain = bytes.startsWith(BOM) ? bytes.slice(1) : bytes
  return plain.includes('\r') ? plain.replaceAll('\r\n', '\n') : plain
}

/**
 * The first error ends it: what is no JavaScript at all has one in each line. Only what may be a script is read with recovery, as a
 * module: without it, what a module may not hold (`with`) would pass.
 */
function parseTree(text: string, options: ParserOptions): ReturnType<typeof babelParse> {
  const strict = babelParse(text, { ...options, errorRecovery: false })
  return strict.program.sourceType === 'module' ? strict : babelParse(text, options)
}

/** For TypeScript the parser leaves this to the type checker, as declarations of overloads and interfaces may come before a value. */
function secondDefault({ body }: t.Program): t.Statement | undefined {
  return body.filter(isDefault)[1]
}

function isDefault(statement: t.Statement): boolean {
  if (statement.type === 'ExportDefaultDeclaration')
    return !/^TS(?:DeclareFunction|InterfaceDeclaration)$/.test(statement.declaration.type)
  return (
    statement.type === 'ExportNamedDeclaration' &&
    statement.exportKind !== 'type' &&
    statement.specifiers.some(
      (s) =>
        s.exported.type === 'Identifier' &&
        s.exported.name === 'default' &&
        (s.type !== 'ExportSpecifier' || s.exportKind !== 'type'),
    )
  )
}

/** Files with both kinds of line ends get the one that most of their lines have. */
function dominantEol(text: string): SourceFile['eol'] {
  if (!text.includes('\r\n')) return '\n'
  const crlf = text.split('\r\n').length - 1
  const all = text.split('\n').length - 1
  return crlf * 2 >= all ? '\r\n' : '\n'
}

export function isParseFailure(result: SourceFile | ParseFailure): result is ParseFailure {
  return !('ast' in result)
}

/** Gives text that came from `file` its byte-order mark and line ends back. */
export function restoreBytes(text: string, file: SourceFile): string {
  const withEol = file.eol === '\r\n' ? text.replaceAll('\n', '\r\n') : text
  return file.bom ? BOM + withEol : withEol
}

/** The parser options for a path; also used to check what we print. */
export function parserOptions(path: string): ParserOptions {
  const isTypeScript = /\.[cm]?tsx?$/.test(path)
  const plugins: ParserPlugin[] = ['decorators-legacy']
  if (isTypeScript) plugins.push('typescript')
  if (!isTypeScript || path.endsWith('.tsx')) plugins.push('jsx')
  return {
    sourceType: 'unambiguous',
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowUndeclaredExports: true,
    errorRecovery: true,
    attachComment: false,
    plugins,
  }
}

function failure(error: { message: string; loc?: { line: number; column: number } | undefined }): ParseFailure {
  return {
    message: error.message.replace(/ \(\d+:\d+\)$/, ''),
    line: error.loc?.line ?? 1,
    column: (error.loc?.column ?? 0) + 1,
  }
}
