import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileChange } from '../../transforms/model/change.ts'
import { createHost } from '../../transforms/project/host.ts'
import { overlayChanges, overlayHost, type Overlay } from '../../transforms/project/overlay.ts'
import { treeAt } from '../../transforms/project/tree-at.ts'
import { createMemoryHost } from '../support/memory-host.ts'

describe('an overlay', () => {
  const host = createMemoryHost({ 'a.ts': 'old a', 'lib/b.ts': 'old b' })

  test('hides, replaces and adds; nothing else changes', () => {
    const changed: Overlay = new Map<string, string | null | (() => string)>([
      ['a.ts', null],
      ['lib/b.ts', () => 'new b'],
      ['app/c.ts', 'new c'],
    ])
    const over = overlayHost(host, changed)
    expect(() => over.read('a.ts')).toThrow(/does not exist/)
    expect([over.exists('a.ts'), over.isFile('a.ts')]).toEqual([false, false])
    expect([over.read('lib/b.ts'), over.read('app/c.ts')]).toEqual(['new b', 'new c'])
    expect([over.exists('app'), over.isFile('app'), over.isFile('app/c.ts')]).toEqual([true, false, true])
    expect(over.real('app/c.ts')).toBe('app/c.ts')
    expect(over.list(['**/*.ts'])).toEqual(['app/c.ts', 'lib/b.ts'])
    expect(over.list(['lib/**'])).toEqual(['lib/b.ts'])
    expect(host.list(['**/*.ts'])).toEqual(['a.ts', 'lib/b.ts'])
  })

  test('of changes: what is moved is gone from its old place', () => {
    const changes: FileChange[] = [
      { kind: 'move', from: 'a.ts', path: 'z.ts', before: 'old a', after: 'new z' },
      { kind: 'delete', path: 'lib/b.ts', before: 'old b', after: null },
    ]
    const over = overlayChanges(host, changes)
    expect(over.list(['**/*'])).toEqual(['z.ts'])
    expect(over.read('z.ts')).toBe('new z')
  })
})

describe('the tree at a commit', () => {
  let top: string
  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'routeshift-tree-')))
    git('init', '-q')
  })
  afterEach(() => rmSync(top, { recursive: true, force: true }))

  test('is the working tree without what happened since, in a folder of the repository too', () => {
    put('web/kept.ts', 'kept')
    put('web/pages/api/[id].ts', 'before\r\n')
    put('web/gone.ts', 'gone')
    put('other.ts', 'other')
    git('add', '-A')
    git('commit', '-qm', 'first')
    put('web/pages/api/[id].ts', 'after')
    put('web/staged.ts', 'staged')
    rmSync(join(top, 'web/gone.ts'))
    git('add', '-A')
    put('web/untracked é.ts', 'untracked')
    const tree = treeAt(createHost(join(top, 'web')), 'HEAD')
    expect(tree.list(['**/*'])).toEqual(['gone.ts', 'kept.ts', 'pages/api/[id].ts'])
    expect(tree.read('pages/api/[id].ts')).toBe('before\r\n')
    expect(tree.read('gone.ts')).toBe('gone')
    expect(tree.exists('untracked é.ts')).toBe(false)
  })

  test('of a commit before the last', () => {
    put('a.ts', 'one')
    git('add', '-A')
    git('commit', '-qm', 'first')
    git('tag', 'start')
    put('a.ts', 'two')
    put('b.ts', 'two')
    git('add', '-A')
    git('commit', '-qm', 'second')
    const tree = treeAt(createHost(top), 'start')
    expect(tree.list(['**/*'])).toEqual(['a.ts'])
    expect(tree.read('a.ts')).toBe('one')
  })

  test('that git does not know, or without git, is an error that says what to do', () => {
    expect(() => treeAt(createHost(top), 'nowhere')).toThrow(/git knows no commit nowhere.*--from/)
    expect(() => treeAt(createHost(top), '--output=x')).toThrow(/git knows no commit/)
    expect(() => treeAt(createMemoryHost({}, { inRepository: false }), 'HEAD')).toThrow(/not in a git repository/)
  })

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }

  function git(...args: string[]): void {
    const name = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
    execFileSync('git', [...name, ...args], { cwd: top, stdio: 'pipe' })
  }
})
