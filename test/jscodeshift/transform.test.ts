import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { applyTransform } from 'jscodeshift/src/testUtils.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import transform, { type Options } from '../../transforms/jscodeshift.ts'

let app: string
beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'routeshift-jscodeshift-'))
  put('package.json', '{ "dependencies": { "next": "14.2.0" } }')
  put('app/api/taken/route.ts', 'export function GET() {}')
})
afterAll(() => rmSync(app, { recursive: true, force: true }))

const ping = 'export default function handler(req, res) {\n  res.status(200).json({ ok: true })\n}\n'

describe('the transform', () => {
  test('gives the text of the route file, written for the Next of the project', async () => {
    expect(await run('pages/api/ping.js', ping)).toBe(
      'export const revalidate = 0\n\nexport function GET() {\n  return Response.json({ ok: true })\n}',
    )
  })

  test('takes the options of the command line', async () => {
    const output = await run('pages/api/ping.js', ping, { next: 16, strict: true })
    expect(output).not.toContain('revalidate')
    expect(output).toMatch(/as DELETE/)
  })

  test('stays in JavaScript for a .js file, unless it is asked for TypeScript', async () => {
    const source = 'export default (req, res) => res.json({ id: req.query.id })\n'
    expect(await run('pages/api/a/[id].js', source)).not.toContain(': Request')
    expect(await run('pages/api/a/[id].js', source, { lang: 'ts' })).toContain(': Request')
  })

  test('needs no project around the file', async () => {
    const output = applyTransform(transform, {}, { path: '/nowhere/src/pages/api/ping.js', source: ping })
    expect(await output).toContain('Response.json({ ok: true })')
  })

  test('leaves a route that is kept and says why', async () => {
    const source = 'export default async function handler(req, res) {\n  await fetchAll((x) => res.json(x))\n}\n'
    const { output, reports } = await runWithReports('pages/api/slow.js', source)
    expect(output).toBeUndefined()
    expect(reports[0]).toMatch(/^line 2: PA320 /)
  })

  test('leaves a route whose path is taken in app/', async () => {
    const { output, reports } = await runWithReports('pages/api/taken.ts', ping)
    expect(output).toBeUndefined()
    expect(reports[0]).toContain('app/api/taken/route.ts')
  })

  test('says where the text belongs', async () => {
    const { reports } = await runWithReports('pages/api/deep/index.js', ping)
    expect(reports[0]).toBe('belongs at app/api/deep/route.js')
  })

  test.each(['pages/index.js', 'lib/pages/apis.js', 'pages/api/notes.md'])('leaves %s alone', async (path) => {
    expect(await runWithReports(path, ping)).toEqual({ output: undefined, reports: [] })
  })
})

describe.skipIf(!existsSync('dist/transforms/jscodeshift.cjs'))('the built transform', () => {
  test.each([['--no-babel'], ['--babel']])('is loaded by jscodeshift %s', (flag) => {
    put('pages/api/ping.js', ping)
    const bin = join(dirname(createRequire(import.meta.url).resolve('jscodeshift/package.json')), 'bin/jscodeshift.js')
    const transformPath = resolve('dist/transforms/jscodeshift.cjs')
    const args = [bin, flag, '--run-in-band', '-t', transformPath, 'pages/api']
    const stdout = execFileSync(process.execPath, args, { cwd: app, encoding: 'utf8', stdio: 'pipe' })
    expect(stdout).toMatch(/belongs at app\/api\/ping\/route\.js[\s\S]*0 errors/)
    expect(readFileSync(join(app, 'pages/api/ping.js'), 'utf8')).toContain('export function GET()')
  }, 60_000)

  test('is a function for require and for import', () => {
    const path = JSON.stringify(resolve('dist/transforms/jscodeshift.cjs'))
    const script = `const t = require(${path}); import(${path}).then((m) => console.log(typeof t, typeof t.default, typeof m.default))`
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('function function function\n')
  })
})

async function run(path: string, source: string, options: Options = {}): Promise<string> {
  return applyTransform(transform, options, { path: join(app, path), source })
}

async function runWithReports(
  path: string,
  source: string,
): Promise<{ output: string | undefined; reports: string[] }> {
  const reports: string[] = []
  const output = await transform({ path: join(app, path), source }, { report: (message) => reports.push(message) })
  return { output, reports }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true })
  writeFileSync(join(app, path), text)
}
