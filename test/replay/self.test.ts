import { beforeAll, describe, expect, test, vi } from 'vitest'
import { type Bundle, bundleAll, loadBundle } from '../support/bundle.ts'
import { compare, type Difference } from '../support/compare.ts'
import type { FixtureRequest } from '../support/fixture.ts'
import { type Exchange, findUnexplained, knownDifferences } from '../support/known-differences.ts'
import { replay } from '../support/replay.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'

/** The judge on trial: a right migration must pass, and each wrong one must be found out, by the aspect it gets wrong. */

const route = '/api/users/[id]'

const pages = `
  import type { NextApiRequest, NextApiResponse } from 'next'
  export default function handler(req: NextApiRequest, res: NextApiResponse) {
    if (req.method !== 'POST') {
      res.setHeader('Allow', 'POST')
      return res.status(405).json({ error: 'no' })
    }
    if (req.query.boom) throw new Error('boom')
    if (req.query.go) return res.redirect('/elsewhere')
    console.log('saving', req.query.id)
    res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Path=/'])
    res.setHeader('X-Kind', 'user')
    res.status(201).json({ id: req.query.id, tags: req.query.tag ?? null, name: req.body.name ?? null })
  }`

const right = `
  import type { NextRequest } from 'next/server'
  export async function POST(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
    const { id } = await params
    const { searchParams } = request.nextUrl
    if (searchParams.get('boom')) throw new Error('boom')
    if (searchParams.get('go')) return new Response(null, { status: 307, headers: { Location: '/elsewhere' } })
    const text = await request.text()
    const type = request.headers.get('content-type')
    const body = text === '' ? {} : type === 'application/json' ? JSON.parse(text) : text
    console.log('saving', id)
    const tags = searchParams.getAll('tag')
    return Response.json(
      { id, tags: tags.length > 1 ? tags : (tags[0] ?? null), name: body.name ?? null },
      { status: 201, headers: [['Set-Cookie', 'a=1; Path=/'], ['Set-Cookie', 'b=2; Path=/'], ['X-Kind', 'user']] },
    )
  }
  const notAllowed = () => Response.json({ error: 'no' }, { status: 405, headers: { Allow: 'POST' } })
  export { notAllowed as GET, notAllowed as HEAD, notAllowed as PUT, notAllowed as PATCH, notAllowed as DELETE, notAllowed as OPTIONS }`

const withoutRefusals = right.replace(/const notAllowed[\s\S]*$/, '')

/** Text of a wrong migration, and the aspects that must be found different. */
const wrong: readonly (readonly [name: string, text: string, aspects: readonly string[]])[] = [
  ['status', right.replace('status: 201', 'status: 200'), ['status']],
  ['header value', right.replace("'user'", "'admin'"), ['header:x-kind']],
  ['header missing', right.replace(", ['X-Kind', 'user']", ''), ['header:x-kind']],
  ['cookie missing', right.replace("['Set-Cookie', 'b=2; Path=/'], ", ''), ['set-cookie']],
  ['body', right.replace('name: body.name ?? null', 'name: null'), ['body']],
  ['only the first of repeated keys', right.replace('tags.length > 1 ? tags :', ''), ['body']],
  ['Allow missing', right.replace("headers: { Allow: 'POST' }", ''), ['header:allow']],
  ['body of the 405', right.replace("error: 'no'", "error: 'never'"), ['body']],
  ['redirect status', right.replace('status: 307', 'status: 302'), ['status']],
  ['redirect target', right.replace("'/elsewhere'", "'/nowhere'"), ['header:location']],
  ['a statement that no longer runs', right.replace("console.log('saving', id)", ''), ['log']],
  [
    'an answer that never comes',
    right.replace('const { id } = await params', 'const { id } = await new Promise<never>(() => {})'),
    ['answer'],
  ],
  [
    'content type',
    right.replace(
      'return Response.json(\n      {',
      'return ((v: unknown, init: ResponseInit) => new Response(JSON.stringify(v), init))(\n      {',
    ),
    ['header:content-type'],
  ],
]

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const json = { 'content-type': 'application/json' }
const requests: readonly FixtureRequest[] = [
  { name: 'post', method: 'POST', path: '/api/users/7', headers: json, body: '{"name":"Ada"}' },
  { name: 'repeated', method: 'POST', path: '/api/users/7?tag=a&tag=b', headers: json, body: '{}' },
  { name: 'encoded segment', method: 'POST', path: '/api/users/a%2Fb?tag=a', headers: json, body: '{}' },
  { name: 'redirect', method: 'POST', path: '/api/users/7?go=1', headers: json, body: '{}' },
  { name: 'throws', method: 'POST', path: '/api/users/7?boom=1', headers: json, body: '{}' },
  ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
    name: method,
    method,
    path: '/api/users/7',
  })),
]

let bundles = new Map<string, Bundle>()

beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production')
  bundles = await bundleAll(
    [
      { id: 'pages', files: { 'pages.ts': pages }, path: 'pages.ts' },
      ...[['right', right], ['without', withoutRefusals], ...wrong].map(([name = '', text]) => ({
        id: toId(name),
        files: { 'route.ts': String(text) },
        path: 'route.ts',
      })),
      { id: 'broken', files: { 'route.ts': 'export function GET( {' }, path: 'route.ts' },
    ],
    'replay-self',
  )
})

test('a right migration passes without any code', async () => {
  expect(await findAll('right', new Set())).toEqual([])
})

test.each(wrong)(
  'finds a wrong one: %s',
  async (name, text, aspects) => {
    expect(text).not.toBe(right)
    const found = await findAll(toId(name), new Set())
    expect([...new Set(found.map(({ aspect }) => aspect))]).toEqual(expect.arrayContaining([...aspects]))
  },
  30_000,
)

test('a difference is allowed only with the code that names it', async () => {
  expect((await findAll('without', new Set())).length).toBeGreaterThan(0)
  expect(await findAll('without', new Set(['PA302']))).toEqual([])
  expect((await findAll('without', new Set(['PA302']), true)).length).toBeGreaterThan(0)
})

test('a bundle that cannot be built costs only its own case', () => {
  expect(bundles.get('broken')?.kind).toBe('broken')
  expect(bundles.get('right')?.kind).toBe('module')
})

describe('known differences', () => {
  test('ids are unique and each says why', () => {
    expect(new Set(knownDifferences.map(({ id }) => id)).size).toBe(knownDifferences.length)
    expect(knownDifferences.filter(({ why }) => why === '')).toEqual([])
  })

  test('markup must keep its type', () => {
    const answer = (type: string): Exchange['before'] => ({
      kind: 'response',
      status: 200,
      headers: type === '' ? {} : { 'content-type': type },
      cookies: [],
      body: Buffer.from('<p>hello</p>'),
      log: [],
    })
    const exchange = {
      route,
      request: requests[0] ?? fail(),
      before: answer(''),
      after: answer('text/plain;charset=UTF-8'),
      exported: [],
      isStrict: false,
    }
    expect(findUnexplained(compare(exchange.before, exchange.after), exchange, new Set())).toHaveLength(1)
  })
})

describe('paths', () => {
  test.each([
    ['/api/users/[id]', '/api/users/a%2Fb?x=1', { id: 'a/b' }],
    ['/api/files/[...path]', '/api/files/a/b%20c', { path: ['a', 'b c'] }],
    ['/api/files/[...path]', '/api/files', null],
    ['/api/docs/[[...slug]]', '/api/docs', {}],
    ['/api/docs/[[...slug]]', '/api/docs/x', { slug: ['x'] }],
    ['/api/a/[b]/c', '/api/a/1/d', null],
    ['/api', '/api', {}],
  ])('%s %s', (id, path, params) => {
    expect(matchRoute(id, path)).toEqual(params)
  })
})

interface Finding extends Difference {
  request: string
}

async function findAll(id: string, reported: ReadonlySet<string>, isStrict = false): Promise<Finding[]> {
  const found: Finding[] = []
  const before = load('pages')
  const after = load(id)
  for (const request of requests) {
    const exchange: Exchange = {
      route,
      request,
      exported: id === 'without' ? ['POST'] : allMethods,
      isStrict,
      before: await replay('pages', before, route, request),
      after: await replay('app', after, route, request),
    }
    for (const difference of compare(exchange.before, exchange.after)) {
      if (findUnexplained([difference], exchange, reported).length > 0)
        found.push({ ...difference, request: request.name })
    }
  }
  return found
}

function load(id: string): unknown {
  const bundle = bundles.get(id)
  if (bundle?.kind !== 'module') throw new Error(`${id} was not bundled: ${JSON.stringify(bundle)}`)
  return loadBundle(bundle.path)
}

function fail(): never {
  throw new Error('there are no requests')
}

const toId = (name: string): string => name.replaceAll(' ', '-')
