import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { main } from '../../transforms/cli/main.ts'
import { commitRun } from '../../transforms/commits.ts'
import { migrate } from '../../transforms/migrate.ts'
import { createHost } from '../../transforms/project/host.ts'
import { readTree } from '../safety/tree.ts'
import { createGitApp, type GitApp } from '../support/git-app.ts'
import { createMemoryHost } from '../support/memory-host.ts'

/** `--commits` where a repository is not the plain one, and what becomes of a longer history. */

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

test('on no branch, says how to keep the commits, and undo takes them back', async () => {
  const before = head()
  const branch = git('branch', '--show-current').trim()
  git('checkout', '-q', '--detach')
  const { exit, text } = await start('--commits')
  expect(exit).toBe(0)
  expect(text).toContain('HEAD is on no branch: git switch -c <name> keeps these commits')
  expect(log('%s')).toHaveLength(3)
  expect(git('rev-parse', branch).trim()).toBe(before)
  expect((await start('undo')).exit).toBe(0)
  expect(head()).toBe(before)
  expect(git('status', '--porcelain')).toBe('')
})

test('in a worktree, leaves the others alone', async () => {
  const before = { tree: readTree(top), head: head() }
  const aside = join(top, '..', `${basename(top)}-aside`)
  git('worktree', 'add', '-q', '-b', 'side', aside)
  try {
    const { exit } = await runIn(join(aside, 'apps/[web] site'), '--commits')
    expect(exit).toBe(0)
    expect(log('%s', 'side')).toHaveLength(3)
    expect(head()).toBe(before.head)
    expect(git('status', '--porcelain')).toBe('')
    expect((await start('undo')).text).toContain('nothing to undo')
    expect((await runIn(join(aside, 'apps/[web] site'), 'undo')).exit).toBe(0)
    expect(log('%s', 'side')).toHaveLength(1)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
})

test('in a submodule, commits there and not in the repository around it', async () => {
  const around = mkdtempSync(join(tmpdir(), 'routeshift-around-'))
  const ask = (...args: string[]): string => execFileSync('git', args, { cwd: around, encoding: 'utf8' })
  try {
    ask('init', '-q')
    for (const [name, value] of identity) ask('config', name, value)
    ask('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', top, 'web')
    ask('commit', '-qm', 'Add the site')
    const inner = join(around, 'web/apps/[web] site')
    for (const [name, value] of identity) execFileSync('git', ['config', name, value], { cwd: inner })
    expect((await runIn(inner, '--commits')).exit).toBe(0)
    expect(ask('log', '--format=%s').trim()).toBe('Add the site')
    expect(ask('-C', 'web', 'log', '--format=%s').trim().split('\n')).toHaveLength(3)
    expect((await runIn(inner, 'undo')).exit).toBe(0)
    expect(ask('status', '--porcelain')).toBe('')
    // From outside its files are not listed: nothing there is ours.
    expect((await runIn(around, '--commits')).text).toContain('No Next.js application was found here')
  } finally {
    rmSync(around, { recursive: true, force: true })
  }
})

test('the history of ten routes in two languages goes on, however much they change', async () => {
  for (let at = 0; at < 10; at++) put(`pages/api/many/${at % 2 ? `[id${at}]/a.ts` : `${at}.js`}`, manyMethods(at))
  git('add', '-A')
  git('commit', '-qm', 'Add ten')
  await start('--commits')
  const files = git('ls-files', 'app/api/many').trim().split('\n')
  expect(files).toHaveLength(10)
  for (const file of files) {
    expect(log('%s', '--follow', '--', file), file).toEqual([
      'Migrate API routes to route handlers',
      'Rename API routes to route files of app/',
      'Add ten',
    ])
    // Half of the lines are new: as one commit, git would see a new file.
    const [added = 0, removed = 0] = git('show', '--format=', '--numstat', 'HEAD', '--', file).split('\t').map(Number)
    expect(added + removed, file).toBeGreaterThan(15)
    expect(git('blame', '-s', '-w', file), file).toMatch(
      new RegExp(`^\\^?${log('%h', '--reverse', '-2', '--skip=1')[0]?.slice(0, 6)}`, 'm'),
    )
  }
})

test('the branch moves only from where it was', () => {
  const before = head()
  git('commit', '-q', '--allow-empty', '-m', 'mine, in between')
  const between = head()
  const history = createHost(cwd).history
  expect(() => history.move({ from: before, to: before }, [])).toThrow('git update-ref failed')
  expect(head()).toBe(between)
})

test('the journal knows the commits before the branch moves', async () => {
  const host = createMemoryHost({
    'package.json': '{ "dependencies": { "next": "16.0.0" } }',
    'pages/api/a.ts': 'export default (req, res) => res.json({ a: 1 })\n',
  })
  const done: string[] = []
  const history = {
    ...host.history,
    write: () => ({ from: 'a', to: 'b' }),
    move: () => void done.push('moved'),
  }
  const commit = commitRun(await migrate({}, host), { ...host, history }, () => void done.push('said'))
  commit(
    { version: 1, started: '', state: 'writing', files: [] },
    ({ commits }) => void done.push(`${commits?.to} noted`),
  )
  expect(done).toEqual(['b noted', 'moved', 'said'])
})

const identity = [
  ['user.name', 'Ada'],
  ['user.email', 'ada@example.org'],
  ['commit.gpgSign', 'false'],
] as const

async function runIn(folder: string, ...argv: string[]): Promise<{ exit: number; text: string }> {
  const out: string[] = []
  const sink = { write: (text: string) => out.push(text) }
  const exit = await main(argv, { stdout: sink, stderr: sink, isTTY: false, cwd: folder, env: {} })
  return { exit, text: out.join('') }
}

/** A route of which little stays as it is. */
const manyMethods = (at: number): string => `export default async function handler(req, res) {
  if (req.method === 'GET') {
    const { key, page } = req.query
    res.setHeader('X-Number', '${at}')
    return res.status(200).json({ key, page })
  }
  if (req.method === 'POST') {
    const { name, n${at} } = req.body
    if (!name) return res.status(400).json({ error: 'no name ${at}' })
    return res.status(201).json({ name, value: n${at} })
  }
  res.setHeader('Allow', ['GET', 'POST'])
  res.status(405).end()
}
`
