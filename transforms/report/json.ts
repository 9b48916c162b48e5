import type { ComparisonReport, Report } from '../model/report.ts'

/** A report as JSON, as docs/report.schema.json and docs/verify.schema.json describe it. */
export function renderJson(report: Report | ComparisonReport): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
