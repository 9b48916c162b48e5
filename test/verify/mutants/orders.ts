import { mutate, type Original } from './mutant.ts'

/** A body, a guard, a try, calls in order. */
export const orders: Original = {
  id: '/api/orders',
  pages: `
import type { NextApiRequest, NextApiResponse } from 'next'
import { mail, store } from 'shop-kit'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST')
    return res.status(405).json({ error: 'POST only' })
  }
  const { sku, note = 'none' } = req.body
  if (!sku) return res.status(400).json({ error: 'sku is missing' })
  res.setHeader('X-Shop', 'main')
  try {
    const stock = await store.find(sku)
    if (!stock) return res.status(404).json({ error: 'unknown' })
    const order = await store.create({ sku, note })
    await mail.send('orders', sku)
    res.status(201).json({ sku, note, order })
  } catch {
    console.error('order failed', sku)
    res.status(500).json({ error: 'failed' })
  }
}
`,
  app: `
import { mail, store } from 'shop-kit'

export async function POST(request: Request) {
  const { sku, note = 'none' } = JSON.parse((await request.text()) || '{}')
  if (!sku) return Response.json({ error: 'sku is missing' }, { status: 400 })
  const headers = { 'X-Shop': 'main' }
  try {
    const stock = await store.find(sku)
    if (!stock) return Response.json({ error: 'unknown' }, { status: 404, headers })
    const order = await store.create({ sku, note })
    await mail.send('orders', sku)
    return Response.json({ sku, note, order }, { status: 201, headers })
  } catch {
    console.error('order failed', sku)
    return Response.json({ error: 'failed' }, { status: 500, headers })
  }
}
`,
  exported: ['POST'],
  codes: ['PA302', 'PA120'],
  mutants: [
    mutate('wrong status', 'status: 201, headers', 'headers'),
    mutate('null for undefined', '{ sku, note, order }', '{ sku, note, order: order ?? null }'),
    mutate('wrong status of a refusal', 'status: 400', 'status: 422'),
    mutate('lost header', 'status: 201, headers', 'status: 201'),
    mutate('headers lost on the error path', 'status: 500, headers', 'status: 500'),
    mutate('lost early return', 'if (!sku) return Response', 'if (!sku) Response'),
    mutate('guard forgotten', `  if (!sku) return Response.json({ error: 'sku is missing' }, { status: 400 })\n`, ''),
    mutate('inverted guard', 'if (!stock)', 'if (stock)'),
    mutate(
      'swapped side effects',
      `    const order = await store.create({ sku, note })\n    await mail.send('orders', sku)\n`,
      `    await mail.send('orders', sku)\n    const order = await store.create({ sku, note })\n`,
    ),
    mutate('lost side effect', `    await mail.send('orders', sku)\n`, ''),
    mutate(
      'side effect twice',
      `await mail.send('orders', sku)`,
      `await mail.send('orders', sku), await mail.send('orders', sku)`,
    ),
    mutate('lost await of a value', 'const stock = await store', 'const stock = store'),
    mutate('lost await of an effect', 'await mail.send', 'mail.send'),
    mutate('wrong default', `note = 'none'`, `note = ''`),
    mutate(
      'lost catch',
      `console.error('order failed', sku)\n    return Response.json({ error: 'failed' }, { status: 500, headers })`,
      'throw new Error()',
    ),
    mutate('catch that serves', `{ error: 'failed' }, { status: 500, headers }`, `{ error: 'failed' }, { headers }`),
    mutate('lost log', `    console.error('order failed', sku)\n`, ''),
    mutate(
      'effect before the test',
      'const stock = await store.find(sku)',
      'const order0 = await store.create({ sku, note }), stock = await store.find(sku)',
    ),
    mutate(
      'body read twice',
      'const stock = await store.find(sku)',
      'const { sku: again } = await request.json()\n    const stock = await store.find(again)',
    ),
    mutate('empty body throws', `JSON.parse((await request.text()) || '{}')`, 'await request.json()'),
    mutate(
      'form for JSON',
      `JSON.parse((await request.text()) || '{}')`,
      'Object.fromEntries(new URLSearchParams(await request.text()))',
    ),
    mutate('other words', `{ error: 'unknown' }`, `{ error: 'not found' }`),
    mutate('more than before', '{ sku, note, order }', '{ sku, note, order, ok: true }'),
    { ...mutate('wrong method', 'function POST', 'function PUT'), exported: ['PUT'] },
    {
      ...mutate(
        'GET does the work of POST',
        'export async function POST',
        'export { POST as GET }\n\nexport async function POST',
      ),
      exported: ['POST', 'GET'],
    },
  ],
}
