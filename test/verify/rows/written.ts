import type { Row } from './row.ts'

const pages = `
import { feeds } from 'shop-kit'
const posts = { tides: '<rss/>' }
export default async function handler(req, res) {
  try {
    await feeds.count(req.query.name)
    res.setHeader('Content-Type', 'text/xml')
    res.write(posts[req.query.name])
    res.end()
  } catch {
    console.error('no feed')
    res.status(500).end('no feed')
  }
}
`

const app = `
import { feeds } from 'shop-kit'
const posts = { tides: '<rss/>' }
export async function GET(request) {
  try {
    const name = new URL(request.url).searchParams.get('name') ?? undefined
    await feeds.count(name)
    return new Response(posts[name], { headers: { 'Content-Type': 'text/xml' } })
  } catch {
    console.error('no feed')
    return new Response('no feed', { status: 500 })
  }
}
`

export const written: readonly Row[] = [
  {
    id: 'written-value-missing',
    codes: ['PA258'],
    pages,
    app,
    requests: [
      { method: 'GET', path: '/api/test?name=tides' },
      { method: 'GET', path: '/api/test?name=lost' },
    ],
    mutants: [
      { name: 'a call that is lost', app: app.replace('await feeds.count(name)', ''), aspects: ['calls'] },
      { name: 'text in its place', app: app.replace('posts[name]', "posts[name] ?? 'none'"), aspects: ['body'] },
      { name: 'text that is lost', app: app.replace('posts[name]', 'undefined'), aspects: ['body'] },
    ],
  },
]
