import type { Row } from './row.ts'

/** A table that throws for what it does not hold, and a wrapper whose catch takes that for a success. */
const pages = `
const table = { GET: (req, res) => res.json({ read: true }), POST: (req, res) => res.json({ saved: true }) }
const withQuiet = (handler) => async (req, res) => {
  try { await handler(req, res) } catch { res.status(202).end() }
}
export default withQuiet((req, res) => {
  const run = table[req.method]
  if (!run) throw new Error('no such method')
  return run(req, res)
})
`

const withQuiet = `
const withQuiet = (handler) => async (request) => {
  try { return await handler(request) } catch { return new Response(null, { status: 202 }) }
}
`

export const refusal: readonly Row[] = [
  {
    id: 'refused-before-wrapper',
    codes: ['PA302', 'PA330'],
    named: { PA302: ['HEAD', 'PUT', 'PATCH', 'DELETE'], PA330: ['HEAD', 'PUT', 'PATCH', 'DELETE'] },
    pages,
    app: `${withQuiet}
export const GET = withQuiet(async () => Response.json({ read: true }))
export const POST = withQuiet(async () => Response.json({ saved: true }))
`,
    requests: [
      { method: 'GET', path: '/api/test' },
      { method: 'POST', path: '/api/test' },
      { method: 'HEAD', path: '/api/test' },
      { method: 'PUT', path: '/api/test' },
    ],
    mutants: [
      {
        name: 'a method that the table holds refused by Next',
        app: `${withQuiet}
export const GET = withQuiet(async () => Response.json({ read: true }))
`,
        aspects: ['status'],
      },
      {
        name: 'a method served otherwise',
        app: `${withQuiet}
export const GET = withQuiet(async () => Response.json({ read: true }))
export const POST = withQuiet(async () => new Response(null, { status: 202 }))
`,
        aspects: ['status', 'body'],
      },
    ],
  },
]
