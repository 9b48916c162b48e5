import type { Exchange, Finding, ReplayRequest, Scenario } from '../model/verification.ts'
import type { Runner } from './pool.ts'
import { runAll } from './run-job.ts'
import { unexplained } from './unexplained.ts'
import type { Prepared } from './prepared.ts'

/** Shorter sequences that are tried for a finding. */
const MAX_TRIES = 30

/**
 * Sends requests one after the other to one instance of the modules, as a server that goes on running gets them: state that one side keeps
 * from one to the next and the other does not. Only requests that both sides answer alike alone are of use here.
 */
export async function judgeSequence(
  { route, job }: Prepared,
  runner: Runner,
  requests: readonly ReplayRequest[],
  scenario: Scenario,
): Promise<Finding | null> {
  /** The first exchange that differs, and the requests up to it. */
  const run = async (sent: readonly ReplayRequest[]): Promise<{ exchange: Exchange; sent: ReplayRequest[] } | null> => {
    const exchanges: Exchange[] = []
    const runs = sent.map((request) => ({ request, scenario }))
    const failure = await runAll(
      runner,
      { ...job, runs, sides: ['before', 'after'], isSequence: true },
      ({ exchange }) => exchanges.push(exchange),
    )
    const at = exchanges.findIndex((exchange) => unexplained(route, exchange).length > 0)
    const exchange = exchanges[at]
    return failure !== null || exchange === undefined ? null : { exchange, sent: sent.slice(0, at + 1) }
  }
  const plain = requests.filter((request) => route.exported.includes(request.method) && isPlain(request))
  let found = plain.length < 2 ? null : await run(plain)
  if (found !== null) found = await run(found.sent)
  if (found === null) return null
  for (let at = 0, tries = 0; at < found.sent.length - 1 && tries < MAX_TRIES; tries++) {
    const shorter = await run(found.sent.filter((_request, index) => index !== at))
    if (shorter === null) at += 1
    else found = shorter
  }
  const { exchange, sent } = found
  const earlier = sent.slice(0, -1).map(({ method, path }) => `${method} ${path}`)
  const name = `${exchange.request.name}, after ${earlier.join(', ')} to the same instance`
  return {
    exchange: { ...exchange, request: { ...exchange.request, name } },
    differences: unexplained(route, exchange),
  }
}

/** Not one of those that the two routers may read differently (PA112, PA120, PA130): what they leave behind would differ, too. */
function isPlain({ path, headers = {}, body, base64 }: ReplayRequest): boolean {
  const keys = [...new URL(path, 'http://localhost').searchParams.keys()]
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const hasCookie = Object.keys(headers).some((name) => name.toLowerCase() === 'cookie')
  if (hasCookie || base64 !== undefined || new Set(keys).size < keys.length) return false
  if (body === undefined) return type === ''
  try {
    const value: unknown = JSON.parse(body)
    return /^application\/json$/i.test(type) && typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
