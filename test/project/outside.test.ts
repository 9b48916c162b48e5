import { rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { createHost } from '../../transforms/project/host.ts'
import { createGitApp, type GitApp } from '../support/git-app.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const ROUTE = `export default function handler(req, res) {
  res.json({ ok: true })
}
`
let app: GitApp
beforeEach(() => {
  app = createGitApp()
})
afterEach(() => rmSync(app.top, { recursive: true, force: true }))

const told = async (root: string, code: string) => {
  const { report } = await migrate({}, createHost(root))
  return report.project.filter((found) => found.code === code).map(({ file, line }) => `${file}:${line}`)
}

test('what names a moved file outside of the root is told, once for each file (PA039)', async () => {
  const { top, cwd } = app
  mkdirSync(join(top, 'tests'))
  const name = '[web] site/pages/api'
  writeFileSync(join(top, 'tests/a.ts'), `// first\nimport '../apps/${name}/ok'\nimport '../apps/${name}/order'\n`)
  writeFileSync(join(top, 'CODEOWNERS'), `# owners\n/apps/${name}/ @us\n`)
  writeFileSync(join(top, 'README.md'), `apps/${name}/ok.js\n`)
  writeFileSync(join(top, 'other.ts'), `import '../apps/${name}/nobody'\n`)
  // The package is called `app`; another folder may be, too.
  writeFileSync(join(top, 'tests/b.ts'), `import '../apps/app/pages/api/ok'\nimport "app/pages/api/ok"\n`)
  const places = ['../../CODEOWNERS:2', '../../tests/a.ts:2', '../../tests/b.ts:2']
  expect(await told(cwd, 'PA039')).toEqual(places)
  expect(await told(top, 'PA039')).toEqual([])
})

test('a source that cannot be read is told where routes move, route files by themselves (PA038)', async () => {
  const files = { 'package.json': '{ "dependencies": { "next": "16.0.0" } }', 'pages/api/a.js': ROUTE, 'lib/a.js': '' }
  const run = async (unreadable: Record<string, string>, more = {}) => {
    const { report } = await migrate({}, createMemoryHost({ ...files, ...more }, { unreadable }))
    return report.project.filter(({ code }) => code === 'PA038').map(({ file, message }) => `${file} ${message}`)
  }
  expect(await run({ 'lib/a.js': 'lib/a.js is UTF-16' })).toEqual([
    expect.stringMatching(/^lib\/a\.js This file was not looked at: lib\/a\.js is UTF-16/),
  ])
  expect(await run({ 'pages/api/b.js': 'no' }, { 'pages/api/b.js': ROUTE })).toEqual([])
  expect(await run({ 'lib/a.js': 'no', 'pages/api/a.js': 'no' })).toEqual([])
})
