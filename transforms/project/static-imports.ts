/** An import or re-export that is compiled with its module. */
export interface StaticImport {
  specifier: string
  /** `import('...')`, which may also be a type. */
  isDynamic: boolean
  /** Local names of an import; null for re-exports, bare and dynamic imports and require. */
  names: readonly { imported: string; local: string }[] | null
  /** Offset of the statement. */
  start: number
}

// Strings, templates and comments come first, so that nothing inside them is taken for a statement.
const TOKEN =
  /\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*|`(?:\\[\s\S]|[^`\\])*`|(?<![\w$.])(import|export)\s*(?=[\w$*{])(?!type\b(?!\s*(?:,|from\b)))([\w$*,\s]*?(?:\{[^{}]*\})?)\s*from\s*(['"])([^'"\n]+)\3|(?<![\w$.])import\s*(['"])([^'"\n]+)\5|(?<![\w$.])(require|import)\((?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*(['"])([^'"\n]+)\8\s*[,)]/g

/** By text alone: type-only imports are left out. */
export function findStaticImports(text: string): StaticImport[] {
  const out: StaticImport[] = []
  for (const match of text.matchAll(TOKEN)) {
    const [, keyword, clause = '', , from, , bare, call, , called] = match
    const specifier = from ?? bare ?? called
    if (specifier === undefined) continue
    const names = keyword === 'import' ? namesOf(clause) : null
    // `import { type A } from` is dropped; `export {} from` and `import 'x'` are not.
    if (names?.length === 0 && clause.includes('type')) continue
    out.push({ specifier, isDynamic: call === 'import', names, start: match.index })
  }
  return out
}

function namesOf(clause: string): { imported: string; local: string }[] {
  const [, list = ''] = /\{([^}]*)\}/.exec(clause) ?? []
  const named = list.split(',').flatMap((item) => {
    const [imported = '', local = imported] = item.trim().split(/\s+as\s+/)
    return imported === '' || /^type\s/.test(imported) ? [] : { imported, local }
  })
  const [before = ''] = clause.split('{')
  const whole = before.split(',').flatMap((item) => {
    const name = item.trim()
    if (name === '') return []
    const [, space] = /^\*\s*as\s+(\S+)$/.exec(name) ?? []
    return space ? { imported: '*', local: space } : { imported: 'default', local: name }
  })
  return [...whole, ...named]
}

/** The file begins with the directive, comments aside. */
export function isClientFile(text: string): boolean {
  return /^\uFEFF?(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(['"])use [^'"]*\1;?)*?(['"])use client\2/.test(text)
}
