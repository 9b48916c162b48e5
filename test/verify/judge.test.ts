import { expect, test } from 'vitest'
import type { ReplayRequest, Scenario, Verification } from '../../transforms/model/verification.ts'
import type { Files } from '../support/fixture.ts'
import { replay, scenarios } from '../support/replay.ts'

const LONG = 60_000
const json = { 'content-type': 'application/json' }
const get: ReplayRequest = { name: 'get', method: 'GET', path: '/api/test' }

async function verify(
  pages: string,
  app: string,
  requests: readonly ReplayRequest[],
  { chosen = scenarios, files = {} }: { chosen?: readonly Scenario[]; files?: Files } = {},
): Promise<Verification> {
  const [verification] = await replay(
    { before: { ...files, 'pages/api/test.ts': pages }, after: { ...files, 'app/api/test/route.ts': app } },
    [
      {
        route: {
          id: '/api/test',
          params: [],
          source: 'pages/api/test.ts',
          target: 'app/api/test/route.ts',
          exported: ['GET', 'POST'],
          codes: [],
          isStrict: false,
        },
        requests,
      },
    ],
    { target: 16, scenarios: chosen },
  )
  if (verification === undefined) throw new Error('there is no verdict')
  return verification
}

test(
  'a branch that no request reaches is named, and nothing is proven',
  async () => {
    const pages = `export default function handler(req, res) {
  const kind = req.query.kind ?? 'plain'
  if (kind === 'odd') {
    return res.status(418).end()
  }
  switch (req.query.size) {
    case 's':
      return res.end('small')
  }
  for (const item of [].concat(req.query.item ?? [])) {
    res.write(item)
  }
  res.end(req.query.a && req.query.b ? 'both' : 'one')
}`
    const app = `export function GET(request) {
  const query = new URL(request.url).searchParams
  if (query.get('kind') === 'odd') return new Response(null, { status: 418 })
  if (query.get('size') === 's') return new Response('small')
  return new Response(query.getAll('item').join('') + (query.get('a') && query.get('b') ? 'both' : 'one'))
}`
    const { proof, coverage } = await verify(pages, app, [get, { ...get, path: '/api/test?kind=odd' }], {
      chosen: [{ name: 'succeed', calls: 'succeed', seed: 0 }],
    })
    expect(proof).toBe('partly')
    const missed = coverage?.missed.map(({ line, what }) => `${line} ${what}`)
    expect(missed).toEqual(['7 case', '10 loop entered', '10 ?? left', '13 ? first', '13 && left true'])
    expect(coverage).toMatchObject({ total: 13, reached: 8 })
    const all = await verify(
      pages,
      app,
      ['', '?kind=odd', '?size=s', '?item=x&a=1', '?a=1&b=1'].map((search) => ({ ...get, path: `/api/test${search}` })),
    )
    expect(all).toMatchObject({ proof: 'proven', coverage: { reached: 13, total: 13, missed: [] } })
  },
  LONG,
)

test(
  'branches behind outside calls are reached: it fails alone, gives nothing, or a value that is compared with',
  async () => {
    const body = (send: (status: number, text: string) => string, id: string) => `
    await connect()
    let user
    try { user = await db.user.find(${id}) } catch { return ${send(503, 'down')} }
    if (!user) return ${send(404, 'none')}
    if (user.role === 'admin') return ${send(200, 'admin')}
    if (user.owner === ${id}) return ${send(200, 'own')}
    return ${send(403, 'other')}`
    const imports = "import { connect, db } from 'database'\n"
    const pages = `${imports}export default async function handler(req, res) {
    ${body((status, text) => `res.status(${status}).end('${text}')`, 'req.query.id')} }`
    const app = `${imports}export async function GET(request) { const id = new URL(request.url).searchParams.get('id')
    ${body((status, text) => `new Response('${text}', { status: ${status} })`, 'id')} }`
    const request = { ...get, path: '/api/test?id=u7' }
    expect(await verify(pages, app, [request])).toMatchObject({ proof: 'proven', coverage: { missed: [] } })
    const wrong = app.replace("'own', { status: 200 }", "'own', { status: 201 }")
    expect(await verify(pages, wrong, [request])).toMatchObject({ proof: 'differs' })
  },
  LONG,
)

test(
  'a finding has the shortest request that shows it',
  async () => {
    const pages = 'export default (req, res) => res.json(req.body.name ?? null)'
    const app = `export async function POST(request) { const body = await request.json()
    return Response.json(body.name === 'Ada' ? 'Eve' : body.name ?? null) }`
    const request = {
      name: 'all',
      method: 'POST',
      path: '/api/test?a=1&b=2',
      headers: { ...json, 'x-trace': '1', cookie: 'a=1' },
      body: '{"name":"Ada","age":36,"tags":["x"]}',
    }
    const { proof, findings } = await verify(pages, app, [request])
    expect(proof).toBe('differs')
    expect(findings[0]?.exchange.request).toEqual({
      name: 'all',
      method: 'POST',
      path: '/api/test',
      body: '{"name":"Ada"}',
    })
    expect(findings[0]?.differences).toEqual([{ aspect: 'body', before: 'null', after: '"Eve"' }])
  },
  LONG,
)

test(
  'swapped and lost outside calls, and other arguments, are found',
  async () => {
    const imports = "import { mail, store } from 'services'\n"
    const pages = `${imports}export default async (req, res) => { await store.save({ id: 1 }); await mail.send('a'); res.end() }`
    const right = `${imports}export async function GET() { await store.save({ id: 1 }); await mail.send('a'); return new Response(null) }`
    expect(await verify(pages, right, [get])).toMatchObject({ proof: 'proven' })
    for (const wrong of [
      right.replace(
        "await store.save({ id: 1 }); await mail.send('a')",
        "await mail.send('a'); await store.save({ id: 1 })",
      ),
      right.replace("await mail.send('a'); ", ''),
      right.replace('{ id: 1 }', "{ id: '1' }"),
      right.replace('{ id: 1 }', '{ id: 1, at: undefined }'),
    ]) {
      const { proof, findings } = await verify(pages, wrong, [get])
      expect(proof).toBe('differs')
      expect(findings[0]?.differences.map(({ aspect }) => aspect)).toEqual(['calls'])
    }
  },
  LONG,
)

test(
  'a lost await shows where the call fails',
  async () => {
    const imports = "import { store } from 'services'\n"
    const pages = `${imports}export default async (req, res) => {
    try { await store.save(); res.json({ ok: true }) } catch { res.status(500).json({ ok: false }) } }`
    const app = (wait: string) => `${imports}export async function GET() {
    try { ${wait}store.save(); return Response.json({ ok: true }) } catch { return Response.json({ ok: false }, { status: 500 }) } }`
    expect(await verify(pages, app('await '), [get])).toMatchObject({ proof: 'proven' })
    const { proof, findings } = await verify(pages, app(''), [get])
    expect(proof).toBe('differs')
    expect(findings.some(({ differences }) => differences.some(({ aspect }) => aspect === 'status'))).toBe(true)
  },
  LONG,
)

test(
  'a handler that is another each time is not judged',
  async () => {
    const keys =
      "import { generateKeyPairSync } from 'crypto'\nconst key = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x\n"
    const verdict = await verify(
      `${keys}export default (req, res) => res.end(key())`,
      `${keys}export const GET = () => new Response(key())`,
      [get],
    )
    expect(verdict).toMatchObject({ proof: 'cannot-run', why: 'not deterministic' })
  },
  LONG,
)

test(
  'an original that cannot be loaded or bundled is not judged',
  async () => {
    const app = 'export const GET = () => new Response(null)'
    const thrown = await verify("throw new Error('no licence')\nexport default () => undefined", app, [get])
    expect(thrown).toMatchObject({ proof: 'cannot-run' })
    expect(thrown.why).toContain('no licence')
    const schema =
      "import { z } from 'zod'\nconst [first] = z.object({}).parse(process.env).KEYS\nconsole.log(first.length.a.b)"
    const absent = await verify(`${schema}\nexport default () => undefined`, app, [get])
    expect(absent.why).toMatch(/^the original cannot be loaded here: .* \(not installed here: zod\)$/)
    const broken = await verify('export default function (', app, [get])
    expect(broken.why).toContain('pages/api/test.ts:1')
  },
  LONG,
)

test(
  'a file that is not there keeps a route from being proven',
  async () => {
    const imports = "import { config } from './generated/config'\n"
    const { proof, coverage } = await verify(
      `${imports}export default (req, res) => res.end(String(config.name))`,
      `${imports.replace('./generated', '../../../pages/api/generated')}export const GET = () => new Response(String(config.name))`,
      [get],
    )
    expect(proof).not.toBe('proven')
    expect(coverage?.missed).toContainEqual({
      line: 1,
      what: "'./generated/config' of pages/api/test.ts is not in the project",
    })
  },
  LONG,
)

test(
  'state that one side keeps between requests is found, with the requests that lead to it',
  async () => {
    const pages = 'let count = 0\nexport default (req, res) => { if (req.query.a) count += 1; res.json(count > 1) }'
    const right = `let count = 0
    export const GET = (request) => { if (request.nextUrl.searchParams.get('a')) count += 1; return Response.json(count > 1) }`
    const requests = ['', '?b=1', '?a=1', '?a=2', '?c=1'].map((search) => ({ ...get, path: `/api/test${search}` }))
    expect(await verify(pages, right, requests)).toMatchObject({ proof: 'proven' })
    const wrong = right.replace('let count = 0', '').replace('{ if', '{ let count = 0; if')
    const { proof, findings } = await verify(pages, wrong, requests)
    expect(proof).toBe('differs')
    expect(findings[0]?.exchange.request.name).toBe('get, after GET /api/test?a=1 to the same instance')
    expect(findings[0]?.differences).toEqual([{ aspect: 'body', before: 'true', after: 'false' }])
  },
  LONG,
)

test(
  'packages that only compute are the real ones, where they are installed',
  async () => {
    const pages = `import { serialize } from 'cookie'
    import semver from 'semver'
    export default (req, res) => res.end(serialize('a', 'x y', { path: '/' }) + semver.inc('1.2.3', 'minor'))`
    const { proof, findings } = await verify(pages, "export const GET = () => new Response('a=x%20y; Path=/1.3.0')", [
      get,
    ])
    expect(findings).toEqual([])
    expect(proof).toBe('proven')
  },
  LONG,
)

test(
  'packages that a migration replaces are the real ones, where they are installed',
  async () => {
    const pages = `import getRawBody from 'raw-body'
    export const config = { api: { bodyParser: false } }
    export default async (req, res) => {
      try { res.end(await getRawBody(req, { limit: 3 })) } catch (error) { res.status(error.status).end(error.type) }
    }`
    const app = `export async function POST(request) {
      const text = await request.text()
      return text.length > 3 ? new Response('entity.too.large', { status: 413 }) : new Response(new TextEncoder().encode(text))
    }`
    const sent = ['raw', 'longer'].map((body) => ({ ...get, method: 'POST', body, headers: { 'content-type': 'a/b' } }))
    expect((await verify(pages, app, sent)).findings).toEqual([])
  },
  LONG,
)

test(
  'what a package prints of an error is what Next prints of it',
  async () => {
    const pages = `import { createRouter } from 'next-connect'
    const router = createRouter()
    router.get(async (req, res) => {
      console.log('begin')
      if (req.query.a) throw new Error('no ' + req.query.a)
      res.end('done')
    })
    export default router.handler()`
    const app = `export async function GET(request) {
      console.log('begin')
      const a = new URL(request.url).searchParams.get('a')
      if (a) throw new Error('no ' + a)
      return new Response('done')
    }`
    const requests = [get, { ...get, path: '/api/test?a=b' }]
    const { findings, expected } = await verify(pages, app, requests)
    expect(findings).toEqual([])
    expect(expected).toHaveProperty('printed-by-next')
    for (const other of ["Error('another')", 'TypeError()']) {
      const wrong = await verify(pages, app.replace("Error('no ' + a)", other), requests)
      expect(wrong.findings[0]?.differences.map(({ aspect }) => aspect)).toEqual(['log'])
    }
  },
  LONG,
)

test(
  'packages that a migration replaces read the same request',
  async () => {
    const pages = `import getRawBody from 'raw-body'
    import { getServerSession } from 'next-auth/next'
    export const config = { api: { bodyParser: false } }
    export default async (req, res) => {
      const session = await getServerSession(req, res, { secret: 's' })
      res.json({ text: (await getRawBody(req)).toString(), user: session?.user?.email ?? null })
    }`
    const app = `import { getServerSession } from 'next-auth/next'
    export async function POST(request) {
      const session = await getServerSession({ secret: 's' })
      return Response.json({ text: await request.text(), user: session?.user?.email ?? null })
    }`
    const request = { ...get, method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'raw' }
    expect((await verify(pages, app, [request])).findings).toEqual([])
    const wrong = await verify(pages, app.replace("secret: 's'", "secret: 't'"), [request])
    expect(wrong.findings[0]?.differences.map(({ aspect }) => aspect)).toEqual(['calls'])
  },
  LONG,
)

test(
  'the words of an error do not show that branches are counted',
  async () => {
    const fail = '((value || []).map(String))'
    const pages = `export default (req, res) => { const value = req.query.a
    try { res.json(${fail}) } catch (error) { res.status(500).json({ details: error.message }) } }`
    const app = `export const GET = (request) => { const value = new URL(request.url).searchParams.get('a')
    try { return Response.json(${fail}) } catch (error) { return Response.json({ details: error.message }, { status: 500 }) } }`
    expect(await verify(pages, app, [get, { ...get, path: '/api/test?a=x' }])).toMatchObject({ proof: 'proven' })
  },
  LONG,
)

test(
  'what every request has cannot be absent, and is no branch',
  async () => {
    const pages = `export default (req, res) => {
  if (!req.method || !(req.query && req.headers)) return res.status(400).end()
  res.end(req.url ?? '')
}`
    const app = "export const GET = (request) => new Response(request.url.slice('http://localhost:3000'.length))"
    const found = await verify(pages, app, [get])
    expect(found.coverage).toEqual({ reached: 1, total: 2, missed: [{ line: 2, what: 'if' }] })
  },
  LONG,
)
