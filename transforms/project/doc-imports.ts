import { isParseFailure, parseSource, type SourceFile } from '../syntax/parse.ts'
import type { SourceCollector } from './scan.ts'

/** `import('./x').T` in a comment that gives a type, or a name of `@import { T } from './x'`. */
export interface DocImport {
  specifier: string
  /** Offsets of the specifier in the text as it is parsed. */
  start: number
  end: number
  /** What is had of the module; `*` for all of it. */
  names: readonly string[]
}

/** TypeScript reads types in comments of JavaScript only. */
const JAVASCRIPT = /\.[cm]?jsx?$/
const TYPE = /\bimport\(\s*(['"`])([^'"`\n]+)\1\s*\)(?:\s*\.\s*([\w$]+))?/g
const TAG = /@import\s([^'"@]*)(['"])([^'"\n]+)\2/g

/** Finds the JavaScript whose comments take types from other modules. */
export function createDocImportCollector(): SourceCollector & { paths: string[] } {
  const paths: string[] = []
  return {
    paths,
    visit(path, text) {
      if (JAVASCRIPT.test(path) && mayImport(text)) paths.push(path)
    },
  }
}

function mayImport(text: string): boolean {
  for (let at = text.indexOf('/**'); at >= 0; ) {
    const end = text.indexOf('*/', at)
    if (end < 0) return false
    if (/\bimport\(|@import\b/.test(text.slice(at, end))) return true
    at = text.indexOf('/**', end)
  }
  return false
}

/** Null for what does not parse: a string may look like a comment. */
export function readDocImports(path: string, text: string): { file: SourceFile; found: DocImport[] } | null {
  const file = parseSource(path, text)
  if (isParseFailure(file)) return null
  const docs = file.comments.filter(({ type, value }) => type === 'CommentBlock' && value.startsWith('*'))
  const found = docs.flatMap(({ value, start }) => {
    const at = (start ?? 0) + '/*'.length
    const place = (match: RegExpExecArray, specifier: string) => {
      const begin = at + match.index + match[0].indexOf(specifier, match[0].search(/['"`]/))
      return { specifier, start: begin, end: begin + specifier.length }
    }
    return [
      ...Array.from(value.matchAll(TYPE), (match) => ({ ...place(match, match[2] ?? ''), names: [match[3] ?? '*'] })),
      ...Array.from(value.matchAll(TAG), (match) => ({
        ...place(match, match[3] ?? ''),
        names: namesOf(match[1] ?? ''),
      })).filter(({ names }) => names.length > 0),
    ]
  })
  return { file, found }
}

/** `User, { Row as R } from` are `default` and `Row`. */
function namesOf(clause: string): string[] {
  const names = clause.trimEnd()
  if (!names.endsWith('from')) return []
  const [before = '', list = ''] = names
    .slice(0, -'from'.length)
    .replaceAll(/\n\s*\*/g, ' ')
    .split(/[{}]/)
  const whole = before.split(',').map((name) => name.trim())
  return [
    ...whole.flatMap((name) => (name === '' ? [] : [name.startsWith('*') ? '*' : 'default'])),
    ...list.split(',').flatMap((item) => item.trim().split(/\s+/)[0] || []),
  ]
}

/** The types that comments of a module declare, and that others import from it: `@typedef {{ id: string }} User`. */
export function listDocTypes({ comments }: SourceFile): string[] {
  return comments.flatMap(({ type, value }) =>
    type === 'CommentBlock' && value.startsWith('*')
      ? Array.from(value.matchAll(/@(?:typedef|callback)\b/g), ({ index, 0: tag }) =>
          nameBehindType(value.slice(index + tag.length)),
        )
      : [],
  )
}

function nameBehindType(text: string): string {
  let rest = text.replace(/^[\s*]+/, '')
  if (rest.startsWith('{')) {
    let depth = 0
    const end = rest.split('').findIndex((letter) => {
      depth += letter === '{' ? 1 : letter === '}' ? -1 : 0
      return depth === 0
    })
    rest = rest.slice(end + 1).replace(/^[\s*]+/, '')
  }
  return /^[\w$]+/.exec(rest)?.[0] ?? ''
}
