import { expect, test } from 'vitest'
import { findState } from '../../transforms/project/module-state.ts'
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
  const file = parseSource('lib/a.js', text)
  if (isParseFailure(file)) throw new Error(file.message)
  const state = findState({ path: 'lib/a.js', file, tree: analyseScopes(file.ast) })
  expect(state.map(({ binding, isMadeOnce }) => `${binding.name}${isMadeOnce ? ', made once' : ''}`)).toEqual(found)
})
