import type { Row } from './row.ts'

const described = `
const describe = ({ req, name }) => name + ' from ' + req.headers['x-port']
export default function handler(req, res) {
  res.status(200).json({ text: describe({ req, ...req.body }) })
}
`

const describedInApp = `
const describe = ({ request, name }) => name + ' from ' + request.headers.get('x-port')
export async function POST(request) {
  const body = await request.json()
  return Response.json({ text: describe({ ...body, request }) })
}
`

const asked = `
const isAddress = (text) => /\\d\\.\\d/.test(text ?? '')
export default function handler(req, res) {
  const ip = [req.headers['x-client-ip'], req.headers['x-forwarded-for']].find(isAddress)
  res.status(200).json({ ip: ip ?? req.socket.remoteAddress })
}
`

const askedInApp = `
const isAddress = (text) => /\\d\\.\\d/.test(text ?? '')
export async function GET(request) {
  const ip = [request.headers.get('x-client-ip'), request.headers.get('x-forwarded-for')].find(isAddress)
  return Response.json({ ip: ip ?? null })
}
`

const json = { 'content-type': 'application/json', 'x-port': 'Bergen' }

export const request: readonly Row[] = [
  {
    id: 'request-replaced',
    codes: ['PA537'],
    pages: described,
    app: describedInApp,
    requests: [
      { method: 'POST', path: '/api/test', headers: json, body: '{"name":"a","req":{"headers":{"x-port":"Oslo"}}}' },
      { method: 'POST', path: '/api/test', headers: json, body: '{"name":"b","deep":{"req":1}}' },
    ],
    mutants: [
      {
        name: 'a field further down',
        app: describedInApp.replace('...body, request', "...body, ...(body.deep && { name: 'c' }), request"),
        aspects: ['body'],
      },
    ],
  },
  {
    id: 'address-in-no-header',
    codes: ['PA569'],
    pages: asked,
    app: askedInApp,
    requests: [
      { method: 'GET', path: '/api/test', headers: { 'x-forwarded-for': 'unknown' } },
      { method: 'GET', path: '/api/test', headers: { 'x-forwarded-for': 'unknown', 'x-client-ip': '203.0.113.7' } },
    ],
    mutants: [
      {
        name: 'an address in another header',
        app: askedInApp.replace("request.headers.get('x-client-ip'), ", ''),
        aspects: ['body'],
      },
      {
        name: 'no answer',
        app: askedInApp.replace('return Response', 'if (!ip) await new Promise(() => {})\n  return Response'),
        aspects: ['answer'],
      },
    ],
  },
]
