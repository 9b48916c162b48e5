import type { Row } from './row.ts'

const pages = `
export default (req, res) => {
  console.log('sent', JSON.stringify(req.headers, null, 2))
  res.json({ text: JSON.stringify(req.headers) })
}
`

const app = `
export function GET(request) {
  const headers = Object.fromEntries(request.headers)
  console.log('sent', JSON.stringify(headers, null, 2))
  return Response.json({ text: JSON.stringify(headers) })
}
`

export const adapter: readonly Row[] = [
  {
    id: 'headers-in-order-of-names',
    codes: ['PA435'],
    pages,
    app,
    requests: [{ method: 'GET', path: '/api/test', headers: { 'x-key': 'a, "b"', accept: '*/*' } }],
    mutants: [
      {
        name: 'a header that is missing',
        app: app.replace('(request.headers)', "([...request.headers].filter(([name]) => name !== 'x-key'))"),
        aspects: ['log', 'body'],
      },
      {
        name: 'another order of what is no header',
        pages: pages.replace(/req\.headers/g, '{ one: 1, two: 2 }'),
        app: app.replace('Object.fromEntries(request.headers)', '{ two: 2, one: 1 }'),
        aspects: ['log', 'body'],
      },
    ],
  },
]
