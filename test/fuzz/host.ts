import { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { posix } from 'node:path'
import { Writable } from 'node:stream'
import { format, inspect } from 'node:util'
import { transform } from 'esbuild'
import type { ReplayRequest, Scenario } from '../../transforms/model/verification.ts'
import type { Files } from '../support/fixture.ts'
import type { Observation } from '../support/replay.ts'
import { matchRoute } from '../support/route-path.ts'

const require = createRequire(import.meta.url)
const { apiResolver } = require('next/dist/server/api-utils/node/api-resolver.js')
const { NextRequest } = require('next/dist/server/web/spec-extension/request.js')

/** The modules of one side, compiled once and evaluated anew for each request. */
export interface Side {
  kind: 'pages' | 'app'
  entry: string
  code: ReadonlyMap<string, (require: unknown, module: unknown, exports: unknown) => void>
}

export async function compileSide(kind: Side['kind'], files: Files, entry: string): Promise<Side> {
  const code = new Map<string, (require: unknown, module: unknown, exports: unknown) => void>()
  for (const [path, text] of Object.entries(files)) {
    if (!/\.[jt]sx?$/.test(path)) continue
    const out = await transform(text, { loader: path.endsWith('ts') ? 'ts' : 'js', format: 'cjs', target: 'node20' })
    code.set(path, new Function('require', 'module', 'exports', out.code) as never)
  }
  return { kind, entry, code }
}

export async function run(side: Side, route: string, request: ReplayRequest, scenario: Scenario): Promise<Observation> {
  const log: string[] = []
  const release = captureConsole(log)
  try {
    const module = load(side, scenario, log)
    const params = matchRoute(route, request.path)
    if (params === null) throw new Error(`${request.path} is not a path of ${route}`)
    return side.kind === 'pages'
      ? await runPages(module, params, request, log)
      : await runApp(module, params, request, log)
  } finally {
    release()
  }
}

function load(side: Side, scenario: Scenario, log: string[]): Record<string, unknown> {
  const cache = new Map<string, { exports: Record<string, unknown> }>()
  const evaluate = (path: string): Record<string, unknown> => {
    const known = cache.get(path)
    if (known) return known.exports
    const module = { exports: {} as Record<string, unknown> }
    cache.set(path, module)
    const resolve = (name: string): unknown => {
      if (name === 'some-db') return { db: makeDb(scenario, log) }
      const base = name.startsWith('@/')
        ? name.slice(2)
        : name.startsWith('.')
          ? posix.join(posix.dirname(path), name)
          : null
      if (base === null) return require(name)
      const file = [base, `${base}.ts`, `${base}.js`, `${base}/index.ts`].find((p) => side.code.has(p))
      if (file === undefined) throw new Error(`cannot resolve ${name} from ${path}`)
      return evaluate(file)
    }
    side.code.get(path)?.(resolve, module, module.exports)
    return module.exports
  }
  return evaluate(side.entry)
}

function makeDb(scenario: Scenario, log: string[]): Record<string, unknown> {
  const call = (name: string, give: (text: string) => unknown) => {
    return (...args: unknown[]): unknown => {
      const text = inspect(args, { depth: 4, sorted: true, breakLength: Number.POSITIVE_INFINITY })
      log.push(`outside: db.${name} ${text}`)
      if (scenario.calls === 'throw') {
        const failed = Promise.reject(new Error(`${name} failed`))
        failed.catch(() => undefined)
        return failed
      }
      return Promise.resolve(scenario.calls === 'nothing' ? (name === 'list' ? [] : null) : give(text))
    }
  }
  return {
    find: call('find', (text) => ({ id: text.length, name: 'Ada', active: true, tags: ['a'] })),
    list: call('list', () => [{ id: 1, name: 'Ada' }, 'b']),
    save: call('save', (text) => ({ id: text.length, saved: true, name: 'Ada' })),
    remove: call('remove', () => ({ count: 1 })),
    send: call('send', () => undefined),
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}

async function runPages(
  module: Record<string, unknown>,
  params: Record<string, unknown>,
  request: ReplayRequest,
  log: string[],
): Promise<Observation> {
  const incoming = new IncomingMessage(new Socket())
  incoming.method = request.method
  incoming.url = request.path
  incoming.httpVersion = '1.1'
  const headers: Record<string, string> = { host: 'localhost:3000', 'x-forwarded-for': '127.0.0.1' }
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value.trim()
  const body = request.body === undefined ? null : Buffer.from(request.body)
  if (body !== null) headers['content-length'] = String(body.length)
  incoming.headers = headers
  incoming.push(body)
  if (body !== null) incoming.push(null)
  const outgoing = new ServerResponse(incoming)
  const chunks: Buffer[] = []
  const socket = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  outgoing.assignSocket(socket as never)
  outgoing.on('error', () => undefined)
  // As next-server does: a header that comes too late is ignored.
  const setHeader = outgoing.setHeader.bind(outgoing)
  outgoing.setHeader = (name, value) => (outgoing.headersSent ? outgoing : setHeader(name, value))
  let isDone = false
  outgoing.on('finish', () => {
    isDone = true
  })
  const query: Record<string, unknown> = {}
  for (const [key, value] of new URL(request.path, 'http://localhost').searchParams) {
    const known = query[key]
    query[key] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value]
  }
  await apiResolver(incoming, outgoing, { ...query, ...params }, module, {}, false, false)
  for (let i = 0; i < 5 && !isDone; i++) await settle()
  await settle()
  if (!outgoing.headersSent) return { kind: 'hang', log }
  return parseAnswer(Buffer.concat(chunks), log)
}

function parseAnswer(bytes: Buffer, log: string[]): Observation {
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    const value = line.slice(line.indexOf(':') + 1).trim()
    if (name === 'set-cookie') cookies.push(value)
    else headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  let body = bytes.subarray(end + 4)
  if (headers['transfer-encoding'] === 'chunked') body = unchunk(body)
  return { kind: 'response', status: Number(first.split(' ')[1]), headers, cookies, body, log }
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, end).toString(), 16)
    if (!(size > 0)) break
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
  return Buffer.concat(parts)
}

const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

async function runApp(
  module: Record<string, unknown>,
  params: Record<string, unknown>,
  request: ReplayRequest,
  log: string[],
): Promise<Observation> {
  const { method } = request
  const exported = verbs.filter((verb) => typeof module[verb] === 'function')
  const handler = module[method] ?? (method === 'HEAD' ? module.GET : undefined)
  if (typeof handler !== 'function') {
    if (method !== 'OPTIONS') return answer(new Response(null, { status: 405 }), log)
    const allow = [...new Set([...exported, 'OPTIONS', ...(exported.includes('GET') ? ['HEAD'] : [])])].sort()
    return answer(new Response(null, { status: 204, headers: { Allow: allow.join(', ') } }), log)
  }
  const headers = { host: 'localhost:3000', 'x-forwarded-for': '127.0.0.1', ...request.headers }
  const body = request.body === undefined || method === 'GET' || method === 'HEAD' ? null : Buffer.from(request.body)
  const incoming = new NextRequest(`http://localhost:3000${request.path}`, { method, headers, body })
  try {
    const response: unknown = await handler(incoming, { params: Promise.resolve(params) })
    if (!(response instanceof Response)) throw new Error('No response is returned from route handler')
    await settle()
    return await answer(method === 'HEAD' ? new Response(null, response) : response, log)
  } catch (error) {
    console.error(error)
    await settle()
    return answer(new Response(null, { status: 500 }), log)
  }
}

async function answer(response: Response, log: string[]): Promise<Observation> {
  return {
    kind: 'response',
    status: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie')),
    cookies: response.headers.getSetCookie(),
    body: Buffer.from(await response.arrayBuffer()),
    log,
  }
}

/** What a handler prints shows which of its statements ran, and in what order. */
function captureConsole(log: string[]): () => void {
  const levels = ['debug', 'error', 'info', 'log', 'warn'] as const
  const saved = levels.map((level) => [level, console[level]] as const)
  for (const level of levels) {
    console[level] = (...values: unknown[]) => {
      log.push(
        `${level}: ${format(...values.map((value) => (value instanceof Error ? `${value.name}: ${value.message}` : value)))}`,
      )
    }
  }
  return () => {
    for (const [level, original] of saved) console[level] = original
  }
}
