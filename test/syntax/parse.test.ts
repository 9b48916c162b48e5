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
