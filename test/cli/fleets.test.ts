import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isSame, readTree, type Tree } from '../safety/tree.ts'
import { repositoryRoot } from '../support/fixture.ts'

/** What docs/fleets.md tells, on local repositories, with the program as it is built. `npm test` builds it first. */

const program = join(repositoryRoot, 'dist/bin/routeshift.js')
const plain = 'export default (req, res) => res.json({ ok: true })\n'
const manifest = '{ "dependencies": { "next": "16.0.0", "typescript": "5.9.0" } }'
const repositories: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  shop: { 'package.json': manifest, 'pages/api/ok.js': plain, 'pages/api/[id].js': plain },
  platform: {
    'package.json': '{ "workspaces": ["apps/*"] }',
    'apps/a/package.json': manifest,
    'apps/a/pages/api/ok.js': plain,
    'apps/b c/package.json': manifest,
    'apps/b c/src/pages/api/ok.js': plain,
  },
  site: { 'package.json': manifest, 'pages/index.js': 'export default () => null\n' },
  broken: { 'package.json': manifest, 'pages/api/ok.js': plain, 'pages/api/bad.js': 'export default {\n' },
}

let top: string
beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'routeshift-fleet-')))
  mkdirSync(join(top, 'reports'))
  for (const [name, files] of Object.entries(repositories)) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(top, 'origin', name, path)), { recursive: true })
      writeFileSync(join(top, 'origin', name, path), text)
    }
    git(join(top, 'origin', name), 'init', '-q')
    commit(join(top, 'origin', name), 'app')
  }
  const script = /<!-- migrate\.sh -->\n```sh\n([\s\S]*?)```/.exec(readFileSync('docs/fleets.md', 'utf8'))?.[1] ?? ''
  writeFileSync(join(top, 'migrate.sh'), script)
  chmodSync(join(top, 'migrate.sh'), 0o755)
})
afterAll(() => rmSync(top, { recursive: true, force: true }))

describe.runIf(existsSync(program))('a fleet', () => {
  /** What each clone has become. */
  const migrated = new Map<string, Tree>()

  test.each<[string, string[], Record<string, number> | null]>([
    ['shop', ['app/api/[id]/route.ts', 'app/api/ok/route.ts'], { routes: 2, failed: 0 }],
    ['platform', ['apps/a/app/api/ok/route.ts', 'apps/b c/src/app/api/ok/route.ts'], { routes: 2, failed: 0 }],
    ['site', [], null],
    ['broken', ['app/api/ok/route.ts'], { routes: 2, failed: 1 }],
  ])(
    '%s: the script ends with 0, and what is left to commit are the routes',
    (name, expected, summary) => {
      const dir = clone(name, 'script')
      const { status, stderr } = spawnSync(join(top, 'migrate.sh'), [], {
        cwd: dir,
        env: {
          ...process.env,
          REPOSITORY: `my-org/${name}`,
          REPORTS: join(top, 'reports'),
          ROUTESHIFT: `node ${program}`,
        },
        encoding: 'utf8',
      })
      expect([status, stderr]).toEqual([0, ''])
      git(dir, 'add', '-A')
      const added = git(dir, 'diff', '--cached', '--name-only', '--no-renames', '-z', '--diff-filter=A').split('\0')
      expect(added.filter((path) => path !== '')).toEqual(expected)
      const report = join(top, `reports/my-org-${name}.json`)
      expect(existsSync(report)).toBe(summary !== null)
      if (summary !== null) expect(JSON.parse(readFileSync(report, 'utf8')).summary).toMatchObject(summary)
      migrated.set(name, filesOf(dir))
    },
    60_000,
  )

  test.each(['shop', 'platform', 'broken'])('%s: by a patch it comes to the same', (name) => {
    const patch = join(top, `${name}.patch`)
    const made = clone(name, 'made')
    run(made, '--patch', patch, '--quiet')
    expect(git(made, 'status', '--porcelain')).toBe('')
    const dir = clone(name, 'patched')
    git(dir, 'apply', '--index', patch)
    expect(isSame(filesOf(dir), migrated.get(name) ?? new Map())).toBe(true)
  }, 60_000)

  test.each<[string, boolean]>([
    ['shop', true],
    ['broken', true],
    ['moved', false],
  ])(
    '%s: the steps of the workflow open a pull request where something moves',
    (name, isOpened) => {
      const dir = clone(name === 'moved' ? 'broken' : name, `steps-${name}`)
      if (name === 'moved') {
        run(dir, '--quiet')
        commit(dir, 'moved')
      }
      const temporary = join(top, `temporary-${name}`)
      mkdirSync(temporary)
      const env = { ...process.env, RUNNER_TEMP: temporary, PATH: `${programs()}:${process.env.PATH}` }
      for (const step of steps()) {
        const { status, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', step], {
          cwd: dir,
          env,
          encoding: 'utf8',
        })
        expect([step, status]).toEqual([step, 0])
        expect(stderr).not.toMatch(/error:|fatal:/)
      }
      expect(existsSync(join(temporary, 'gh.log'))).toBe(isOpened)
      if (isOpened) expect(git(dir, 'ls-remote', 'origin', 'routeshift')).not.toBe('')
    },
    60_000,
  )

  test('the gate: 2 before, 0 after, also when no routes are left', () => {
    const dir = clone('shop', 'gate')
    expect(run(dir, '--check', '--quiet')).toBe(2)
    expect(run(dir, '--quiet')).toBe(0)
    commit(dir, 'migrated')
    expect(run(dir, '--check', '--quiet')).toBe(0)
    // Without routes there is nothing to run on.
    expect(run(dir, '--quiet')).toBe(1)
    expect(run(clone('broken', 'gate'), '--check', '--quiet')).toBe(1)
  }, 60_000)
})

const filesOf = (dir: string): Tree => new Map([...readTree(dir)].filter(([path]) => path !== '.git'))

/** What stands after `run:` in the workflow of the guide. */
function steps(): string[] {
  const guide = readFileSync('docs/fleets.md', 'utf8')
  return Array.from(guide.matchAll(/^ {6}- run: \|\n((?: {10}.*\n)+)/gm), ([, text]) =>
    (text ?? '').replace(/^ {10}/gm, ''),
  )
}

/** A folder with an `npx` that runs what is built, and a `gh` that notes that it was called. */
function programs(): string {
  const folder = join(top, 'bin')
  mkdirSync(folder, { recursive: true })
  const put = (name: string, line: string) => writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  put('npx', `shift 2; exec node ${program} "$@"`)
  put('gh', 'echo "$@" >> "$RUNNER_TEMP/gh.log"')
  return folder
}

function clone(name: string, purpose: string): string {
  const dir = join(top, purpose, name)
  git(top, 'clone', '-q', join(top, 'origin', name), dir)
  return dir
}

function run(cwd: string, ...args: string[]): number | null {
  return spawnSync(process.execPath, [program, ...args], { cwd }).status
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' })
}

function commit(dir: string, message: string): void {
  git(dir, 'add', '-A')
  git(
    dir,
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.org',
    '-c',
    'commit.gpgSign=false',
    'commit',
    '-qm',
    message,
  )
}
