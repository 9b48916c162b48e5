import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import glob from 'fast-glob'
import { describe, expect, test } from 'vitest'
import { requestConcerns } from '../../transforms/concerns/request/registry.ts'
import { responseConcerns } from '../../transforms/concerns/response/registry.ts'
import { entryRecipes, recipes, wrapperRecipes } from '../../transforms/recipes/registry.ts'
import { codes } from '../../transforms/report/codes/index.ts'
import { globalDifferences } from '../../transforms/report/global.ts'
import { isParseFailure, parseSource } from '../../transforms/syntax/parse.ts'
import { some } from '../../transforms/syntax/tree.ts'
import { findReports, readFindings } from './docs.ts'
import { exceptions, fixturesOf, longFiles, mayImport, otherLevels, type Room, touchesTheWorld } from './rooms.ts'

const engine = glob.sync('**/*.ts', { cwd: 'transforms' }).sort()
const sources = glob.sync(['transforms/**/*.ts', 'bin/*.{ts,mjs}', 'test/**/*.ts']).sort()
const read = (path: string): string => readFileSync(path, 'utf8')

describe('rooms', () => {
  test('import only what lies below them', () => {
    const wrong = importsOf(engine).filter(
      ({ from, to }) => !mayImport[roomOf(from)].includes(roomOf(to)) && !isExcepted(from, to),
    )
    expect(wrong).toEqual([])
  })

  test('every exception is needed', () => {
    const all = importsOf(engine)
    const idle = exceptions.filter((exception) => !all.some(({ from, to }) => isExcepted(from, to, [exception])))
    expect(idle).toEqual([])
  })

  test('only the door to the world touches files, processes and the console', () => {
    const known = touchesTheWorld.map(({ file }) => file)
    const found = engine.filter((file) =>
      /from 'node:(?:fs|child_process)|\bconsole\./.test(read(`transforms/${file}`)),
    )
    expect(found).toEqual([...known].sort())
  })
})

describe('codes', () => {
  const own = Object.keys(codes).filter((code) => !(code in globalDifferences))

  test('every code that is emitted has words', () => {
    expect([...emitted()].filter((code) => !(code in codes))).toEqual([])
  })

  test('all words belong to a code that is emitted', () => {
    const known = emitted()
    expect(own.filter((code) => !known.has(code))).toEqual([])
  })

  test('what a concern or recipe declares is emitted', () => {
    const declared = [...requestConcerns, ...responseConcerns, ...recipes, ...entryRecipes, ...wrapperRecipes].flatMap(
      (concern) => concern.codes,
    )
    const known = emitted()
    expect(declared.filter((code) => !known.has(code))).toEqual([])
  })

  test('levels in reports are those of the words', () => {
    const found = findReports().flatMap((report) => readFindings(report))
    const wrong = found.filter(({ code, level }) => level !== codes[code]?.level && level !== otherLevels[code]?.level)
    expect(wrong).toEqual([])
  })
})

describe('fixtures', () => {
  const owners = [...requestConcerns, ...responseConcerns, ...recipes, ...entryRecipes, ...wrapperRecipes]
  test.each(owners.map(({ id }) => id))('%s has cases, one of which is kept', (id) => {
    const folder = `fixtures/${fixturesOf[id] ?? fixturesOf[`${dirname(id)}/*`] ?? id}`
    const cases = existsSync(folder) ? readdirSync(folder) : []
    expect(cases.some((name) => name.startsWith('keeps-'))).toBe(true)
    expect(cases.some((name) => !name.startsWith('keeps-'))).toBe(true)
  })
})

describe('files', () => {
  test('no any and no non-null assertion', () => {
    const found = sources.filter((path) => {
      const file = parseSource(path, read(path))
      return (
        isParseFailure(file) ||
        some(file.ast.program, (node) => node.type === 'TSAnyKeyword' || node.type === 'TSNonNullExpression')
      )
    })
    expect(found).toEqual([])
  })

  test('are short, or listed with a reason', () => {
    const long = sources.filter((path) => read(path).split('\n').length - 1 > 250)
    expect(long).toEqual(Object.keys(longFiles).sort())
  })

  test('hold no path of a machine', () => {
    const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0')
    const found = tracked.filter(
      (path) =>
        path !== '' &&
        existsSync(path) &&
        /\/(?:home|Users)\/[a-z]|\/work\/(?:main|shared)\b|[A-Z]:\\Users\\/.test(read(path)),
    )
    expect(found).toEqual([])
  })
})

/** Codes that stand in the engine outside of the lists of what a concern may emit. */
function emitted(): Set<string> {
  const texts = engine.filter((file) => !file.startsWith('report/')).map((file) => read(`transforms/${file}`))
  return new Set(texts.flatMap((text) => text.replaceAll(/codes: \[[^\]]*\]/g, '').match(/(?<=')PA\d{3}(?=')/g) ?? []))
}

function importsOf(files: readonly string[]): { from: string; to: string }[] {
  return files.flatMap((from) => {
    const found = read(`transforms/${from}`).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)
    const targets = Array.from(found, ([, specifier = '']) => normalize(join(dirname(from), specifier)))
    return targets.filter((to) => !to.startsWith('..') && roomOf(to) !== roomOf(from)).map((to) => ({ from, to }))
  })
}

function roomOf(path: string): Room {
  const [room = ''] = path.split('/')
  return path.includes('/') ? (room as Room) : 'root'
}

function isExcepted(from: string, to: string, list = exceptions): boolean {
  const isAt = (pattern: string, path: string) =>
    pattern === path || (pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1)))
  return list.some((exception) => isAt(exception.from, from) && isAt(exception.to, to))
}
