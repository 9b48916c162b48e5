import { expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const plain = 'export default (req, res) => res.json({ ok: true })\n'
const base = {
  'package.json': '{ "dependencies": { "next": "15.0.0", "typescript": "5.9.0" } }',
  'pages/index.tsx': 'export default () => null\n',
  'pages/api/a.ts': plain,
}

async function run(tsconfig: string, files: Record<string, string> = {}) {
  const host = createMemoryHost({ ...base, 'tsconfig.json': tsconfig, ...files })
  const { report, changes } = await migrate({}, host)
  return {
    codes: report.project.flatMap(({ code }) => (/^PA0(?:28|29|30)$/.test(code) ? [code] : [])),
    after: changes.find(({ path }) => path === 'tsconfig.json')?.after,
  }
}

test.each<[string, string, string]>([
  [
    'below strict',
    '{\n  "compilerOptions": {\n    "strict": false,\n    "noEmit": true\n  }\n}\n',
    '{\n  "compilerOptions": {\n    "strict": false,\n    "strictNullChecks": false,\n    "noEmit": true\n  }\n}\n',
  ],
  [
    'as the first option, with the line ends of the file',
    '{\r\n\t// ours\r\n\t"compilerOptions": {\r\n\t\t"noEmit": true,\r\n\t},\r\n}\r\n',
    '{\r\n\t// ours\r\n\t"compilerOptions": {\r\n\t\t"strictNullChecks": false,\r\n\t\t"noEmit": true,\r\n\t},\r\n}\r\n',
  ],
  [
    'in one line',
    '{ "compilerOptions": { "strict": false } }',
    '{ "compilerOptions": { "strict": false, "strictNullChecks": false } }',
  ],
])('null checks stay off: %s (PA028)', async (_name, before, after) => {
  expect(await run(before)).toEqual({ codes: ['PA030', 'PA028'], after })
})

test.each<[string, string]>([
  ['without options', '{ "extends": "./base.json" }'],
  ['without any option', '{ "compilerOptions": {} }'],
  ['strict is a comment first', '{ "compilerOptions": { /* "strict": false */ "strict": false } }'],
])('it is said that they will be turned on: %s (PA029)', async (_name, before) => {
  const { codes, after } = await run(before, { 'base.json': '{ "compilerOptions": { "strict": false } }' })
  expect([codes, after]).toEqual([['PA030', 'PA029'], undefined])
})

test.each<[string, string, Record<string, string>]>([
  ['strict is on', '{ "compilerOptions": { "strict": true } }', {}],
  ['they are on', '{ "compilerOptions": { "strictNullChecks": true } }', {}],
  ['they are off', '{ "compilerOptions": { "strict": false, "strictNullChecks": false } }', {}],
  ['another file has strict', '{ "extends": "./base.json" }', { 'base.json': '{"compilerOptions":{"strict":true}}' }],
])('nothing is written where %s', async (_name, before, files) => {
  expect(await run(before, files)).toEqual({ codes: ['PA030'], after: undefined })
})

test.each<[string, Record<string, string>]>([
  ['app/ is there', { 'app/page.tsx': 'export default () => null\n' }],
  ['nothing moves', { 'pages/api/a.ts': 'export default (req, res) => unknown(req, res)\n' }],
])('nothing is said where %s', async (_name, files) => {
  expect(await run('{ "compilerOptions": { "strict": false } }', files)).toEqual({ codes: [], after: undefined })
})

test('nothing is written where nothing is left in pages/', async () => {
  const { 'pages/index.tsx': _page, ...files } = base
  const host = createMemoryHost({ ...files, 'tsconfig.json': '{ "compilerOptions": { "strict": false } }' })
  const { changes } = await migrate({}, host)
  expect(changes.some(({ path }) => path === 'tsconfig.json')).toBe(false)
})
