import colours from 'picocolors'
import type { ComparedRoute, ComparisonReport } from '../model/report.ts'
import { describeEvidence, describeText, proofs } from './comparison.ts'
import { toOneLine } from './escape.ts'
import { renderSideBySide } from './side-by-side.ts'

/** The terminal shows at most this many differences of a route and routes of a kind; the written reports show all. */
const MOST_FINDINGS = 3
const MOST_ROUTES = 40

/** The result of `routeshift verify` for a terminal: what differs comes first, the counts last. */
export function renderComparisonText(report: ComparisonReport, { color }: { color: boolean }): string {
  const paint = colours.createColors(color)
  const inks = { differs: paint.red, 'cannot-run': paint.yellow, partly: paint.cyan, proven: paint.green }
  const { routes, summary, before, after, unserved } = report
  const blocks = proofs.flatMap(({ proof, title }) => {
    const own = routes.filter(({ verification }) => verification.proof === proof)
    if (own.length === 0) return []
    const lines = own.slice(0, MOST_ROUTES).flatMap(describeRoute)
    if (own.length > MOST_ROUTES) lines.push(`... and ${own.length - MOST_ROUTES} more`)
    return [[paint.bold(inks[proof](title)), ...lines.map((line) => `  ${line}`.trimEnd())].join('\n').trimEnd()]
  })
  if (unserved.length > 0) {
    const lines = unserved.map(
      ({ route, source }) => `  ${toOneLine(source)} is gone, and nothing in app/ serves ${toOneLine(route)}`,
    )
    blocks.push([paint.bold('Not compared'), ...lines].join('\n'))
  }
  const counts = proofs
    .filter(({ key }) => summary[key] > 0)
    .map(
      ({ proof, key, meaning }) =>
        `  ${String(summary[key]).padStart(5)}  ${inks[proof](proof.padEnd(10))}  ${meaning}`,
    )
  const head = `${summary.routes} ${summary.routes === 1 ? 'route' : 'routes'} compared: ${toOneLine(before)} and ${toOneLine(after)}`
  blocks.push([paint.bold(head), ...counts].join('\n'))
  return `${blocks.join('\n\n')}\n`
}

function describeRoute(route: ComparedRoute): string[] {
  const { verification, source, target } = route
  const text = describeText(route)
  const head = toOneLine(
    `${route.route}${source === target ? '' : `  ${source} -> ${target}`}${text === '' ? '' : ` (${text})`}`,
  )
  const findings = verification.findings
    .slice(0, MOST_FINDINGS)
    .flatMap((finding) => [
      '',
      `  ${toOneLine(finding.request.name)}${finding.scenario === '' ? '' : `; outside: ${finding.scenario}`}`,
      `  ${toOneLine(finding.curl)}`,
      ...renderSideBySide(finding).map((line) => `  ${line}`),
    ])
  const more = verification.findings.length - MOST_FINDINGS
  if (more > 0) findings.push('', `  ... and ${more} more; --report names them all`)
  return [head, `  ${toOneLine(describeEvidence(route))}`, ...findings, ...(findings.length > 0 ? [''] : [])]
}
