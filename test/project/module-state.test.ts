import { expect, test } from 'vitest'
import { findState, mayKeepState } from '../../transforms/project/module-state.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'

test.each<[string, string, string[]]>([
  ['a variable that is counted up', 'let count = 0\nexport const next = () => ++count', ['count']],
  ['a cache that is cleared', 'let cache = null\nexport function clear() { cache = null }', ['cache']],
  ['a Map that is filled', 'const seen = new Map()\nexport const see = (id) => seen.set(id, 1)', ['seen']],
  [
    'an object with keys',
    'export const counts = {}\nexport function add(k) { counts[k] = 1; delete counts[k] }',
    ['counts'],
  ],
  ['a variable that is filled', 'let cache = {}\nexport const put = (k, v) => (cache[k] = v)', ['cache']],
  ['a list in an object', 'const store = { items: [] }\nexport const add = (x) => store.items.push(x)', ['store']],
  [
    'what is behind a cast',
    'const seen: unknown = new Set()\nexport const see = (x) => (seen as Set<string>).add(x)',
    ['seen'],
  ],
  ['an object that is merged into', 'const all = {}\nexport const add = (more) => Object.assign(all, more)', ['all']],
  ['an object that is merged from', 'const all = {}\nexport const copy = () => Object.assign({}, all)', []],
  ['an object that is handed on', 'const all = {}\nexport const copy = () => send(all)', []],
  ['a value behind it', 'const all = { a: [] }\nexport const count = (x) => x.set(all.a.length)', []],
  ['a list', 'const queue = []\nexport function put(x) { queue.push(x) }', ['queue']],
  [
    'a client that is made once',
    'let client\nexport const open = () => (client ??= new Client())',
    ['client, made once'],
  ],
  [
    'a connection',
    'let db = null\nexport async function open() { if (!db) db = await connect()\n return db }',
    ['db, made once'],
  ],
  ['the mark of a warning', 'let warned = false\nexport function warn() { warned = true }', ['warned, made once']],
  [
    'what is made and thrown away',
    'let db\nexport const open = () => (db = connect())\nexport const close = () => { db = undefined }',
    ['db'],
  ],
  ['a constant that is only read', 'const names = new Map([["a", 1]])\nexport const get = (k) => names.get(k)', []],
  [
    'what is filled while it is loaded',
    'const names = new Map()\nnames.set("a", 1)\nexport const get = (k) => names.get(k)',
    [],
  ],
  [
    'what hangs on an object',
    'const users = new WeakMap()\nexport const set = (req, user) => users.set(req, user)',
    [],
  ],
  [
    'what sits on globalThis',
    'globalThis.reads ??= new Map()\nexport const see = (k) => globalThis.reads.set(k, 1)',
    [],
  ],
  ['a variable of a function', 'export function f() { let n = 0; n += 1; return n }', []],
])('%s', (_what, text, found) => {
  const file = parseSource('lib/a.ts', text)
  if (isParseFailure(file)) throw new Error(file.message)
  if (found.length > 0) expect(mayKeepState(text)).toBe(true)
  const state = findState({ path: 'lib/a.ts', file, tree: analyseScopes(file.ast) })
  expect(state.map(({ binding, isMadeOnce }) => `${binding.name}${isMadeOnce ? ', made once' : ''}`)).toEqual(found)
})

test.each<[string, boolean]>([
  ['export var count = 0', true],
  ['const all: Record<string, (text: string) => void> = {}', true],
  ['export const all: Map<\n  string,\n  number\n> = new Map()', true],
  ['const names = [1]', true],
  ['\uFEFFlet count = 0', true],
  ['export const load = async () => {}', false],
  ['function f() {\n  let count = 0\n}', false],
])('by its text, %s may keep something: %s', (text, expected) => expect(mayKeepState(text)).toBe(expected))
