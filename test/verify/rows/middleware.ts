import type { Row } from './row.ts'

const chain = `
import { use } from 'next-api-middleware'
import { audit } from 'shop-kit'
async function timed(req, res, next) {
  console.log('begin')
  await next()
  console.log('end')
  try { await audit.save('timed') } catch {}
}
async function guarded(req, res, next) {
  if (!req.headers['x-key']) return res.status(401).json({ error: 'No key' })
  await next()
}
export const withAll = use(timed, guarded)
`

const pages = `
import { withAll } from '../../lib/chain'
export default withAll((req, res) => res.json({ ok: true }))
`

const app = `
import { audit } from 'shop-kit'
const timed = (handler) => async (request) => {
  console.log('begin')
  const response = await handler(request)
  console.log('end')
  try { await audit.save('timed') } catch {}
  return response
}
const guarded = (handler) => async (request) => {
  if (!request.headers.get('x-key')) return Response.json({ error: 'No key' }, { status: 401 })
  return handler(request)
}
export const GET = timed(guarded(async () => Response.json({ ok: true })))
`

export const middleware: readonly Row[] = [
  {
    id: 'work-after-inner-answer',
    codes: ['PA578'],
    files: { 'chain.js': chain },
    pages,
    app,
    requests: [
      { method: 'GET', path: '/api/test' },
      { method: 'GET', path: '/api/test', headers: { 'x-key': 'k' } },
    ],
    mutants: [
      {
        name: 'more work where the chain came to its end',
        app: app.replace("console.log('end')", "console.log('end')\n  if (response.ok) console.log('served')"),
        aspects: ['log'],
      },
      {
        name: 'work of its own that begins like the work before',
        app: app.replace("console.log('begin')", "console.log('beginning')"),
        aspects: ['log'],
      },
      {
        name: 'work before that is lost',
        app: app.replace("console.log('begin')", ''),
        aspects: ['log'],
      },
      {
        name: 'work after that takes the place of the answer',
        app: app.replace(
          "console.log('end')",
          "console.log('end')\n  if (!response.ok) return Response.json({ error: 'No' }, { status: 401 })",
        ),
        aspects: ['body', 'log'],
      },
    ],
  },
]
