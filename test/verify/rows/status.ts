import type { Row } from './row.ts'

const pages = `
import { audit } from 'shop-kit'
const statuses = { found: 200 }
export default async function handler(req, res) {
  await audit.save(req.query.kind)
  console.log('looked up')
  res.status(statuses[req.query.kind]).json({ a: 1 })
}
`

const app = `
import { audit } from 'shop-kit'
const statuses = { found: 200 }
export async function GET(request) {
  const kind = new URL(request.url).searchParams.get('kind') ?? undefined
  await audit.save(kind)
  console.log('looked up')
  return Response.json({ a: 1 }, { status: statuses[kind] ?? 500 })
}
`

export const status: readonly Row[] = [
  {
    id: 'missing-status',
    codes: ['PA204'],
    pages,
    app,
    requests: [
      { method: 'GET', path: '/api/test?kind=found' },
      { method: 'GET', path: '/api/test?kind=lost' },
    ],
    mutants: [
      { name: 'a log that is lost', app: app.replace("console.log('looked up')", ''), aspects: ['answer', 'log'] },
      { name: 'a call that is lost', app: app.replace('await audit.save(kind)', ''), aspects: ['answer', 'calls'] },
      { name: 'a body of another length', app: app.replace('a: 1', 'a: 12'), aspects: ['answer'] },
      { name: 'another status', app: app.replace('?? 500', '?? 404'), aspects: ['answer'] },
      {
        name: "text that is not Next's",
        pages: pages.replace(
          'res.status(statuses[req.query.kind]).json({ a: 1 })',
          `if (req.query.kind === 'found') return res.json({ a: 1 })
  res.socket.end('HTTP/1.1 500 Failed\\r\\nContent-Length: 7\\r\\n\\r\\nShop failed')`,
        ),
        aspects: ['answer'],
      },
    ],
  },
]
