import type { ComparedRoute, ComparisonReport } from '../../transforms/model/report.ts'
import type { Answer, Exchange, Observation, Proof, Verification } from '../../transforms/model/verification.ts'
import { buildComparison } from '../../transforms/report/comparison.ts'
import { reportVerification } from '../../transforms/report/verification.ts'

/** What one side answered. */
export function createObservation(status: number, body: string, extra: Partial<Observation> = {}): Observation {
  const headers = [['content-type', 'application/json']] as const
  const answer: Answer = { kind: 'response', status, headers, body: Buffer.from(body).toString('base64') }
  return { answer, calls: [], log: [], rejections: [], ...extra }
}

/** A request with a body that only the side before refuses. */
export const sampleExchange: Exchange = {
  request: {
    name: 'POST body name absent',
    method: 'POST',
    path: "/api/thing?a=1&b='x'",
    headers: { 'content-type': 'application/json', 'x-empty': '' },
    body: `{"it's":1}`,
  },
  scenario: { name: 'succeed', calls: 'succeed', seed: 1 },
  before: createObservation(400, '{"error":"no name"}'),
  after: createObservation(200, '{"ok":true}', { calls: [{ name: 'db.save', args: '{}' }] }),
}

export function createVerification(id: string, proof: Proof): Verification {
  const [source, target] = [`pages${id}.ts`, `app${id}/route.ts`]
  const route = { id, params: [], source, target, exported: ['POST'], codes: ['PA112'], isStrict: false }
  const missed = proof === 'partly' ? [{ line: 12, what: 'else' }] : []
  return {
    route,
    proof,
    why: proof === 'cannot-run' ? 'lib/db.ts cannot be bundled' : null,
    coverage: proof === 'cannot-run' ? null : { reached: 4 - missed.length, total: 4, missed },
    exchanges: proof === 'cannot-run' ? 0 : 120,
    expected: { 'json-charset': 100, etag: 90 },
    findings:
      proof === 'differs'
        ? [
            {
              exchange: sampleExchange,
              differences: [
                { aspect: 'status', before: '400', after: '200' },
                { aspect: 'body', before: '{"error":"no name"}', after: '{"ok":true}' },
                { aspect: 'calls', before: '', after: 'db.save({})' },
              ],
            },
          ]
        : [],
  }
}

/** One route of each verdict. */
export function createComparison(
  proofs: readonly Proof[] = ['proven', 'partly', 'differs', 'cannot-run'],
): ComparisonReport {
  const routes = proofs.map((proof, at): ComparedRoute => {
    const { route, ...rest } = createVerification(`/api/${proof}`, proof)
    const text = (['planned', 'edited', 'own', 'planned'] as const)[at] ?? 'planned'
    const { id, source, target } = route
    return { route: id, source, target, text, codes: ['PA112'], verification: reportVerification({ route, ...rest }) }
  })
  const unserved = [{ route: '/api/gone', source: 'pages/api/gone.ts' }]
  const meta = { version: '1.2.3', generated: '2026-01-02T03:04:05.000Z' }
  return buildComparison({ root: '/repo', before: 'HEAD', after: 'working tree', routes, unserved }, meta)
}
