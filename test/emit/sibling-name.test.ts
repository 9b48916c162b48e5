import { expect, test } from 'vitest'
import { chooseName, kebab } from '../../transforms/emit/sibling-name.ts'

test.each([
  ['authOptions', 'auth-options'],
  ['PAGE_SIZE', 'page-size'],
  ['parseURLParts', 'parse-url-parts'],
  ['$root', 'root'],
])('%s is %s', (name, expected) => expect(kebab(name)).toBe(expected))

test.each([
  ['the options of next-auth', ['authOptions'], 'pages/api/auth/[...nextauth].ts', [], 'options'],
  ['options of anything else', ['authOptions'], 'pages/api/auth.ts', [], 'auth-options'],
  ['a name that Next knows', ['error', 'limit'], 'pages/api/a.ts', [], 'limit'],
  ['only such a name', ['page'], 'pages/api/a.ts', [], 'page-values'],
  ['a taken name', ['limit'], 'pages/api/a.ts', ['limit'], 'limit-values'],
  ['all taken', ['limit'], 'pages/api/a.ts', ['limit', 'limit-values', 'shared'], 'limit-2'],
  ['no letters', ['$'], 'pages/api/a.ts', [], '-values'],
])('%s', (_case, exported, source, taken, expected) => {
  const name = chooseName(exported, source, (at) => taken.some((each) => each === at))
  expect(name).toBe(expected)
})
