import type { Row } from './row.ts'

/** A wrapper whose callback refuses before the handler is called, which runs all the same; and one whose handler fails then. */
const pages = `
const check = async (onChecked) => { onChecked() }
const checked = (handler) => async (req, res) => {
  await check(() => { if (req.query.guest !== undefined) res.status(403).json({ error: 'guest' }) })
  await handler(req, res)
}
export default checked((req, res) => {
  console.log('read')
  res.status(200).json({ read: true })
})
`

const checked = (refused: string): string => `
const check = async (onChecked) => { onChecked() }
const checked = (handler) => async (request) => {
  let refusal
  await check(() => {
    if (new URL(request.url).searchParams.has('guest')) refusal = Response.json({ error: 'guest' }, { status: 403 })
  })
  ${refused}
  const response = await handler(request)
  return refusal ?? response
}
`

const handler = (line: string): string => `
export const GET = checked(async () => {
  ${line}
  return Response.json({ read: true })
})
`

const failing = `
const check = async (onChecked) => { onChecked() }
const asks = async (req, res) => {
  await check(() => { if (req.query.guest !== undefined) res.status(403).json({ error: 'guest' }) })
  if (req.query.guest === 'ada') throw new Error('no room')
  res.status(200).json({ read: true })
}
export default asks
`

const failingNow = (status: number, error: string): string => `
const check = async (onChecked) => { onChecked() }
export async function GET(request) {
  const guest = new URL(request.url).searchParams.get('guest')
  let refusal
  await check(() => { if (guest !== null) refusal = Response.json({ error: 'guest' }, { status: 403 }) })
  if (guest === 'ada') ${error}
  return refusal ?? Response.json({ read: true }, { status: ${status} })
}
`

export const refusedBeside: readonly Row[] = [
  {
    id: 'refused-and-not-called',
    codes: ['PA353'],
    pages,
    app: checked('if (refusal) return refusal') + handler("console.log('read')"),
    requests: [
      { method: 'GET', path: '/api/test' },
      { method: 'GET', path: '/api/test?guest=1' },
    ],
    mutants: [
      {
        name: 'a handler that is not called for those who are served',
        app:
          checked('if (refusal) return refusal\n  return Response.json({ read: true })') +
          handler("console.log('read')"),
        aspects: ['log'],
      },
      {
        name: 'something else done beside the refusal',
        app: checked('') + handler("console.log('written')"),
        aspects: ['log'],
      },
      {
        name: 'a refusal that is lost',
        app: checked('refusal = undefined') + handler("console.log('read')"),
        aspects: ['status', 'body'],
      },
    ],
  },
  {
    id: 'error-beside-refusal',
    codes: ['PA353'],
    pages: failing,
    app: failingNow(200, "throw new Error('no room')"),
    requests: [
      { method: 'GET', path: '/api/test' },
      { method: 'GET', path: '/api/test?guest=bo' },
      { method: 'GET', path: '/api/test?guest=ada' },
    ],
    mutants: [
      {
        name: 'a guest who is served',
        app: failingNow(200, 'return Response.json({ read: true })'),
        aspects: ['status', 'body'],
      },
      {
        name: 'an error for those who were served',
        app: failingNow(500, "throw new Error('no room')"),
        aspects: ['status'],
      },
    ],
  },
]
