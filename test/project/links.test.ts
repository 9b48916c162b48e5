import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHost } from '../../transforms/project/host.ts'

let top: string
let root: string
beforeEach(() => {
  top = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'routeshift-links-')))
  root = join(top, 'root')
  fs.mkdirSync(root)
})
afterEach(() => fs.rmSync(top, { recursive: true, force: true }))

function put(path: string): void {
  fs.mkdirSync(dirname(join(root, path)), { recursive: true })
  fs.writeFileSync(join(root, path), path)
}

test('real tells links that leave the root', () => {
  put('a.ts')
  fs.symlinkSync('a.ts', join(root, 'in.ts'))
  fs.symlinkSync(top, join(root, 'out'))
  const host = createHost(root)
  expect(['a.ts', 'in.ts', 'out', 'none.ts'].map((path) => host.real(path))).toEqual(['a.ts', 'a.ts', null, null])
})

test('folders that are links are told, and nothing below them is listed', () => {
  put('server/a.ts')
  put('pages/api/b.ts')
  fs.symlinkSync('../../server', join(root, 'pages/api/v1'))
  fs.symlinkSync('b.ts', join(root, 'pages/api/c.ts'))
  fs.symlinkSync('gone', join(root, 'pages/api/d'))
  const host = createHost(root)
  expect(host.linkedFolders(['pages/api/**'])).toEqual(['pages/api/v1'])
  expect(host.linkedFolders(['server/**'])).toEqual([])
  expect(host.list(['pages/**'])).toEqual(['pages/api/b.ts', 'pages/api/c.ts'])
})
