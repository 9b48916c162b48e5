import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../support/fixture.ts'

/** The README shows what `npm run demo` prints, shortened; `vitest -u` writes it anew. */

const shown = ['app/api/login/route.ts', 'app/api/visit/route.ts']
const readme = join(repositoryRoot, 'README.md')
const block = /(<!-- demo -->\n```text\n)[\s\S]*?(```\n<!-- \/demo -->)/

test('the README shows the output of the demo', () => {
  const text = readFileSync(readme, 'utf8')
  const expected = text.replace(block, (_match, start: string, end: string) => `${start}${shorten(runDemo())}${end}`)
  expect(text).toMatch(block)
  if (isUpdating()) writeFileSync(readme, expected)
  else expect(text).toBe(expected)
})

function runDemo(): string {
  const command = ['dist/bin/routeshift.js', 'fixtures/demo', '--dry-run', '--no-color', '--report', '.cache/demo.md']
  return execFileSync(process.execPath, command, { cwd: repositoryRoot, encoding: 'utf8' })
}

/** The files that are shown, `...` for the others, and the summary. */
function shorten(output: string): string {
  const summary = output.slice(output.search(/^\d+ API routes$/m))
  const files = output.slice(0, -summary.length).split(/^(?=diff --git )/m)
  const kept = files.filter((file) => shown.some((path) => file.includes(`b/fixtures/demo/${path}\n`)))
  expect(kept).toHaveLength(shown.length)
  return `...\n${kept.join('...\n')}...\n\n${summary}`
}

function isUpdating(): boolean {
  return Reflect.get(expect.getState().snapshotState, '_updateSnapshot') === 'all'
}
