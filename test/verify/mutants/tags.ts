import { mutate, type Original } from './mutant.ts'

/** A key that may come more than once. No code excuses how they are read. */
export const tags: Original = {
  id: '/api/tags',
  pages: `
import type { NextApiRequest, NextApiResponse } from 'next'
import { shelf } from 'shop-kit'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  if (req.method !== 'GET') return res.status(405).end()
  const { tag } = req.query
  const list = Array.isArray(tag) ? tag : tag === undefined ? [] : [tag]
  await shelf.tagged(list)
  res.json({ list, first: list[0], count: list.length })
}
`,
  app: `
import { shelf } from 'shop-kit'

export async function GET(request: Request) {
  const list = new URL(request.url).searchParams.getAll('tag')
  await shelf.tagged(list)
  return Response.json({ list, first: list[0], count: list.length })
}
`,
  exported: ['GET'],
  codes: ['PA302'],
  mutants: [
    mutate(
      'get for getAll',
      `const list = new URL(request.url).searchParams.getAll('tag')`,
      `const tag = new URL(request.url).searchParams.get('tag'), list = tag === null ? [] : [tag]`,
    ),
    mutate('null for undefined', 'first: list[0]', 'first: list[0] ?? null'),
    mutate('empty values left out', `getAll('tag')`, `getAll('tag').filter(Boolean)`),
    mutate('values in another order', `getAll('tag')`, `getAll('tag').reverse()`),
    mutate('text for a list', 'await shelf.tagged(list)', 'await shelf.tagged(list.join())'),
  ],
}
