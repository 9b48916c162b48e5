import type { Row } from './row.ts'

const server = `
import { AuthServerPlugin } from '@blitzjs/auth'
import { setupBlitzServer } from '@blitzjs/next'
export const { api, withBlitzAuth } = setupBlitzServer({ plugins: [AuthServerPlugin({ cookiePrefix: 'shop' })] })
`

const pages = `
import { api } from '../../lib/server'
export default api(async (req, res, ctx) => {
  if (req.query.kind === 'refused') return res.status(400).json({ error: 'Refused' })
  if (req.query.kind === 'closed') return res.status(401).json({})
  res.setHeader('X-Kind', 'own')
  res.setHeader('Set-Cookie', 'kind=own')
  if (req.query.kind === 'failed') throw Object.assign(new Error('Failed'), { statusCode: 401 })
  res.json({ user: ctx.session.userId })
})
`

const app = `
import { withBlitzAuth } from '../../../lib/server'
export const { GET } = withBlitzAuth({
  GET: async (request, _params, ctx) => {
    const kind = new URL(request.url).searchParams.get('kind')
    if (kind === 'refused') return Response.json({ error: 'Refused' }, { status: 400 })
    if (kind === 'closed') return Response.json({}, { status: 401 })
    if (kind === 'failed') throw new Error('Failed')
    return Response.json({ user: ctx.session.userId }, { headers: { 'X-Kind': 'own', 'Set-Cookie': 'kind=own' } })
  },
})
`

const rpcPages = `
import { rpcHandler } from '@blitzjs/rpc'
import { api } from '../../lib/server'
const handle = rpcHandler()
export default api((req, res, ctx) => {
  if (req.query.own) return res.json({ own: true })
  req.query.blitz = ['getTree']
  return handle(req, res, ctx)
})
`

const rpcApp = `
import { rpcAppHandler } from '@blitzjs/rpc'
import { withBlitzAuth } from '../../../lib/server'
const handle = rpcAppHandler()
export const { POST } = withBlitzAuth({
  POST: async (request, _given, ctx) => {
    if (new URL(request.url).searchParams.get('own')) return Response.json({ own: true })
    return handle.POST(request, { params: Promise.resolve({ blitz: ['getTree'] }) }, ctx)
  },
})
`

const asJson = { 'Content-Type': 'application/json' }
const params = '{"params":{"id":1}}'
const ifText = "if (!request.headers.get('content-type')?.includes('json'))"
const text = "return new Response('{\"own\":true}', { headers: { 'Content-Type': 'text/plain;charset=utf-8' } })"

export const blitz: readonly Row[] = [
  {
    id: 'blitz-failures',
    codes: ['PA590'],
    files: { 'server.js': server },
    pages,
    app,
    requests: ['', '?kind=refused', '?kind=closed', '?kind=failed'].map((search) => ({
      method: 'GET',
      path: `/api/test${search}`,
    })),
    mutants: [
      {
        name: 'a refusal of the handler itself',
        app: app.replace("Response.json({ error: 'Refused' }, { status: 400 })", 'new Response(null, { status: 500 })'),
        aspects: ['status', 'body', 'header:content-type'],
      },
      {
        name: 'another status of the handler itself',
        app: app.replace('Response.json({}, { status: 401 })', 'new Response(null, { status: 500 })'),
        aspects: ['status', 'body', 'header:content-type'],
      },
      {
        name: 'an answer with a body',
        app: app.replace("throw new Error('Failed')", "return new Response('Failed', { status: 500 })"),
        aspects: ['status', 'body'],
      },
      {
        name: 'a header that is another one',
        app: app.replace(
          "throw new Error('Failed')",
          "return new Response(null, { status: 500, headers: { 'X-Kind': 'failed' } })",
        ),
        aspects: ['header:x-kind'],
      },
    ],
  },
  {
    id: 'blitz-reads-body',
    codes: ['PA590'],
    files: { 'server.js': server },
    pages: rpcPages,
    app: rpcApp,
    requests: [
      { method: 'POST', path: '/api/test', headers: { 'Content-Type': 'text/plain' }, body: params },
      { method: 'POST', path: '/api/test', headers: asJson, body: params },
      { method: 'POST', path: '/api/test', headers: asJson, body: '{}' },
      { method: 'POST', path: '/api/test' },
    ],
    mutants: [
      {
        name: 'a failure where only the params are missing',
        app: rpcApp.replace(
          'return handle',
          "if ((await request.clone().text()) === '{}') return new Response(null, { status: 500 })\n    return handle",
        ),
        aspects: ['status', 'body', 'header:content-type'],
      },
      {
        name: 'another call',
        app: rpcApp
          .replace('import { withBlitzAuth }', "import { audit } from 'shop-kit'\nimport { withBlitzAuth }")
          .replace('return handle', `${ifText} await audit.save('read')\n    return handle`),
        aspects: ['calls'],
      },
      {
        name: 'a header',
        app: rpcApp
          .replace('return handle', 'const response = await handle')
          .replace(' }, ctx)', ` }, ctx)\n    ${ifText} response.headers.set('X-Read', 'yes')\n    return response`),
        aspects: ['header:x-read'],
      },
      {
        name: 'an answer of another kind',
        app: rpcApp.replace('return handle', `${ifText} return Response.json({ own: true })\n    return handle`),
        aspects: ['status', 'body'],
      },
    ],
  },
  {
    id: 'blitz-answers-as-text',
    codes: ['PA590'],
    files: { 'server.js': server },
    pages: rpcPages,
    app: rpcApp,
    requests: [
      { method: 'POST', path: '/api/test', headers: asJson, body: params },
      { method: 'POST', path: '/api/test?own=1', headers: asJson, body: params },
    ],
    mutants: [
      {
        name: 'another answer as text',
        app: rpcApp.replace('return Response.json({ own: true })', text),
        aspects: ['header:content-type'],
      },
    ],
  },
]
