import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseArguments } from '../../transforms/cli/parse.ts'
import { type Engine, run } from '../../transforms/cli/run.ts'
import type { RouteResult } from '../../transforms/model/migration.ts'
import { createMigration, sampleRoutes } from '../report/sample.ts'
import { createMemoryHost, type MemoryHostOptions } from '../support/memory-host.ts'
import { putFile } from '../support/put-file.ts'

const [migrated, review, kept, failed] = sampleRoutes as [RouteResult, RouteResult, RouteResult, RouteResult]
const clean = { routes: [migrated, review, kept] }

interface World extends MemoryHostOptions {
  routes?: readonly RouteResult[]
  isTTY?: boolean
  env?: Record<string, string>
  total?: number
  engine?: Partial<Engine>
  files?: Record<string, string>
}

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'routeshift-cli-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Runs the command over routes made by hand, in a tree in memory. */
async function start(line: string, world: World = {}) {
  const routes = world.routes ?? sampleRoutes
  const tree = Object.fromEntries(routes.map(({ route }) => [route.source, `old ${route.id.slice(5)}\n`]))
  const host = createMemoryHost({ ...tree, ...world.files }, { root: cwd, ...world })
  const out: string[] = []
  const err: string[] = []
  const io = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text), isTTY: world.isTTY ?? false },
    isTTY: world.isTTY ?? false,
    cwd,
    env: world.env ?? {},
  }
  const engine: Engine = {
    createHost: () => host,
    migrate: async (_options, _host, hooks) => {
      for (let done = 0; done <= (world.total ?? 0); done += 10) hooks?.onProgress?.(done, world.total ?? 0)
      return createMigration(routes, cwd)
    },
    migrateVerified: async () => createMigration(routes, cwd),
    printStage: async (stage) => `{"stage":"${stage}"}`,
    ...world.engine,
  }
  const exit = run(parseArguments(line === '' ? [] : line.split(' ')), io, engine)
  return { exit: await exit, stdout: out.join(''), stderr: err.join(''), files: host.files, tree }
}

describe('what is written', () => {
  test('a run writes the changes and says how to go on', async () => {
    const { exit, stdout, files } = await start('', clean)
    expect(exit).toBe(0)
    expect(files['app/api/hello/route.ts']).toBe('new hello\n')
    expect(files).not.toHaveProperty('pages/api/hello.ts')
    expect(files).toHaveProperty('pages/api/taken.ts')
    expect(stdout).toContain('Read the changes with git diff')
    expect(stdout).not.toContain('diff --git')
  })

  test.each([
    '--dry-run',
    '-d',
    '--check',
    '--patch out.patch',
    '--dry-run --json',
    '--print uses',
  ])('%s leaves the tree alone', async (line) => {
    const { files, tree } = await start(line, { dirty: ['a.ts'] })
    expect(files).toEqual(tree)
  })

  test('--dry-run shows the diff before the summary', async () => {
    const { stdout } = await start('--dry-run', clean)
    expect(stdout).toMatch(/^diff --git (?:.|\n)*\n\n3 API routes\n/)
  })

  test('--patch writes the diff and names the command', async () => {
    const { stdout } = await start('--patch out/a.patch', clean)
    expect(readFileSync(join(cwd, 'out/a.patch'), 'utf8')).toMatch(/^diff --git /)
    expect(stdout).toContain('git apply out/a.patch')
    expect(stdout).not.toContain('diff --git')
  })

  test('the patch of a folder in a repository can be applied from that folder and from the top', async () => {
    const app = join(cwd, 'apps', 'my web')
    mkdirSync(join(app, 'pages/api'), { recursive: true })
    execFileSync('git', ['init', '-q'], { cwd })
    const top = cwd
    cwd = app
    const { stdout } = await start('--patch ../a.patch', clean)
    cwd = top
    expect(stdout).toContain('To apply it: git apply ../a.patch')
    for (const place of [app, top]) {
      for (const { route } of clean.routes) putFile(join(app, route.source), `old ${route.id.slice(5)}\n`)
      rmSync(join(app, 'app'), { recursive: true, force: true })
      execFileSync('git', ['apply', join(top, 'apps/a.patch')], { cwd: place })
      expect(readFileSync(join(app, 'app/api/hello/route.ts'), 'utf8')).toBe('new hello\n')
    }
  })

  test('the commands to go on with fit the folder', async () => {
    mkdirSync(join(cwd, 'web'))
    expect((await start('web', clean)).stdout).toContain('npx routeshift undo web')
    expect((await start('web --patch a.patch', clean)).stdout).toContain(`git -C web apply ${join(cwd, 'a.patch')}`)
  })

  test('--report writes each file by its ending', async () => {
    await start('--dry-run --report a.json --report sub/b.md', clean)
    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'))).toMatchObject({ version: 1 })
    expect(readFileSync(join(cwd, 'sub/b.md'), 'utf8')).toMatch(/^# /)
  })

  test('a report that cannot be written is an error with its name', async () => {
    writeFileSync(join(cwd, 'file'), '')
    await expect(start('--dry-run --report file/a.md', clean)).rejects.toThrow('Cannot write file/a.md')
  })
})

describe('git', () => {
  test('a dirty tree is refused, naming the first paths', async () => {
    const dirty = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    await expect(start('--report r.md', { ...clean, dirty })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [UserError: The working tree has changes that are not committed. Nothing was written.
        a
        b
        c
        d
        e
        ... and 2 more
      Commit or stash them (git stash --include-untracked) and run again, or write anyway with --allow-dirty.]
    `)
    expect(existsSync(join(cwd, 'r.md'))).toBe(false)
  })

  test('a folder outside of git is refused', async () => {
    await expect(start('', { ...clean, inRepository: false })).rejects.toThrow(
      /not in a git repository.*Nothing was written(?:.|\n)*--allow-dirty/,
    )
  })

  test.each([{ dirty: ['a'] }, { inRepository: false }])('--allow-dirty writes with %j', async (world) => {
    const { files, stdout } = await start('--allow-dirty', { ...clean, ...world })
    expect(files).toHaveProperty('app/api/hello/route.ts')
    expect(stdout).toContain('To take everything back: npx routeshift undo')
  })

  test('a dirty tree does not matter when there is nothing to write', async () => {
    expect((await start('', { routes: [kept], dirty: ['a'] })).exit).toBe(0)
  })
})

describe('exit code', () => {
  test.each([
    ['0 when all is well', '--dry-run', [migrated, review, kept], 0],
    ['1 when a route failed', '--dry-run', [migrated, failed], 1],
    ['1 when a route failed, with --check', '--check', [migrated, failed], 1],
    ['2 when something would change, with --check', '--check', [migrated], 2],
    ['0 when only kept routes are left, with --check', '--check', [kept], 0],
  ] as const)('%s', async (_name, line, routes, expected) => {
    expect((await start(line, { routes })).exit).toBe(expected)
  })

  test('an app without API routes is an error that says what to do', async () => {
    await expect(start('', { routes: [] })).rejects.toThrow(/No API routes were found.*there is nothing left to do/)
  })

  test.each([
    [{}, /No Next.js application was found here.*name the folder/],
    [{ 'web/package.json': '{ "dependencies": { "next": "16" } }' }, /No API routes were found/],
    [{ 'next.config.mjs': '' }, /No API routes were found/],
  ])('a folder that holds %j and no app with API routes is an error', async (files, message) => {
    const empty = createMigration([], cwd)
    const migration = { ...empty, report: { ...empty.report, apps: [] } }
    await expect(start('', { engine: { migrate: async () => migration }, files })).rejects.toThrow(message)
  })

  test('patterns that leave none are named, and where they begin', async () => {
    const world = { routes: [], files: {} }
    await expect(start('--include a/** --exclude b', world)).rejects.toThrow(
      /No API route is left by --include 'a\/\*\*' --exclude 'b'\.\nPatterns are relative to .*, as in 'pages\/api\/\*\*'/,
    )
    expect((await start('--check --include a', { ...world, files: { 'next.config.js': '' } })).exit).toBe(0)
  })

  test('where links lead elsewhere they are named: nothing is looked for below them', async () => {
    const world = { routes: [], files: { 'server/a.ts': '' }, links: { 'pages/api': 'server' } }
    await expect(start('', world)).rejects.toThrow(/No API.*\n`pages\/api` is a symbolic link to the folder `server`/)
  })

  test.each([
    ['missing', 'There is no folder'],
    ['undo', 'The command goes first: routeshift undo'],
    ['file', 'is a file. Name a folder'],
  ])('dir %s is an error', async (dir, message) => {
    writeFileSync(join(cwd, 'file'), '')
    await expect(start(dir)).rejects.toThrow(message)
  })
})

describe('what is printed', () => {
  test('--json prints the report and nothing else', async () => {
    const { stdout, stderr } = await start('--dry-run --json --patch a.patch', { isTTY: true, total: 300 })
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, routes: [{}, {}, {}, {}] })
    expect(stderr).not.toContain('diff')
  })

  test('--quiet prints nothing', async () => {
    const { stdout, stderr } = await start('--dry-run --quiet', { isTTY: true, total: 300 })
    expect(stdout + stderr).toBe('')
  })

  test('--print prints the stage alone', async () => {
    expect((await start('--print model')).stdout).toBe('{"stage":"model"}\n')
  })

  test.each([
    ['on a terminal', '', { isTTY: true }, true],
    ['without a terminal', '', {}, false],
    ['with NO_COLOR', '', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', '', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['with --no-color', ' --no-color', { isTTY: true }, false],
  ])('colour %s', async (_name, extra, world, isColoured) => {
    const { stdout } = await start(`--dry-run${extra}`, world)
    expect(stdout.includes('\u001b[')).toBe(isColoured)
  })

  test.each([
    ['long run on a terminal', '', { isTTY: true, total: 300 }, true],
    ['short run', '', { isTTY: true, total: 200 }, false],
    ['no terminal', '', { total: 300 }, false],
    ['--no-progress', ' --no-progress', { isTTY: true, total: 300 }, false],
  ])('progress: %s', async (_name, extra, world, isShown) => {
    const { stderr } = await start(`--dry-run${extra}`, world)
    expect(stderr.includes('% of 300 routes')).toBe(isShown)
    // The bar is gone in the end.
    if (isShown) expect(stderr).toMatch(/\r +\r$/)
  })
})
