import { expect, test } from 'vitest'
import { findStaticImports } from '../../transforms/project/static-imports.ts'

test.each([
  [`const { tax } = await import(/* webpackChunkName: "c" */ './c')`, ['./c']],
  [`import(\n  // why\n  './c'\n)`, ['./c']],
  [`import('./c', { with: { type: 'json' } })`, ['./c']],
  [`require(/* 'a' */ "./c")`, ['./c']],
  [`/* import('./a') */ // import('./b')\nimport c from './c'`, ['./c']],
  [`load.import('./a'); requires('./b')`, []],
  [`import(path)`, []],
])('%s', (text, specifiers) => {
  expect(findStaticImports(text).map(({ specifier }) => specifier)).toEqual(specifiers)
})
