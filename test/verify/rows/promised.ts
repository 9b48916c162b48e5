import type { Row } from './row.ts'

const guard = `
export const guard = async (req, res, next) => {
  if (req.query.broken) throw new Error('No keys')
  if (!req.headers['x-key']) return res.status(401).json({ error: 'No key' })
  next()
}
`

const pages = `
import { guard } from '../../lib/guard'
export default async function handler(req, res) {
  await new Promise((resolve) => guard(req, res, resolve))
  res.json({ ok: true })
}
`

const app = `
const guard = async (request) => {
  if (new URL(request.url).searchParams.get('broken')) throw new Error('No keys')
  if (!request.headers.get('x-key')) return Response.json({ error: 'No key' }, { status: 401 })
}
export const GET = async (request) => {
  const denied = await guard(request)
  if (denied) return denied
  return Response.json({ ok: true })
}
`

export const promised: readonly Row[] = [
  {
    id: 'middleware-rejects',
    codes: ['PA244'],
    files: { 'guard.js': guard },
    pages,
    app,
    requests: [
      { method: 'GET', path: '/api/test?broken=1' },
      { method: 'GET', path: '/api/test', headers: { 'x-key': 'k' } },
      { method: 'GET', path: '/api/test' },
    ],
    mutants: [
      {
        name: 'the error is swallowed, and the request served',
        app: app.replace('await guard(request)', 'await guard(request).catch(() => null)'),
        aspects: ['answer'],
      },
      {
        name: 'a middleware that neither answered nor failed is answered',
        pages: pages.replace('guard(req, res, resolve)', 'req.query.broken ? null : guard(req, res, resolve)'),
        aspects: ['answer'],
      },
    ],
  },
]
