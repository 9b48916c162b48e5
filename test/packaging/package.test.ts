import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateCommand } from '../../transforms/cli/flags.ts'
import { renderHelp } from '../../transforms/cli/help.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const LONG = 180_000

let place: string
let app: string
let packed: string[]

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'routeshift-package-'))
  const [tarball] = JSON.parse(runNpm(['pack', '--json', '--loglevel=error', '--pack-destination', place], '.'))
  packed = tarball.files.map(({ path }: { path: string }) => path)
  app = join(place, 'app')
  put(
    'package.json',
    JSON.stringify({ name: 'app', private: true, dependencies: { next: '16.0.0', typescript: '5.9.0' } }),
  )
  put('tsconfig.json', '{ "compilerOptions": { "strict": true } }')
  put('pages/api/hello.ts', hello)
  const tool = join(place, 'tool')
  mkdirSync(tool)
  writeFileSync(join(tool, 'package.json'), '{ "name": "tool", "private": true }')
  runNpm(['install', '--prefer-offline', '--no-audit', '--no-fund', join(place, tarball.filename)], tool)
}, LONG)
afterAll(() => rmSync(place, { recursive: true, force: true }))

describe('the package', () => {
  test('holds what is needed and nothing else', () => {
    const rest = packed.filter((path) => !/^dist\/(chunks\/|transforms\/.*\.d\.ts$)/.test(path))
    expect(rest.filter((path) => !path.startsWith('docs/'))).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/NOTICES.txt',
        'dist/bin/routeshift.js',
        'dist/transforms/index.js',
        'dist/transforms/verify/worker/entry.js',
        'package.json',
      ]),
    )
    expect(rest.filter((path) => !/^(?:LICENSE|README\.md|package\.json|docs\/|dist\/)/.test(path))).toEqual([])
    expect(packed).toContain('docs/report.schema.json')
  })

  test('every file that package.json names exists', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
    const named = [manifest.bin, manifest.main, manifest.types, manifest.exports].flatMap(listStrings)
    expect(named.map((path) => path.replace(/^\.\//, '')).filter((path) => !packed.includes(path))).toEqual([])
  })

  test('needs no other package but esbuild', () => {
    expect(readdirSync(join(place, 'tool/node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      '@esbuild',
      'esbuild',
      'routeshift',
    ])
  })

  test('has types that a strict project can use', () => {
    const consumer = join(place, 'tool/consumer.ts')
    writeFileSync(
      consumer,
      `import { applyChanges, createHost, migrate, type Migration } from 'routeshift'
       const host = createHost('.')
       export const done: Promise<void> = migrate({ next: '15' }, host).then((m: Migration) => applyChanges(m.changes, host))
       // @ts-expect-error there is no such language
       void migrate({ lang: 'coffee' }, host)`,
    )
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      '',
      '--ignoreConfig',
    ]
    const require = createRequire(import.meta.url)
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
    const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, consumer], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })
})

describe('the command', () => {
  test('npx routeshift --version', () => {
    const stdout = execFileSync('npx', ['--no-install', 'routeshift', '--version'], { cwd: join(place, 'tool') })
    expect(stdout.toString()).toBe(`${version}\n`)
  })

  test('--help loads little more than itself', () => {
    expect(start(['--help'])).toMatchObject({ status: 0, stdout: renderHelp(migrateCommand), stderr: '' })
    expect(measureStatic(binPath())).toBeLessThan(30_000)
  })

  test('a dry run prints the diff and the summary and writes nothing', () => {
    const { status, stdout, stderr } = start(['--dry-run'], { cwd: app })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('b/app/api/hello/route.ts')
    expect(stdout).toContain('1 API route\n')
    expect(stdout).not.toContain('\u001b[')
    expect(readFileSync(join(app, 'pages/api/hello.ts'), 'utf8')).toBe(hello)
    expect(existsSync(join(app, 'app'))).toBe(false)
  })

  test('--json prints JSON', () => {
    const { status, stdout } = start(['--dry-run', '--json'], { cwd: app })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      tool: { version },
      summary: { routes: 1, kept: 0, failed: 0 },
    })
  })

  test('--check exits with 2 while something would change', () => {
    expect(start(['--check', '--quiet'], { cwd: app })).toMatchObject({ status: 2, stdout: '', stderr: '' })
  })

  test('a run migrates, and a second one finds nothing to do', () => {
    const copy = join(place, 'copy')
    cpSync(app, copy, { recursive: true })
    expect(start([], { cwd: copy })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not in a git repository'),
    })
    expect(existsSync(join(copy, 'app'))).toBe(false)
    expect(start(['--allow-dirty'], { cwd: copy }).status).toBe(0)
    expect(readFileSync(join(copy, 'app/api/hello/route.ts'), 'utf8')).toContain('export')
    expect(existsSync(join(copy, 'pages'))).toBe(false)
    expect(start(['--allow-dirty'], { cwd: copy })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('nothing left to do'),
    })
  })

  test.each([
    [['missing'], 'There is no folder'],
    [['--nope'], "unknown option '--nope'"],
    [['.'], 'No Next.js application was found here'],
  ])('%j is an error without a stack', (argv, message) => {
    const empty = join(place, 'empty')
    mkdirSync(empty, { recursive: true })
    const { status, stdout, stderr } = start(argv, { cwd: empty })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/^routeshift: /)
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^ {4}at /m)
  })

  test.each([['--help'], ['--dry-run']])('%s into a closed pipe is no crash', async (argument) => {
    const child = spawn(process.execPath, [binPath(), argument], { cwd: app })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (text) => {
      stderr += text
    })
    const status = await new Promise((done) => child.on('close', done))
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

const hello = `import type { NextApiRequest, NextApiResponse } from 'next'

export default function handler(req: NextApiRequest, res: NextApiResponse) {
  res.status(200).json({ hello: 'world' })
}
`

function put(path: string, text: string) {
  mkdirSync(dirname(join(app, path)), { recursive: true })
  writeFileSync(join(app, path), text)
}

function runNpm(args: readonly string[], cwd: string): string {
  const stdout = execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  // The prepack script prints before the JSON does.
  return stdout.slice(Math.max(0, stdout.search(/^\[/m)))
}

function binPath(): string {
  return join(place, 'tool/node_modules/routeshift/dist/bin/routeshift.js')
}

function start(argv: readonly string[], options: { cwd?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binPath(), ...argv], { encoding: 'utf8', ...options })
  return { status, stdout, stderr }
}

/** Bytes of a module and of all that it imports statically. */
function measureStatic(file: string, seen = new Set<string>()): number {
  if (seen.has(file)) return 0
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  const imports = [...text.matchAll(/^(?:import|export)\b[^'"(]*["'](\.[^'"]+)["']/gm)]
  const rest = imports.map(([, path]) => measureStatic(resolve(dirname(file), path ?? ''), seen))
  return text.length + rest.reduce((sum, size) => sum + size, 0)
}

function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listStrings) : []
}
