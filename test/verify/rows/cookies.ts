import type { Row } from './row.ts'

const pages = `
import { setCookie } from 'nookies'
import { mark } from '../../lib/mark'
export default function handler(req, res) {
  mark(res)
  setCookie({ res }, 'page', req.query.page, { path: '/', httpOnly: true, sameSite: 'lax' })
  if (req.query.again) setCookie({ res }, 'page', req.query.page, { path: '/', httpOnly: true, sameSite: 'lax' })
  res.json({ ok: true })
}
`

const mark = `
export const mark = (to) => {
  const line = 'seen=1; path=/; httponly'
  return to.setHeader ? to.setHeader('Set-Cookie', line) : to.set('Set-Cookie', line)
}
`

const line = 'page=${encodeURIComponent(page)}; Path=/; HttpOnly; SameSite=Lax'

const app = `
import { mark } from '../../../lib/mark'
export function GET(request) {
  const { searchParams } = new URL(request.url)
  const page = searchParams.get('page')
  const headers = new Headers()
  mark(headers)
  headers.append('Set-Cookie', \`${line}\`)
  if (searchParams.get('again')) headers.append('Set-Cookie', \`${line}\`)
  return Response.json({ ok: true }, { headers })
}
`

export const cookies: readonly Row[] = [
  {
    id: 'cookies-not-written-anew',
    codes: ['PA263'],
    files: { 'mark.js': mark },
    pages,
    app,
    requests: [
      { method: 'GET', path: '/api/test?page=home' },
      { method: 'GET', path: '/api/test?page=home&again=1' },
    ],
    mutants: [
      { name: 'a cookie of others that is lost', app: app.replace('mark(headers)', ''), aspects: ['set-cookie'] },
      { name: 'an attribute that is lost', app: app.replaceAll('; HttpOnly', ''), aspects: ['set-cookie'] },
      { name: 'another value', app: app.replaceAll('(page)}', "(page + '!')}"), aspects: ['set-cookie'] },
      {
        name: 'cookies in another order',
        app: app
          .replace('mark(headers)\n', '')
          .replace(
            '  return Response',
            "  headers.append('Set-Cookie', 'seen=1; path=/; httponly')\n  return Response",
          ),
        aspects: ['set-cookie'],
      },
    ],
  },
]
