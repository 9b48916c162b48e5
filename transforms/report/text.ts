import colours from 'picocolors'
import type { Report, ReportedDiagnostic, ReportedRoute } from '../model/report.ts'
import { findingOf } from './build.ts'
import { textOf } from './codes/index.ts'
import { toOneLine } from './escape.ts'
import { listReplayed } from './replayed.ts'
import { countCodes, globalFindings, groupReasons, outcomes, placeOf, projectFindings } from './select.ts'

/** The terminal names at most this many places of a kind; the written reports name all. */
const MOST = 20

const SHOW_REPORT = 'routeshift --dry-run --quiet --report routeshift.md'

/** What the run did with the tree. `none` is a dry run. */
export type Written = 'tree' | 'patch' | 'none'

export interface TextOptions {
  written: Written
  color: boolean
  /** The command that gives back the tree as it was before the run. */
  undo: string
  /** The command that shows what was written. */
  show: string
  /** What was done besides, a line each. */
  said: readonly string[]
  /** Names of the reports written by this run. */
  reports: readonly string[]
}

type Paint = ReturnType<typeof colours.createColors>

/** The summary for a terminal: routes by outcome, codes by count, what to do next. */
export function renderText(report: Report, options: TextOptions): string {
  const paint = colours.createColors(options.color)
  const blocks = [
    block(
      paint.bold(`${report.summary.routes} API ${report.summary.routes === 1 ? 'route' : 'routes'}`),
      countOutcomes(report, paint),
    ),
    block(paint.bold('Found'), listCodes(report)),
    block(paint.bold('Failed'), listPlaces(report.routes, 'failed')),
    block(paint.bold('Review'), listPlaces(report.routes, 'review')),
    block(paint.bold('Adapted'), listReasons(report, 'adapted')),
    block(paint.bold('Kept'), listReasons(report, 'kept')),
    block(paint.bold('Replayed before and after'), limit(listReplayed(report))),
    block(paint.bold('Project'), limit(projectFindings(report).map((item) => describe(item)))),
    block(
      paint.bold('Next'),
      listNext(report, options).map((step) => `- ${step}`),
    ),
  ]
  return `${blocks.filter((lines) => lines !== '').join('\n\n')}\n`
}

function countOutcomes({ summary, apps }: Report, paint: Paint): string[] {
  const colour = {
    migrated: paint.green,
    review: paint.yellow,
    adapted: paint.magenta,
    kept: paint.cyan,
    failed: paint.red,
  }
  const rows = outcomes
    .filter(({ outcome }) => summary[outcome] > 0)
    .map(({ outcome, meaning }) => `${count(summary[outcome])}  ${colour[outcome](outcome.padEnd(8))}  ${meaning}`)
  const places = apps.map(({ next, pagesDir, appDir }) => `Next ${next}, ${pagesDir} to ${appDir}`)
  return [...rows, ...limit(places.map((place) => `       ${toOneLine(place)}`))]
}

function listCodes(report: Report): string[] {
  const rows = countCodes(report).map(([code, number, level]) => {
    const { slug } = textOf(code)
    return `${count(number)}  ${code}  ${level.padEnd(7)}  ${slug.replaceAll('-', ' ')}`
  })
  const shared = globalFindings(report).length
  if (shared > 0) rows.push(`${count(shared)}  differences of every migrated route, named in the written report`)
  return rows
}

function listPlaces(routes: readonly ReportedRoute[], outcome: 'failed' | 'review'): string[] {
  const findings = routes
    .filter((route) => route.outcome === outcome)
    .flatMap(({ diagnostics }) => diagnostics.filter(({ level }) => level !== 'note'))
  return limit(findings.map(describe))
}

function listReasons(report: Report, outcome: 'adapted' | 'kept'): string[] {
  const first = groupReasons(report, outcome).flatMap(({ routes }) => routes.map(({ reasons }) => reasons[0]))
  return limit(first.flatMap((reason) => (reason ? [describe(reason)] : [])))
}

function listNext(report: Report, { written, reports, undo, show, said }: TextOptions): string[] {
  const { migrated, review, adapted, kept, failed } = report.summary
  const moved = migrated + review + adapted > 0
  const steps: string[] = said.map(toOneLine)
  if (failed > 0) steps.push('The failed routes were not touched. See above what went wrong.')
  if (moved && written === 'none')
    steps.push('Nothing was written. Run without --dry-run and --check to write the changes.')
  if (moved && written === 'tree') steps.push(`Read the changes with ${show}, then run your type check and your tests.`)
  if (moved && written === 'tree') steps.push(`To take everything back: ${undo}`)
  if (review > 0)
    steps.push("Look at the places under Review; the new files mark them: git grep --untracked 'TODO(routeshift'")
  if (adapted > 0) steps.push('Adapted routes answer as before, and are work left: see "Leaving pages/" in the README.')
  if (kept > 0) steps.push(`Kept routes go on working. What each one needs: ${reports.join(', ') || SHOW_REPORT}`)
  if (!moved && kept + failed === 0) steps.push('Nothing to do.')
  return steps
}

function describe(diagnostic: ReportedDiagnostic): string {
  return toOneLine(`${placeOf(diagnostic)}  ${diagnostic.code}  ${findingOf(diagnostic)}`)
}

function limit(lines: readonly string[]): string[] {
  if (lines.length <= MOST) return [...lines]
  return [...lines.slice(0, MOST), `... and ${lines.length - MOST} more`]
}

function count(number: number): string {
  return String(number).padStart(5)
}

function block(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n')
}
