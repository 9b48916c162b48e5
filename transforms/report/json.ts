import type { Report } from '../model/report.ts'

/** The report as JSON, as docs/report.schema.json describes it. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
