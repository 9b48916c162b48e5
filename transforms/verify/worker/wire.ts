import { createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import type { Answer, ReplayRequest } from '../../model/verification.ts'

export type Serve = (req: IncomingMessage, res: ServerResponse) => void

/** One HTTP exchange that is under way. */
export interface Wire {
  /** Set when the whole answer is there, or when none will come. */
  answer: Answer | null
  /** Grows with every chunk that goes either way. */
  readonly traffic: number
  close(): void
}

const CLIENT = '::ffff:127.0.0.1'
export const HOST = 'localhost:3000'

let serve: Serve = () => undefined
// Node's own server and client, so that every byte of an answer is as on a real one; only the cable is in memory.
const server = createServer({ keepAlive: false }, (req, res) => serve(req, res))

/** Sends a request and hands it to `handler` as a server would. */
export function openWire(request: ReplayRequest, handler: Serve): Wire {
  const counter = { traffic: 0 }
  const [client, peer] = createCable(counter)
  const wire: Wire = {
    answer: null,
    get traffic() {
      return counter.traffic
    },
    close() {
      client.destroy()
      peer.destroy()
    },
  }
  let whole: (() => string) | null = null
  const fail = (error: Error): void => {
    wire.answer ??= { kind: 'crash', why: `the connection broke: ${error.message}${whole?.() ?? ''}` }
  }
  const body = bodyOf(request)
  const outgoing = sendRequest({
    createConnection: () => client,
    method: request.method,
    path: request.path,
    headers: {
      ...(hasHeader(request, 'host') ? {} : { host: HOST }),
      ...(body === null || hasHeader(request, 'content-length') || hasHeader(request, 'transfer-encoding')
        ? {}
        : { 'content-length': String(body.length) }),
      ...request.headers,
    },
  })
  outgoing.on('error', fail)
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', fail)
    // What comes behind a body of the length that was stated is no answer. The body itself may wait to be read.
    whole = () => {
      response.read()
      return response.complete ? `, after ${response.statusCode} ${JSON.stringify(String(Buffer.concat(chunks)))}` : ''
    }
    response.on('end', () => {
      wire.answer ??= {
        kind: 'response',
        status: response.statusCode ?? 0,
        headers: pairsOf(response.rawHeaders),
        body: Buffer.concat(chunks).toString('base64'),
      }
    })
  })
  serve = handler
  server.emit('connection', peer)
  outgoing.end(body ?? undefined)
  return wire
}

function bodyOf({ body, base64 }: ReplayRequest): Buffer | null {
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return body === undefined ? null : Buffer.from(body, 'utf8')
}

const hasHeader = ({ headers = {} }: ReplayRequest, name: string): boolean =>
  Object.keys(headers).some((key) => key.toLowerCase() === name)

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''])
  return pairs
}

/** Two ends of a connection: what is written to one can be read from the other. */
function createCable(counter: { traffic: number }): [Duplex, Duplex] {
  const client: Duplex = createEnd(counter, () => peer)
  const peer: Duplex = createEnd(counter, () => client)
  return [client, peer]
}

/** Writers whose other end has to read first. */
const waiting = new WeakMap<Duplex, () => void>()

function createEnd(counter: { traffic: number }, other: () => Duplex): Duplex {
  const end: Duplex = new Duplex({
    read() {
      const proceed = waiting.get(end)
      waiting.delete(end)
      proceed?.()
    },
    write(chunk, _encoding, done) {
      counter.traffic += 1
      const far = other()
      if (far.destroyed || far.push(chunk)) done()
      else waiting.set(far, done)
    },
    final(done) {
      counter.traffic += 1
      const far = other()
      if (!far.destroyed) far.push(null)
      done()
    },
    destroy(error, done) {
      setImmediate(() => other().destroy())
      done(error)
    },
  })
  const self = (): Duplex => end
  return Object.assign(end, {
    remoteAddress: CLIENT,
    remoteFamily: 'IPv6',
    remotePort: 50_000,
    localPort: 3000,
    setTimeout: self,
    setNoDelay: self,
    setKeepAlive: self,
    ref: self,
    unref: self,
  })
}
