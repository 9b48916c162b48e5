import { mutate, type Original } from './mutant.ts'

/** A route param, search params of several kinds, two methods. */
export const items: Original = {
  id: '/api/items/[id]',
  pages: `
import type { NextApiRequest, NextApiResponse } from 'next'
import { shelf } from 'shop-kit'

export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  const { id } = req.query
  if (req.method === 'GET') {
    const { page = '1', tag, sort } = req.query
    if (Array.isArray(tag)) return res.status(400).json({ error: 'one tag only' })
    const size = Number(req.query.size ?? 20)
    const isFull = req.query.view === 'full'
    await shelf.look(id, { tag, size })
    return res.status(200).json({ id, page, sort: sort ?? 'name', tags: [tag], size, isFull })
  }
  if (req.method === 'DELETE') {
    await shelf.remove(id)
    return res.status(204).end()
  }
  res.setHeader('Allow', ['GET', 'DELETE'])
  res.status(405).end('no')
}
`,
  app: `
import { shelf } from 'shop-kit'

interface Context {
  params: Promise<{ id: string }>
}

export async function GET(request: Request, { params }: Context) {
  const { id } = await params
  const { searchParams } = new URL(request.url)
  const page = searchParams.get('page') ?? '1'
  const tags = searchParams.getAll('tag')
  if (tags.length > 1) return Response.json({ error: 'one tag only' }, { status: 400 })
  const tag = tags[0]
  const size = Number(searchParams.get('size') ?? 20)
  const isFull = searchParams.get('view') === 'full'
  await shelf.look(id, { tag, size })
  return Response.json({ id, page, sort: searchParams.get('sort') ?? 'name', tags: [tag], size, isFull })
}

export async function DELETE(_request: Request, { params }: Context) {
  const { id } = await params
  await shelf.remove(id)
  return new Response(null, { status: 204 })
}
`,
  exported: ['GET', 'DELETE'],
  // The keys page, sort, size and view are read once each.
  codes: ['PA302', 'PA112'],
  mutants: [
    mutate(
      'query for param',
      `const { id } = await params\n  const { searchParams } = new URL(request.url)`,
      `const { searchParams } = new URL(request.url)\n  const id = searchParams.get('id')`,
    ),
    mutate(
      'param not awaited',
      `{ params }: Context) {\n  const { id } = await params\n  const { searchParams }`,
      `{ params }: any) {\n  const { id } = params\n  const { searchParams }`,
    ),
    mutate('null for undefined', 'const tag = tags[0]', 'const tag = tags[0] ?? null'),
    mutate('wrong default for an empty key', `searchParams.get('page') ?? '1'`, `searchParams.get('page') || '1'`),
    mutate('lost default', `Number(searchParams.get('size') ?? 20)`, `Number(searchParams.get('size'))`),
    mutate('presence for a value', `searchParams.get('view') === 'full'`, `searchParams.has('view')`),
    mutate('wrong key', `searchParams.get('sort')`, `searchParams.get('order')`),
    mutate('default of another key', `?? 'name'`, `?? 'id'`),
    mutate(
      'text for number',
      `const size = Number(searchParams.get('size') ?? 20)`,
      `const size = searchParams.get('size') ?? 20`,
    ),
    mutate(
      'decoded twice',
      `const { id } = await params\n  const { searchParams }`,
      `const id = decodeURIComponent((await params).id)\n  const { searchParams }`,
    ),
    mutate('204 with a body', 'new Response(null, { status: 204 })', 'Response.json(null, { status: 204 })'),
    mutate('200 for 204', 'new Response(null, { status: 204 })', 'new Response(null)'),
    mutate('arguments changed', '{ tag, size }', '{ size, tag: tag ?? null }'),
    { ...mutate('missing method', 'export async function DELETE', 'async function remove'), exported: ['GET'] },
    {
      ...mutate(
        'method too many',
        'export async function DELETE',
        'export { DELETE as PUT }\n\nexport async function DELETE',
      ),
      exported: ['GET', 'DELETE', 'PUT'],
    },
  ],
}
