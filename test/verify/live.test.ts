import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReplayRequest } from '../../transforms/model/verification.ts'
import { verifyLive } from '../../transforms/verify-live.ts'

const seen: string[] = []
let before: Server
let after: Server

beforeAll(async () => {
  before = await listen('before', 'application/json; charset=utf-8')
  after = await listen('after', 'application/json')
})
afterAll(() => {
  for (const server of [before, after]) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server that echoes; what the two answer to /api/differs is not the same. */
async function listen(side: string, type: string): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push(`${side} ${request.method} ${request.url}`)
      if (request.url === '/base/api/hangs') return
      const body = Buffer.concat(chunks).toString()
      const { cookie, 'x-own': own } = request.headers
      const word = request.url?.startsWith('/base/api/differs') ? side : 'same'
      response.setHeader('Set-Cookie', ['a=1', 'b=2'])
      response.setHeader('Content-Type', type)
      response.end(JSON.stringify({ method: request.method, url: request.url, body, cookie, own, word }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`

function compare(requests: readonly ReplayRequest[], second = addressOf(after)) {
  seen.length = 0
  return verifyLive({ before: addressOf(before), after: second, requests, timeLimit: 300 })
}

test('the same request goes to both, in the order recorded; differences of every route are expected', async () => {
  const headers = { cookie: 'a=1; a=2', 'x-own': 'x' }
  const report = await compare([
    { name: 'first', method: 'POST', path: '/api/same?a=1', headers, body: '{"é":1}' },
    { name: 'second', method: 'GET', path: '/api/same' },
  ])
  expect(seen).toEqual([
    'before POST /base/api/same?a=1',
    'after POST /base/api/same?a=1',
    'before GET /base/api/same',
    'after GET /base/api/same',
  ])
  expect(report.summary).toEqual({ routes: 1, proven: 0, partly: 1, differs: 0, cannotRun: 0 })
  expect(report.routes[0]).toMatchObject({
    route: '/api/same',
    verification: { exchanges: 2, expected: { 'json-charset': 2 } },
  })
})

test('a difference is shown with its request and both answers', async () => {
  const report = await compare([{ name: 'odd', method: 'GET', path: '/api/differs' }])
  const [finding] = report.routes[0]?.verification.findings ?? []
  expect(finding).toMatchObject({ request: { name: 'odd' }, differences: [{ aspect: 'body' }] })
  expect(finding?.before.body).toContain('"word":"before"')
  expect(finding?.after.body).toContain('"word":"after"')
  expect(finding?.before.headers.filter(([name]) => name === 'set-cookie')).toHaveLength(2)
})

test('no answer on both sides is no difference', async () => {
  const report = await compare([{ name: 'hangs', method: 'GET', path: '/api/hangs' }])
  expect(report.summary).toMatchObject({ partly: 1, differs: 0 })
})

test('a server that is not there is a reason, not a crash', async () => {
  const report = await compare([{ name: 'x', method: 'GET', path: '/api/same' }], 'http://127.0.0.1:1')
  expect(report.summary.cannotRun).toBe(1)
  expect(report.routes[0]?.verification.why).toMatch(/http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/)
})
