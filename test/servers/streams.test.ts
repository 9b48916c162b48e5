import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../support/fixture.ts'
import { listMovedRoutes } from '../support/moved-routes.ts'
import { buildNext, type NextServer, startNext } from '../support/next-server.ts'
import { runEngine } from '../support/run-fixture.ts'
import { writeApps } from './app.ts'
import { majors, versions } from './versions.ts'

/** The handlers stand still until the client has asked another route to let them go on: the order of events is seen, never a time. */
const shared = `const shared = globalThis as unknown as { gates?: Map<string, () => void>; seen?: string[] }
const gates = (shared.gates ??= new Map<string, () => void>())
const seen = (shared.seen ??= [])
`
const head = `import type { NextApiRequest, NextApiResponse } from 'next'\n`
const input = {
  'package.json': '{ "name": "streams", "private": true }',
  'pages/api/parts.ts': `${head}
${shared}
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  res.setHeader('Content-Type', 'text/plain')
  res.write('first')
  await new Promise<void>((resolve) => gates.set('parts', resolve))
  res.write('second')
  res.end()
}
`,
  'pages/api/piped.ts': `import { PassThrough } from 'node:stream'
${head}
${shared}
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  res.setHeader('Content-Type', 'text/plain')
  const stream = new PassThrough()
  stream.write('first')
  gates.set('piped', () => stream.end('second'))
  stream.pipe(res)
}
`,
  'pages/api/events.ts': `${head}
${shared}
export const config = { api: { bodyParser: false } }

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  res.setHeader('Content-Type', 'text/event-stream')
  res.flushHeaders()
  const send = (text: string) => res.write(text)
  req.on('close', () => seen.push('closed'))
  send('first')
  await new Promise<void>((resolve) => gates.set('events', resolve))
  send('second')
  res.end()
}
`,
  'pages/api/made.ts': `import { PassThrough } from 'node:stream'
${head}
${shared}
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  const made = new PassThrough()
  try {
    made.pipe(res)
    if (req.query.fails) throw new Error('before the first bytes')
    await Promise.resolve()
    made.write('first')
    await new Promise<void>((resolve) => gates.set('made', resolve))
    made.end('second')
  } catch {
    res.status(503).json({ message: 'not made' })
  }
}
`,
  'pages/api/leave.ts': `${head}
${shared}
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  const onClose = () => seen.push('left')
  res.on('close', onClose)
  await new Promise<void>((resolve) => gates.set('leave', resolve))
  res.off('close', onClose)
  seen.push('went on')
  res.status(200).json({ seen })
}
`,
  'pages/api/open.ts': `${head}
${shared}
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  const open = gates.get(String(req.query.gate))
  open?.()
  res.status(200).json({ isOpen: open !== undefined, seen })
}
`,
  'pages/api/seen.ts': `${head}
${shared}
export default function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  res.status(200).json({ gates: [...gates.keys()], seen })
}
`,
}
const routes = Object.keys(input).filter((path) => path.startsWith('pages/'))
const limit = 900_000
const isComplete = process.env.CI === 'true' || process.env.ROUTESHIFT_ALL === '1'

describe.runIf(isComplete).each(majors)('Next %i streams', (major) => {
  const servers: NextServer[] = []

  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of what is asked for from the pattern
  beforeAll(async ({}, { tasks }) => {
    if (!tasks.some(({ mode }) => mode === 'run')) return
    const run = await runEngine(input, { next: versions[major].version })
    const moved = listMovedRoutes(run).map((route) => ({ ...route, served: route.id.replace('/api/', '/api/st/') }))
    expect(moved.map(({ source }) => source).sort()).toEqual([...routes].sort())
    const fixture = { id: 'streams', family: 'servers', dir: '', input, isKept: false, options: {}, requests: [] }
    const served = { fixture, prefix: 'st', before: input, after: run.after, routes: moved, exchanges: [] }
    const { before, after } = await writeApps(
      major,
      [served],
      join(repositoryRoot, '.cache/servers', `${major}-streams`),
    )
    await Promise.all([buildNext(before), buildNext(after)])
    for (const dir of [before, after]) servers.push(await startNext(dir))
  }, limit)

  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test.each(['parts', 'piped', 'events', 'made'])(
    '%s: the first part is there before the handler goes on, on both sides',
    async (name) => {
      for (const { origin } of servers) {
        const { incoming } = await open(`${origin}/api/st/${name}`)
        const parts = incoming[Symbol.asyncIterator]()
        expect(String((await parts.next()).value)).toBe('first')
        expect(await ask(`${origin}/api/st/open?gate=${name}`)).toMatchObject({ isOpen: true })
        expect(String((await parts.next()).value)).toBe('second')
        expect((await parts.next()).done).toBe(true)
      }
      expect(servers).toHaveLength(2)
    },
    limit,
  )

  test(
    'what fails before the first bytes is answered by the handler, on both sides',
    async () => {
      for (const { origin } of servers) {
        const answer = await fetch(`${origin}/api/st/made?fails=1`)
        expect([answer.status, await answer.json()]).toEqual([503, { message: 'not made' }])
      }
      expect(servers).toHaveLength(2)
    },
    limit,
  )

  test(
    'a client that leaves while events come ends them, on both sides',
    async () => {
      for (const { origin } of servers) {
        const closed = async (): Promise<number> =>
          ((await ask(`${origin}/api/st/seen`)).seen ?? []).filter((one) => one === 'closed').length
        const before = await closed()
        const { request, incoming } = await open(`${origin}/api/st/events`)
        incoming.on('error', () => {})
        await incoming[Symbol.asyncIterator]().next()
        request.destroy()
        await until(async () => (await closed()) > before)
        // It is not there to hear this; nothing breaks.
        await ask(`${origin}/api/st/open?gate=events`)
        expect((await ask(`${origin}/api/st/seen`)).gates).toContain('events')
      }
      expect(servers).toHaveLength(2)
    },
    limit,
  )

  test(
    'a client that leaves is told to the handler while it works, on both sides',
    async () => {
      for (const { origin } of servers) {
        const request = get(`${origin}/api/st/leave`)
        request.on('error', () => {})
        await until(async () => (await ask(`${origin}/api/st/seen`)).gates?.includes('leave') === true)
        request.destroy()
        await until(async () => (await ask(`${origin}/api/st/seen`)).seen?.includes('left') === true)
        await ask(`${origin}/api/st/open?gate=leave`)
        await until(async () => (await ask(`${origin}/api/st/seen`)).seen?.includes('went on') === true)
        const seen = (await ask(`${origin}/api/st/seen`)).seen?.filter((one) => one !== 'closed')
        expect(seen).toEqual(['left', 'went on'])
      }
      expect(servers).toHaveLength(2)
    },
    limit,
  )
})

interface Told {
  isOpen?: boolean
  gates?: string[]
  seen?: string[]
}

async function ask(url: string): Promise<Told> {
  const told: Told = JSON.parse(await (await fetch(url)).text())
  return told
}

function open(url: string): Promise<{ request: ClientRequest; incoming: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const request = get(url, (incoming) => resolve({ request, incoming }))
    request.once('error', reject)
  })
}

/** Asks again until it is so; what never comes is ended by the limit of the test. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
}
