import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSame, readTree, type Tree } from '../safety/tree.ts'
import { createGitApp, type GitApp } from '../support/git-app.ts'

/** `--commits` on real repositories: two commits, no hooks, and back again. */

let top: string
let cwd: string
let start: GitApp['start']
let put: GitApp['put']
let git: GitApp['git']
let head: GitApp['head']
let log: GitApp['log']

beforeEach(() => {
  ;({ top, cwd, start, put, git, head, log } = createGitApp())
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

describe('a run', () => {
  test('makes two commits: names, then contents', async () => {
    const { exit, text } = await start('--commits')
    expect(exit).toBe(0)
    expect(text).toMatch(/Committed without hooks: git log \w{10}\.\.\w{10}/)
    expect(log('%s')).toEqual([
      'Migrate API routes to route handlers',
      'Rename API routes to route files of app/',
      'Add the app',
    ])
    expect(git('show', '--format=', '--name-status', '-M100%', 'HEAD~').trim().split('\n').sort()).toEqual([
      'R100\tapps/[web] site/pages/api/ok.js\tapps/[web] site/app/api/ok/route.ts',
      'R100\tapps/[web] site/pages/api/order.js\tapps/[web] site/app/api/order/route.ts',
      'R100\tapps/[web] site/pages/api/users/[id].js\tapps/[web] site/app/api/users/[id]/route.ts',
    ])
    const contents = git('show', '--format=', '--name-status', 'HEAD').trim().split('\n')
    expect(contents.map((line) => line.charAt(0))).toEqual(['M', 'M', 'M', 'M'])
    expect(git('status', '--porcelain')).toBe('')
  })

  test('git log --follow and git blame see past the move', async () => {
    await start('--commits')
    const file = 'app/api/order/route.ts'
    expect(log('%s', '--follow', '--', file)).toContain('Add the app')
    const blame = git('blame', '--porcelain', file)
    const [first = ''] = log('%H', '--reverse')
    const kept = blame.split('\n').filter((line) => line.startsWith(first)).length
    // Lines 1 to 6 are untouched.
    expect(kept).toBeGreaterThanOrEqual(6)
  })

  test('speaks as the repository does', async () => {
    git('commit', '-q', '--allow-empty', '-m', 'feat(api): orders')
    git('commit', '-q', '--allow-empty', '-m', 'fix: prices')
    await start('--commits')
    expect(log('%s').slice(0, 2)).toEqual([
      'refactor: migrate API routes to route handlers',
      'refactor: rename API routes to route files of app/',
    ])
  })

  test('speaks plainly where only half of the repository does', async () => {
    git('commit', '-q', '--allow-empty', '-m', 'feat(api): orders')
    await start('--commits')
    expect(log('%s')[0]).toBe('Migrate API routes to route handlers')
  })

  test('renames what runs behind the adapter, too', async () => {
    put('pages/api/raw.js', 'export default function handler(req, res) {\n  req.pipe(res)\n}\n')
    git('add', '-A')
    git('commit', '-qm', 'Add raw')
    expect((await start('--commits', '--fallback', 'adapter')).text).toContain('1  adapted')
    expect(log('%s', '--follow', '--', git('ls-files', '*raw*handler*').trim())).toContain('Add raw')
    expect(git('show', '--format=', '--name-status', '-M100%', 'HEAD~')).toMatch(/^R100\t.*pages\/api\/raw\.js/m)
    expect(git('status', '--porcelain')).toBe('')
  })

  test('runs no hook, and leaves hooks and settings alone', async () => {
    const hooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-rewrite']
    for (const name of hooks) {
      writeFileSync(join(top, '.git/hooks', name), `#!/bin/sh\ntouch "${top}/ran-${name}"\nexit 1\n`)
      chmodSync(join(top, '.git/hooks', name), 0o755)
    }
    const config = readFileSync(join(top, '.git/config'), 'utf8')
    expect((await start('--commits')).exit).toBe(0)
    expect(log('%s')).toHaveLength(3)
    for (const name of hooks) expect(existsSync(join(top, `ran-${name}`)), name).toBe(false)
    expect(readFileSync(join(top, '.git/config'), 'utf8')).toBe(config)
  })

  test('what is staged elsewhere in the repository stays staged and out of the commits', async () => {
    mkdirSync(join(top, 'other'))
    writeFileSync(join(top, 'other/staged.txt'), 'mine')
    git('add', join(top, 'other/staged.txt'))
    expect((await start('--commits')).exit).toBe(0)
    expect(git('status', '--porcelain').trim()).toBe('A  other/staged.txt')
  })

  test('modes and line ends are those of before', async () => {
    await start('--commits')
    expect(git('ls-tree', 'HEAD~', 'app/api/order/route.ts')).toMatch(/^100755 /)
    const [before, after] = [git('show', 'HEAD~2:./pages/api/order.js'), git('show', 'HEAD~:./app/api/order/route.ts')]
    expect(after).toBe(before)
  })

  test('with --dry-run says what would be committed, and does nothing', async () => {
    const { text } = await start('--commits', '--dry-run')
    expect(text).toContain('Would be committed: Rename API routes to route files of app/')
    expect(text).toContain('Would be committed: Migrate API routes to route handlers')
    expect(log('%s')).toEqual(['Add the app'])
    expect((await start('--commits', '--patch', 'a.patch')).text).toContain('--patch does not')
  })
})

describe('undo', () => {
  test('takes the files and the commits back', async () => {
    const before = { tree: readTree(top), head: head() }
    await start('--commits')
    const { exit, text } = await start('undo')
    expect(exit).toBe(0)
    expect(text).toContain('The commits of the run are off the branch.')
    expect(isSame(readTree(top), before.tree)).toBe(true)
    expect(head()).toBe(before.head)
    expect(git('status', '--porcelain')).toBe('')
  })

  test('leaves commits under others, and says so', async () => {
    const before = files()
    await start('--commits')
    git('commit', '-q', '--allow-empty', '-m', 'mine')
    const last = head()
    const { text } = await start('undo')
    expect(text).toContain('The commits of the run stay')
    expect(head()).toBe(last)
    expect(isSame(files(), before)).toBe(true)
  })

  test('leaves commits that are pushed', async () => {
    await start('--commits')
    const last = head()
    git('update-ref', 'refs/remotes/origin/main', last)
    expect((await start('undo')).text).toContain('or they are pushed')
    expect(head()).toBe(last)
  })

  test('goes on where it was cut off after the branch went back', async () => {
    const before = head()
    await start('--commits')
    git('update-ref', 'HEAD', before)
    expect((await start('undo')).exit).toBe(0)
    expect(git('status', '--porcelain')).toBe('')
  })
})

test('an undo that git stops at the branch goes on where it was', async () => {
  const before = { tree: readTree(top), head: head() }
  await start('--commits')
  const lock = join(top, '.git', `${git('symbolic-ref', 'HEAD').trim()}.lock`)
  writeFileSync(lock, '')
  const stopped = await start('undo')
  expect([stopped.exit, stopped.text]).toEqual([1, expect.stringContaining('git update-ref failed')])
  rmSync(lock)
  expect((await start('undo')).exit).toBe(0)
  expect(head()).toBe(before.head)
  expect(isSame(readTree(top), before.tree)).toBe(true)
})

describe('writes nothing', () => {
  test('to a tree with changes, --allow-dirty or not', async () => {
    put('notes.txt', 'mine')
    for (const more of [[], ['--allow-dirty']]) {
      const { exit, text } = await start('--commits', ...more)
      expect(exit).toBe(1)
      expect(text).toMatch(/--commits needs a clean one\. Nothing was written\.\n {2}notes\.txt/)
    }
    expect(existsSync(join(cwd, 'app'))).toBe(false)
  })

  test('outside of git', async () => {
    rmSync(join(top, '.git'), { recursive: true })
    const { exit, text } = await start('--commits', '--allow-dirty')
    expect(exit).toBe(1)
    expect(text).toContain('not in a git repository, so nothing can be committed')
    expect(existsSync(join(cwd, 'app'))).toBe(false)
  })

  test('before the first commit', async () => {
    rmSync(join(top, '.git'), { recursive: true })
    git('init', '-q')
    expect((await start('--commits')).text).toContain('has no commit yet')
  })

  test.each(['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD'])('while git waits (%s)', async (name) => {
    git('update-ref', name, head())
    expect((await start('--commits')).text).toContain(`in the middle of something (${name})`)
    expect(existsSync(join(cwd, 'app'))).toBe(false)
  })

  test('when git does not know who commits', async () => {
    git('config', 'user.useConfigOnly', 'true')
    git('config', '--unset', 'user.email')
    const { text } = await withoutIdentity(() => start('--commits'))
    expect(text).toContain('Git does not know who commits')
    expect(existsSync(join(cwd, 'app'))).toBe(false)
  })
})

test('what cannot be committed stays written, and can be undone', async () => {
  const before = readTree(top)
  git('config', 'commit.gpgSign', 'true')
  git('config', 'gpg.program', '/bin/false')
  const { exit, text } = await start('--commits')
  expect(exit).toBe(1)
  expect(text).toContain('The changes are written, but committing them failed: git commit-tree failed')
  expect(existsSync(join(cwd, 'app/api/order/route.ts'))).toBe(true)
  expect(log('%s')).toEqual(['Add the app'])
  expect((await start('undo')).exit).toBe(0)
  expect(isSame(readTree(top), before)).toBe(true)
})

const files = (): Tree => new Map([...readTree(top)].filter(([path]) => path !== '.git'))

/** The machine that runs the tests may have an identity of its own. */
async function withoutIdentity<T>(act: () => Promise<T>): Promise<T> {
  const known = { ...process.env }
  Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', EMAIL: '' })
  for (const name of Object.keys(process.env)) if (/^GIT_(?:AUTHOR|COMMITTER)_/.test(name)) delete process.env[name]
  try {
    return await act()
  } finally {
    process.env = known
  }
}
