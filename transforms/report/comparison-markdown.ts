import type { ComparedRoute, ComparisonReport, ReportedFinding } from '../model/report.ts'
import { describeEvidence, describeText, proofs } from './comparison.ts'
import { escapeMessage, inlineCode, tableCell } from './escape.ts'
import { renderSideBySide } from './side-by-side.ts'

/** The result of `routeshift verify` for a pull request. Nothing from the user's files can become markup. */
export function renderComparisonMarkdown(report: ComparisonReport): string {
  const { routes, summary, before, after, tool, generated, unserved } = report
  const rows = proofs.map(({ proof, key, meaning }) => `| ${proof} | ${summary[key]} | ${meaning} |`)
  const sections = [
    `# Answers before and after\n\nBy ${tool.name} ${tool.version}, ${generated}. Before: ${inlineCode(before)}, after: ${inlineCode(after)}.`,
    ['| Verdict | Routes | Meaning |', '|---|---:|---|', ...rows, `| **all** | ${summary.routes} | |`].join('\n'),
    ...proofs.flatMap(({ proof, title }) => {
      const own = routes.filter(({ verification }) => verification.proof === proof)
      if (own.length === 0) return []
      const body = proof === 'differs' ? own.map(renderRoute).join('\n\n') : renderTable(own)
      return [`## ${title} (${own.length})\n\n${body}`]
    }),
    unserved.length === 0
      ? ''
      : `## Not compared\n\n${unserved.map(({ route, source }) => `- ${inlineCode(source)} is gone, and nothing in app/ serves ${inlineCode(route)}`).join('\n')}`,
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function renderTable(routes: readonly ComparedRoute[]): string {
  const rows = routes.map((route) => {
    const cells = [
      inlineCode(route.route),
      inlineCode(route.target),
      route.codes.join(', '),
      escapeMessage(describeText(route)),
      escapeMessage(describeEvidence(route)),
    ]
    return `| ${cells.map(tableCell).join(' | ')} |`
  })
  return ['| Route | File | Codes | Text | Evidence |', '|---|---|---|---|---|', ...rows].join('\n')
}

function renderRoute(route: ComparedRoute): string {
  const text = describeText(route)
  const head = `### ${inlineCode(route.route)}\n\n${inlineCode(route.source)}, now ${inlineCode(route.target)}${text === '' ? '' : `, ${text}`}. ${escapeMessage(describeEvidence(route))}`
  return [head, ...route.verification.findings.map(renderFinding)].join('\n\n')
}

/** One difference: the request, a command that sends it, and both answers. */
export function renderFinding(finding: ReportedFinding): string {
  const scenario = finding.scenario === '' ? '' : `, what lies outside: ${escapeMessage(finding.scenario)}`
  const body = [finding.curl, '', ...renderSideBySide(finding)].join('\n')
  return `${escapeMessage(finding.request.name)}${scenario}\n\n${fence(body)}`
}

/** A code block that no line of the text can end. */
function fence(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
  const bar = '`'.repeat(longest + 1)
  return `${bar}text\n${text}\n${bar}`
}
