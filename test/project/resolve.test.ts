import { expect, test } from 'vitest'
import { createResolver } from '../../transforms/project/resolve.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const files = {
  'tsconfig.json': '{ "compilerOptions": { "paths": { "root/*": ["./lib/*"] } } }',
  'lib/shared.ts': '',
  'lib/shared/index.ts': '',
  'lib/folder/index.jsx': '',
  'lib/esm.mts': '',
  'lib/data.json': '',
  'lib/types.d.ts': '',
  'apps/web/package.json': '{ "name": "web" }',
  'apps/web/tsconfig.json': `{
    // comments and a trailing comma
    "extends": "@repo/tsconfig/next.json",
    "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["./*"], "@/lib/*": ["./special/*", "./lib/*"], "env": ["./env.ts"], }, },
  }`,
  'apps/web/src/lib/a.ts': '',
  'apps/web/src/special/b.ts': '',
  'apps/web/src/env.ts': '',
  'apps/web/src/pages/api/x.ts': '',
  'packages/tsconfig/package.json': '{ "name": "@repo/tsconfig" }',
  'packages/tsconfig/next.json': '{ "compilerOptions": { "strict": true } }',
  'packages/ui/package.json':
    '{ "name": "@repo/ui", "main": "./dist/index.js", "exports": { ".": { "types": "./dist/index.d.ts", "import": "./dist/index.js" }, "./server/*": "./dist/server/*.js" } }',
  'packages/ui/src/index.tsx': '',
  'packages/ui/src/server/auth.ts': '',
  'packages/plain/package.json': '{ "name": "plain" }',
  'packages/plain/index.js': '',
  'packages/plain/sub/deep.ts': '',
  'packages/twin-a/package.json': '{ "name": "twin" }',
  'packages/twin-a/index.js': '',
  'packages/twin-b/package.json': '{ "name": "twin" }',
  'packages/twin-b/index.js': '',
}
const resolve = createResolver(createMemoryHost(files), null, '')
const route = 'apps/web/src/pages/api/x.ts'

test.each([
  ['next', 'a package'],
  ['fs', 'a builtin'],
  ['node:fs', 'a builtin with its scheme'],
  ['https://example.com/x.js', 'an address'],
  ['/lib/shared', 'an absolute path'],
  ['./missing', 'a missing file'],
  ['../../../../../../lib/shared', 'a path that leaves the root'],
  ['@/nothing', 'an alias to a missing file'],
  ['twin', 'a name that two folders claim'],
  ['', 'nothing'],
])('%s: %s', (specifier) => expect(resolve(route, specifier)).toBeNull())

test.each([
  ['lib/a.ts', './shared', 'lib/shared.ts'],
  ['lib/a.ts', './shared/', 'lib/shared.ts'],
  ['lib/a.ts', './shared.js', 'lib/shared.ts'],
  ['lib/a.ts', './folder', 'lib/folder/index.jsx'],
  ['lib/folder/index.jsx', '.', 'lib/folder/index.jsx'],
  ['lib/a.ts', './esm.mjs', 'lib/esm.mts'],
  ['lib/a.ts', './data.json', 'lib/data.json'],
  ['lib/a.ts', './types', 'lib/types.d.ts'],
  ['lib/a.ts', 'root/shared', 'lib/shared.ts'],
  [route, '../../lib/a', 'apps/web/src/lib/a.ts'],
  [route, '@/lib/a', 'apps/web/src/lib/a.ts'],
  [route, '@/lib/b', 'apps/web/src/special/b.ts'],
  [route, 'env', 'apps/web/src/env.ts'],
  [route, 'lib/a', 'apps/web/src/lib/a.ts'],
  [route, 'root/shared', 'lib/shared.ts'],
  [route, '@repo/ui', 'packages/ui/src/index.tsx'],
  [route, '@repo/ui/server/auth', 'packages/ui/src/server/auth.ts'],
  [route, 'plain', 'packages/plain/index.js'],
  [route, 'plain/sub/deep', 'packages/plain/sub/deep.ts'],
])('%s imports %s', (from, specifier, to) => expect(resolve(from, specifier)).toBe(to))

test('a config that is given applies below its root', () => {
  const config = {
    path: 'x.json',
    kind: 'tsconfig' as const,
    strict: true,
    noImplicitAny: true,
    strictNullChecks: true,
    baseUrl: null,
  }
  const given = createResolver(createMemoryHost(files), { ...config, paths: { '#l/*': ['lib/*'] } }, 'apps/web')
  expect(given(route, '#l/shared')).toBe('lib/shared.ts')
  expect(given('packages/ui/src/index.tsx', '#l/shared')).toBeNull()
})

test('NODE_PATH in a script is one more root, after the packages that are declared', () => {
  const scripts = '"scripts": { "dev": "cross-env NODE_PATH=src:. next dev" }'
  const host = createMemoryHost({
    'package.json': `{ ${scripts}, "dependencies": { "server": "1.0.0" } }`,
    'src/lib/user.js': '',
    'lib/user.js': '',
    'lib/club.js': '',
    'server/index.js': '',
  })
  const resolveIn = createResolver(host, null, '')
  expect(resolveIn('pages/api/x.js', 'lib/user')).toBe('src/lib/user.js')
  expect(resolveIn('pages/api/x.js', 'lib/club')).toBe('lib/club.js')
  expect(resolveIn('pages/api/x.js', 'server')).toBeNull()
})
