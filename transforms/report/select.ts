import type { Report, ReportedDiagnostic, ReportedRoute } from '../model/report.ts'
import { globalDifferences } from './global.ts'

/** Outcomes in the order a reader needs them, with what they mean. */
export const outcomes = [
  { outcome: 'migrated', meaning: 'moved to app/; nothing to look at' },
  { outcome: 'review', meaning: 'moved to app/; a human should look at the named places' },
  { outcome: 'adapted', meaning: 'moved to app/ unchanged, behind an adapter; work left' },
  { outcome: 'kept', meaning: 'left in pages/ as it was, still served by Next' },
  { outcome: 'failed', meaning: 'left as it was; the file or routeshift failed' },
] as const

/** Kept or adapted routes that have the same reason. */
export interface Reason {
  code: string
  routes: { route: ReportedRoute; reasons: ReportedDiagnostic[] }[]
}

const levels = ['note', 'review', 'blocker', 'error'] as const

/** How often each code was found and at which level at most, most frequent first, without the differences that hold for every route. */
export function countCodes(report: Report): [code: string, count: number, level: string][] {
  const found = [...report.project, ...report.routes.flatMap(({ diagnostics }) => diagnostics)]
  return Object.entries(report.summary.codes)
    .filter(([code]) => !isGlobal(code))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([code, count]) => {
      // A code may be a note at one place and to be reviewed at another.
      const ranks = found.flatMap((item) => (item.code === code ? [levels.indexOf(item.level)] : []))
      return [code, count, levels[Math.max(0, ...ranks)] ?? 'note']
    })
}

/** Findings about the project, without the differences that hold for every route. */
export function projectFindings(report: Report): ReportedDiagnostic[] {
  return report.project.filter(({ code }) => !isGlobal(code))
}

/** The differences that hold for every migrated route. */
export function globalFindings(report: Report): ReportedDiagnostic[] {
  return report.project.filter(({ code }) => isGlobal(code))
}

/** The routes that were kept (or run behind the adapter instead) by the first reason why, most frequent reason first. */
export function groupReasons(report: Report, outcome: 'adapted' | 'kept'): Reason[] {
  const groups = new Map<string, Reason>()
  for (const route of report.routes) {
    if (route.outcome !== outcome) continue
    const blockers = route.diagnostics.filter(({ level }) => level === 'blocker' || level === 'error')
    const others = outcome === 'adapted' ? route.diagnostics.filter(({ level }) => level === 'review') : []
    const reasons = blockers.length > 0 ? [...blockers, ...others] : route.diagnostics
    const code = reasons[0]?.code ?? ''
    const group = groups.get(code) ?? { code, routes: [] }
    group.routes.push({ route, reasons })
    groups.set(code, group)
  }
  return [...groups.values()].sort((a, b) => b.routes.length - a.routes.length || (a.code < b.code ? -1 : 1))
}

/** The place of a finding: `pages/api/a.ts:12`, without the line when the whole file is meant. */
export function placeOf({ file, line }: ReportedDiagnostic): string {
  return line > 0 ? `${file}:${line}` : file
}

function isGlobal(code: string): boolean {
  return Object.hasOwn(globalDifferences, code)
}
