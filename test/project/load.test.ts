// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code
import { describe, expect, test } from 'vitest'
import { defaultOptions } from '../../transforms/model/options.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const HANDLER = 'export default (req, res) => res.end()'
const json = (value: unknown) => JSON.stringify(value)
const needs = (next: string) => json({ dependencies: { next } })

function appsOf(files: Record<string, string>, options: Partial<typeof defaultOptions> = {}) {
  return loadProject(createMemoryHost(files), { ...defaultOptions, ...options }).apps
}
function appOf(files: Record<string, string>, options: Partial<typeof defaultOptions> = {}) {
  return appsOf({ 'pages/api/x.ts': HANDLER, ...files }, options)[0]
}
const codes = (app: ReturnType<typeof appOf>) => app?.diagnostics.map(({ code, level }) => `${code} ${level}`)

describe('no app', () => {
  test.each<[string, Record<string, string>]>([
    ['an empty repository', {}],
    ['no API routes', { 'package.json': needs('15.0.0'), 'pages/index.tsx': '' }],
    ['only types under pages/api', { 'package.json': needs('15.0.0'), 'pages/api/t.d.ts': '' }],
    ['Astro endpoints', { 'package.json': json({ dependencies: { astro: '4' } }), 'src/pages/api/x.ts': HANDLER }],
    [
      'an Astro package beside a Next one',
      {
        'package.json': json({ devDependencies: { next: '15.0.0' } }),
        'site/package.json': json({ dependencies: { astro: '4' } }),
        'site/src/pages/api/x.ts': HANDLER,
      },
    ],
    [
      'a package of a repository without Next',
      {
        'package.json': json({}),
        'apps/spa/package.json': json({ dependencies: { react: '19' } }),
        'apps/spa/src/pages/api/index.tsx': HANDLER,
      },
    ],
    [
      'src/pages while pages exists',
      { 'package.json': needs('15.0.0'), 'pages/index.tsx': '', 'src/pages/api/x.ts': HANDLER },
    ],
    ['installed packages', { 'package.json': needs('15.0.0'), 'node_modules/a/pages/api/x.ts': HANDLER }],
  ])('%s', (_, files) => expect(appsOf(files)).toEqual([]))
})

describe('version', () => {
  test.each([
    ['15.5.26', 15, 5],
    ['^14.1.0', 14, 2],
    ['^13.0.0', 13, 5],
    ['~14.1.0', 14, 1],
    ['~13.4', 13, 4],
    ['14', 14, 2],
    ['14.x', 14, 2],
    ['>=13.4.1 <15', 13, 4],
    ['^13.5.0 || ^14.0.0', 13, 5],
    ['13.4.0 - 14.2.0', 13, 4],
    ['15.0.0-canary.3', 15, 0],
    ['npm:next@14.2.35', 14, 2],
    ['npm:@acme/next@14.2.35', 14, 2],
    ['https://example.com/next-14.1.0.tgz', 14, 1],
    ['latest', 16, 4],
    ['canary', 16, 4],
    ['*', 16, 4],
  ])('declared as %s', (range, major, minor) =>
    expect(appOf({ 'package.json': needs(range) })?.next).toEqual({ major, minor, raw: range, source: 'declared' }))

  test.each([
    'workspace:*',
    'git+https://example.com/next.git',
    '<15',
    'file:../next',
  ])('%s says nothing (PA003)', (range) => {
    const app = appOf({ 'package.json': needs(range) })
    expect(app?.next).toEqual({ major: 15, minor: 0, raw: range, source: 'assumed' })
    expect(codes(app)).toEqual(['PA003 review'])
  })

  test('a root that does not name Next is assumed to be one (PA003)', () => {
    const app = appOf({ 'package.json': json({ name: 'x' }) })
    expect(app?.next.source).toBe('assumed')
    expect(codes(app)).toEqual(['PA003 review'])
  })

  test.each(['12.3.1', '13.3.4', '~13.0.0'])('%s has no stable route handlers (PA004)', (range) =>
    expect(codes(appOf({ 'package.json': needs(range) }))).toEqual(['PA004 blocker']))

  test('the installed version wins over the declared one, in a parent folder too', () => {
    const files = {
      'package.json': json({}),
      'apps/web/package.json': needs('^13.0.0'),
      'apps/web/pages/api/x.ts': HANDLER,
      'node_modules/next/package.json': json({ version: '13.5.6' }),
    }
    expect(appsOf(files)[0]?.next).toEqual({ major: 13, minor: 5, raw: '13.5.6', source: 'installed' })
  })

  test.each([
    ['14', 14, 0],
    ['15.2.1', 15, 2],
    ['13', 13, 4],
  ])('--next %s wins over all', (next, major, minor) =>
    expect(appOf({ 'package.json': needs('12.0.0') }, { next })?.next).toEqual({
      major,
      minor,
      raw: next,
      source: 'option',
    }))

  test('--next that is no version is refused', () =>
    expect(() => appsOf({}, { next: 'new' })).toThrow(expect.objectContaining({ name: 'UserError' })))

  test.each([
    ['catalog:', 14],
    ['catalog:old', 13],
  ])('%s of a pnpm workspace', (range, major) => {
    const files = {
      'pnpm-workspace.yaml': [
        "packages:\n  - 'apps/*'\ncatalog:\n  react: ^19\n  # why\n  'next': \"^14.2.1\" # pinned",
        'catalogs:\n  old:\n    next: 13.5.1\n  other:\n    next: 12.0.0\nonlyBuiltDependencies:\n  - x\n',
      ].join('\n'),
      'apps/web/package.json': needs(range),
      'apps/web/pages/api/x.ts': HANDLER,
    }
    const [app] = appsOf(files)
    expect([app?.next.major, app?.next.source]).toEqual([major, 'declared'])
  })

  test('a catalog that does not say it leaves the version of a neighbour', () => {
    const files = {
      'apps/a/package.json': needs('catalog:'),
      'apps/a/pages/api/x.ts': HANDLER,
      'apps/b/package.json': needs('14.2.0'),
      'apps/b/pages/api/x.ts': HANDLER,
    }
    const [a] = appsOf(files)
    expect(a?.next).toEqual({ major: 14, minor: 2, raw: 'catalog:', source: 'assumed' })
    expect(codes(a)).toEqual(['PA003 review'])
  })
})

describe('places', () => {
  test('several apps, one whose Next is declared at the root, one with only a config', () => {
    const files = {
      'package.json': needs('15.1.0'),
      'apps/a/package.json': json({}),
      'apps/a/src/pages/api/x.ts': HANDLER,
      'apps/b/next.config.mjs': 'export default {}',
      'apps/b/pages/api/y.ts': HANDLER,
      'apps/b/app/layout.tsx': '',
    }
    expect(
      appsOf(files).map(({ root, pagesDir, appDir, appDirExists }) => [root, pagesDir, appDir, appDirExists]),
    ).toEqual([
      ['apps/a', 'apps/a/src/pages', 'apps/a/src/app', false],
      ['apps/b', 'apps/b/pages', 'apps/b/app', true],
    ])
  })

  test('an app folder elsewhere is the one that Next serves', () => {
    const app = appOf({ 'package.json': needs('14.0.0'), 'src/app/layout.tsx': '' })
    expect([app?.pagesDir, app?.appDir, app?.appDirExists]).toEqual(['pages', 'src/app', true])
  })

  test('include and exclude choose routes, brackets are literal', () => {
    const files = { 'package.json': needs('15.0.0'), 'pages/api/a/[id].ts': HANDLER, 'pages/api/a/b.ts': HANDLER }
    const sources = (options: Partial<typeof defaultOptions>) =>
      appOf(files, options)?.routes.map(({ source }) => source)
    expect(sources({ include: ['pages/api/a'], exclude: ['**/b.ts'] })).toEqual(['pages/api/a/[id].ts'])
    expect(sources({ include: ['pages/api/a/[id].ts'] })).toEqual(['pages/api/a/[id].ts'])
  })
})

test('a pattern may have the separators of Windows, and name a folder', () => {
  const files = { 'pages/api/a/x.ts': HANDLER, 'pages/api/a/[id].ts': HANDLER, 'pages/api/b.ts': HANDLER }
  const idsOf = (include: string) => appsOf(files, { include: [include] })[0]?.routes.map(({ id }) => id)
  expect(idsOf('pages\\api\\a\\[id].ts')).toEqual(['/api/a/[id]'])
  expect(idsOf('.\\pages\\api\\a\\')).toEqual(['/api/a/[id]', '/api/a/x'])
})

test.each([
  ['of the repository', 'server/v1', { folder: 'pages/api/v1', target: 'server/v1' }],
  ['elsewhere', null, { folder: 'pages/api/v1', target: '' }],
])('a link below pages/api to a folder %s is named, and one in lib/ is not (PA037)', (_, to, data) => {
  const files = { 'package.json': needs('15.0.0'), 'pages/api/x.ts': HANDLER, 'server/v1/y.ts': HANDLER }
  const host = createMemoryHost(files, { links: { 'pages/api/v1': to, 'lib/v1': 'server/v1' } })
  const [app] = loadProject(host, defaultOptions).apps
  expect(app?.routes.map(({ id }) => id)).toEqual(['/api/x'])
  expect(app?.diagnostics.map(({ code, level, data }) => [code, level, data])).toEqual([['PA037', 'review', data]])
})

describe('next.config', () => {
  const routes = { 'pages/api/x.ts': HANDLER, 'pages/api/y.api.ts': HANDLER, 'package.json': needs('15.0.0') }
  const read = (name: string, text: string) => appOf({ ...routes, [name]: text })

  test.each([
    ['computed', "module.exports = { pageExtensions: ['ts'].map((e) => `page.${e}`) }"],
    ['chosen at run time', "module.exports = { pageExtensions: process.env.X ? ['a'] : ['b'] }"],
    ['set afterwards', 'const c = {}\nc.pageExtensions = list\nmodule.exports = c'],
    ['in a file that does not parse', 'module.exports = { pageExtensions: [ '],
  ])('pageExtensions %s (PA005)', (_, text) => {
    const app = read('next.config.js', text)
    expect(codes(app)).toEqual(['PA005 review'])
    expect(app?.pageExtensions).toEqual(['tsx', 'ts', 'jsx', 'js'])
  })

  test('a comment says nothing', () =>
    expect(codes(read('next.config.js', '// pageExtensions\nmodule.exports = {}'))).toEqual([]))

  test.each([
    ['next.config.js', "module.exports = { pageExtensions: ['api.ts'], basePath: '/base' }"],
    ['next.config.mjs', "const pageExtensions = ['api.ts']\nexport default { pageExtensions, basePath: `/base` }"],
    [
      'next.config.js',
      "const nextConfig = { pageExtensions: ['api.ts'], basePath: '/base' }\nmodule.exports = withBundleAnalyzer(nextConfig)",
    ],
    [
      'next.config.js',
      "module.exports = withMDX({ extension: /mdx/ })({ pageExtensions: ['api.ts'], basePath: '/base' })",
    ],
    [
      'next.config.js',
      "module.exports = withPlugins([[a, { b: 1 }]], { pageExtensions: ['api.ts'], basePath: '/base' })",
    ],
    [
      'next.config.js',
      "module.exports = async (phase) => { const c = { pageExtensions: ['api.ts'], basePath: '/base' }; return c }",
    ],
    ['next.config.cjs', "const base = { pageExtensions: ['api.ts'] }\nmodule.exports = { ...base, basePath: '/base' }"],
    [
      'next.config.ts',
      "const c: NextConfig = { pageExtensions: ['api.ts'] as const, basePath: '/base' }\nexport default c satisfies NextConfig",
    ],
    ['next.config.ts', "export default defineConfig({ pageExtensions: ['api.ts'], basePath: '/base' })"],
  ])('%s: %s', (name, text) => {
    const app = read(name, text)
    expect([app?.pageExtensions, app?.basePath, codes(app)]).toEqual([['api.ts'], '/base', []])
    expect(app?.routes.map(({ source }) => source)).toEqual(['pages/api/y.api.ts'])
  })
})

describe('tsconfig and packages', () => {
  test('no config', () => {
    const app = appOf({ 'package.json': needs('15.0.0') })
    expect([app?.config, app?.hasTypeScript]).toEqual([null, false])
  })

  test('extends is followed, an own value wins, a circle ends', () => {
    const app = appOf({
      'package.json': needs('15.0.0'),
      'tsconfig.json': json({ extends: ['./a', './b.json'], compilerOptions: { noImplicitAny: false } }),
      'a.json': json({ extends: './tsconfig.json', compilerOptions: { strict: true, paths: { 'x/*': ['./lib/*'] } } }),
      'b.json': json({ compilerOptions: { baseUrl: 'src' } }),
    })
    const paths = { 'x/*': ['lib/*'] }
    expect(app?.config).toEqual({
      path: 'tsconfig.json',
      kind: 'tsconfig',
      strict: true,
      noImplicitAny: false,
      strictNullChecks: true,
      baseUrl: 'src',
      paths,
    })
    expect(app?.hasTypeScript).toBe(true)
  })

  test('a later extends can switch strict off again', () => {
    const files = {
      'a.json': json({ compilerOptions: { strict: true } }),
      'b.json': json({ compilerOptions: { strict: false } }),
    }
    const app = appOf({ ...files, 'package.json': needs('15.0.0'), 'tsconfig.json': json({ extends: ['./a', './b'] }) })
    expect([app?.config?.strict, app?.config?.noImplicitAny]).toEqual([false, false])
  })

  test.each([
    ['^5.9.0', false],
    ['6.0.3', true],
  ])('TypeScript %s is strict by default: %s', (typescript, strict) => {
    const manifest = json({ dependencies: { next: '15.0.0' }, devDependencies: { typescript } })
    const app = appOf({ 'package.json': manifest, 'tsconfig.json': '{}' })
    expect([app?.config?.strict, app?.config?.noImplicitAny]).toEqual([strict, strict])
  })

  test('jsconfig counts, but is no TypeScript', () => {
    const config = json({ compilerOptions: { paths: { '@/*': ['./*'] } } })
    const app = appOf({ 'package.json': needs('15.0.0'), 'jsconfig.json': config })
    expect([app?.config?.kind, app?.config?.paths, app?.hasTypeScript]).toEqual(['jsconfig', { '@/*': ['*'] }, false])
  })

  test('packages: app over root, installed over declared, only declared names', () => {
    const files = {
      'package.json': json({ dependencies: { a: '1', b: '1' } }),
      'web/package.json': json({ dependencies: { next: '15.0.0', b: '2' }, devDependencies: { c: '^3' } }),
      'web/pages/api/x.ts': HANDLER,
      'node_modules/c/package.json': json({ version: '3.4.5' }),
      'node_modules/d/package.json': json({ version: '9.9.9' }),
    }
    expect(appsOf(files)[0]?.packages).toEqual({ a: '1', b: '2', c: '3.4.5', next: '15.0.0' })
  })

  test('a package.json that is not JSON is no reason to stop', () =>
    expect(codes(appOf({ 'package.json': '{ oops' }))).toEqual(['PA003 review']))
})
