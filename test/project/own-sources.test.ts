import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createGitApp, type GitApp } from '../support/git-app.ts'

/** Modules that git does not have as files of this repository are read, and never changed: a route that needs that stays. */

let app: GitApp
const reply = (): string => readFileSync(join(app.cwd, 'lib/reply.js'), 'utf8')
const isLeft = (route: string): boolean => existsSync(join(app.cwd, `pages/api/${route}.js`))

beforeEach(() => {
  app = createGitApp()
})
afterEach(() => rmSync(app.top, { recursive: true, force: true }))

test('one that git ignores: it is built from something else', async () => {
  const before = reply()
  app.git('rm', '-q', '--cached', 'lib/reply.js')
  app.put('.gitignore', 'lib/\n')
  app.git('add', '-A')
  app.git('commit', '-qm', 'Build lib')
  expect((await app.start()).exit).toBe(0)
  expect([isLeft('ok'), isLeft('order')]).toEqual([true, false])
  expect(reply()).toBe(before)
})

test('one in a submodule, with commits too', async () => {
  const before = reply()
  const inner = mkdtempSync(join(tmpdir(), 'routeshift-inner-'))
  const ask = (...args: string[]): string => execFileSync('git', args, { cwd: inner, encoding: 'utf8' })
  try {
    ask('init', '-q')
    writeFileSync(join(inner, 'reply.js'), before)
    ask('add', '-A')
    ask('-c', 'user.name=Ada', '-c', 'user.email=a@example.org', '-c', 'commit.gpgSign=false', 'commit', '-qm', 'Reply')
    app.git('rm', '-rq', 'lib')
    app.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'lib')
    app.git('commit', '-qm', 'Share lib')
    const { exit, text } = await app.start('--commits')
    expect(text).toContain('Committed without hooks')
    expect(exit).toBe(0)
    expect([isLeft('ok'), isLeft('order')]).toEqual([true, false])
    expect(reply()).toBe(before)
    expect(app.git('status', '--porcelain')).toBe('')
  } finally {
    rmSync(inner, { recursive: true, force: true })
  }
})

test('one that is new and not ignored is changed as any other', async () => {
  app.git('rm', '-q', '--cached', 'lib/reply.js')
  app.git('commit', '-qm', 'Take lib out')
  expect((await app.start('--allow-dirty')).exit).toBe(0)
  expect(isLeft('ok')).toBe(false)
})
