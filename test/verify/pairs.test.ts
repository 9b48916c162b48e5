import { expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { globalDifferences } from '../../transforms/report/global.ts'
import { overlayChanges } from '../../transforms/project/overlay.ts'
import { pairRoutes } from '../../transforms/verify-pairs.ts'
import { exportedMethods } from '../../transforms/project/exported-methods.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const handler = `export default function handler(req, res) { res.json({ id: req.query.id }) }\n`
const kept = `export default function handler(req, res) { [10].forEach(() => res.end()) }\n`

test('finds what moved, what was edited, what somebody else moved, and what nothing serves any more', async () => {
  const host = createMemoryHost({
    'package.json': '{ "dependencies": { "next": "16.0.0", "typescript": "5.0.0" } }',
    'pages/api/planned.ts': handler,
    'pages/api/edited.ts': handler,
    'pages/api/own.ts': kept,
    'pages/api/still.ts': handler,
    'pages/api/gone.ts': handler,
    'pages/api/grouped/[id].ts': handler,
  })
  const planned = await migrate({}, host)
  const after = createMemoryHost({ ...host.files })
  const texts = overlayChanges(host, planned.changes)
  const move = (name: string, text: string, target = `app/api/${name}/route.ts`) => {
    after.remove(`pages/api/${name}.ts`)
    after.write(target, text)
  }
  move('planned', texts.read('app/api/planned/route.ts'))
  move('edited', `${texts.read('app/api/edited/route.ts')}// more\n`)
  move('own', 'export const POST = () => new Response()\n')
  move('grouped/[id]', 'export { GET } from "./x"', 'app/(shop)/api/grouped/[id]/route.js')
  after.remove('pages/api/gone.ts')

  const { pairs, unserved } = pairRoutes(planned, after, false)
  expect(unserved).toEqual([{ route: '/api/gone', source: 'pages/api/gone.ts' }])
  expect(pairs.map(({ route, text }) => [route.id, route.target, text, route.exported])).toEqual([
    ['/api/edited', 'app/api/edited/route.ts', 'edited', ['GET']],
    ['/api/grouped/[id]', 'app/(shop)/api/grouped/[id]/route.js', 'edited', ['GET']],
    ['/api/own', 'app/api/own/route.ts', 'own', ['POST']],
    ['/api/planned', 'app/api/planned/route.ts', 'planned', ['GET']],
  ])
  const codes = new Map(pairs.map(({ route }) => [route.id, route.codes]))
  expect(codes.get('/api/planned')).toEqual(expect.arrayContaining(['PA301', 'PA112', 'PA290']))
  // What keeps a route explains no difference.
  expect(codes.get('/api/own')?.filter((code) => !(code in globalDifferences))).toEqual([])
})

test.each([
  ['export async function GET() {}\nexport function POST() {}', ['GET', 'POST']],
  ['export const { GET, DELETE: x, POST: PUT } = handlers', ['GET', 'PUT']],
  ['const a = 1; export { a as PATCH, a as other }; export const HEAD = a, dynamic = "auto"', ['HEAD', 'PATCH']],
  ['export type { GET } from "./x"', []],
  ['export const GET = (', []],
])('methods of %s', (text, methods) => expect(exportedMethods('app/route.ts', text)).toEqual(methods))
