import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Answer, Exchange, Finding, Observation, ReplayRequest, VerifiedRoute } from '../model/verification.ts'
import { compare } from './compare.ts'
import { explain } from './expected.ts'

/** Two running servers, and what is sent to both. */
export interface LiveInput {
  /** Addresses, with a base path where there is one. */
  before: string
  after: string
  requests: readonly ReplayRequest[]
  /** Milliseconds that one request may take. */
  timeLimit: number
  /** Codes whose differences are expected. */
  codes: readonly string[]
  onProgress?: (done: number, total: number) => void
}

/** One request that both servers answered, or did not. */
export interface LiveResult {
  request: ReplayRequest
  /** Null when there is no difference that the codes do not name. */
  finding: Finding | null
  /** The names of expected differences. */
  expected: readonly string[]
  /** Why the servers could not be compared, else null. */
  why: string | null
}

/**
 * Sends each request to both servers, one after the other and in the order recorded, and compares the answers. The requests are really
 * carried out: what they change is changed, twice when both servers share a database.
 */
export async function compareServers(input: LiveInput): Promise<LiveResult[]> {
  const results: LiveResult[] = []
  for (const request of input.requests) {
    results.push(await compareOne(request, input))
    input.onProgress?.(results.length, input.requests.length)
  }
  return results
}

async function compareOne(request: ReplayRequest, { before, after, timeLimit, codes }: LiveInput): Promise<LiveResult> {
  const sides: Observation[] = []
  for (const server of [before, after]) {
    try {
      sides.push(observe(await send(server, request, timeLimit)))
    } catch (error) {
      return { request, finding: null, expected: [], why: `${server} cannot be reached: ${describe(error)}` }
    }
  }
  const [first, second] = sides
  if (!first || !second) return { request, finding: null, expected: [], why: 'no answer' }
  const exchange: Exchange = {
    request,
    scenario: { name: '', calls: 'succeed', seed: 0 },
    before: first,
    after: second,
  }
  const known = compare(first, second).map((difference) => {
    return { difference, by: explain(difference, { ...exchange, route: liveRoute(request, codes) }) }
  })
  const open = known.filter(({ by }) => by.length === 0).map(({ difference }) => difference)
  const expected = known.flatMap(({ by }) => by.slice(0, 1).map(({ id }) => id))
  return { request, finding: open.length === 0 ? null : { exchange, differences: open }, expected, why: null }
}

/** What is known of the route behind an address: nothing but that Next may add HEAD and OPTIONS. */
function liveRoute({ path }: ReplayRequest, codes: readonly string[]): VerifiedRoute {
  const id = path.split('?')[0] ?? path
  const exported = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  return { id, params: [], source: id, target: id, exported, codes, isStrict: false }
}

function observe(answer: Answer): Observation {
  return { answer, calls: [], log: [], rejections: [] }
}

/** Rejects when there is no connection; no answer in time is an answer of its own kind. */
function send(server: string, request: ReplayRequest, timeLimit: number): Promise<Answer> {
  const { method, path, headers = {}, body, base64 } = request
  const url = new URL(server.replace(/\/+$/, '') + path)
  const bytes = base64 !== undefined ? Buffer.from(base64, 'base64') : Buffer.from(body ?? '', 'utf8')
  const hasBody = base64 !== undefined || body !== undefined
  const length = hasBody ? { 'content-length': String(bytes.length) } : {}
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp
    const outgoing = start(url, { method, headers: { ...headers, ...length }, timeout: timeLimit }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', (error) => resolve({ kind: 'crash', why: `the connection broke: ${error.message}` }))
      incoming.on('end', () => {
        const { rawHeaders, statusCode = 0 } = incoming
        const pairs = rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1] ?? ''] as const] : [],
        )
        resolve({
          kind: 'response',
          status: statusCode,
          headers: pairs,
          body: Buffer.concat(chunks).toString('base64'),
        })
      })
    })
    outgoing.on('timeout', () => {
      resolve({ kind: 'hang' })
      outgoing.destroy()
    })
    outgoing.on('error', reject)
    outgoing.end(hasBody ? bytes : undefined)
  })
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  return error instanceof Error ? error.message : String(error)
}
