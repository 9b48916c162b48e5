import { mutate, type Original } from './mutant.ts'

/** Text of other types, CORS with its preflight, an error that nobody catches, a finally. */
export const feed: Original = {
  id: '/api/feed',
  pages: `
import type { NextApiRequest, NextApiResponse } from 'next'
import { log, news } from 'shop-kit'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  res.setHeader('Access-Control-Allow-Origin', '*')
  if (req.method === 'OPTIONS') {
    res.setHeader('Access-Control-Allow-Methods', 'GET')
    return res.status(204).end()
  }
  if (req.method !== 'GET') return res.status(405).end()
  if (req.query.as === 'html') return res.send('<!doctype html><p>news</p>')
  if (req.query.as === 'text') return res.send('news')
  if (req.query.topic === 'none') throw new Error('bad topic')
  try {
    const found = await news.list(req.query.topic)
    for (const word of ['a', 'b']) await news.count(word)
    res.setHeader('Content-Type', 'application/xml')
    res.status(200).send(\`<feed n="\${found.length}"/>\`)
  } finally {
    log.done('feed')
  }
}
`,
  app: `
import { log, news } from 'shop-kit'

const cors = { 'Access-Control-Allow-Origin': '*' }

export function OPTIONS() {
  return new Response(null, { status: 204, headers: { ...cors, 'Access-Control-Allow-Methods': 'GET' } })
}

export async function GET(request: Request) {
  const { searchParams } = new URL(request.url)
  const as = searchParams.get('as')
  if (as === 'html')
    return new Response('<!doctype html><p>news</p>', { headers: { ...cors, 'Content-Type': 'text/html; charset=utf-8' } })
  if (as === 'text') return new Response('news', { headers: cors })
  const topic = searchParams.get('topic') ?? undefined
  if (topic === 'none') throw new Error('bad topic')
  try {
    const found = await news.list(topic)
    for (const word of ['a', 'b']) await news.count(word)
    return new Response(\`<feed n="\${found.length}"/>\`, { headers: { ...cors, 'Content-Type': 'application/xml' } })
  } finally {
    log.done('feed')
  }
}
`,
  exported: ['GET', 'OPTIONS'],
  codes: ['PA302', 'PA112', 'PA224', 'PA316'],
  mutants: [
    mutate('lost Content-Type', `{ ...cors, 'Content-Type': 'application/xml' }`, 'cors'),
    mutate('wrong Content-Type', 'application/xml', 'text/xml'),
    mutate('markup as plain text', `{ ...cors, 'Content-Type': 'text/html; charset=utf-8' }`, 'cors'),
    mutate('text sent as JSON', `new Response('news', { headers: cors })`, `Response.json('news', { headers: cors })`),
    mutate('header lost on one path', `new Response('news', { headers: cors })`, `new Response('news')`),
    mutate('preflight without its methods', `{ ...cors, 'Access-Control-Allow-Methods': 'GET' }`, 'cors'),
    mutate(
      'error swallowed',
      `throw new Error('bad topic')`,
      `return Response.json({ error: 'bad topic' }, { status: 400 })`,
    ),
    mutate('lost finally', `    log.done('feed')\n`, ''),
    mutate(
      'finally before the work',
      'const found = await news.list(topic)',
      `log.done('feed')\n    const found = await news.list(topic)`,
    ),
    mutate('loop left early', `await news.count(word)`, `{ await news.count(word); break }`),
    mutate('lost await in a loop', 'await news.count(word)', 'void news.count(word)'),
    mutate('loop in another order', `['a', 'b']`, `['b', 'a']`),
    { ...mutate('preflight lost', 'export function OPTIONS', 'function options'), exported: ['GET'] },
  ],
}
