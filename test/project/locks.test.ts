import { describe, expect, test } from 'vitest'
import { defaultOptions } from '../../transforms/model/options.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const json = (value: unknown) => JSON.stringify(value)
const manifest = json({ dependencies: { next: '^14.0.0', 'next-auth': '^4.24.5' } })

function versionsOf(files: Record<string, string>) {
  const host = createMemoryHost({ 'package.json': manifest, 'pages/api/x.ts': '', ...files })
  const app = loadProject(host, defaultOptions).apps[0]
  return [app?.next.raw, app?.next.source, app?.packages['next-auth']]
}

const yarnClassic = `# yarn lockfile v1\n\n\n"@types/next@^1.0.0":\n  version "1.0.0"\n
next-auth@4.20.0, next-auth@^4.24.5:\n  version "4.24.7"\n  resolved "https://x.test/y"\n  dependencies:\n    next "^14.0.0"\n
"next@12 || ^13", next@^13.0.0:\n  version "13.5.6"\n\nnext@^14.0.0:\n  version "14.1.3"\n`
const yarnBerry = `__metadata:\n  version: 6\n\n"next-auth@npm:^4.24.5":\n  version: 4.24.7\n  resolution: "next-auth@npm:4.24.7"\n
"next@npm:^14.0.0, next@npm:~14.1.0":\n  version: 14.1.3\n  dependencies:\n    react: ^18\n`
const yarnResolutions = yarnBerry.replace('next@npm:^14.0.0, next@npm:~14.1.0', 'next@npm:14.1.3')
const pnpm5 = `lockfileVersion: 5.4\n\nspecifiers:\n  next: ^14.0.0\n  next-auth: ^4.24.5\n
dependencies:\n  next: 14.1.3_react@18.2.0\n  next-auth: 4.24.7_next@14.1.3\n\npackages:\n\n  /next/13.0.0:\n    version: 1\n`
const pnpm9 = `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      next:\n        specifier: ^14.0.0
        version: 14.1.3(react-dom@18.2.0(react@18.2.0))\n    devDependencies:\n      'next-auth':\n        specifier: ^4.24.5
        version: 4.24.7\n\n  apps/other:\n    dependencies:\n      next:\n        specifier: 13.0.0\n        version: 13.0.0\n\npackages:\n`
const npm1 = json({
  lockfileVersion: 1,
  dependencies: { next: { version: '14.1.3' }, 'next-auth': { version: '4.24.7' } },
})
const npm3 = json({
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/next': { version: '14.1.3' }, 'node_modules/next-auth': { version: '4.24.7' } },
})
const bun = '{\n  "packages": {\n    "next": ["next@14.1.3", ""],\n    "next-auth": ["next-auth@4.24.7", ""],\n  }\n}\n'

describe('what is not installed has the version of the lock file', () => {
  test.each([
    ['yarn.lock', 'classic', yarnClassic],
    ['yarn.lock', 'berry', yarnBerry],
    ['yarn.lock', 'resolutions', yarnResolutions],
    ['yarn.lock', 'CRLF', yarnClassic.replaceAll('\n', '\r\n')],
    ['pnpm-lock.yaml', 'version 5', pnpm5],
    ['pnpm-lock.yaml', 'version 9', pnpm9],
    ['package-lock.json', 'version 1', npm1],
    ['package-lock.json', 'version 3', npm3],
    ['bun.lock', 'text', bun],
  ])('%s, %s', (file, _, text) => expect(versionsOf({ [file]: text })).toEqual(['14.1.3', 'locked', '4.24.7']))

  test('installed wins', () =>
    expect(versionsOf({ 'yarn.lock': yarnClassic, 'node_modules/next/package.json': '{"version":"14.2.1"}' })).toEqual([
      '14.2.1',
      'installed',
      '4.24.7',
    ]))

  test.each([
    ['nothing', {}],
    ['a lock with merge conflicts', { 'package-lock.json': `<<<<<<< HEAD\n${npm3}` }],
    [
      'a lock older than package.json',
      { 'package-lock.json': npm3.replaceAll('14.1.3', '12.0.0').replace('4.24.7', '4.2.0') },
    ],
    ['a link', { 'pnpm-lock.yaml': pnpm9.replace(/14\.1\.3.*/, 'link:../next').replace('4.24.7', 'link:../a') }],
  ])('%s leaves the range', (_, files) => expect(versionsOf(files)).toEqual(['^14.0.0', 'declared', '^4.24.5']))

  test('of two locks the one of the named package manager counts', () =>
    expect(
      versionsOf({
        'package.json': manifest.replace('{', '{"packageManager":"npm@10.0.0",'),
        'package-lock.json': npm3,
        'yarn.lock': yarnClassic.replaceAll('14.1.3', '14.0.0'),
      })[0],
    ).toBe('14.1.3'))

  test('an app of a workspace is looked up in the lock of the root', () => {
    const host = createMemoryHost({
      'package.json': '{}',
      'pnpm-lock.yaml': pnpm9.replace(
        'specifier: 13.0.0\n        version: 13.0.0',
        'specifier: ^14.0.0\n        version: 14.0.4',
      ),
      'apps/other/package.json': manifest,
      'apps/other/pages/api/x.ts': '',
    })
    expect(loadProject(host, defaultOptions).apps[0]?.next).toEqual({
      major: 14,
      minor: 0,
      raw: '14.0.4',
      source: 'locked',
    })
  })
})
