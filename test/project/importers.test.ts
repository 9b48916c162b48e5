// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code
import { describe, expect, test } from 'vitest'
import { defaultOptions } from '../../transforms/model/options.ts'
import { loadProject, loadSources } from '../../transforms/project/load.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const BASE = {
  'package.json': '{ "dependencies": { "next": "15.0.0" } }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"], "@handlers/*": ["./pages/api/*"] } } }',
  'pages/api/users.ts': 'export default () => {}',
  'pages/api/index.ts': 'export default () => {}',
}

function edgesOf(path: string, text: string) {
  const host = createMemoryHost({ ...BASE, [path]: text })
  const { importers } = loadProject(host, defaultOptions)
  return importers.map((edge) => {
    expect(text.slice(edge.start, edge.end)).toBe(edge.specifier)
    return edge
  })
}

describe('no edge', () => {
  test.each([
    ['a package', 'lib/a.ts', "import api from 'some/api/users'"],
    ['another file', 'lib/a.ts', "import x from './api/users'"],
    ['a URL', 'lib/a.ts', "fetch('/api/users')"],
    ['a comment', 'lib/a.ts', "// import x from '../pages/api/users'"],
    ['a string', 'lib/a.ts', 'const x = "import x from \'../pages/api/users\'"'],
    ['an argument of another call of jest', 'lib/a.ts', "jest.fn('../pages/api/users')"],
    ['a page of a like name', 'pages/apis/a.ts', "import x from '../apis/a'"],
    ['a missing file', 'lib/a.ts', "import x from '../pages/api/gone'"],
    ['out of pages/api', 'pages/api/a.ts', "import x from '../../lib/x'"],
    ['a computed name elsewhere', 'lib/a.ts', 'import(`../pages/apis/${name}`)'],
    ['a name that is computed all through', 'lib/a.ts', 'import(`${name}/users`)'],
    ['a name that may lead anywhere', 'check.js', 'import(`./${name}`)'],
    ['a computed name of the file itself', 'pages/api/a.ts', 'import(`./a${name}`)'],
  ])('%s', (_, path, text) => expect(edgesOf(path, text)).toEqual([]))
})

const name = (imported: string, local = imported, isType = false) => ({ imported, local, isType })

describe('a path that is put together leads to all that it can', () => {
  test.each([
    ['lib/a.ts', 'import(`../pages/api/${name}`)', 'dynamic', ['index', 'users']],
    ['lib/a.ts', 'import(`../pages/${name}.ts`)', 'dynamic', ['index', 'users']],
    ['lib/a.ts', "require('../pages/api/us' + name)", 'require', ['users']],
    ['lib/a.ts', "import('../pages/api/users.ts?v=' + now)", 'dynamic', ['users']],
    ['lib/a.ts', 'jest.mock(`@/pages/api/${name}`)', 'mock', ['index', 'users']],
    ['lib/a.ts', 'require.resolve(`@handlers/i${name}`)', 'require', ['index']],
    ['pages/api/a.ts', 'import(`./${name}`)', 'dynamic', ['index', 'users']],
  ])('%s: %s', (path, text, kind, targets) => {
    const edges = edgesOf(path, text)
    expect(edges.map(({ to }) => to)).toEqual(targets.map((target) => `pages/api/${target}.ts`))
    expect(edges.map((edge) => [edge.kind, edge.names])).toEqual(targets.map(() => [kind, [name('*')]]))
  })
})

describe('kinds and names', () => {
  test.each([
    ["import h from '../pages/api/users'", 'import', [name('default', 'h')]],
    ["import h, * as all from '@/pages/api/users'", 'import', [name('default', 'h'), name('*', 'all')]],
    ["import { a as b, type T } from '@handlers/users'", 'import', [name('a', 'b'), name('T', 'T', true)]],
    ["import { config } from '../pages/api'", 'import', [name('config')]],
    ["import '../pages/api/users'", 'import', []],
    ["import type { T } from '../pages/api/users.js'", 'type-import', [name('T', 'T', true)]],
    ["let x: import('../pages/api/users').T", 'type-import', [name('T', 'T', true)]],
    ["let x: typeof import('../pages/api/users')", 'type-import', [name('*', '*', true)]],
    ["export { default } from '../pages/api/users'", 'export-from', [name('default')]],
    ["export { a as b } from '../pages/api/users'", 'export-from', [name('a', 'b')]],
    ["export * from '../pages/api/users'", 'export-from', [name('*')]],
    ["export * as all from '../pages/api/users'", 'export-from', [name('*', 'all')]],
    ["const { a: b, c = 1 } = require('../pages/api/users')", 'require', [name('a', 'b'), name('c')]],
    ["const h = require('../pages/api/users').default", 'require', [name('default', 'h')]],
    ["import h = require('../pages/api/users')", 'require', [name('*', 'h')]],
    ["const { default: h } = await import('../pages/api/users')", 'dynamic', [name('default', 'h')]],
    ["const h = (await import('../pages/api/users')).default", 'dynamic', [name('default', 'h')]],
    ["import(/* webpackChunkName: 'x' */ '../pages/api/users').then(use)", 'dynamic', [name('*')]],
    ["const { a, ...rest } = require('../pages/api/users')", 'require', [name('a'), name('*')]],
    ["let x: import('../pages/api/users').A.B", 'type-import', [name('A', 'A', true)]],
    ["export { type T, a } from '../pages/api/users'", 'export-from', [name('T', 'T', true), name('a')]],
    ['import(`../pages/api`)', 'dynamic', [name('*')]],
    ["jest.mock('../pages/api/users')", 'mock', []],
    ["vitest.mock('../pages/api/users')", 'mock', []],
    ["mock.module('../pages/api/users', {})", 'mock', []],
    ["vi.mock('../pages/api/users', () => ({}))", 'mock', []],
    ["const real = jest.requireActual('../pages/api/users')", 'mock', [name('*', 'real')]],
  ])('%s', (text, kind, names) => {
    const path = 'lib/a.ts'
    const found = edgesOf(path, text).map(({ from, kind, names }) => ({ from, kind, names }))
    expect(found).toEqual([{ from: path, kind, names }])
  })

  test('a sibling inside pages/api', () =>
    expect(edgesOf('pages/api/a.ts', "import h from './users'").map(({ to }) => to)).toEqual(['pages/api/users.ts']))

  test('offsets count CRLF and the byte-order mark as they are in the file', () =>
    expect(edgesOf('lib/a.ts', "\uFEFF// x\r\nimport h from '../pages/api/users'\r\n")).toHaveLength(1))

  test('a file that does not parse is searched as text', () => {
    const [edge] = edgesOf('lib/a.ts', "import { a } from '../pages/api/users'\n<<<<<<< ours\n}}}")
    expect([edge?.kind, edge?.names]).toEqual(['import', [name('*')]])
  })

  test.each([
    ['lib/a.test.ts', "import h from '../pages/api/users'", true],
    ['__tests__/a.ts', "import h from '../pages/api/users'", true],
    ['tests/a.ts', "import h from '../pages/api/users'", true],
    ['lib/__mocks__/a.ts', "import h from '../../pages/api/users'", true],
    ['lib/a.cy.mts', "import h from '../pages/api/users'", true],
    ['lib/latest.ts', "import h from '../pages/api/users'", false],
    ['pages/api/test/a.ts', "import h from '../users'", false],
  ])('%s is a test: %s', (path, text, isTest) => expect(edgesOf(path, text)[0]?.isTest).toBe(isTest))
})

test('a file that cannot be read is left out', () => {
  const unreadable = { 'lib/a.ts': 'lib/a.ts is UTF-16' }
  const host = createMemoryHost({ ...BASE, 'lib/a.ts': '', 'lib/b.ts': "import '../pages/api/users'" }, { unreadable })
  expect(loadProject(host, defaultOptions).importers.map(({ from }) => from)).toEqual(['lib/b.ts'])
})

test('the pass over the sources is made once', () => {
  const host = createMemoryHost({ ...BASE, 'lib/b.ts': "import '../pages/api/users'" })
  const project = loadProject(host, defaultOptions)
  const reading = { ...host, read: () => expect.unreachable() }
  expect(loadSources(reading, project).importers).toBe(project.importers)
})
