import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../transforms/cli/main.ts'
import { isSame, readTree, type Tree } from '../safety/tree.ts'

/** What only a disk can hold: bytes that are no text, links, and names that lead out of the root. */

let top: string
let root: string

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'routeshift-hostile-')))
  root = join(top, 'app')
  put('app/package.json', '{ "dependencies": { "next": "16.0.0", "typescript": "5.9.0" } }')
  put('app/pages/api/plain.js', plain)
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

const plain = 'export default (req, res) => res.json({ ok: true })\n'
const helper = 'export function reply(res) {\n  res.json({ ok: true })\n}\n'
const calling = (from: string) => `import { reply } from '${from}'\nexport default (req, res) => reply(res)\n`

/** Runs in the folder of the app. */
async function run(): Promise<{ out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const io = {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    isTTY: false,
    cwd: root,
    env: {},
  }
  await main(['--allow-dirty', '--json'], io)
  return { out: out.join(''), err: err.join('') }
}

async function readReport(): Promise<Report> {
  const { out, err } = await run()
  expect(err).toBe('')
  return JSON.parse(out)
}

interface Report {
  routes: { source: string; outcome: string; diagnostics: { code: string }[] }[]
}

const outside = (): Tree => new Map([...readTree(top)].filter(([path]) => !path.startsWith('app/')))
const outcomeOf = ({ routes }: Report, source: string): string => {
  const route = routes.find((one) => one.source === source)
  return `${route?.outcome} ${route?.diagnostics[0]?.code ?? ''}`.trim()
}

describe('bytes', () => {
  test.each<[string, Buffer, string]>([
    ['UTF-16, little endian', Buffer.from(`\uFEFF${plain}`, 'utf16le'), 'failed PA011'],
    ['UTF-16, big endian', Buffer.from(`\uFEFF${plain}`, 'utf16le').swap16(), 'failed PA011'],
    ['UTF-16 without a mark', Buffer.from(plain, 'utf16le'), 'failed PA011'],
    ['Latin-1', Buffer.from(`// caf\u00e9\n${plain}`, 'latin1'), 'failed PA011'],
    ['more than 5 MB', Buffer.alloc(6_000_000, ' '), 'failed PA011'],
    ['all bytes', Buffer.from(Array.from({ length: 256 }, (_none, at) => at)), 'failed PA011'],
    ['only NUL', Buffer.alloc(64), 'failed PA011'],
    ['nothing', Buffer.alloc(0), 'kept PA401'],
    ['a mark', Buffer.from(`\uFEFF${plain}`), 'review PA301'],
    ['CRLF', Buffer.from(plain.replaceAll('\n', '\r\n')), 'review PA301'],
    ['lone CR', Buffer.from(`// a\r${plain}`), 'review PA301'],
  ])('%s', async (_name, bytes, expected) => {
    writeFileSync(join(root, 'pages/api/odd.js'), bytes)
    const report = await readReport()
    expect(outcomeOf(report, 'pages/api/odd.js')).toBe(expected)
    expect(outcomeOf(report, 'pages/api/plain.js')).toBe('review PA301')
  })

  test.each([
    'package.json',
    'tsconfig.json',
    'vercel.json',
    'next.config.js',
    'lib/a.js',
    'components/a.jsx',
  ])('in %s', async (path) => {
    for (const bytes of [
      Buffer.alloc(3000, 0xff),
      Buffer.from(plain, 'utf16le'),
      Buffer.from('{"a":'),
      Buffer.alloc(0),
    ]) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), bytes)
      put('app/next.config.mjs', 'export default {}')
      put('app/pages/api/plain.js', plain)
      rmSync(join(root, 'app'), { recursive: true, force: true })
      const report = await readReport()
      expect(outcomeOf(report, 'pages/api/plain.js')).toMatch(/^(?:review|kept)/)
    }
  })
})

describe('nothing outside of the root is written', () => {
  beforeEach(() => {
    put('elsewhere/reply.js', helper)
    put('elsewhere/api/route.js', plain)
  })

  test.each<[string, () => void]>([
    ['a route that is a link', () => symlinkSync(join(top, 'elsewhere/api/route.js'), join(root, 'pages/api/link.js'))],
    [
      'a folder of routes that is a link',
      () => symlinkSync(join(top, 'elsewhere/api'), join(root, 'pages/api/linked')),
    ],
    [
      'a module in a linked folder',
      () => {
        symlinkSync(join(top, 'elsewhere'), join(root, 'lib'))
        put('app/pages/api/calls.js', calling('../../lib/reply'))
      },
    ],
    ['a module by a path', () => put('app/pages/api/calls.js', calling('../../../elsewhere/reply'))],
    ['a module by an absolute path', () => put('app/pages/api/calls.js', calling(join(top, 'elsewhere/reply')))],
    [
      'a module by an alias',
      () => {
        put('app/tsconfig.json', '{ "compilerOptions": { "baseUrl": "..", "paths": { "@/*": ["elsewhere/*"] } } }')
        put('app/pages/api/calls.js', calling('@/reply'))
      },
    ],
    ['a folder app that is a link', () => symlinkSync(join(top, 'elsewhere'), join(root, 'app'))],
    ['a link in a circle', () => symlinkSync(join(root, 'pages'), join(root, 'pages/api/again'))],
    ['a link to nowhere', () => symlinkSync(join(top, 'nowhere.js'), join(root, 'pages/api/nowhere.js'))],
  ])('%s', async (_name, set) => {
    set()
    const before = outside()
    const { out, err } = await run()
    // All but a folder of routes that is a link as a whole is a matter of one route.
    if (err !== '')
      expect(err).toMatch(
        /could not be written: app\/.* leads out of the project through a symlink.* the tree is as it was/,
      )
    else expect(outcomeOf(JSON.parse(out), 'pages/api/plain.js')).toBe('review PA301')
    expect(isSame(outside(), before)).toBe(true)
  })
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true })
  writeFileSync(join(top, path), text)
}
