import { expect, test } from 'vitest'
import { defaultOptions } from '../../transforms/model/options.ts'
import { findHandedOn } from '../../transforms/project/handed-on.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { projectModules } from '../../transforms/project/modules.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const files = {
  'package.json': '{"dependencies":{"next":"16.0.0"}}',
  'pages/api/x.ts': 'export default () => null',
  'a.ts': 'export const a = 1\nexport const both = 1\nexport default 2\nexport type A = number',
  'b.ts': 'export const b = 1\nexport const both = 2',
}

function follow(barrel: string, name: string): string | null {
  const host = createMemoryHost({ ...files, 'barrel.ts': barrel, 'next.ts': "export { a as c } from './a'" })
  const app = loadProject(host, defaultOptions).apps[0]
  const found = app && findHandedOn({ path: 'barrel.ts', name }, projectModules(host, app))
  return found ? found.map((step) => `${step.path}:${step.name}`).join(' ') : null
}

test.each([
  ["export { a } from './a'", 'a', 'a.ts:a'],
  ["export { a as x } from './a'", 'x', 'a.ts:a'],
  ["export { a as x } from './a'", 'a', null],
  ["export { default } from './a'", 'default', 'a.ts:default'],
  ["export { default as two } from './a'", 'two', 'a.ts:default'],
  ["import two from './a'\nexport { two }", 'two', 'a.ts:default'],
  ["import { a as x } from './a'\nexport { x as y }", 'y', 'a.ts:a'],
  ["import * as a from './a'\nexport { a }", 'a', ''],
  ["export * as a from './a'", 'a', null],
  ["export { c } from './next'", 'c', 'next.ts:c a.ts:a'],
  ["export * from './next'", 'c', 'next.ts:c a.ts:a'],
  ["export * from './a'\nexport * from './b'", 'b', 'b.ts:b'],
  ["export * from './a'\nexport * from './b'", 'both', null],
  ["export * from './a'\nexport * from './a.ts'", 'a', 'a.ts:a'],
  ["export * from './a'\nexport * from 'package'", 'a', null],
  ["export * from './a'", 'default', null],
  ["export { a } from './a'\nexport * from './barrel'", 'missing', null],
  ['export const a = 1', 'a', ''],
  ['const a = 1\nexport { a as b }', 'b', ''],
  ['export const { a, b: [c] } = { a: 1, b: [2] }', 'c', ''],
  ["export type { A } from './a'", 'A', 'a.ts:A'],
  ['module.exports = { a: 1 }', 'a', null],
])('%s, %s', (barrel, name, expected) => expect(follow(barrel, name)).toBe(expected))
