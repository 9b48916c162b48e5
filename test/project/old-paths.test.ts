import { describe, expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const plain = 'export default (req, res) => res.json({ ok: true })\n'
const kept = 'export default (req, res) => unknown(req, res)\n'
const base = {
  'package.json': '{ "dependencies": { "next": "15.0.0", "typescript": "5.9.0" } }',
  'pages/api/users/[id].ts': plain,
  'pages/api/ok.ts': plain,
  'pages/api/kept.ts': kept,
}

async function run(files: Record<string, string>, options = {}) {
  const host = createMemoryHost({ ...base, ...files })
  const { report, changes } = await migrate(options, host)
  const findings = report.project.filter(({ code }) => /^PA44[567]$/.test(code))
  return {
    named: findings
      .filter(({ code }) => code === 'PA445')
      .map(({ file, line, message }) => `${file}:${line} ${message}`),
    codes: findings.map(({ code, file }) => `${code} ${file}`),
    changed: Object.fromEntries(changes.filter(({ kind }) => kind === 'edit').map(({ path, after }) => [path, after])),
  }
}

describe('settings that name what moved are told, and not changed', () => {
  test.each<[string, string, string, number]>([
    ['.github/CODEOWNERS', '# all of pages/api\n/pages/api/ @backend\n', '/pages/api/', 2],
    ['CODEOWNERS', 'pages/api/users/* @people\n', 'pages/api/users/*', 1],
    ['.eslintrc.json', '{ "overrides": [{ "files": ["pages/api/**/*.ts"] }] }', 'pages/api/**/*.ts', 1],
    ['eslint.config.mjs', "export default [{ files: ['**/pages/api/**'] }]", '**/pages/api/**', 1],
    ['.storybook/main.ts', "export default { stories: ['../pages/**/*.ts'] }", '../pages/**/*.ts', 1],
    ['tsconfig.json', '{ "include": ["pages", "lib"] }', 'pages', 1],
    [
      'jest.config.js',
      "module.exports = { collectCoverageFrom: ['<rootDir>/pages/api/ok.ts'] }",
      '<rootDir>/pages/api/ok.ts',
      1,
    ],
    ['.github/workflows/ci.yml', 'on:\n  push:\n    paths:\n      - pages/api/**\n', 'pages/api/**', 4],
    ['lib/docs.ts', "createSwaggerSpec({ apiFolder: 'pages/api', definition })", 'pages/api', 1],
    ['lib/spec.ts', "swaggerJsdoc({ apis: ['./pages/api/**/*.ts'] })", './pages/api/**/*.ts', 1],
    ['vercel.json', '{ "functions": { "pages/api/*.ts": { "memory": 512 } } }', 'pages/api/*.ts', 1],
    ['biome.json', '{ "files": { "ignore": ["pages/api/ok.ts"] } }', 'pages/api/ok.ts', 1],
    ['knip.json', '{ "entry": ["pages/**/*.ts"] }', 'pages/**/*.ts', 1],
    ['packages/web/project.json', '{ "inputs": ["pages/api/ok.ts"] }', 'pages/api/ok.ts', 1],
    ['.lintstagedrc.json', '{ "pages/api/**/*.ts": "eslint --fix" }', 'pages/api/**/*.ts', 1],
    ['.prettierrc', '{ "overrides": [{ "files": "pages/api/*.ts" }] }', 'pages/api/*.ts', 1],
    ['codecov.yml', 'ignore:\n  - pages/api/ok.ts\n', 'pages/api/ok.ts', 2],
    ['.gitlab-ci.yml', 'changes: [pages/api/**]\n', 'pages/api/**', 1],
    ['.circleci/config.yml', 'paths: pages/api/ok.ts\n', 'pages/api/ok.ts', 1],
    ['sonar-project.properties', 'sonar.exclusions=lib/**,pages/api/**\n', 'pages/api/**', 1],
    ['azure-pipelines.yml', 'paths: [lib, pages/api/users/[id].ts]\n', 'pages/api/users/[id].ts', 1],
    ['CODEOWNERS', 'pages/{api,shop}/ok.ts @shop\n', 'pages/{api,shop}/ok.ts', 1],
    ['docs/CODEOWNERS', 'pages/api/users/[id].ts @people\n', 'pages/api/users/[id].ts', 1],
    ['.eslintignore', '# made by a tool\npages/api/ok.ts\n', 'pages/api/ok.ts', 2],
    ['.prettierignore', '!/pages/api/users/\n', '!/pages/api/users/', 1],
  ])('%s', async (path, text, name, line) => {
    const { named, changed } = await run({ [path]: text })
    expect(named).toHaveLength(1)
    expect(named[0]).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}:${line} `))
    expect(named[0]).toContain(`\`${name}\``)
    expect(changed).toEqual({})
  })
})

test('the top of an ignore file is its own folder', async () => {
  const files = Object.fromEntries(Object.entries(base).map(([path, text]) => [`apps/web/${path}`, text]))
  const host = createMemoryHost({ ...files, 'apps/web/.vercelignore': '/pages/api/ok.ts\n', 'package.json': '{}' })
  const { report } = await migrate({}, host)
  expect(report.project.filter(({ code }) => code === 'PA445').map(({ file }) => file)).toEqual([
    'apps/web/.vercelignore',
  ])
})

describe('nothing is told of', () => {
  test.each<[string, string]>([
    ['tsconfig.json', '{ "include": ["**/*.ts"] }'],
    ['.github/CODEOWNERS', '* @all\n/pages/about.tsx @web\n/pages/api/kept.ts @web\n'],
    ['eslint.config.mjs', "// files: ['pages/api/**']\nexport default [{ files: ['{app,pages}/**'] }]"],
    ['jest.config.js', "module.exports = { roots: ['lib'], note: 'pages of the shop' }"],
    ['lib/links.ts', "export const docs = 'https://example.org/pages/api/ok.ts'"],
  ])('%s', async (path, text) => expect((await run({ [path]: text })).named).toEqual([]))

  test('a run that moves nothing', async () => {
    const { codes } = await run(
      { CODEOWNERS: 'pages/api/ @a\n', 'middleware.ts': 'export const config = { matcher: "/api/:p*" }' },
      { include: ['pages/api/kept.ts'] },
    )
    expect(codes).toEqual([])
  })
})

describe('functions of vercel.json, and links', () => {
  const vercel =
    '{\r\n  "functions": {\r\n    "pages/api/ok.ts": { "maxDuration": 60 },\r\n    "pages/api/kept.ts": { "memory": 512 }\r\n  }\r\n}\r\n'

  test('keys that are paths follow their files', async () => {
    const { changed, codes } = await run({ 'vercel.json': vercel })
    expect(changed).toEqual({ 'vercel.json': vercel.replace('pages/api/ok.ts', 'app/api/ok/route.ts') })
    expect(codes).toEqual(['PA446 vercel.json'])
  })

  test('in the folder of an app', async () => {
    const files = Object.fromEntries(Object.entries(base).map(([path, text]) => [`apps/web/${path}`, text]))
    const host = createMemoryHost({ ...files, 'apps/web/vercel.json': vercel, 'package.json': '{}' })
    const { changes } = await migrate({}, host)
    expect(changes.find(({ path }) => path === 'apps/web/vercel.json')?.after).toContain('"app/api/ok/route.ts"')
  })

  test.each(['vercel.json', 'tsconfig.json'])('%s that is a link is not written', async (path) => {
    const text = path === 'vercel.json' ? vercel : '{ "compilerOptions": { "strict": false } }'
    const files = { ...base, 'pages/index.tsx': 'export default () => null\n', 'shared/settings.json': text }
    const host = createMemoryHost(files, { links: { [path]: 'shared/settings.json' } })
    const { changes, report } = await migrate({}, host)
    expect(changes.filter((change) => change.path.endsWith('.json'))).toEqual([])
    expect(report.project.some(({ code }) => code === 'PA029')).toBe(path === 'tsconfig.json')
  })

  test('a value of the same text stays', async () => {
    const text = '{ "env": { "A": "pages/api/ok.ts" }, "functions": { "pages/api/ok.ts": {} } }'
    const { changed } = await run({ 'vercel.json': text })
    expect(changed).toEqual({ 'vercel.json': text.replace('"pages/api/ok.ts": {', '"app/api/ok/route.ts": {') })
  })

  test.each([
    ['the new key is there', '{ "functions": { "pages/api/ok.ts": {}, "app/api/ok/route.ts": {} } }'],
    ['it is no JSON', '{ "functions": { "pages/api/ok.ts": {} '],
    ['the key is there twice', '{ "functions": { "pages/api/ok.ts": {} }, "env": { "pages/api/ok.ts": "1" } }'],
    ['the key is no function', '{ "routes": { "pages/api/ok.ts": {} } }'],
  ])('are not changed where %s', async (_name, text) => {
    expect((await run({ 'vercel.json': text })).changed).toEqual({})
  })
})

test('what goes by URLs is said to stay', async () => {
  const { codes } = await run({
    'middleware.ts': "export const config = { matcher: '/api/:path*' }",
    'src/proxy.js': "export const config = { matcher: '/api/:path*' }",
    'next.config.js': 'module.exports = { headers: async () => [] }',
  })
  expect(codes).toEqual(['PA447 middleware.ts', 'PA447 src/proxy.js', 'PA447 next.config.js'])
})
