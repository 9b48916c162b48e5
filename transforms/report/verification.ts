import type { ReportedAnswer, ReportedFinding, ReportedVerification } from '../model/report.ts'
import type { Finding, Observation, Verification } from '../model/verification.ts'
import { renderCurl } from './curl.ts'

/** A verdict as it is published: bodies as text, requests as command lines. */
export function reportVerification(verification: Verification): ReportedVerification {
  const { proof, why, coverage, exchanges, expected, findings } = verification
  return { proof, why, coverage, exchanges, expected: { ...expected }, findings: findings.map(reportFinding) }
}

/** One difference as it is published. */
export function reportFinding({ exchange, differences }: Finding): ReportedFinding {
  const { request, scenario, before, after } = exchange
  return {
    request,
    scenario: scenario.name,
    curl: renderCurl(request),
    differences: [...differences],
    before: reportAnswer(before),
    after: reportAnswer(after),
  }
}

function reportAnswer({ answer, calls, log, rejections }: Observation): ReportedAnswer {
  const rest = { calls: calls.map(({ name, args }) => `${name}(${args})`), log: [...log], rejections: [...rejections] }
  switch (answer.kind) {
    case 'response': {
      const body = Buffer.from(answer.body, 'base64').toString('utf8')
      return { status: String(answer.status), headers: [...answer.headers], body, ...rest }
    }
    case 'hang':
      return { status: 'no answer', headers: [], body: '', ...rest }
    case 'crash':
      return { status: `crash: ${answer.why}`, headers: [], body: '', ...rest }
  }
}
