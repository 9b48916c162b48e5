import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHost } from '../../transforms/project/host.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'routeshift-places-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('each folder of a repository has run states of its own', () => {
  execFileSync('git', ['init', '-q'], { cwd: root })
  for (const app of ['apps/a', 'apps/b']) {
    mkdirSync(join(root, app), { recursive: true })
    writeFileSync(join(root, app, 'package.json'), '{}')
  }
  const statesOf = (folder: string) => createHost(join(root, folder)).runs
  statesOf('apps/a').write('journal', 'a')
  statesOf('apps/b').write('journal', 'b')
  statesOf('.').write('journal', 'all')
  expect(['apps/a', 'apps/b', '.'].map((folder) => statesOf(folder).read('journal'))).toEqual(['a', 'b', 'all'])
  // Where no commit takes them along.
  expect(createHost(root).git.dirty()).toEqual(['apps/a/package.json', 'apps/b/package.json'])
})
