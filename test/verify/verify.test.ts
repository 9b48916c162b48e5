import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ReplayRequest, Scenario, Verification } from '../../transforms/model/verification.ts'
import { verifyRoutes } from '../../transforms/verify/verify-routes.ts'
import { repositoryRoot } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const succeed: Scenario = { name: 'succeed', calls: 'succeed', seed: 0 }

const pages = `
  import type { NextApiRequest, NextApiResponse } from 'next'
  export default function handler(req: NextApiRequest, res: NextApiResponse) {
    if (req.method !== 'POST') {
      res.setHeader('Allow', 'POST')
      return res.status(405).json({ error: 'no' })
    }
    if (req.query.boom) throw new Error('boom')
    console.log('saving', req.query.id)
    res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2; Path=/'])
    res.status(201).json({ id: req.query.id, name: req.body.name ?? null })
  }`
const app = `
  import type { NextRequest } from 'next/server'
  export async function POST(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
    const { id } = await params
    const { searchParams } = request.nextUrl
    if (searchParams.get('boom')) throw new Error('boom')
    const text = await request.text()
    const body = text === '' ? {} : JSON.parse(text)
    console.log('saving', id)
    return Response.json(
      { id, name: body.name ?? null },
      { status: 201, headers: [['Set-Cookie', 'a=1; Path=/'], ['Set-Cookie', 'b=2; Path=/']] },
    )
  }`
const json = { 'content-type': 'application/json' }
const requests: ReplayRequest[] = [
  { name: 'post', method: 'POST', path: '/api/users/a%2Fb', headers: json, body: '{"name":"Ada"}' },
  { name: 'empty', method: 'POST', path: '/api/users/7', headers: json },
  { name: 'boom', method: 'POST', path: '/api/users/7?boom=1', headers: json, body: '{}' },
  { name: 'get', method: 'GET', path: '/api/users/7' },
]

async function run(next: string, after: string, codes: readonly string[]): Promise<Verification | undefined> {
  const [verification] = await verifyRoutes({
    before: createMemoryHost({ 'pages/api/users/[id].ts': pages }),
    after: createMemoryHost({ 'app/api/users/[id]/route.ts': after }),
    routes: [
      {
        id: '/api/users/[id]',
        params: [{ name: 'id', kind: 'single' }],
        source: 'pages/api/users/[id].ts',
        target: 'app/api/users/[id]/route.ts',
        exported: ['POST'],
        codes,
        isStrict: false,
      },
    ],
    requestsFor: () => ({ requests, scenarios: [succeed] }),
    next: join(repositoryRoot, 'node_modules', next),
    workers: 1,
    limits: { requestMs: 5000, memoryMb: 256 },
  })
  return verification
}

describe.each(['next14', 'next15', 'next'])('%s', (next) => {
  test('a right migration is proven', async () => {
    const verification = await run(next, app, ['PA302'])
    expect(verification).toMatchObject({ proof: 'proven', why: null, exchanges: 4, findings: [] })
  }, 60_000)
  test('a wrong one is found out', async () => {
    const verification = await run(next, app.replace('status: 201', 'status: 200'), ['PA302'])
    expect(verification).toMatchObject({ proof: 'differs' })
    expect(verification?.findings[0]?.differences).toEqual([{ aspect: 'status', before: '201', after: '200' }])
  }, 60_000)
})
