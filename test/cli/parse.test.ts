import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { migrateCommand, renderFlagsMarkdown } from '../../transforms/cli/flags.ts'
import { isQuestion, renderHelp } from '../../transforms/cli/help.ts'
import { parseArguments, parseVerifyArguments } from '../../transforms/cli/parse.ts'
import { verifyCommand } from '../../transforms/cli/verify-flags.ts'

test('without arguments: the current folder, everything at its default', () => {
  expect(parseArguments([])).toEqual({
    dir: '.',
    dryRun: false,
    patch: null,
    check: false,
    include: [],
    exclude: [],
    next: null,
    lang: null,
    strict: false,
    keepTested: false,
    fallback: null,
    adapterFile: null,
    allowDirty: false,
    format: false,
    commits: false,
    verify: false,
    nextFrom: null,
    seed: 1,
    timeLimit: 2000,
    workers: null,
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
    'web -d --patch a.patch --check --include a --include b --exclude c --next v15.2 --lang keep --strict --keep-tested ' +
    '--fallback adapter --adapter src/pages-handler.ts --allow-dirty --format --commits ' +
    '--verify --next-from lib --seed 7 --time-limit 500 --workers 3 --report a.md --report b.json --json --quiet --no-progress --no-color --print plan'
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
    keepTested: true,
    fallback: 'adapter',
    adapterFile: 'src/pages-handler.ts',
    allowDirty: true,
    format: true,
    commits: true,
    verify: true,
    nextFrom: 'lib',
    seed: 7,
    timeLimit: 500,
    workers: 3,
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
  [['--quiet', 'verify', '--from', 'main'], /unknown option '--from'.*The command goes first: routeshift verify/s],
  [['--lang', 'coffee'], /keep\. See --help\.$/],
  [['--lang', 'coffee'], /Allowed choices are ts, js, keep/],
  [['--print', 'all'], /Allowed choices are uses, model, plan/],
  [['--next', 'latest'], /--next expects a version such as 14 or 15.2.1, not 'latest'/],
  [['--report', 'a.html'], /'a.html' ends in neither/],
  [['--patch'], /argument missing/],
  [['--seed', 'x'], /--seed expects a whole number from 0 on, not 'x'/],
  [['--workers', '0'], /--workers expects a whole number from 1 on, not '0'/],
])('%j is refused', (argv, message) => expect(() => parseArguments(argv)).toThrow(message))

test('help and version are asked for anywhere before --', () => {
  expect(isQuestion(['web', '--dry-run', '-h'], 'help')).toBe(true)
  expect(isQuestion(['-V'], 'version')).toBe(true)
  expect(isQuestion(['--', '--help'], 'help')).toBe(false)
})

describe('verify', () => {
  const plain = {
    dir: '.',
    from: null,
    include: [],
    exclude: [],
    next: null,
    lang: null,
    strict: false,
    nextFrom: null,
    seed: 1,
    timeLimit: 2000,
    workers: null,
    live: null,
    report: [],
    json: false,
    quiet: false,
    progress: true,
    color: true,
  }

  test('without arguments', () => expect(parseVerifyArguments([])).toEqual(plain))

  test('every option', () => {
    const line =
      'web --from v1 --include a --exclude b --next 15 --lang js --strict --next-from lib --seed 7 --time-limit 500 --workers 3 ' +
      '--report a.md --json --quiet --no-progress --no-color'
    expect(parseVerifyArguments(line.split(' '))).toEqual({
      ...plain,
      dir: 'web',
      from: 'v1',
      include: ['a'],
      exclude: ['b'],
      next: '15',
      lang: 'js',
      strict: true,
      nextFrom: 'lib',
      seed: 7,
      timeLimit: 500,
      workers: 3,
      report: ['a.md'],
      json: true,
      quiet: true,
      progress: false,
      color: false,
    })
  })

  test('two servers', () => {
    const argv = ['--live', 'http://a:1', 'https://b/base', '--requests', 'r.har']
    expect(parseVerifyArguments(argv)).toEqual({
      ...plain,
      live: { before: 'http://a:1', after: 'https://b/base', requests: 'r.har' },
    })
  })

  test.each([
    [['a', 'b'], /name one folder/],
    [['--requests', 'r.har'], /--requests is for --live/],
    [['--live', 'http://a:1'], /two addresses and a file/],
    [['--live', 'http://a:1', 'http://b:2'], /two addresses and a file/],
    [['--live', 'localhost:1', 'http://b:2', '--requests', 'r'], /expects addresses .* not 'localhost:1'/],
    [['--report', 'a.html'], /ends in neither/],
    [['--nope'], /unknown option/],
  ])('%j is refused', (argv, message) => expect(() => parseVerifyArguments(argv)).toThrow(message))
})

test.each([
  ['routeshift', migrateCommand, 'help.txt'],
  ['routeshift verify', verifyCommand, 'help-verify.txt'],
])('%s --help', (_name, command, file) => expect(renderHelp(command)).toMatchFileSnapshot(`__snapshots__/${file}`))

test.each([migrateCommand, verifyCommand])('help fits a terminal', (command) => {
  const lengths = renderHelp(command)
    .split('\n')
    .map((line) => line.length)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(100)
})

test.each([
  ['flags', migrateCommand],
  ['verify flags', verifyCommand],
])('the README lists the options of the table: %s', (marker, command) => {
  const between = new RegExp(`<!-- ${marker} -->\\n((?:.|\\n)*?)\\n<!-- /${marker} -->`)
  expect(between.exec(readFileSync('README.md', 'utf8'))?.[1]).toBe(renderFlagsMarkdown(command))
  expect(command.flags.length).toBeGreaterThan(0)
})
