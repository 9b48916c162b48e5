import { beforeAll, describe, expect, test } from 'vitest'
import type { ReplayRequest, Verification } from '../../transforms/model/verification.ts'
import { compare } from '../../transforms/verify/compare.ts'
import { type Compared, explain, findMissingCodes, knownDifferences } from '../../transforms/verify/expected.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'
import { replay } from '../support/replay.ts'

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
const requests: readonly ReplayRequest[] = [
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

interface Trial {
  name: string
  text: string
  codes: readonly string[]
  exported: readonly string[]
  isStrict: boolean
}

const strictly = { codes: [], exported: allMethods, isStrict: false }
const trials: readonly Trial[] = [
  { name: 'right', text: right, ...strictly },
  ...wrong.map(([name, text]) => ({ name, text, ...strictly })),
  { name: 'refused by Next', text: withoutRefusals, ...strictly, exported: ['POST'] },
  { name: 'refused by Next, reported', text: withoutRefusals, codes: ['PA302'], exported: ['POST'], isStrict: false },
  { name: 'refused by Next, strict', text: withoutRefusals, codes: ['PA302'], exported: ['POST'], isStrict: true },
  { name: 'broken', text: 'export function GET( {', ...strictly },
]
const verdicts = new Map<string, Verification>()

beforeAll(async () => {
  const folder = (index: number): string => `trial-${index}`
  const files = (path: string, textOf: (trial: Trial) => string): Record<string, string> =>
    Object.fromEntries(trials.map((trial, index) => [`${folder(index)}/${path}`, textOf(trial)]))
  const verified = await replay(
    {
      before: files('pages/api/users/[id].ts', () => pages),
      after: files('app/api/users/[id]/route.ts', ({ text }) => text),
    },
    trials.map(({ codes, exported, isStrict }, index) => ({
      route: {
        id: route,
        params: [{ name: 'id', kind: 'single' }],
        source: `${folder(index)}/pages/api/users/[id].ts`,
        target: `${folder(index)}/app/api/users/[id]/route.ts`,
        codes,
        exported,
        isStrict,
      },
      requests,
    })),
    { target: 16, scenarios: [{ name: 'succeed', calls: 'succeed', seed: 0 }] },
  )
  for (const [index, verification] of verified.entries()) verdicts.set(trials[index]?.name ?? '', verification)
}, 120_000)

test('a right migration passes without any code', () => {
  expect(verdictOf('right')).toMatchObject({ proof: 'proven', findings: [] })
})

test.each(wrong)('finds a wrong one: %s', (name, text, aspects) => {
  expect(text).not.toBe(right)
  const { proof, findings } = verdictOf(name)
  expect(proof).toBe('differs')
  const found = findings.flatMap(({ differences }) => differences.map(({ aspect }) => aspect))
  expect(found).toEqual(expect.arrayContaining([...aspects]))
})

test('a difference is allowed only with the code that names it', () => {
  expect(verdictOf('refused by Next').proof).toBe('differs')
  expect(verdictOf('refused by Next, reported').proof).toBe('proven')
  expect(verdictOf('refused by Next, strict').proof).toBe('differs')
})

test('a route that cannot be bundled costs only itself', () => {
  expect(verdictOf('broken')).toMatchObject({ proof: 'cannot-run', findings: [] })
  expect(verdictOf('broken').why).toContain('route.ts:1')
})

describe('known differences', () => {
  test('ids are unique and each says why', () => {
    expect(new Set(knownDifferences.map(({ id }) => id)).size).toBe(knownDifferences.length)
    expect(knownDifferences.filter(({ why }) => why === '')).toEqual([])
  })

  test('markup must keep its type', () => {
    const answer = (type: string): Compared['before'] => ({
      answer: {
        kind: 'response',
        status: 200,
        headers: type === '' ? [] : [['content-type', type]],
        body: Buffer.from('<p>hello</p>').toString('base64'),
      },
      calls: [],
      log: [],
      rejections: [],
    })
    const compared: Compared = {
      route: { id: route, codes: [], exported: [], isStrict: false },
      request: { name: 'get', method: 'GET', path: '/api/users/7' },
      scenario: { name: 'succeed', calls: 'succeed', seed: 0 },
      before: answer(''),
      after: answer('text/plain;charset=UTF-8'),
    }
    const [difference, ...others] = compare(compared.before, compared.after)
    expect(others).toEqual([])
    expect(difference && explain(difference, compared)).toEqual([])
    expect(difference && findMissingCodes(difference, compared)).toEqual([])
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

function verdictOf(name: string): Verification {
  const verdict = verdicts.get(name)
  if (verdict === undefined) throw new Error(`${name} was not tried`)
  return verdict
}
