import { expect, test } from 'vitest'
import { bypassImports } from '../../transforms/emit/bypassed-imports.ts'

const places: Record<string, { specifier: string; name: string }> = {
  a: { specifier: './a', name: 'a' },
  b: { specifier: './b', name: 'b' },
  old: { specifier: './a', name: 'now' },
}

const bypass = (text: string, path = 'lib/x.ts') =>
  bypassImports({
    path,
    text,
    isPassed: (specifier) => specifier === './all',
    placeOf: (imported) => places[imported] ?? null,
  })

test.each<[string, string, string | null]>([
  ['the specifier alone', "import { a } from './all'\na()", "import { a } from './a'\na()"],
  ['what is re-exported', "export { a as c, b } from './all'", "export { a as c } from './a'\nexport { b } from './b'"],
  ['another name', "import { old } from './all'\nold()", "import { now as old } from './a'\nold()"],
  ['several places', "import { a, b } from './all'\na(b)", "import { a } from './a'\nimport { b } from './b'\na(b)"],
  [
    'an import that is there',
    "import { c } from './a'\nimport { a } from './all'\na(c)",
    "import { c, a } from './a'\na(c)",
  ],
  [
    'types that stay',
    "import { a, type T } from './all'\na as T",
    "import { a } from './a'\nimport type { T } from './all'\na as T",
  ],
  [
    'names of types',
    "import { a, T } from './all'\na as T",
    "import { a } from './a'\nimport type { T } from './all'\na as T",
  ],
  [
    'statements of types',
    "import type { a as T } from './all'\nexport type { U } from './all'\nimport { b } from './all'\nb as T",
    "import type { a as T } from './all'\nexport type { U } from './all'\nimport { b } from './b'\nb as T",
  ],
  ['another module', "import { a } from './other'\na()", "import { a } from './other'\na()"],
  ['a name of import()', "const { old } = await import('./all')", "const { now: old } = await import('./a')"],
  ['names of import() from two', "const { a, b } = await import('./all')", null],
  ['a value that is nowhere else', "import { a, c } from './all'\na(c)", null],
  ['a value that is handed on', "export { a, c } from './all'", null],
  ['everything', "import * as all from './all'\nall.a()", null],
  ['bytes', "\uFEFFimport { a } from './all'\r\na()\r\n", "\uFEFFimport { a } from './a'\r\na()\r\n"],
])('goes past a module: %s', (_name, text, expected) => expect(bypass(text)).toBe(expected))

test('in JavaScript every name is a value', () => {
  expect(bypass("import { a, T } from './all'\na()", 'lib/x.js')).toBeNull()
})
