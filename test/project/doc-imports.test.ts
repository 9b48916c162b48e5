import { describe, expect, test } from 'vitest'
import { createDocImportCollector, listDocTypes, readDocImports } from '../../transforms/project/doc-imports.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'

describe('what comments import', () => {
  test.each<[string, [string, string[]][]]>([
    ["// import('./x').T", []],
    ["/* import('./x').T */", []],
    ["const text = `/** @type {import('./x').T} */`", []],
    ["/** @important from './x' */", []],
    ["/** @import './x' */", []],
    ["/** @type {import('./x').T} */", [['./x', ['T']]]],
    ["/** @type {typeof import('./x')} */", [['./x', ['*']]]],
    ["/** @type {Map<import('./x').K, import('./y').V>} */", [['./x', ['K']], ['./y', ['V']]]], // biome-ignore format: one case
    ["/** @import { A as B, C } from './x' */", [['./x', ['A', 'C']]]],
    ["/** @import D, { A } from './x' */", [['./x', ['default', 'A']]]],
    ["/** @import * as all from './x' */", [['./x', ['*']]]],
    ["/**\n * @import {\n *   A,\n *   B,\n * } from './x'\n */", [['./x', ['A', 'B']]]],
  ])('%s', (text, expected) => {
    const read = readDocImports('lib/a.js', text)
    expect(read?.found.map(({ specifier, names }) => [specifier, names])).toEqual(expected)
    for (const { start, end, specifier } of read?.found ?? []) expect(text.slice(start, end)).toBe(specifier)
  })
})

test.each([
  ['/** @typedef {{ id: string, of: { a: 1 } }} User */', ['User']],
  ['/** @typedef User\n * @property {string} id */', ['User']],
  ['/**\n * @typedef {{\n *   id: string\n * }} User\n */', ['User']],
  ['/**\n * @callback Load\n * @param {string} id\n */', ['Load']],
  ['/* @typedef {string} User */', []],
])('types that comments declare: %s', (text, expected) => {
  const file = parseSource('lib/a.js', text)
  if (isParseFailure(file)) throw new Error(file.message)
  expect(listDocTypes(file)).toEqual(expected)
})

test.each([
  ['lib/a.js', "/** @type {import('./x').T} */", true],
  ['lib/a.jsx', "/** @import { T } from './x' */", true],
  ['lib/a.ts', "/** @type {import('./x').T} */", false],
  ['lib/a.js', "import('./x') /** @type {T} */", false],
  ['lib/a.js', "/** @type {import('./x').T}", false],
])('%s: %s is looked at: %s', (path, text, expected) => {
  const collector = createDocImportCollector()
  collector.visit(path, text)
  expect(collector.paths).toEqual(expected ? [path] : [])
})
