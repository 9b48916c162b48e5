import type { Random } from '../fuzz/random.ts'

/** Pieces that break sources in their own ways: names of Object.prototype, what closes or opens nothing, control characters, markup. */
const pieces = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'req',
  'res',
  'handler',
  'default',
  'await ',
  'async ',
  'return ',
  'delete ',
  'export default ',
  'export * from "./self"\n',
  'import * as req from "."\n',
  '`',
  '${',
  '*/',
  '/*',
  '<!--',
  '-->',
  '//',
  '"',
  "'",
  '\\',
  '\\u{110000}',
  '#!',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '...',
  '=>',
  '?.',
  '??',
  ';',
  ',',
  '\0',
  '\r',
  '\u2028',
  '\uFEFF',
  '\uD800',
  '\u202E',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '<img src=x onerror=alert(1)>',
  '](http://evil.test)',
  '\n# title\n',
  '|',
  '@everyone ',
  '💥',
] as const

type Mutation = (text: string, other: string, random: Random) => string

const mutations: readonly [Mutation, ...Mutation[]] = [
  (text, _other, random) => text.slice(0, random.int(0, text.length)),
  (text, _other, random) => text.slice(random.int(0, text.length)),
  (text, _other, random) => cut(text, random, () => ''),
  (text, _other, random) => cut(text, random, (part) => part + part),
  (text, _other, random) => cut(text, random, (part) => [...part].reverse().join('')),
  (text, other, random) => cut(text, random, () => slice(other, random)),
  insertPiece,
  insertPiece,
  insertPiece,
  renameWord,
  renameWord,
  renameWord,
  swapLines,
  swapLines,
  (text, _other, random) => insert(text, random, String.fromCharCode(random.int(0, 0xffff))),
  (text, _other, random) =>
    insert(
      text,
      random,
      Array.from({ length: random.int(1, 40) }, () => String.fromCharCode(random.int(0, 255))).join(''),
    ),
  (text, _other, random) => insert(text, random, '('.repeat(random.int(1, 400))),
  (text, other) => `${text}\n${other}`,
]

/** A source with one to four things done to it; `other` is one to take pieces from. */
export function mutate(text: string, other: string, random: Random): string {
  let mutated = text
  for (let left = random.int(1, 4); left > 0; left--) mutated = random.pick(mutations)(mutated, other, random)
  return mutated
}

function insertPiece(text: string, _other: string, random: Random): string {
  return insert(text, random, random.pick(pieces))
}

function insert(text: string, random: Random, piece: string): string {
  const at = random.int(0, text.length)
  return text.slice(0, at) + piece + text.slice(at)
}

function slice(text: string, random: Random): string {
  const from = random.int(0, text.length)
  return text.slice(from, from + random.int(1, 80))
}

function cut(text: string, random: Random, replace: (part: string) => string): string {
  const from = random.int(0, text.length)
  const to = from + random.int(1, 60)
  return text.slice(0, from) + replace(text.slice(from, to)) + text.slice(to)
}

/** One name becomes another everywhere: what is left can mostly be parsed. */
function renameWord(text: string, _other: string, random: Random): string {
  const [first, ...rest] = new Set(text.match(/[A-Za-z_$][\w$]*/g) ?? [])
  if (first === undefined) return text
  const name = random.pick([first, ...rest])
  const to = random.pick(['__proto__', 'constructor', 'toString', 'req', 'res', 'arguments', 'undefined', first])
  return text.replaceAll(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'), () => to)
}

function swapLines(text: string, _other: string, random: Random): string {
  const lines = text.split('\n')
  const [a, b] = [random.int(0, lines.length - 1), random.int(0, lines.length - 1)]
  ;[lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? '']
  return lines.join('\n')
}
