import { describe, expect, test } from 'vitest'
import { defaultPackageJson, type Files } from '../support/fixture.ts'
import { runEngine } from '../support/run-fixture.ts'

/** A route that moves and a function that it calls; `users` is what the rest of the repository does with the function. */
const base: Files = {
  'package.json': defaultPackageJson,
  'lib/key.ts': 'export function keyOf(req) {\n  return req.headers.key ?? null\n}\n\nexport const other = 1\n',
  'pages/api/a.ts':
    "import { keyOf } from '../../lib/key'\n\nexport default function handler(req, res) {\n  if (req.method !== 'GET') return res.status(405).end()\n  res.json({ key: keyOf(req) })\n}\n",
}

describe('is still needed by', () => {
  test.each<[string, string, string]>([
    [
      'a page',
      'pages/index.tsx',
      "import { keyOf } from '../lib/key'\nexport const getServerSideProps = ({ req }) => keyOf(req)",
    ],
    ['a value', 'lib/list.ts', "import { keyOf } from './key'\nexport const all = [keyOf]"],
    ['require', 'scripts/a.js', "const { keyOf } = require('../lib/key')\nkeyOf({})"],
    ['a whole module that is required', 'scripts/a.js', "const key = require('../lib/key')\nkey.keyOf({})"],
    ['a dynamic import', 'lib/later.ts', "export const later = async (req) => (await import('./key')).keyOf(req)"],
    ['a namespace', 'lib/all.ts', "import * as key from './key'\nexport const ask = (req) => key.keyOf(req)"],
    ['a namespace that is handed on', 'lib/all.ts', "export * as key from './key'"],
    [
      'a namespace, whose members are not looked at',
      'lib/use.ts',
      "import * as key from './key'\nexport const two = key.other + 1",
    ],
    ['a computed member', 'lib/all.ts', "import * as key from './key'\nexport const ask = (name) => key[name]"],
    ['a mock', 'test/a.test.ts', "jest.mock('../lib/key')"],
    [
      'the type of the function',
      'lib/types.ts',
      "import type { keyOf } from './key'\nexport type Key = ReturnType<typeof keyOf>",
    ],
    [
      'a page, by a list of names',
      'pages/index.tsx',
      "import { key } from '../lib/list'\nexport const getServerSideProps = ({ req }) => key(req)",
    ],
    ['an import that is exported again', 'lib/again.ts', "import { keyOf } from './key'\nexport { keyOf }"],
    ['a file that does not parse', 'lib/broken.ts', "import { keyOf } from './key'\nkeyOf(((("],
  ])('%s', async (_what, path, text) => {
    const list = { 'lib/list.ts': "export { keyOf as key } from './key'" }
    const { written } = await run({ ...list, [path]: text })
    expect(written['lib/key.ts']).toContain('export function keyOf(req)')
    expect(written['lib/key.ts']).toContain('export function keyOfForRoute(request: Request)')
    expect(written['app/api/a/route.ts']).toContain('keyOfForRoute(request)')
  })
})

describe('is needed by nobody else with', () => {
  test.each<[string, string, string]>([
    ['nothing', 'lib/empty.ts', ''],
    ['an import for another name', 'lib/use.ts', "import { other } from './key'\nexport const two = other + 1"],
    ['an import for effects', 'lib/use.ts', "import './key'"],
    ['a list of names that nobody imports', 'lib/list.ts', "export { keyOf } from './key'"],
    ['a function of the same name', 'lib/use.ts', 'export const keyOf = (key) => key'],
    ['a comment', 'lib/use.ts', "// import { keyOf } from './key'\nexport {}"],
  ])('%s', async (_what, path, text) => {
    const { written } = await run({ [path]: text })
    expect(written['lib/key.ts']).toContain('export function keyOf(request: Request)')
    expect(written['lib/key.ts']).not.toContain('ForRoute')
  })
})

test('a counterpart is used again, and what nobody calls any more goes', async () => {
  const page = "import { keyOf } from '../lib/key'\nexport const getServerSideProps = ({ req }) => keyOf(req)"
  const second = (base['pages/api/a.ts'] ?? '').replace('key:', 'again:')
  const first = await run({ 'pages/index.tsx': page })
  const { written } = await runEngine({ ...first.after, 'pages/index.tsx': '', 'pages/api/b.ts': second }, {})
  expect(written['lib/key.ts']).not.toContain('keyOf(req)')
  expect(written['lib/key.ts']?.match(/keyOfForRoute/g)).toHaveLength(1)
  expect(written['app/api/b/route.ts']).toContain('keyOfForRoute(request)')
})

test('byte-order mark and line ends of a rewritten module stay', async () => {
  const text = `\uFEFF${base['lib/key.ts']?.replaceAll('\n', '\r\n')}`
  const { written } = await run({ 'lib/key.ts': text })
  expect(written['lib/key.ts']).toBe(
    text.replace('keyOf(req)', 'keyOf(request: Request)').replace('req.headers.key', "request.headers.get('key')"),
  )
})

function run(files: Files): ReturnType<typeof runEngine> {
  return runEngine({ ...base, ...files }, {})
}
