import { migrate } from '../../transforms/migrate.ts'
import type { Migration } from '../../transforms/model/migration.ts'
import type { MigrateOptions } from '../../transforms/model/options.ts'
import { HostError, UserError } from '../../transforms/model/host.ts'
import { renderDiff } from '../../transforms/report/diff.ts'
import { renderMarkdown } from '../../transforms/report/markdown.ts'
import { renderText } from '../../transforms/report/text.ts'
import type { Files } from '../support/fixture.ts'
import { createMemoryHost, type MemoryHostOptions } from '../support/memory-host.ts'
import { applyChanges } from '../support/run-fixture.ts'

/** What a run made of a project; `faults` are ours. */
export interface Checked {
  outcomes: Readonly<Record<string, number>>
  faults: readonly string[]
}

const OWN = /^PA90[12]$/

/** Migrates a project and looks for what must never be: a crash, a path out of the root, text that drives a terminal or a page. */
export async function checkProject(
  files: Files,
  options: MemoryHostOptions = {},
  asked: Partial<MigrateOptions> = {},
): Promise<Checked> {
  const faults: string[] = []
  const outcomes: Record<string, number> = {}
  try {
    const migration = await migrate(asked, createMemoryHost({ ...files }, options))
    for (const { outcome } of migration.routes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    faults.push(...findOwnFaults(migration), ...findStrayPaths(migration), ...findDriving(migration))
    if (options.links === undefined) applyChanges(files, migration.changes)
    renderDiff(migration.changes, { color: true })
  } catch (error) {
    if (error instanceof UserError || error instanceof HostError) outcomes.refused = 1
    else faults.push(`crash: ${error instanceof Error ? error.stack : String(error)}`)
  }
  return { outcomes, faults }
}

function findOwnFaults({ report }: Migration): string[] {
  return report.routes.flatMap(({ source, diagnostics }) =>
    diagnostics.filter(({ code }) => OWN.test(code)).map(({ code, message }) => `${code} ${source}: ${message}`),
  )
}

/** Every changed path must lie in the root, and every new one where Next looks for routes or beside an importer. */
function findStrayPaths({ changes }: Migration): string[] {
  const paths = changes.flatMap((change) => (change.kind === 'move' ? [change.from, change.path] : [change.path]))
  return paths
    .filter((path) => path === '' || path.startsWith('/') || path.split('/').some((part) => /^\.{0,2}$/.test(part)))
    .map((path) => `writes ${JSON.stringify(path)}`)
}

/** Our own markup in a written report. */
const OURS = /<!-- -->|<\/?details>|<\/?summary>/g

function findDriving({ report }: Migration): string[] {
  const text = renderText(report, {
    written: 'none',
    show: 'git diff',
    said: [],
    undo: 'npx routeshift undo',
    color: false,
    reports: [],
  })
  const markdown = renderMarkdown(report)
  const faults: string[] = []
  const control = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u
  for (const [name, lines] of [
    ['terminal', text.split('\n')],
    ['Markdown', markdown.split('\n')],
  ] as const)
    for (const line of lines)
      if (control.test(line)) faults.push(`${name}: a control character in ${JSON.stringify(line)}`)
  const prose = withoutCode(markdown).replaceAll(OURS, '')
  const tag = /(?<!\\)<[a-z!/?][^\n]{0,60}/i.exec(prose)?.[0]
  if (tag !== undefined) faults.push(`Markdown: a tag ${JSON.stringify(tag)}`)
  const link = /[^\n]{0,40}(?<!\\)\]\((?!#)[^\n]{0,60}/.exec(prose)?.[0]
  if (link !== undefined) faults.push(`Markdown: a link ${JSON.stringify(link)}`)
  return faults
}

/** Markdown without its code spans, as CommonMark finds them: a run of backticks up to the next run of the same length. */
export function withoutCode(markdown: string): string {
  let out = ''
  for (let at = 0; at < markdown.length; ) {
    if (markdown[at] === '\\') {
      out += markdown.slice(at, at + 2)
      at += 2
      continue
    }
    const run = /^`+/.exec(markdown.slice(at, at + 200))?.[0]
    if (run === undefined) {
      out += markdown[at]
      at += 1
      continue
    }
    const close = closing(markdown, at + run.length, run.length)
    if (close === null) out += run
    at = close ?? at + run.length
  }
  return out
}

/** Spans end with their paragraph at the latest. */
function closing(markdown: string, from: number, length: number): number | null {
  const paragraph = markdown.indexOf('\n\n', from)
  const text = markdown.slice(from, paragraph < 0 ? markdown.length : paragraph)
  for (const run of text.matchAll(/`+/g)) if (run[0].length === length) return from + run.index + length
  return null
}
