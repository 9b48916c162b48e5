import { describe, expect, test } from 'vitest'
import { findModuleFunction, type ModuleGraph } from '../../transforms/analyse/module-functions.ts'
import { createResolver } from '../../transforms/project/resolve.ts'
import type { SourceModule } from '../../transforms/syntax/imported.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'
import { isCall } from '../../transforms/syntax/match.ts'
import { type Node, some } from '../../transforms/syntax/tree.ts'
import type { Files } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const key = 'export function keyOf(req) { return req.headers.key }'

describe('finds nothing for', () => {
  test.each<[string, string, Files]>([
    ['a package', `import { keyOf } from 'keys'; keyOf(req)`, {}],
    ['a name that the module does not export', `import { other } from './key'; other(req)`, { 'key.ts': key }],
    ['a type', `import { keyOf } from './key'; keyOf(req)`, { 'key.ts': 'export type keyOf = string' }],
    [
      'a module that is required inside of a function',
      `() => { const { keyOf } = require('./key'); keyOf(req) }`,
      { 'key.ts': key },
    ],
    [
      'a name that is required with a default',
      `const { keyOf = other } = require('./key'); keyOf(req)`,
      { 'key.ts': key },
    ],
    ['a required variable', `let { keyOf } = require('./key'); keyOf(req)`, { 'key.ts': key }],
    [
      'exports that are added one by one',
      `const { keyOf } = require('./key'); keyOf(req)`,
      { 'key.js': 'exports.keyOf = (req) => req.headers.key' },
    ],
    ['a function that is replaced', `import { keyOf } from './key'; keyOf(req)`, { 'key.ts': `${key}; keyOf = null` }],
    [
      'a function without a name, in a file whose name is taken in it',
      `import keyOf from './key'; keyOf(req)`,
      { 'key.ts': 'const key = 1; export default (req) => key' },
    ],
    [
      'one of several in a statement',
      `import { a } from './key'; a(req)`,
      { 'key.ts': 'export const a = (r) => 1, b = 2' },
    ],
    [
      'a member of what a call gives',
      `import { lib } from './key'; lib.keyOf(req)`,
      { 'key.ts': 'export const lib = load()' },
    ],
    [
      'lists that lead back',
      `import { keyOf } from './a'; keyOf(req)`,
      { 'a.ts': `export * from './b'`, 'b.ts': `export * from './a'` },
    ],
    [
      'the default of a star',
      `import keyOf from './a'; keyOf(req)`,
      { 'a.ts': `export * from './b'`, 'b.ts': `export default function keyOf(r) {}` },
    ],
  ])('%s', (_what, caller, files) => {
    expect(find(caller, files)).toBeNull()
  })
})

test.each<[string, string, Files, { path: string; exports: string[]; isOpen: boolean }]>([
  ['its own module', `${key}; keyOf(req)`, {}, { path: 'caller.ts', exports: ['keyOf'], isOpen: true }],
  [
    'a named import',
    `import { keyOf as k } from './key'; k(req)`,
    { 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: true },
  ],
  [
    'a default export without a name',
    `import keyOf from './key'; keyOf(req)`,
    { 'key.ts': 'export default (req) => 1' },
    { path: 'key.ts', exports: ['default'], isOpen: true },
  ],
  [
    'a namespace',
    `import * as lib from './key'; lib.keyOf(req)`,
    { 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: true },
  ],
  [
    'a default export, with all its names',
    `import k from './key'; k(req)`,
    { 'key.ts': 'const keyOf = (req) => 1\nexport { keyOf, keyOf as readKey }\nexport default keyOf' },
    { path: 'key.ts', exports: ['keyOf', 'readKey', 'default'], isOpen: true },
  ],
  [
    'a list of names',
    `import { k } from './list'; k(req)`,
    { 'list.ts': `export { keyOf as k } from './key'`, 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: false },
  ],
  [
    'a star',
    `import { keyOf } from './list'; keyOf(req)`,
    { 'list.ts': `export * from './key'`, 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: true },
  ],
  [
    'a list behind a star',
    `import { keyOf } from './list'; keyOf(req)`,
    { 'list.ts': `export * from './names'`, 'names.ts': `export { keyOf } from './key'`, 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: false },
  ],
  [
    'an import that is exported again',
    `import { keyOf } from './list'; keyOf(req)`,
    { 'list.ts': `import { keyOf } from './key'\nexport { keyOf }`, 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: false },
  ],
  [
    'a required name',
    `const { readKey: k } = require('./key'); k(req)`,
    { 'key.js': 'const keyOf = (req) => 1\nmodule.exports = { readKey: keyOf, other: 1 }' },
    { path: 'key.js', exports: ['readKey'], isOpen: true },
  ],
  [
    'a required module',
    `const lib = require('./key'); lib.keyOf(req)`,
    { 'key.ts': key },
    { path: 'key.ts', exports: ['keyOf'], isOpen: true },
  ],
])('finds a function by %s', (_what, caller, files, { path, exports, isOpen }) => {
  const found = find(caller, files)
  expect(found && { path: found.module.path, exports: found.exports, isOpen: found.isOpen }).toEqual({
    path,
    exports,
    isOpen,
  })
})

/** What the last call of the caller goes to. */
function find(caller: string, files: Files): ReturnType<typeof findModuleFunction> {
  const host = createMemoryHost({ ...files, 'caller.ts': caller })
  const resolve = createResolver(host, null, '')
  const modules = new Map<string, SourceModule | null>()
  const graph: ModuleGraph = {
    resolve,
    at: (path) => {
      const known = modules.get(path)
      if (known !== undefined) return known
      const module = read(path, host.read(path))
      modules.set(path, module)
      return module
    },
  }
  const from = graph.at('caller.ts')
  const callees: Node[] = []
  some(from?.file.ast.program ?? ({ type: 'Program' } as Node), (node) => {
    if (isCall(node) && node.arguments.length === 1) callees.push(node.callee)
    return false
  })
  const callee = callees.at(-1)
  if (!from || !callee) throw new Error('no call')
  return findModuleFunction(callee, from, graph)
}

function read(path: string, text: string): SourceModule | null {
  const file = parseSource(path, text)
  return isParseFailure(file) ? null : { path, file, tree: analyseScopes(file.ast) }
}
