import { Agent, type IncomingMessage, request as send } from 'node:http'
import type { Answer, Observation, ReplayRequest } from '../../transforms/model/verification.ts'

const agent = new Agent({ keepAlive: true })
/** A server under load is slow; a handler that answers nothing within this time never will. */
const patience = 8_000

/**
 * Sends one request as it is written, without the headers that fetch adds and the refusals that it has (a GET with a body).
 * What the server prints and calls is not seen here: the replay compares it.
 */
export async function ask(origin: string, request: ReplayRequest): Promise<Observation> {
  return { answer: await answerOf(origin, request), calls: [], log: [], rejections: [] }
}

function answerOf(origin: string, request: ReplayRequest): Promise<Answer> {
  const { method, path } = request
  const { hostname, port } = new URL(origin)
  const body = readBody(request)
  const length = body === null ? {} : { 'content-length': body.length }
  // The two servers have ports of their own, which handlers would repeat.
  const headers = { host: 'localhost:3000', ...request.headers, ...length }
  return new Promise((resolve, reject) => {
    const broke = (): void => resolve({ kind: 'crash', why: 'the connection broke' })
    const outgoing = send({ agent, hostname, port, path, method, headers }, (incoming) => {
      readAnswer(incoming).then(resolve, broke)
    })
    outgoing.setTimeout(patience, () => {
      resolve({ kind: 'hang' })
      outgoing.destroy()
    })
    outgoing.once('error', (error) => ('code' in error && error.code === 'ECONNRESET' ? broke() : reject(error)))
    outgoing.end(body ?? undefined)
  })
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { statusCode = 0, rawHeaders } = incoming
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  )
  return { kind: 'response', status: statusCode, headers, body: Buffer.concat(chunks).toString('base64') }
}

function readBody({ body, base64 }: ReplayRequest): Buffer | null {
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return body === undefined ? null : Buffer.from(body, 'utf8')
}
