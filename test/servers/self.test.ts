import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { findFixtures, type FixtureRequest } from '../support/fixture.ts'
import { exchangeAll, type Tally } from './exchange.ts'
import type { ServedCase, ServedRoute } from './served-cases.ts'

/** The harness on trial, with servers whose answers are known. */

type Answering = (response: ServerResponse, body: string) => void

const servers: Server[] = []
const [fixture] = findFixtures()
const request: FixtureRequest = { name: 'a body', method: 'GET', path: '/api/c000/users', body: 'text' }

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
})

test('equal answers have no lines, and the route is reached', async () => {
  const tally = await exchange(json({ id: 1 }), json({ id: 1 }))
  expect(tally.unexplained.get(fixture?.id ?? '')).toEqual([])
  expect([...tally.reached]).toEqual(['/api/c000/users'])
  expect(tally.sent).toBe(1)
})

test('what the report does not name is a line', async () => {
  const tally = await exchange(json({ id: 1 }), json({ id: 2 }))
  expect(tally.unexplained.get(fixture?.id ?? '')).toEqual([
    'a body (GET /api/c000/users text): body: "{\\"id\\":1}" became "{\\"id\\":2}" (allowed only if reported as body-of-get: PA152)',
  ])
})

test('each line of Set-Cookie counts', async () => {
  const cookies = (lines: string[]): Answering => {
    return (response) => response.writeHead(200, { 'set-cookie': lines }).end()
  }
  const tally = await exchange(cookies(['a=1', 'b=2']), cookies(['a=1, b=2']))
  expect(tally.unexplained.get(fixture?.id ?? '')).toEqual([expect.stringContaining('set-cookie: "a=1\\nb=2"')])
})

test('a body is sent with every method', async () => {
  const echo: Answering = (response, body) => response.end(body)
  const tally = await exchange(echo, (response) => response.end('text'))
  expect(tally.unexplained.get(fixture?.id ?? '')).toEqual([])
})

test('a connection that breaks is a line', async () => {
  const tally = await exchange(json({}), (response) => response.destroy())
  expect(tally.unexplained.get(fixture?.id ?? '')).toEqual([expect.stringContaining('the connection broke')])
})

test('a path that Next does not know is not reached', async () => {
  const unknown: Answering = (response) => response.writeHead(404).end('<!DOCTYPE html><html></html>')
  const tally = await exchange(unknown, unknown)
  expect([...tally.reached]).toEqual([])
})

const json = (value: unknown): Answering => {
  return (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

async function exchange(before: Answering, after: Answering): Promise<Tally> {
  if (fixture === undefined) throw new Error('there are no fixtures')
  const route: ServedRoute = {
    id: '/api/users',
    served: '/api/c000/users',
    source: 'pages/api/users.ts',
    target: 'app/api/users/route.ts',
    methods: ['GET'],
    codes: new Set(),
    named: {},
  }
  const exchanges = [{ request, route }]
  const one: ServedCase = { fixture, prefix: 'c000', before: {}, after: {}, routes: [route], exchanges }
  return exchangeAll({ before: await listen(before), after: await listen(after) }, [one])
}

function listen(answer: Answering): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    answer(response, Buffer.concat(chunks).toString('utf8'))
  })
  servers.push(server)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
    })
  })
}
