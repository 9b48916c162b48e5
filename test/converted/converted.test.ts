import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type Files, findFixtures, repositoryRoot } from '../support/fixture.ts'
import { putFile } from '../support/put-file.ts'
import { runEngine } from '../support/run-fixture.ts'

/**
 * Tests of handlers, run for real: as they were, over the handlers that they were written for; converted, over the route files; and converted,
 * over route files that answer otherwise, where each must fail.
 */
const folder = mkdtempSync(join(tmpdir(), 'routeshift-converted-'))
const limit = 120_000

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NOT_RUN: Readonly<Record<string, string>> = {
  'project/tests/served-by-tool':
    'next-test-api-route-handler@5.0.7 is not installed; with it, both sides passed on Next 16',
  'project/tests/required': 'Vitest does not transform what is required',
}

const cases = await Promise.all(
  findFixtures()
    .filter(({ id }) => id.startsWith('project/tests/') && !(id in NOT_RUN))
    .map(async ({ id, input, options }) => {
      const { migration, after } = await runEngine(input, options)
      const told = migration.routes.flatMap(({ diagnostics }) => diagnostics)
      const named = told.flatMap(({ code, data }) => (code === 'PA449' ? [String(data.test)] : []))
      const converted = [...new Set(named)].map((path) => ({ path, old: pathBefore(path, input) }))
      const routes = migration.routes.flatMap(({ target }) => target ?? [])
      return { id, input, after, converted, routes }
    }),
)

test('every converted test passed before, and passes now', { timeout: limit }, async () => {
  const before = await runTests('before', ({ input, converted }) => ({
    files: input,
    tests: converted.map((one) => one.old),
  }))
  const after = await runTests('after', ({ after, converted }) => ({
    files: after,
    tests: converted.map((one) => one.path),
  }))
  expect(before.failed).toEqual([])
  expect(after.failed).toEqual([])
  expect(after.passed.length).toBe(before.passed.length)
  expect(after.passed.length).toBeGreaterThan(15)
})

test('every converted test fails when the route answers otherwise', { timeout: limit }, async () => {
  const other = await runTests('other', ({ after, converted, routes }) => ({
    files: { ...after, ...Object.fromEntries(routes.map((path) => [path, otherRoute])) },
    tests: converted.map((one) => one.path),
  }))
  expect(other.passed).toEqual([])
  expect(other.failed.length).toBeGreaterThan(15)
})

/** All methods, and an answer that no test expects. */
const otherRoute = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
  .map((method) => `export function ${method}() {\n  return new Response('other', { status: 418 })\n}\n`)
  .join('\n')

/** A test that left pages/ was there before. */
function pathBefore(path: string, input: Files): string {
  return path in input ? path : path.replace(/^((?:src\/)?)app\//, '$1pages/')
}

interface Outcome {
  passed: string[]
  failed: string[]
}

type Side = (one: (typeof cases)[number]) => { files: Files; tests: readonly string[] }

async function runTests(name: string, side: Side): Promise<Outcome> {
  const root = join(folder, name)
  const include: string[] = []
  for (const one of cases) {
    const { files, tests } = side(one)
    const dir = one.id.replaceAll('/', '-')
    for (const [path, text] of Object.entries(files)) putFile(join(root, dir, path), text)
    // A bracket is part of the name here.
    include.push(...tests.map((path) => `${dir}/${path}`))
  }
  putFile(
    join(root, 'vitest.config.mjs'),
    `export default { test: { globals: true, include: ${JSON.stringify(include)} } }\n`,
  )
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'))
  const report = join(root, 'report.json')
  const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs')
  await new Promise((done) => {
    execFile(
      process.execPath,
      [vitest, 'run', '--root', root, '--reporter=json', `--outputFile=${report}`],
      { cwd: root, env: { ...process.env, VITEST: '', NODE_ENV: 'test' } },
      done,
    )
  })
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: readonly FileResult[] }
  const all = testResults.flatMap((file) =>
    file.assertionResults.length === 0
      ? [{ text: `${file.name}: ${file.message}`, isPassed: false }]
      : file.assertionResults.map((one) => ({
          text: `${file.name.slice(root.length + 1)} ${one.fullName}${one.status === 'passed' ? '' : `: ${one.failureMessages[0]}`}`,
          isPassed: one.status === 'passed',
        })),
  )
  const texts = (isPassed: boolean): string[] => all.filter((one) => one.isPassed === isPassed).map(({ text }) => text)
  return { passed: texts(true), failed: texts(false) }
}

interface FileResult {
  name: string
  message: string
  assertionResults: readonly { fullName: string; status: string; failureMessages: readonly string[] }[]
}
