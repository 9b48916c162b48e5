import { mutate, type Original } from './mutant.ts'

/** Cookies, headers and redirects. */
export const session: Original = {
  id: '/api/session',
  pages: `
import type { NextApiRequest, NextApiResponse } from 'next'
import { people } from 'shop-kit'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  const token = req.cookies['shop-session']
  if (!token) {
    res.setHeader('Set-Cookie', 'shop-session=; Path=/; Max-Age=0')
    return res.redirect('/login')
  }
  res.setHeader('Cache-Control', 'no-store')
  if (req.headers['x-admin'] === 'yes') res.setHeader('X-Role', 'admin')
  const person = await people.byToken(token)
  if (!person) return res.redirect(301, 'https://shop.example/join')
  res.setHeader('Set-Cookie', ['seen=1; Path=/', 'theme=dark; Path=/; HttpOnly'])
  res.status(200).json({ token, agent: req.headers['user-agent'] })
}
`,
  app: `
import type { NextRequest } from 'next/server'
import { people } from 'shop-kit'

export async function GET(request: NextRequest) {
  const token = request.cookies.get('shop-session')?.value
  const headers = new Headers()
  if (!token) {
    headers.set('Set-Cookie', 'shop-session=; Path=/; Max-Age=0')
    headers.set('Location', '/login')
    return new Response(null, { status: 307, headers })
  }
  headers.set('Cache-Control', 'no-store')
  if (request.headers.get('x-admin') === 'yes') headers.set('X-Role', 'admin')
  const person = await people.byToken(token)
  if (!person) {
    headers.set('Location', 'https://shop.example/join')
    return new Response(null, { status: 301, headers })
  }
  headers.append('Set-Cookie', 'seen=1; Path=/')
  headers.append('Set-Cookie', 'theme=dark; Path=/; HttpOnly')
  return Response.json({ token, agent: request.headers.get('user-agent') ?? undefined }, { headers })
}
`,
  exported: ['GET'],
  codes: ['PA302', 'PA130'],
  mutants: [
    mutate('redirect with 302', 'status: 307', 'status: 302'),
    mutate('temporary for permanent', 'status: 301', 'status: 307'),
    mutate(
      'absolute Location',
      `headers.set('Location', '/login')`,
      `headers.set('Location', String(new URL('/login', request.url)))`,
    ),
    mutate(
      'headers lost on a redirect',
      `return new Response(null, { status: 307, headers })`,
      `return new Response(null, { status: 307, headers: { Location: '/login' } })`,
    ),
    mutate('cookie not expired', '; Path=/; Max-Age=0', '; Path=/'),
    mutate(
      'two cookies in one',
      `headers.append('Set-Cookie', 'seen=1; Path=/')\n  headers.append('Set-Cookie', 'theme=dark; Path=/; HttpOnly')`,
      `headers.set('Set-Cookie', 'seen=1; theme=dark; Path=/; HttpOnly')`,
    ),
    mutate('set for append', `headers.append('Set-Cookie', 'theme=dark`, `headers.set('Set-Cookie', 'theme=dark`),
    mutate('cookie attribute lost', 'theme=dark; Path=/; HttpOnly', 'theme=dark; Path=/'),
    mutate(
      'cookies in another order',
      `headers.append('Set-Cookie', 'seen=1; Path=/')\n  headers.append('Set-Cookie', 'theme=dark; Path=/; HttpOnly')`,
      `headers.append('Set-Cookie', 'theme=dark; Path=/; HttpOnly')\n  headers.append('Set-Cookie', 'seen=1; Path=/')`,
    ),
    mutate('wrong cookie', `cookies.get('shop-session')`, `cookies.get('session')`),
    mutate(
      'case-sensitive header',
      `request.headers.get('x-admin') === 'yes'`,
      `Object.fromEntries(request.headers)['X-Admin'] === 'yes'`,
    ),
    mutate('header set without its test', `if (request.headers.get('x-admin') === 'yes') headers.set`, 'headers.set'),
    mutate('header lost', `  headers.set('Cache-Control', 'no-store')\n`, ''),
    mutate(
      'null for undefined in JSON',
      `request.headers.get('user-agent') ?? undefined`,
      `request.headers.get('user-agent')`,
    ),
    mutate(
      'redirect for a refusal',
      `if (!person) {`,
      `if (!person) return Response.json(null, { status: 401 })\n  if (!person) {`,
    ),
  ],
}
