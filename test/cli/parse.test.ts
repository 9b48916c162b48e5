import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flags, renderFlagsMarkdown } from '../../transforms/cli/flags.ts'
import { isQuestion, renderHelp } from '../../transforms/cli/help.ts'
import { parseArguments } from '../../transforms/cli/parse.ts'

test('without arguments: the current folder, everything at its default', () => {
  expect(parseArguments([])).toEqual({
    dir: '.',
    dryRun: false,
    patch: null,
    check: false,
    include: [],
    exclude: [],
    next: null,
    lang: 'ts',
    strict: false,
    allowDirty: false,
    report: [],
    json: false,
    quiet: false,
    progress: true,
    color: true,
    print: null,
  })
})

test('every option', () => {
  const line =
    'web -d --patch a.patch --check --include a --include b --exclude c --next v15.2 --lang keep --strict --allow-dirty ' +
    '--report a.md --report b.json --json --quiet --no-progress --no-color --print plan'
  expect(parseArguments(line.split(' '))).toEqual({
    dir: 'web',
    dryRun: true,
    patch: 'a.patch',
    check: true,
    include: ['a', 'b'],
    exclude: ['c'],
    next: '15.2',
    lang: 'keep',
    strict: true,
    allowDirty: true,
    report: ['a.md', 'b.json'],
    json: true,
    quiet: true,
    progress: false,
    color: false,
    print: 'plan',
  })
})

test('two calls do not share what they collect', () => {
  parseArguments(['--include', 'a'])
  expect(parseArguments(['--include', 'b']).include).toEqual(['b'])
})

test.each([
  [['--nope'], /unknown option '--nope'.*See --help/],
  [['a', 'b'], /too many arguments/],
  [['--lang', 'coffee'], /Allowed choices are ts, js, keep/],
  [['--print', 'all'], /Allowed choices are uses, model, plan/],
  [['--next', 'latest'], /--next expects a version such as 14 or 15.2.1, not 'latest'/],
  [['--report', 'a.html'], /'a.html' ends in neither/],
  [['--patch'], /argument missing/],
])('%j is refused', (argv, message) => expect(() => parseArguments(argv)).toThrow(message))

test('help and version are asked for anywhere before --', () => {
  expect(isQuestion(['web', '--dry-run', '-h'], 'help')).toBe(true)
  expect(isQuestion(['-V'], 'version')).toBe(true)
  expect(isQuestion(['--', '--help'], 'help')).toBe(false)
})

test('--help', () => expect(renderHelp()).toMatchFileSnapshot('__snapshots__/help.txt'))

test('help fits a terminal', () => {
  expect(
    Math.max(
      ...renderHelp()
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100)
})

test('the README lists the options of the table', () => {
  const [, listed] = /<!-- flags -->\n((?:.|\n)*?)\n<!-- \/flags -->/.exec(readFileSync('README.md', 'utf8')) ?? []
  expect(listed).toBe(renderFlagsMarkdown())
  expect(flags.length).toBeGreaterThan(0)
})
