import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { main } from '../../transforms/cli/main.ts'
import { repositoryRoot } from '../support/fixture.ts'
import { putFile } from '../support/put-file.ts'

/** The whole way on a real tree: migrate, compare, edit by hand, compare again. */

const guarded = `export default function handler(req, res) {
  if (req.method !== 'POST') return res.status(405).end()
  if (!req.body.name) return res.status(400).json({ error: 'no name' })
  res.status(201).json({ name: req.body.name })
}
`
let cwd: string
beforeAll(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'routeshift-whole-')))
  put('package.json', '{ "name": "app", "dependencies": { "next": "16.0.0", "typescript": "5.9.0" } }')
  put('pages/api/guarded.js', guarded)
  put('pages/api/plain/[id].js', 'export default (req, res) => res.json({ id: req.query.id })\n')
  put('pages/api/gone.js', guarded)
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'before')
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function start(...argv: string[]) {
  const out: string[] = []
  const io = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => out.push(text) },
    isTTY: false,
    cwd,
    env: {},
  }
  const exit = await main(argv, io)
  return { exit, text: out.join('') }
}

const from = ['--next-from', repositoryRoot]

test('nothing to compare is an error that says what to do', { timeout: 120_000 }, async () => {
  const nothing = await start('verify', ...from)
  expect(nothing.exit).toBe(1)
  expect(nothing.text).toMatch(/^routeshift: No route has moved/)
})

test('a migration is compared with the commit before it; an edit that changes an answer is found', {
  timeout: 120_000,
}, async () => {
  const migrated = await start('--verify', '--json', ...from)
  expect(migrated.exit).toBe(0)
  const proofs = JSON.parse(migrated.text).routes.map(
    (route: { verification: { proof: string } }) => route.verification.proof,
  )
  expect(proofs).toEqual(['proven', 'proven', 'proven'])

  const missing = await start('verify')
  expect(missing.text).toMatch(/Next is not installed in .*--next-from/)
  expect(missing.exit).toBe(1)

  const target = 'app/api/guarded/route.ts'
  put(target, readFileSync(join(cwd, target), 'utf8').replace('201', '200'))
  rmSync(join(cwd, 'app/api/gone/route.ts'))
  const { exit, text } = await start('verify', ...from)
  expect(exit).toBe(2)
  expect(text).toContain(`/api/guarded  pages/api/guarded.js -> ${target} (edited by hand)`)
  expect(text).toMatch(/curl -i -X POST http:\/\/localhost:3000\/api\/guarded .*--data-binary '\{"name":/)
  expect(text).toMatch(/! 201 +200/)
  expect(text).toContain('pages/api/gone.js is gone, and nothing in app/ serves /api/gone')
  expect(text).toMatch(/1 {2}differs/)
  expect(text).toMatch(/1 {2}proven/)
})

test('a migration that is committed is compared with the commit from which its run started', {
  timeout: 120_000,
}, async () => {
  git('add', '-A')
  git('commit', '-qm', 'migrated')
  const { exit, text } = await start('verify', ...from)
  expect(exit).toBe(2)
  expect(text).toContain('refs/routeshift/start')
  expect(text).toMatch(/1 {2}differs/)

  const since = await start('verify', ...from, '--from', 'HEAD')
  expect(since.exit).toBe(1)
  expect(since.text).toMatch(/No route has moved from pages\/api to app\/ since HEAD/)
})

const put = (path: string, text: string): void => putFile(join(cwd, path), text)

function git(...args: string[]): void {
  const name = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...name, ...args], { cwd, stdio: 'pipe' })
}
