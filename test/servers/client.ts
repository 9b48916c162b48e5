import { Agent, type IncomingMessage, request as send } from 'node:http'
import type { FixtureRequest } from '../support/fixture.ts'
import type { Observation } from '../support/replay.ts'

const agent = new Agent({ keepAlive: true })
/** A server under load is slow; a handler that answers nothing within this time never will. */
const patience = 8_000

/**
 * Sends one request as it is written, without the headers that fetch adds and the refusals that it has (a GET with a body).
 * What the server prints is not seen here: the replay compares it.
 */
export function ask(origin: string, request: FixtureRequest): Promise<Observation> {
  const body = readBody(request)
  const { hostname, port } = new URL(origin)
  // The two servers have ports of their own, which handlers would repeat.
  const headers = {
    host: 'localhost:3000',
    ...request.headers,
    ...(body === null ? {} : { 'content-length': body.length }),
  }
  return new Promise((resolve, reject) => {
    const hang = (): void => resolve({ kind: 'hang', log: [] })
    const outgoing = send(
      { agent, hostname, port, path: request.path, method: request.method, headers },
      (incoming) => {
        readAnswer(incoming).then(resolve, hang)
      },
    )
    outgoing.setTimeout(patience, () => {
      hang()
      outgoing.destroy()
    })
    outgoing.once('error', (error) => ('code' in error && error.code === 'ECONNRESET' ? hang() : reject(error)))
    outgoing.end(body ?? undefined)
  })
}

async function readAnswer(incoming: IncomingMessage): Promise<Observation> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { 'set-cookie': cookies = [], ...headers } = incoming.headersDistinct
  return {
    kind: 'response',
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(headers).map(([name, values = []]) => [name, values.join(', ')])),
    cookies,
    body: Buffer.concat(chunks),
    log: [],
  }
}

function readBody({ body, base64 }: FixtureRequest): Buffer | null {
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return body === undefined ? null : Buffer.from(body, 'utf8')
}
