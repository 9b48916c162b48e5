import type { Report, ReportedRoute, ReportedVerification } from '../model/report.ts'
import { describeEvidence, proofs } from './comparison.ts'
import { renderFinding } from './comparison-markdown.ts'
import { escapeMessage, inlineCode, tableCell, toOneLine } from './escape.ts'

type Replayed = ReportedRoute & { verification: ReportedVerification }

/** What replaying found out, as a section of the migration report; empty when nothing was replayed. */
export function renderReplayed(report: Report): string {
  const routes = replayedRoutes(report)
  if (routes.length === 0) return ''
  const rows = routes.map((route) => {
    const cells = [inlineCode(route.route), route.verification.proof, escapeMessage(describeEvidence(route))]
    return `| ${cells.map(tableCell).join(' | ')} |`
  })
  const table = ['| Route | Verdict | Evidence |', '|---|---|---|', ...rows].join('\n')
  const findings = routes
    .filter(({ verification }) => verification.findings.length > 0)
    .map(({ route, verification }) =>
      [`### ${inlineCode(route)} before and after`, ...verification.findings.map(renderFinding)].join('\n\n'),
    )
  return [`## Replayed before and after (${routes.length})`, table, ...findings].join('\n\n')
}

/** The same in a few lines for a terminal: the counts, and a command for each route that differs. */
export function listReplayed(report: Report): string[] {
  const routes = replayedRoutes(report)
  const counts = proofs.flatMap(({ proof, meaning }) => {
    const count = routes.filter(({ verification }) => verification.proof === proof).length
    return count === 0 ? [] : [`${String(count).padStart(5)}  ${proof.padEnd(10)}  ${meaning}`]
  })
  const commands = routes.flatMap(({ route, verification }) => {
    const [first] = verification.findings
    return first ? [toOneLine(`${route}: ${first.request.name}: ${first.curl}`)] : []
  })
  return [...counts, ...commands]
}

function replayedRoutes({ routes }: Report): Replayed[] {
  return routes.flatMap((route) => (route.verification ? [{ ...route, verification: route.verification }] : []))
}
