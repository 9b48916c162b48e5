import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileChange } from '../../transforms/model/change.ts'
import { quotePath, renderDiff } from '../../transforms/report/diff.ts'
import { measureSimilarity } from '../../transforms/report/renames.ts'

const long = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('')

describe('git apply accepts', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'routeshift-diff-'))
    execFileSync('git', ['init', '-q'], { cwd: root })
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const cases: Record<string, FileChange[]> = {
    'a new file': [{ kind: 'create', path: 'app/api/route.ts', before: null, after: 'a\nb\n' }],
    'a new file of one line without newline': [{ kind: 'create', path: 'a.ts', before: null, after: 'a' }],
    'an empty new file': [{ kind: 'create', path: 'a.ts', before: null, after: '' }],
    'a deletion': [{ kind: 'delete', path: 'pages/api/[...slug].ts', before: 'a\nb', after: null }],
    'the deletion of an empty file': [{ kind: 'delete', path: 'a.ts', before: '', after: null }],
    'an edit': [{ kind: 'edit', path: 'lib/a.ts', before: long, after: long.replace('line 9', 'changed') }],
    'an edit at both ends': [{ kind: 'edit', path: 'a.ts', before: long, after: `top\n${long}end\n` }],
    'an edit that empties the file': [{ kind: 'edit', path: 'a.ts', before: 'a\n', after: '' }],
    'an edit that fills an empty file': [{ kind: 'edit', path: 'a.ts', before: '', after: 'a\n' }],
    'a newline at the end that goes': [{ kind: 'edit', path: 'a.ts', before: 'a\nb\n', after: 'a\nb' }],
    'a newline at the end that comes': [{ kind: 'edit', path: 'a.ts', before: 'a\nb', after: 'a\nb\n' }],
    CRLF: [{ kind: 'edit', path: 'a.ts', before: 'a\r\nb\r\nc\r\n', after: 'a\r\nB\r\nc\r\n' }],
    'CRLF to LF': [{ kind: 'edit', path: 'a.ts', before: 'a\r\nb\r\n', after: 'a\nb\n' }],
    'lone CR, form feed, byte-order mark': [
      { kind: 'edit', path: 'a.ts', before: '\uFEFFa\rb\fc\u2028d\n', after: '\uFEFFa\rb\fc\u2028e\n' },
    ],
    'lines that look like a diff': [
      { kind: 'edit', path: 'a.ts', before: '-- a/x\n@@ -1 +1 @@\nx\n', after: '++ b/x\n@@ -1 +1 @@\ny\n' },
    ],
    'paths with spaces': [{ kind: 'edit', path: 'pages/api/my file.ts', before: 'a\n', after: 'b\n' }],
    'paths with quotes, tabs and umlauts': [{ kind: 'edit', path: 'pä"g\\e\t.ts', before: 'a\n', after: 'b\n' }],
    'a move with changes': [
      { kind: 'move', from: 'pages/api/ä b.ts', path: 'app/api/ä b/route.ts', before: long, after: `${long}x\n` },
    ],
    'a move without changes': [{ kind: 'move', from: 'a b.ts', path: 'c d.ts', before: long, after: long }],
    'a move that changes almost all': [{ kind: 'move', from: 'a.ts', path: 'b.ts', before: long, after: 'new\n' }],
    'a route deleted and created': [
      { kind: 'create', path: 'app/api/users/route.ts', before: null, after: `${long}x\n` },
      { kind: 'edit', path: 'lib/a.ts', before: 'a\n', after: 'b\n' },
      { kind: 'delete', path: 'pages/api/users/index.ts', before: long, after: null },
    ],
  }

  test.each(Object.entries(cases))('%s', (_name, changes) => {
    for (const change of changes) {
      if (change.before !== null) put(change.kind === 'move' ? change.from : change.path, change.before)
    }
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: renderDiff(changes) })
    for (const change of changes) {
      if (change.kind === 'move') expect(existsSync(join(root, change.from))).toBe(false)
      if (change.after === null) expect(existsSync(join(root, change.path))).toBe(false)
      else expect(readFileSync(join(root, change.path), 'utf8')).toBe(change.after)
    }
  })

  test('random edits', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    const text = () => Array.from({ length: random(12) }, () => `${'abc'[random(3)]}${['\n', '\n', '\r\n'][random(3)]}`)
    const changes: FileChange[] = Array.from({ length: 60 }, (_, at) => {
      const before = text()
      const after = before.filter(() => random(4) > 0).concat(random(2) ? text() : [])
      const [old, now] = [before.join(''), after.join('') + (random(2) ? 'tail' : '')]
      return { kind: 'edit', path: `f${at}.ts`, before: old, after: now }
    })
    for (const { path, before } of changes) put(path, before ?? '')
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: renderDiff(changes) })
    for (const { path, after } of changes) expect(readFileSync(join(root, path), 'utf8')).toBe(after)
  })

  function put(path: string, text: string) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
})

test('the diff of nothing is empty', () => expect(renderDiff([])).toBe(''))

test('a deleted API route and the route file made of it are shown as a rename', () => {
  const diff = renderDiff([
    { kind: 'create', path: 'src/app/api/%5Fusers/[id]/route.ts', before: null, after: `${long}x\n` },
    { kind: 'delete', path: 'src/pages/api/_users/[id].ts', before: long, after: null },
  ])
  expect(diff).toMatchInlineSnapshot(`
    "diff --git a/src/pages/api/_users/[id].ts b/src/app/api/%5Fusers/[id]/route.ts
    similarity index 98%
    rename from src/pages/api/_users/[id].ts
    rename to src/app/api/%5Fusers/[id]/route.ts
    index af8a489dcd..2f735419bb
    --- a/src/pages/api/_users/[id].ts
    +++ b/src/app/api/%5Fusers/[id]/route.ts
    @@ -18,3 +18,4 @@
     line 17
     line 18
     line 19
    +x
    "
  `)
})

test('files of different apps are not paired', () => {
  const diff = renderDiff([
    { kind: 'create', path: 'apps/one/app/api/a/route.ts', before: null, after: long },
    { kind: 'delete', path: 'apps/two/pages/api/a.ts', before: long, after: null },
  ])
  expect(diff).not.toContain('rename')
})

test('below 50 % a move is shown as a new file and a deletion', () => {
  const diff = renderDiff([{ kind: 'move', from: 'a.ts', path: 'b.ts', before: 'a\n', after: 'b\n' }])
  expect(diff).toMatchInlineSnapshot(`
    "diff --git a/a.ts b/a.ts
    deleted file mode 100644
    index 7898192261..0000000000
    --- a/a.ts
    +++ /dev/null
    @@ -1 +0,0 @@
    -a
    diff --git a/b.ts b/b.ts
    new file mode 100644
    index 0000000000..6178079822
    --- /dev/null
    +++ b/b.ts
    @@ -0,0 +1 @@
    +b
    "
  `)
})

test('colour paints headers, hunks and lines, and changes no text', () => {
  const changes: FileChange[] = [{ kind: 'edit', path: 'a.ts', before: '-- a\nb\n', after: '++ a\nb\n' }]
  const painted = renderDiff(changes, { color: true })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderDiff(changes))
  expect(painted).toContain('\u001b[31m--- a\u001b[39m')
})

test('only names that git would quote are quoted', () => {
  expect(quotePath('app/api/[...slug]/my route.ts')).toBe('app/api/[...slug]/my route.ts')
  expect(quotePath('ä"\\\n')).toBe('"\\303\\244\\"\\\\\\012"')
})

test('only equal texts are 100 % similar', () => {
  expect(measureSimilarity('a\nb\n', 'a\nb\n')).toBe(100)
  expect(measureSimilarity('a\nb\n', 'b\na\n')).toBe(99)
  expect(measureSimilarity('a\n', 'b\n')).toBeLessThan(50)
})
