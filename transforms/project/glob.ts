/**
 * Glob patterns over project paths: `*`, `**`, `?`, `{a,b}` and a leading `!`.
 * Brackets and parentheses are literal on purpose: they are names of route folders (`[id]`, `(group)`), and a user who
 * types `pages/api/[id].ts` means that file.
 */

/** A test for paths that match one of the positive globs and none of the negated ones. */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  const positive = globs.filter((glob) => !glob.startsWith('!')).map(toPattern)
  const negative = globs.filter((glob) => glob.startsWith('!')).map((glob) => toPattern(glob.slice(1)))
  return (path) => positive.some((test) => test.test(path)) && !negative.some((test) => test.test(path))
}

/** Patterns that a user types: one that names a folder also takes everything below it, and `\` is a separator as on Windows. */
export function compileSelection(globs: readonly string[]): (path: string) => boolean {
  const typed = globs.map((glob) => glob.replaceAll('\\', '/'))
  return compileGlobs(typed.flatMap((glob) => [glob, `${glob.replace(/\/+$/, '')}/**`]))
}

function toPattern(glob: string): RegExp {
  const text = glob.replace(/^\.\//, '')
  let out = ''
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    if (text.startsWith('**/', at) && (at === 0 || text[at - 1] === '/')) {
      out += '(?:.*/)?'
      at += 2
    } else if (text.startsWith('**', at)) {
      out += '.*'
      at += 1
    } else if (char === '*') out += '[^/]*'
    else if (char === '?') out += '[^/]'
    else if (char === '{' && text.indexOf('}', at) > 0) {
      out += '(?:'
      depth += 1
    } else if (char === '}' && depth > 0) {
      out += ')'
      depth -= 1
    } else if (char === ',' && depth > 0) out += '|'
    else out += char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  }
  return new RegExp(`^${out}${')'.repeat(depth)}$`)
}
