import type { Report, ReportedDiagnostic, ReportedRoute } from '../model/report.ts'
import { findingOf } from './build.ts'
import { textOf } from './codes/index.ts'
import { escapeMessage, inlineCode, tableCell } from './escape.ts'
import { renderReplayed } from './replayed.ts'
import { countCodes, globalFindings, groupReasons, outcomes, placeOf, projectFindings } from './select.ts'

/** More rows than this are folded away. */
const LONG_TABLE = 25

/** The report for a pull request: GitHub-flavoured Markdown. Nothing from the user's files can become markup. */
export function renderMarkdown(report: Report): string {
  const sections = [
    renderSummary(report),
    renderCodes(report),
    renderFailed(report),
    renderReview(report),
    renderAdapted(report),
    renderKept(report),
    renderMigrated(report),
    renderReplayed(report),
    renderProject(report),
    renderDifferences(report),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function renderSummary({ apps, summary, tool, generated }: Report): string {
  const rows = outcomes.map(({ outcome, meaning }) => `| ${outcome} | ${summary[outcome]} | ${meaning} |`)
  const places = apps.map(({ root, next, pagesDir, appDir }) => {
    return `- ${inlineCode(root)}: Next ${inlineCode(next)}, from ${inlineCode(pagesDir)} to ${inlineCode(appDir)}`
  })
  const head = `# API routes moved to route handlers\n\nBy ${tool.name} ${tool.version}, ${generated}.`
  const table = ['| Outcome | Routes | Meaning |', '|---|---:|---|', ...rows, `| **all** | ${summary.routes} | |`]
  return [head, table.join('\n'), places.join('\n')].join('\n\n').trimEnd()
}

function renderCodes(report: Report): string {
  const rows = countCodes(report).map(([code, count, level]) => {
    const { slug, fix } = textOf(code)
    return row([`**${code}**`, String(count), level, slug.replaceAll('-', ' '), escapeMessage(fix)])
  })
  if (rows.length === 0) return ''
  return [
    '## What was found\n',
    '| Code | Count | Level | Found | What to do |',
    '|---|---:|---|---|---|',
    ...rows,
  ].join('\n')
}

function renderFailed({ routes }: Report): string {
  const failed = routes.filter(({ outcome }) => outcome === 'failed')
  return section(`Failed (${failed.length})`, 'These routes were left as they were.', failed.map(renderChecklist))
}

function renderReview({ routes }: Report): string {
  const review = routes.filter(({ outcome }) => outcome === 'review')
  const text = 'These routes moved. Look at each place before you merge.'
  return section(`To review (${review.length})`, text, review.map(renderChecklist))
}

function renderChecklist(route: ReportedRoute): string {
  const items = route.diagnostics.filter(({ level }) => level !== 'note').map((item) => `  - [ ] ${finding(item)}`)
  const target = route.target === null ? '' : `, now ${inlineCode(route.target)}`
  return [`- ${inlineCode(route.route)}${target}`, ...items].join('\n')
}

function renderAdapted(report: Report): string {
  const groups = renderReasons(report, 'adapted')
  if (groups.length === 0) return ''
  const text =
    'These handlers moved to app/ as they are and run behind an adapter. Each is work left, for the reason that is named.'
  return [`## Adapted (${report.summary.adapted})\n\n${text}`, ...groups].join('\n\n')
}

function renderKept(report: Report): string {
  const groups = renderReasons(report, 'kept')
  if (groups.length === 0) return ''
  const text = 'These routes go on working in pages/. Both routers serve side by side.'
  return [`## Kept (${report.summary.kept})\n\n${text}`, ...groups].join('\n\n')
}

function renderReasons(report: Report, outcome: 'adapted' | 'kept'): string[] {
  return groupReasons(report, outcome).map(({ code, routes }) => {
    const { slug, why, fix } = textOf(code)
    const items = routes.map(({ route, reasons }) => {
      const [first, ...others] = reasons
      const main = first ? finding(first) : inlineCode(route.source)
      return [`- ${inlineCode(route.route)}: ${main}`, ...others.map((other) => `  - ${finding(other)}`)].join('\n')
    })
    const head = `### ${code}: ${slug.replaceAll('-', ' ')} (${routes.length})`
    return `${head}\n\n${escapeMessage(why)} ${escapeMessage(fix)}\n\n${items.join('\n')}`
  })
}

function renderMigrated({ routes }: Report): string {
  const moved = routes.filter(({ outcome }) => outcome === 'migrated')
  if (moved.length === 0) return ''
  const rows = moved.map(({ route, methods, moduleOf, target, diagnostics }) => {
    const notes = [...new Set(diagnostics.map(({ code }) => code))].join(', ')
    return row([inlineCode(route), moduleOf ? 'module' : methods.join(', '), inlineCode(target ?? ''), notes])
  })
  const table = ['| Route | Methods | File | Notes |', '|---|---|---|---|', ...rows].join('\n')
  const body =
    rows.length > LONG_TABLE ? `<details><summary>${rows.length} routes</summary>\n\n${table}\n\n</details>` : table
  return `## Migrated (${moved.length})\n\n${body}`
}

function renderProject(report: Report): string {
  return section(
    'The project',
    '',
    projectFindings(report).map((item) => `- ${finding(item)}`),
  )
}

function renderDifferences(report: Report): string {
  const items = globalFindings(report).map(({ code, message }) => {
    const { why, fix } = textOf(code)
    return `- **${code}** ${escapeMessage(message)}. ${escapeMessage(why)} *What to do:* ${escapeMessage(fix)}`
  })
  return section(
    'Differences of every migrated route',
    'Next answers differently from app/, whatever the handler does.',
    items,
  )
}

function finding(diagnostic: ReportedDiagnostic): string {
  return `${inlineCode(placeOf(diagnostic))} **${diagnostic.code}** ${escapeMessage(findingOf(diagnostic))}`
}

function section(title: string, text: string, items: readonly string[]): string {
  if (items.length === 0) return ''
  return [`## ${title}`, ...(text === '' ? [] : [text]), items.join('\n')].join('\n\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(tableCell).join(' | ')} |`
}
