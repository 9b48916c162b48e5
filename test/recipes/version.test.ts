import { expect, test } from 'vitest'
import type { NextApp } from '../../transforms/model/project.ts'
import { majorOf, supportOf } from '../../transforms/recipes/next-auth/version.ts'

const app = (version: string | null, next = 15): NextApp => ({
  root: '',
  next: { major: next, minor: 0, raw: String(next), source: 'option' },
  pagesDir: 'pages',
  appDir: 'app',
  appDirExists: false,
  pageExtensions: ['ts'],
  basePath: '',
  hasTypeScript: true,
  config: null,
  packages: version === null ? {} : { 'next-auth': version },
  routes: [],
  diagnostics: [],
})

test.each([
  ['4.24.8', 15, 'no'],
  ['~4.23.1', 15, 'no'],
  ['3.29.0', 14, 'no'],
  ['4.18.6', 14, 'no'],
  ['4.24.9', 15, 'yes'],
  ['4.19.0', 14, 'yes'],
  ['^4.24.5', 15, 'yes'],
  ['~4.24.5', 15, 'yes'],
  ['4.x', 16, 'yes'],
  ['>=4', 16, 'yes'],
  ['latest', 16, 'yes'],
] as const)('getServerSession(options), next-auth %s on Next %i: %s', (version, next, kind) => {
  expect(supportOf('session', app(version, next)).kind).toBe(kind)
})

test('the handler needs a later one than the session before Next 15', () => {
  expect(supportOf('route', app('4.21.1', 14)).kind).toBe('no')
  expect(supportOf('session', app('4.21.1', 14)).kind).toBe('yes')
})

test('getToken does not ask Next for anything', () => {
  expect(supportOf('token', app('4.16.0', 16)).kind).toBe('yes')
})

test.each([
  ['5.0.0-beta.30', 5],
  ['beta', 5],
  ['^4.24.5', 4],
  [null, 4],
])('major of %s is %i', (version, major) => {
  expect(majorOf(app(version))).toBe(major)
})
