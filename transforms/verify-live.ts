import type { ComparedRoute, ComparisonReport } from './model/report.ts'
import type { Proof, ReplayRequest } from './model/verification.ts'
import { buildComparison } from './report/comparison.ts'
import { globalDifferences } from './report/global.ts'
import { reportFinding } from './report/verification.ts'
import { toolVersion } from './report/version.ts'
import { compareServers, type LiveResult } from './verify/live.ts'

export interface LiveOptions {
  before: string
  after: string
  requests: readonly ReplayRequest[]
  timeLimit: number
  onProgress?: (done: number, total: number) => void
}

/** Compares two running servers; the report has one route for each path. Differences that hold for every route are expected. */
export async function verifyLive(options: LiveOptions): Promise<ComparisonReport> {
  const results = await compareServers({ ...options, codes: Object.keys(globalDifferences) })
  const byPath = new Map<string, LiveResult[]>()
  for (const result of results) {
    const path = result.request.path.split('?')[0] ?? ''
    byPath.set(path, [...(byPath.get(path) ?? []), result])
  }
  const routes = [...byPath].map(([path, own]) => describePath(path, own))
  const meta = { version: toolVersion, generated: new Date().toISOString() }
  const { before, after } = options
  return buildComparison({ root: '', before, after, routes, unserved: [] }, meta)
}

function describePath(path: string, results: readonly LiveResult[]): ComparedRoute {
  const findings = results.flatMap(({ finding }) => (finding ? [reportFinding(finding)] : []))
  const why = results.find((result) => result.why !== null)?.why ?? null
  const proof: Proof = findings.length > 0 ? 'differs' : why === null ? 'partly' : 'cannot-run'
  const expected: Record<string, number> = {}
  for (const name of results.flatMap((result) => [...new Set(result.expected)]))
    expected[name] = (expected[name] ?? 0) + 1
  const exchanges = results.filter((result) => result.why === null).length
  const verification = {
    proof,
    why: proof === 'cannot-run' ? why : null,
    coverage: null,
    exchanges,
    expected,
    findings,
  }
  return { route: path, source: path, target: path, text: 'unknown', codes: [], verification }
}

export { readRecorded } from './verify/recorded-requests.ts'
