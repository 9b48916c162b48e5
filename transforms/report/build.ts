import type { Diagnostic } from '../model/diagnostic.ts'
import type { RouteResult } from '../model/migration.ts'
import type { NextApp, Project } from '../model/project.ts'
import type { Report, ReportedDiagnostic, ReportedRoute } from '../model/report.ts'
import { textOf } from './codes/index.ts'
import { globalDifferences } from './global.ts'

/** What the report says about its own making. `generated` is ISO 8601. */
export interface ReportMeta {
  version: string
  generated: string
}

/** The published report: the findings of a run with their words filled in, in the order of the routes. */
export function buildReport(project: Project, routes: readonly RouteResult[], meta: ReportMeta): Report {
  const reported = routes.map(reportRoute)
  const findings = [...reportProject(project), ...reportDifferences(reported)]
  return {
    version: 1,
    tool: { name: 'routeshift', version: meta.version },
    generated: meta.generated,
    root: project.root,
    apps: project.apps.map(reportApp),
    routes: reported,
    project: findings,
    summary: summarise(reported, findings),
  }
}

/** The message of a diagnostic: what was found and, when something is to be done, what. */
export function messageOf({ code, level, data }: Diagnostic): string {
  const text = textOf(code)
  const what = text.what(data)
  if (level === 'note') return what
  return `${endSentence(what)} ${text.fix}`
}

/** The message of a reported diagnostic without what to do; for reports that say that once for each code. */
export function findingOf({ code, message }: ReportedDiagnostic): string {
  const { fix } = textOf(code)
  return message.endsWith(` ${fix}`) ? message.slice(0, -fix.length - 1) : message
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function reportRoute(result: RouteResult): ReportedRoute {
  const { route, outcome } = result
  return {
    route: route.id,
    source: route.source,
    target: outcome === 'kept' || outcome === 'failed' ? null : result.target,
    outcome,
    methods: [...result.methods],
    ...(result.moduleOf ? { moduleOf: [...result.moduleOf] } : {}),
    diagnostics: result.diagnostics.map((diagnostic) => reportDiagnostic(diagnostic, route.source)),
    files: result.changes.map(({ path, kind }) => ({ path, change: kind })),
  }
}

function reportApp({ root, next, pagesDir, appDir }: NextApp): Report['apps'][number] {
  return { root: root || '.', next: next.raw, pagesDir, appDir }
}

function reportProject(project: Project): ReportedDiagnostic[] {
  return [
    ...project.diagnostics.map((diagnostic) => reportDiagnostic(diagnostic, '.')),
    ...project.apps.flatMap((app) =>
      app.diagnostics.map((diagnostic) => reportDiagnostic(diagnostic, app.root || '.')),
    ),
  ]
}

function reportDifferences(routes: readonly ReportedRoute[]): ReportedDiagnostic[] {
  if (!routes.some(({ outcome }) => outcome === 'migrated' || outcome === 'review')) return []
  return Object.entries(globalDifferences).map(([code, { level, what }]) => {
    return { code, level, message: what({}), file: '.', line: 0, column: 0 }
  })
}

/** A finding without a span is about the whole `file`. */
function reportDiagnostic(diagnostic: Diagnostic, file: string): ReportedDiagnostic {
  const { code, level, span } = diagnostic
  const place = span ?? { file, line: 0, column: 0 }
  return { code, level, message: messageOf(diagnostic), file: place.file, line: place.line, column: place.column }
}

function summarise(routes: readonly ReportedRoute[], findings: readonly ReportedDiagnostic[]): Report['summary'] {
  const summary: Report['summary'] = {
    routes: routes.length,
    migrated: 0,
    review: 0,
    adapted: 0,
    kept: 0,
    failed: 0,
    codes: {},
  }
  for (const { outcome } of routes) summary[outcome]++
  const all = [...routes.flatMap(({ diagnostics }) => diagnostics), ...findings]
  for (const { code } of all.toSorted((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)))
    summary.codes[code] = (summary.codes[code] ?? 0) + 1
  return summary
}
