import { describe, expect, test } from 'vitest'
import { isParseFailure, parseSource, restoreBytes } from '../../transforms/syntax/parse.ts'

function roundTrip(bytes: string): { text: string; back: string } {
  const file = parseSource('a.ts', bytes)
  if (isParseFailure(file)) throw new Error(file.message)
  return { text: file.text, back: restoreBytes(file.text, file) }
}

describe('bytes of a file', () => {
  test.each([
    ['LF', 'let a = 1\nlet b = 2\n'],
    ['CRLF', 'let a = 1\r\nlet b = 2\r\n'],
    ['byte-order mark', '\uFEFFlet a = 1\n'],
    ['byte-order mark and CRLF', '\uFEFFlet a = 1\r\n'],
    ['no last line end', 'let a = 1\r\nlet b = 2'],
  ])('%s comes back as it was', (_name, bytes) => {
    expect(roundTrip(bytes).back).toBe(bytes)
  })

  test('is analysed with LF and without the mark', () => {
    expect(roundTrip('\uFEFFlet a = 1\r\nlet b = 2\r\n').text).toBe('let a = 1\nlet b = 2\n')
  })

  test('mixed line ends become those of most lines', () => {
    expect(roundTrip('let a = 1\r\nlet b = 2\r\nlet c = 3\n').back).toBe('let a = 1\r\nlet b = 2\r\nlet c = 3\r\n')
    expect(roundTrip('let a = 1\nlet b = 2\nlet c = 3\r\n').back).toBe('let a = 1\nlet b = 2\nlet c = 3\n')
  })

  test('a syntax error is given with line and column', () => {
    expect(parseSource('a.ts', 'let a = 1\nlet = =\n')).toMatchObject({ line: 2 })
  })
})

describe('the default export', () => {
  const value = 'export default handler\n'

  test.each([
    ['a second one', `${value}export default 1\n`],
    ['one by name before', `export { handler as default }\n${value}`],
    ['one of another module', `${value}export { default } from './other'\n`],
    ['a namespace', `${value}export * as default from './other'\n`],
  ])('%s is an error', (_name, text) => {
    expect(parseSource('a.ts', text)).toMatchObject({ message: 'Only one default export allowed per module.' })
  })

  test.each([
    [
      'overloads',
      'export default function run(a: 1): 1\nexport default function run(a: 2): 2\n' +
        'export default function run(a) { return a }\n',
    ],
    ['an interface', `export default interface Run {}\n${value}`],
    ['a type by name', `export { type Run as default }\n${value}`],
  ])('%s beside it is none', (_name, text) => {
    expect(parseSource('a.ts', text)).toHaveProperty('ast')
  })
})

describe('a semicolon in front of a line', () => {
  const ends = (text: string): string[] => {
    const file = parseSource('a.ts', text)
    if (isParseFailure(file)) throw new Error(file.message)
    return file.ast.program.body.map(({ start, end }) => file.text.slice(start ?? 0, end ?? 0))
  }

  test.each([
    ['run()\n;[1].map(run)\n', 'run()'],
    ['run() // first\n  /* second */\n  ; (1)\n', 'run()'],
    ['export const a = run()\n;`b`.trim()\n', 'export const a = run()'],
    ['if (a) run()\n;run()\n', 'if (a) run()'],
    ['import a from "a"\n\n;+a\n', 'import a from "a"'],
  ])('%j: is not part of the statement before', (text, first) => expect(ends(text)[0]).toBe(first))

  test.each([
    ['run();\n[1].map(run)\n', 'run();'],
    ['run()\n;\n[1].map(run)\n', 'run()\n;'],
    ['run()\n; // done\nrun()\n', 'run()\n;'],
    ['run(); run()\n', 'run();'],
    ['for (;;)\n;\n', 'for (;;)\n;'],
    ['const a = `\n;b`; a\n', 'const a = `\n;b`;'],
  ])('%j: is', (text, first) => expect(ends(text)[0]).toBe(first))
})
