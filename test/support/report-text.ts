import type { FileChange } from '../../transforms/model/change.ts'
import type { Migration } from '../../transforms/model/migration.ts'
import type { ReportedDiagnostic } from '../../transforms/model/report.ts'

/** The part of a report that a case pins down, as a reader would want to see it in a diff. */
export function printReport(migration: Migration, family: string): string {
  const routes = migration.report.routes.map((route) => {
    const methods = route.methods.length > 0 ? `  ${route.methods.join(' ')}` : ''
    const head = `${route.route}  ${route.outcome}${methods}`
    const files =
      migration.routes.find((result) => result.route.source === route.source)?.changes.map(printChange) ?? []
    return [head, ...files, ...route.diagnostics.map((found) => printDiagnostic(found, route.source))].join('\n')
  })
  const project = migration.report.project.filter((found) => family === 'project' || found.level !== 'note')
  const tail = project.length > 0 ? [['project', ...project.map((found) => printDiagnostic(found, ''))].join('\n')] : []
  return `${[...routes, ...tail].join('\n\n')}\n`
}

function printChange(change: FileChange): string {
  if (change.kind === 'move') return `  move ${change.from} -> ${change.path}`
  return `  ${change.kind} ${change.path}`
}

function printDiagnostic(found: ReportedDiagnostic, source: string): string {
  const place = found.line > 0 ? `${found.file === source ? '' : found.file}:${found.line}` : found.file
  return `  ${found.code} ${found.level} ${place}  ${found.message.replaceAll('\n', ' ')}`
}
