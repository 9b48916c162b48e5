import { existsSync, readdirSync, readFileSync } from 'node:fs'
import glob from 'fast-glob'
import type { CodeText, Data } from '../../transforms/model/diagnostic.ts'
import { codes } from '../../transforms/report/codes/index.ts'
import { otherLevels } from './rooms.ts'
import { families, titles } from './titles.ts'

export interface Finding {
  code: string
  level: string
  /** `request/query/repeated-key` */
  fixture: string
}

/** The reports of all cases, `fixtures/<family>/<concern>/<case>/report.txt`. */
export function findReports(): string[] {
  return glob.sync('fixtures/*/*/*/report.txt').sort()
}

/** The findings that a report lists, one line each. */
export function readFindings(report: string): Finding[] {
  const fixture = report.replace(/^fixtures\/|\/report\.txt$/g, '')
  const lines = readFileSync(report, 'utf8').matchAll(/^ {2}(PA\d{3}) (\w+) /gm)
  return Array.from(lines, ([, code = '', level = '']) => ({ code, level, fixture }))
}

/** docs/codes.md: the words of every code, by family, with cases that show it. */
export function renderCodes(): string {
  const findings = findReports().flatMap(readFindings)
  const sections = families.map(({ prefix, title }) => {
    const own = Object.entries(codes).filter(([code]) => code.startsWith(prefix))
    return [
      `## ${title}`,
      ...own.sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, text]) => renderCode(code, text, findings)),
    ].join('\n\n')
  })
  const intro = `# Codes

Every finding of routeshift has a code that never changes its meaning. \`routeshift explain\` and the reports print the same words.
Words in [brackets] stand for names of your code.

| Level | |
|---|---|
| note | The route moved; this is answered differently now, as most people would accept. |
| review | The route moved; look at the place. |
| blocker | The route is kept in pages/, where Next goes on serving it. |
| error | The file could not be read, or routeshift failed. |`
  return `${[intro, ...sections].join('\n\n')}\n`
}

function renderCode(code: string, { slug, level, what, why, fix }: CodeText, findings: readonly Finding[]): string {
  const cases = [...new Set(findings.filter((found) => found.code === code).map(({ fixture }) => fixture))]
  const other = otherLevels[code]
  const lines = [
    `### ${code} ${slug}`,
    `*${level}*${other ? ` (${other.level} where ${other.why})` : ''}`,
    `**What:** ${what(placeholders)}.`,
    `**Why:** ${why}`,
    `**What to do:** ${fix}`,
  ]
  if (cases.length > 0) lines.push(`Cases: ${cases.slice(0, 4).map(linkTo).join(', ')}`)
  return lines.join('\n\n')
}

/** Every value is its own name. */
const placeholders: Data = new Proxy({}, { get: (_target, key) => `[${String(key)}]` })

function linkTo(fixture: string): string {
  return `[${fixture}](../fixtures/${fixture.replaceAll(/[[\]]/g, encodeURIComponent)})`
}

/** docs/support.md: what is migrated and what is kept, from the cases. */
export function renderSupport(): string {
  const sections = groups.map(({ title, concerns }) => [`## ${title}`, ...concerns.flatMap(renderConcern)].join('\n\n'))
  const intro = `# What is migrated and what is kept

Each line is a case that is tested: the names lead to its input, its output and its report. A route that holds anything else is kept, with
a code that names the place ([codes.md](codes.md)).`
  return `${[intro, ...sections].join('\n\n')}\n`
}

const groups: readonly { title: string; concerns: readonly string[] }[] = [
  {
    title: 'Handlers and methods',
    concerns: ['module/handler-form', 'flow/dispatch', 'flow/guard', 'flow/exits', 'flow/errors', 'flow/cors'],
  },
  { title: 'Reads of the request', concerns: listConcerns('request') },
  { title: 'Calls of the response', concerns: listConcerns('response') },
  { title: 'Functions and packages', concerns: [...listConcerns('calls'), ...listConcerns('recipes')] },
  { title: 'The module', concerns: listConcerns('module').filter((concern) => concern !== 'module/handler-form') },
]

function listConcerns(family: string): string[] {
  return readdirSync(`fixtures/${family}`)
    .sort()
    .map((name) => `${family}/${name}`)
}

function renderConcern(concern: string): string[] {
  const cases = readdirSync(`fixtures/${concern}`)
    .filter((name) => existsSync(`fixtures/${concern}/${name}/input`))
    .sort()
  const list = (isKept: boolean) =>
    cases
      .filter((name) => isLeft(`${concern}/${name}`) === isKept)
      .map((name) => `[${name.replace(/^keeps-/, '')}](../fixtures/${concern}/${name})`)
      .join(', ')
  const lines = [`### ${titles[concern] ?? concern}`]
  if (list(false)) lines.push(`Migrated: ${list(false)}.`)
  if (list(true)) lines.push(`Kept: ${list(true)}.`)
  const example = findExample(concern, cases)
  return example ? [...lines, example] : lines
}

/** A case whose report names no route that moved. */
function isLeft(fixture: string): boolean {
  const path = `fixtures/${fixture}/report.txt`
  return existsSync(path) && !/^\/\S+ {2}(?:migrated|review)/m.test(readFileSync(path, 'utf8'))
}

/** The shortest case with one route, before and after. */
function findExample(concern: string, cases: readonly string[]): string | null {
  const found = cases.flatMap((name) => {
    const root = `fixtures/${concern}/${name}`
    const before = glob.sync(`${root}/input/**/pages/api/**/*.{js,jsx,ts,tsx}`)
    const after = glob.sync(`${root}/output/**/app/**/route.{js,ts,tsx}`)
    const [from = '', to = ''] = [before[0], after[0]]
    if (before.length !== 1 || after.length !== 1) return []
    return [{ name, before: readFileSync(from, 'utf8').trimEnd(), after: readFileSync(to, 'utf8').trimEnd(), from, to }]
  })
  const best = found.sort((a, b) => sizeOf(a) - sizeOf(b))[0]
  if (!best) return null
  const language = (path: string) => path.slice(path.lastIndexOf('.') + 1)
  return `\`${best.name}\`:\n\n\`\`\`${language(best.from)}\n${best.before}\n\`\`\`\n\n\`\`\`${language(best.to)}\n${best.after}\n\`\`\``
}

// Too short shows nothing: a case of less than 6 lines comes after all others.
function sizeOf({ before, after }: { before: string; after: string }): number {
  const lines = before.split('\n').length
  return before.length + after.length + (lines < 6 ? 10_000 : 0)
}
