import type { Data } from '../model/diagnostic.ts'
import { UserError } from '../model/host.ts'
import { codes } from '../report/codes/index.ts'

/** `routeshift explain PA112 [...]`: the words of codes, as docs/codes.md has them. Throws UserError for what is no code. */
export function explainCodes(names: readonly string[]): string {
  if (names.length === 0) throw new UserError('Name a code: routeshift explain PA112.')
  return names.map((name) => explainCode(name.toUpperCase())).join('\n')
}

function explainCode(name: string): string {
  const text = codes[name]
  if (!text)
    throw new UserError(`There is no code ${name}. The codes of a run are in its report, as PA and three digits.`)
  const { slug, level, what, why, fix } = text
  return `${name} ${slug} (${level})\n\n${what(placeholders)}.\n\n${why}\n\nWhat to do: ${fix}\n`
}

/** A code's sentence without a finding: `[text]` where the text of one would stand. */
const placeholders: Data = new Proxy({}, { get: (_target, key) => `[${String(key)}]` })
