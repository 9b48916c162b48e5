import { describe, expect, test } from 'vitest'
import { extract } from '../../transforms/emit/extraction.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { analyseScopes } from '../../transforms/syntax/scope.ts'

/** The first lines of what moves, or the code of what forbids it. */
function moved(text: string, ...wanted: string[]): string[] {
  const file = parseSource('pages/api/a.ts', `${text}\nexport default function handler() { return [a, dayjs, set] }\n`)
  if (isParseFailure(file)) throw new Error(file.message)
  const last = file.ast.program.body.at(-1)
  const found = extract({ file, tree: analyseScopes(file.ast), fixed: new Set(last ? [last] : []) }, wanted)
  if ('code' in found) return [found.code]
  return found.moved.map(({ statement }) => file.text.slice(statement.start ?? 0, statement.end ?? 0))
}

const IMPORT = "import dayjs from 'dayjs'"

describe('what an export needs goes with it', () => {
  test.each([
    ['constants', 'const b = 1\nexport const a = b', ['const b = 1', 'export const a = b']],
    ['types', 'type T = 1\nexport const a: T = 1', ['type T = 1', 'export const a: T = 1']],
    ['merged declarations', 'interface a {}\nexport const a = 1', ['interface a {}', 'export const a = 1']],
    ['overloads', 'function a(): 1\nfunction a() {}', ['function a(): 1', 'function a() {}']],
    ['not imports', `${IMPORT}\nexport const a = dayjs()`, ['export const a = dayjs()']],
    ['not what uses it', 'const c = () => a\nexport const a = 1', ['export const a = 1']],
  ])('%s', (_case, text, expected) => expect(moved(text, 'a')).toEqual(expected))
})

describe('statements with effects', () => {
  test.each([
    ['on a moved value go along', 'export const a = []\na.push(1)', ['export const a = []', 'a.push(1)']],
    [
      'on a shared import go along',
      `${IMPORT}\ndayjs.extend(1)\nexport const a = () => dayjs()`,
      ['dayjs.extend(1)', 'export const a = () => dayjs()'],
    ],
    ['of their own stay', 'export const a = []\nstart()', ['export const a = []']],
    ['that only read a constant stay', 'export const a = 1\nstart(a)', ['export const a = 1']],
    [
      'set up the environment',
      "import env from 'dotenv'\nenv.config()\nexport const a = process.env.A",
      ['env.config()', 'export const a = process.env.A'],
    ],
    [
      'a constant needs no environment',
      "import env from 'dotenv'\nenv.config()\nexport const a = 1",
      ['export const a = 1'],
    ],
    ['keep, where the route would not run them', 'export const b = []\nb.push(1)', ['PA425']],
    ['keep, where they reach the handler', 'export const a = []\na.push(handler)', ['PA425']],
  ])('%s', (_case, text, expected) => expect(moved(text, text.includes('const b') ? 'b' : 'a')).toEqual(expected))
})

describe('cannot move', () => {
  test.each([
    ['what reaches the handler', 'export const a = () => handler()', ['PA424']],
    [
      'what takes a request',
      "import type { NextApiRequest } from 'next'\nexport const a = (req: NextApiRequest) => req.url",
      ['PA424'],
    ],
    ['what the rest assigns to', 'export let a = 1\nfunction other() { a = 2 }', ['PA425']],
  ])('%s', (_case, text, expected) => expect(moved(text, 'a')).toEqual(expected))
})
