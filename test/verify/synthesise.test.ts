import { describe, expect, test } from 'vitest'
import type { ReplayRequest } from '../../transforms/model/verification.ts'
import { requestsFor } from './sources.ts'

const queryOf = ({ path }: ReplayRequest) => new URL(path, 'http://localhost').searchParams
const jsonOf = ({ body, headers }: ReplayRequest): Record<string, unknown> | null => {
  if (body === undefined || headers?.['content-type'] !== 'application/json') return null
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

describe('methods', () => {
  test('those that the handler names and those that it does not', () => {
    const { requests } = requestsFor(
      `export default (req, res) => { if (req.method === 'PUT') res.end(); else res.status(405).end() }`,
    )
    expect(requests[0]?.method).toBe('PUT')
    expect(new Set(requests.map(({ method }) => method))).toEqual(
      new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
    )
  })

  test('a value that is read for one method only is varied with that one', () => {
    const { requests } = requestsFor(`
      export default function handler(req, res) {
        switch (req.method) {
          case 'GET': return list(req, res)
          case 'DELETE': return res.json(req.query.id)
        }
      }
      function list(req, res) { res.json(req.query.page) }
    `)
    const varied = (key: string) =>
      requests.filter(({ name }) => name.includes(`query ${key}`)).map(({ method }) => method)
    expect(new Set(varied('page'))).toEqual(new Set(['GET']))
    expect(new Set(varied('id'))).toEqual(new Set(['DELETE']))
  })
})

describe('query keys', () => {
  test.each([
    ['a member', `res.json(req.query.tag)`],
    ['an index', `res.json(req.query['tag'])`],
    ['a pattern', `const { tag } = req.query; res.json(tag)`],
    ['a nested pattern with a default', `const { query: { tag = 'x' } } = req; res.json(tag)`],
    ['an alias', `const q = req.query; const t = q.tag; res.json(t)`],
    ['a function of the file', `res.json(read(req.query)); function read(q) { return q.tag }`],
    ['a name from a list', `for (const name of ['tag', 'other']) res.write(req.query[name])`],
    ['in', `res.json(['tag'].map((name) => name in req.query))`],
    ['the search of the URL', `res.json(new URL(req.url, 'http://x').searchParams.get('tag'))`],
  ])('by %s: present, absent, repeated, empty, numeric, encoded, with a plus', (_name, body) => {
    const { requests } = requestsFor(`export default function handler(req, res) { ${body} }`)
    const values = requests.map((request) => queryOf(request).getAll('tag'))
    expect(values.some(({ length }) => length === 1)).toBe(true)
    expect(values.some(({ length }) => length === 0)).toBe(true)
    expect(values.some(({ length }) => length === 2)).toBe(true)
    expect(values.some(([first]) => first === '')).toBe(true)
    expect(values.some(([first]) => /^\d+$/.test(first ?? ''))).toBe(true)
    expect(requests.some(({ path }) => path.includes('tag=a%20b%2F'))).toBe(true)
    expect(requests.some(({ path }) => path.includes('tag=a+b'))).toBe(true)
  })
})

describe('values that the handler compares with', () => {
  test.each([
    ['===', `if (req.query.kind === 'wanted') res.end()`],
    ['a case', `switch (req.query.kind) { case 'wanted': res.end() }`],
    ['a list', `if (['x', 'wanted'].includes(req.query.kind)) res.end()`],
    ['a list with a name', `if (KINDS.includes(String(req.query.kind))) res.end()`],
    ['a table', `res.json(TABLE[req.query.kind])`],
    ['a Map', `res.json(new Map([['wanted', 1]]).get(req.query.kind))`],
    ['in', `if (req.query.kind in TABLE) res.end()`],
    ['a template of a constant', `if (req.query.kind === \`\${PREFIX}ed\`) res.end()`],
    ['a zod enum', `z.object({ kind: z.enum(['wanted', 'x']) }).parse(req.query); res.end()`],
    ['a schema with a name', `const found = schema.safeParse(req.query); res.end()`],
    ['rows of a table', `res.json(ROWS.find(({ kind }) => kind === req.query.kind))`],
    ['another module', `if (isWanted(req.query.kind)) res.end()`],
  ])('%s', (_name, body) => {
    const text = `
      import { isWanted } from './wanted'
      const PREFIX = 'want'
      const KINDS = ['x', 'wanted'] as const
      const ROWS = [{ kind: 'x' }, { kind: 'wanted' }]
      const TABLE = { x: 1, wanted: 2 }
      const schema = z.object({ kind: z.union([z.literal('x'), z.literal('wanted')]).optional() })
      export default function handler(req, res) { ${body} }`
    const files = { 'pages/api/wanted.ts': `export const isWanted = (kind) => kind === 'wanted'` }
    const { requests } = requestsFor(text, { files })
    expect(requests.some((request) => queryOf(request).get('kind') === 'wanted')).toBe(true)
    expect(requests.some((request) => !queryOf(request).has('kind'))).toBe(true)
  })

  test('two at once: every pair', () => {
    const { requests } = requestsFor(`export default (req, res) => {
      if (req.query.a === 'one' && req.query.b === 'two') res.end()
      else if (req.query.a === 'three') res.json(req.query.b === 'four')
    }`)
    const pairs = new Set(requests.map((request) => `${queryOf(request).get('a')} ${queryOf(request).get('b')}`))
    for (const a of ['one', 'three', 'null'])
      for (const b of ['two', 'four', 'null']) expect(pairs).toContain(`${a} ${b}`)
  })

  test('a secret of the environment', () => {
    const { requests } = requestsFor(`export default (req, res) => {
      if (req.headers.authorization !== \`Bearer \${process.env.CRON_SECRET}\`) return res.status(401).end()
      res.end()
    }`)
    expect(requests[0]?.headers?.authorization).toBe('Bearer env-CRON_SECRET')
    expect(requests.some(({ headers }) => headers?.authorization === undefined)).toBe(true)
  })

  test('a secret of the environment behind a scheme that is cut off', () => {
    const { requests } = requestsFor(`
      const isAdmin = (req) => {
        const header = req.headers.authorization
        const key = process.env.ADMIN_KEY
        if (!key || !header?.startsWith('Bearer ')) return false
        const token = header.substring(7)
        return token === key
      }
      export default (req, res) => (isAdmin(req) ? res.end() : res.status(401).end())
    `)
    expect(requests[0]?.headers?.authorization).toBe('Bearer env-ADMIN_KEY')
  })

  test('both sides of a bound', () => {
    const { requests } = requestsFor(
      `export default (req, res) => { if (Number(req.query.n) > 100) res.end(); else res.json(1) }`,
    )
    const values = requests.map((request) => Number(queryOf(request).get('n') ?? Number.NaN))
    expect(values).toContain(101)
    expect(values).toContain(100)
  })
})

describe('parameters', () => {
  test('a catch-all gets several segments, an encoded one among them', () => {
    const { requests } = requestsFor('export default (req, res) => res.json(req.query.path)', {
      id: '/api/files/[...path]',
    })
    expect(requests.some(({ path }) => /^\/api\/files\/[^/]+\/[^/]+\/[^/]+$/.test(path))).toBe(true)
    expect(requests.some(({ path }) => path.includes('%2F'))).toBe(true)
    expect(requests.every(({ path }) => path.startsWith('/api/files/'))).toBe(true)
  })

  test('an optional catch-all is also left out, and then named in the query', () => {
    const { requests } = requestsFor('export default (req, res) => res.json(req.query.path)', {
      id: '/api/files/[[...path]]',
    })
    const paths = requests.map(({ path }) => path)
    expect(paths).toContain('/api/files')
    expect(paths).toContain('/api/files?path=other')
  })
})

describe('bodies', () => {
  const { requests } = requestsFor(`export default async function handler(req, res) {
    if (req.method !== 'POST') return res.status(405).end()
    const { name, size = 3 } = req.body
    if (!name) return res.status(400).end()
    for (const item of req.body.items) await item
    res.json({ name, size, street: req.body.address.street })
  }`)
  const posts = requests.filter(({ method }) => method === 'POST')

  test('the first request has every field', () => {
    expect(jsonOf(requests[0] as ReplayRequest)).toMatchObject({
      name: expect.any(String),
      size: expect.any(Number),
      items: expect.any(Array),
      address: { street: expect.any(String) },
    })
  })

  test.each(['name', 'size', 'items'])('%s is absent once while the others are there', (key) => {
    const bodies = posts.map(jsonOf).filter((body) => body !== null)
    expect(bodies.some((body) => !(key in body) && Object.keys(body).length === 3)).toBe(true)
  })

  test('forms of every kind', () => {
    const types = posts.map(({ headers, body }) =>
      `${headers?.['content-type'] ?? 'none'} ${body === '' ? 'empty' : body === undefined ? 'no body' : ''}`.trim(),
    )
    for (const type of [
      'application/json',
      'application/json empty',
      'none no body',
      'none',
      'text/plain',
      'application/x-www-form-urlencoded',
    ])
      expect(types).toContain(type)
    expect(types.some((type) => type.startsWith('multipart/form-data'))).toBe(true)
    expect(posts.some(({ body }) => body === '{"name":')).toBe(true)
    expect(posts.some(({ body }) => body === 'null')).toBe(true)
    expect(posts.some(({ body }) => body?.startsWith('['))).toBe(true)
  })

  test.each([
    ['a raw body', `const { event } = JSON.parse((await getRawBody(req)).toString()); res.json(event)`],
    [
      'a stream',
      `const parts = []; for await (const part of req) parts.push(part); res.json(JSON.parse(Buffer.concat(parts)).event)`,
    ],
    ['a form', `const [fields] = await formidable().parse(req); res.json(fields.event)`],
    ['a form with a callback', `form.parse(req, (error, fields) => res.json(fields.event))`],
  ])('%s', (_name, body) => {
    const made = requestsFor(`export default async function handler(req, res) { ${body} }`).requests
    expect(made.some((request) => 'event' in (jsonOf(request) ?? {}))).toBe(true)
    expect(made.some((request) => jsonOf(request) && !('event' in (jsonOf(request) ?? {})))).toBe(true)
  })

  test('none with a method that cannot carry one', () => {
    expect(
      requests.filter(({ method }) => method === 'GET' || method === 'HEAD').filter(({ body }) => body !== undefined),
    ).toEqual([])
  })
})

describe('headers and cookies', () => {
  const { requests } = requestsFor(`export default (req, res) => {
    const key = req.headers['x-api-key']
    res.json({ key, theme: req.cookies.theme })
  }`)
  const cookies = requests.map(({ headers }) => headers?.cookie ?? '')

  test('a header is there, is not, and is empty', () => {
    const values = requests.map(({ headers }) => headers?.['x-api-key'])
    expect(values).toContain(undefined)
    expect(values).toContain('')
    expect(values.some((value) => value !== undefined && value !== '')).toBe(true)
  })

  test('a cookie comes plain, twice, quoted, badly encoded, bare, and not at all', () => {
    expect(cookies).toContain('')
    expect(cookies).toContain('theme=alpha')
    expect(cookies).toContain('theme=alpha; theme=beta')
    expect(cookies).toContain('theme="q v"')
    expect(cookies).toContain('theme=%zz')
    expect(cookies).toContain('theme')
  })
})
