import { expect, test } from 'vitest'
import { defaultPackageJson, type Files } from '../support/fixture.ts'
import { runEngine } from '../support/run-fixture.ts'
import { doesParse } from '../support/source.ts'

const route = `export default function handler(req, res) {
  if (req.method !== 'POST') return res.status(405).end()
  res.json(req.body)
}
`

async function migrateStrict(files: Files): Promise<Files> {
  const all = { 'package.json': defaultPackageJson, 'pages/api/a.js': route, ...files }
  return (await runEngine(all, { strict: true, lang: 'keep' })).written
}

test('a file of the user is never taken for the reader', async () => {
  const written = await migrateStrict({ 'lib/read-body.ts': 'export const readBody = () => null\n' })
  expect(Object.keys(written)).toEqual(['app/api/a/route.js', 'lib/read-request-body.ts'])
  expect(written['app/api/a/route.js']).toContain(`import { readBody } from '../../../lib/read-request-body'`)
})

test('the reader of an earlier run is used again, also when a formatter has been over it', async () => {
  const first = await migrateStrict({})
  const own = first['lib/read-body.ts'] ?? ''
  const formatted = own.replaceAll("'", '"').replaceAll('\n', ';\n').replaceAll(/^ +/gm, '\t')
  for (const text of [own, formatted]) {
    expect(Object.keys(await migrateStrict({ 'lib/read-body.ts': text }))).toEqual(['app/api/a/route.js'])
  }
})

test('without TypeScript it is JavaScript', async () => {
  const written = await migrateStrict({ 'package.json': '{ "dependencies": { "next": "16.0.0" } }' })
  expect(doesParse('lib/read-body.js', written['lib/read-body.js'] ?? '(')).toBe(true)
})
