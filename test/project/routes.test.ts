import { describe, expect, test } from 'vitest'
import { findRoutes, type RoutePlace } from '../../transforms/project/routes.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const HANDLER = 'export default (req, res) => res.end()'

function routesOf(
  paths: readonly string[],
  place: Partial<RoutePlace> = {},
  links: Record<string, string | null> = {},
) {
  const files = Object.fromEntries(paths.map((path) => [path, HANDLER]))
  const host = createMemoryHost(files, { links })
  return findRoutes(host, { pagesDir: 'pages', appDir: 'app', pageExtensions: ['tsx', 'ts', 'jsx', 'js'], ...place })
}

const codesOf = (paths: readonly string[], place: Partial<RoutePlace> = {}) =>
  routesOf(paths, place).map(({ source, diagnostics }) => [source, diagnostics.map(({ code, data }) => [code, data])])

describe('files that are no routes', () => {
  test.each([
    ['types', 'pages/api/types.d.ts'],
    ['data', 'pages/api/data.json'],
    ['an extension that Next does not serve', 'pages/api/old.mjs'],
    ['a page', 'pages/index.tsx'],
    ['a page whose name begins with api', 'pages/api-docs.tsx'],
    ['a page with a dot after api', 'pages/api.users.ts'],
    ['another folder', 'lib/pages/x.ts'],
  ])('%s', (_, path) => expect(routesOf([path])).toEqual([]))

  test('a test without a default export', () => {
    const host = createMemoryHost({ 'pages/api/a.test.ts': "test('a', () => {})", 'pages/api/__tests__/b.ts': '' })
    expect(findRoutes(host, { pagesDir: 'pages', appDir: 'app', pageExtensions: ['ts'] })).toEqual([])
  })

  test('a file without one of the custom extensions', () => {
    expect(routesOf(['pages/api/helper.ts'], { pageExtensions: ['page.tsx', 'api.ts'] })).toEqual([])
  })
})

describe('paths that forbid the move', () => {
  test.each([
    ['pages/api/(grp)/x.ts', '(grp)'],
    ['pages/api/@slot/x.ts', '@slot'],
    ['pages/api/(.)x.ts', '(.)x'],
    ['pages/api/(..)(..)x.ts', '(..)(..)x'],
    ['pages/api/[id]-fixed.ts', '[id]-fixed'],
    ['pages/api/100%.ts', '100%'],
    ['pages/api/[...].ts', '[...]'],
  ])('%s means something else in app/ (PA007)', (path, segment) =>
    expect(codesOf([path])).toEqual([[path, [['PA007', { segment }]]]]))

  test.each([
    ['pages/api/....ts', ''],
    ['pages/api/..\\..\\up.ts', '..\\..\\up'],
  ])('%s is no folder (PA014)', (path, segment) => expect(codesOf([path])).toEqual([[path, [['PA014', { segment }]]]]))

  test('a test that Next serves (PA006)', () =>
    expect(codesOf(['pages/api/x.test.ts'])).toEqual([['pages/api/x.test.ts', [['PA006', { file: 'x.test.ts' }]]]]))

  test('a folder named test is a normal route', () =>
    expect(codesOf(['pages/api/test/x.ts'])).toEqual([['pages/api/test/x.ts', []]]))

  test('two files of one URL name each other (PA008)', () =>
    expect(codesOf(['pages/api/users.ts', 'pages/api/users/index.js'])).toEqual([
      ['pages/api/users.ts', [['PA008', { route: '/api/users', other: 'pages/api/users/index.js' }]]],
      ['pages/api/users/index.js', [['PA008', { route: '/api/users', other: 'pages/api/users.ts' }]]],
    ]))

  test('folders that would differ only in case name each other (PA019)', () =>
    expect(codesOf(['pages/api/Teams.ts', 'pages/api/teams/[id].ts', 'pages/api/a.ts'])).toEqual([
      ['pages/api/Teams.ts', [['PA019', { path: 'app/api/Teams', other: 'pages/api/teams/[id].ts' }]]],
      ['pages/api/a.ts', []],
      ['pages/api/teams/[id].ts', [['PA019', { path: 'app/api/teams', other: 'pages/api/Teams.ts' }]]],
    ]))

  test('a folder of app/ that is there may be spelt otherwise (PA019)', () =>
    expect(codesOf(['pages/api/teams.ts', 'app/api/Teams/list/page.tsx'])).toEqual([
      ['pages/api/teams.ts', [['PA019', { path: 'app/api/teams', other: 'app/api/Teams/list/page.tsx' }]]],
    ]))

  test('what stays in pages/ anyway clashes with nothing', () =>
    expect(codesOf(['pages/api/Teams/(a).ts', 'pages/api/teams.ts'])[1]).toEqual(['pages/api/teams.ts', []]))

  test.each([
    ['route of another language', 'app/api/x/route.js'],
    ['page', 'app/api/x/page.tsx'],
    ['through a group', 'app/(backend)/api/(v1)/x/route.ts'],
    ['through a slot', 'app/@modal/api/x/page.tsx'],
  ])('the URL is taken in app/: %s (PA009)', (_, other) =>
    expect(codesOf(['pages/api/x.ts', other])).toEqual([['pages/api/x.ts', [['PA009', { route: '/api/x', other }]]]]))

  test.each([
    ['a test beside it', 'app/api/x/route.test.ts'],
    ['a private folder', 'app/api/_x/route.ts'],
    ['another file', 'app/api/x/handler.ts'],
    ['a style sheet', 'app/api/x/page.module.css'],
  ])('not taken by %s', (_, other) => expect(codesOf(['pages/api/x.ts', other])).toEqual([['pages/api/x.ts', []]]))

  test('an escaped underscore takes the URL of the plain one', () =>
    expect(codesOf(['pages/api/_x.ts', 'app/api/%5Fx/route.ts'])[0]?.[1]).toHaveLength(1))

  test.each([
    ['out of the root', null, ''],
    ['to another file, from which its imports would be resolved', 'lib/x.ts', 'lib/x.ts'],
  ])('a symlink %s (PA010)', (_, link, target) => {
    const [route] = routesOf(['pages/api/x.ts'], {}, { 'pages/api/x.ts': link })
    expect(route?.diagnostics.map(({ code, level, data }) => [code, level, data])).toEqual([
      ['PA010', 'blocker', { target }],
    ])
  })
})

describe('where a route goes', () => {
  test.each([
    ['pages/api/index.ts', '/api', 'app/api', []],
    ['pages/api.ts', '/api', 'app/api', []],
    ['pages/api/index/index.ts', '/api/index', 'app/api/index', []],
    ['pages/api/users/index.tsx', '/api/users', 'app/api/users', []],
    ['pages/api/users/[id].js', '/api/users/[id]', 'app/api/users/[id]', [{ name: 'id', kind: 'single' }]],
    ['pages/api/[...slug].jsx', '/api/[...slug]', 'app/api/[...slug]', [{ name: 'slug', kind: 'catch-all' }]],
    [
      'pages/api/[[...slug]].ts',
      '/api/[[...slug]]',
      'app/api/[[...slug]]',
      [{ name: 'slug', kind: 'optional-catch-all' }],
    ],
    ['pages/api/x.json.ts', '/api/x.json', 'app/api/x.json', []],
    ['pages/api/_x.ts', '/api/_x', 'app/api/%5Fx', []],
    ['pages/api/_in/[_id].ts', '/api/_in/[_id]', 'app/api/%5Fin/[_id]', [{ name: '_id', kind: 'single' }]],
    ['pages/api/route.ts', '/api/route', 'app/api/route', []],
  ])('%s', (source, id, targetDir, params) =>
    expect(routesOf([source])).toEqual([{ id, source, targetDir, targetStem: 'route', params, diagnostics: [] }]))

  test('several params in path order', () =>
    expect(routesOf(['pages/api/[a]/b/[...c].ts'])[0]?.params.map(({ name }) => name)).toEqual(['a', 'c']))

  test('the suffix of custom extensions stays', () => {
    const routes = routesOf(['src/pages/api/a.api.ts', 'src/pages/api/b.page.tsx', 'src/pages/api/c.ts'], {
      pagesDir: 'src/pages',
      appDir: 'src/app',
      pageExtensions: ['ts', 'page.tsx', 'api.ts'],
    })
    expect(routes.map(({ id, targetDir, targetStem }) => [id, targetDir, targetStem])).toEqual([
      ['/api/a', 'src/app/api/a', 'route.api'],
      ['/api/b', 'src/app/api/b', 'route.page'],
      ['/api/c', 'src/app/api/c', 'route'],
    ])
  })
})
