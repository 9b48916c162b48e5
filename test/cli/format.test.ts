import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isSame, readTree, type Tree } from '../safety/tree.ts'
import { repositoryRoot } from '../support/fixture.ts'
import { createGitApp, type GitApp } from '../support/git-app.ts'

/** `--format` with Biome itself, and with stand-ins of the two formatters that are not installed here. */

let top: string
let cwd: string
let start: GitApp['start']
let put: GitApp['put']
let git: GitApp['git']

beforeEach(() => {
  ;({ top, cwd, start, put, git } = createGitApp())
  writeFileSync(join(top, '.gitignore'), 'node_modules\n*.log\n')
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

/** A program that notes what it is called with and changes each file that it is given. */
function install(folder: string, name: string, program: string): void {
  const place = join(top, folder, 'node_modules', name)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), `{ "version": "3.9.9", "bin": { "${name}": "bin.cjs" } }`)
  writeFileSync(
    join(place, 'bin.cjs'),
    `const fs = require('node:fs')
const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
fs.appendFileSync(${JSON.stringify(join(top, 'calls.log'))}, JSON.stringify([process.cwd(), ...process.argv.slice(2)]) + '\\n')
const change = (to) => { for (const file of files) fs.writeFileSync(file, to(fs.readFileSync(file, 'utf8'), file)) }
${program}
`,
  )
}

/** A line of its own at the end, for each program another. */
const mark = (name: string) => `change((text) => text + '// ${name}\\n')`

function commit(): Tree {
  git('add', '-A', top)
  git('commit', '-qm', 'Set up')
  return sources()
}

const sources = (): Tree => new Map([...readTree(top)].filter(([path]) => !/node_modules|\.log$/.test(path)))
const calls = (): string[][] => {
  const log = join(top, 'calls.log')
  return existsSync(log)
    ? readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line): string[] => JSON.parse(line))
    : []
}
const order = (): string => readFileSync(join(cwd, 'app/api/order/route.ts'), 'utf8')

test('runs what is installed at the top of the repository and set up there, on the files that changed', async () => {
  install('.', 'prettier', mark('prettier'))
  install('.', 'eslint', mark('eslint'))
  writeFileSync(join(top, '.prettierrc'), '{}')
  writeFileSync(join(top, 'eslint.config.mjs'), 'export default []')
  const before = commit()
  const { exit, text } = await start('--format')
  expect(exit).toBe(0)
  expect(text).toContain('Formatted by eslint 3.9.9 (4 files), prettier 3.9.9 (4 files)')
  const files = ['app/api/ok/route.ts', 'app/api/order/route.ts', 'app/api/users/[id]/route.ts', 'lib/reply.js']
  const names = files.map((file) => `./apps/[web] site/${file}`)
  expect(calls()).toEqual([
    [top, '--fix', '--no-error-on-unmatched-pattern', ...names],
    [top, '--write', ...names],
  ])
  expect(order()).toMatch(/\/\/ eslint\n\/\/ prettier\n$/)
  expect((await start('undo')).exit).toBe(0)
  expect(isSame(sources(), before)).toBe(true)
})

test('the settings next to the files win over those above', async () => {
  install('.', 'prettier', mark('prettier'))
  put('.prettierrc.json', '{}')
  writeFileSync(join(top, '.prettierrc'), '{}')
  commit()
  await start('--format')
  expect(calls().map(([folder]) => folder)).toEqual([cwd])
})

test('Biome itself', async () => {
  const place = join(cwd, 'node_modules')
  mkdirSync(place, { recursive: true })
  symlinkSync(join(repositoryRoot, 'node_modules/@biomejs'), join(place, '@biomejs'))
  put(
    'biome.json',
    '{ "formatter": { "indentStyle": "tab" }, "javascript": { "formatter": { "semicolons": "always" } } }',
  )
  const before = commit()
  const { text } = await start('--format')
  expect(text).toMatch(/Formatted by biome \d+\.\d+\.\d+ \(4 files\)/)
  expect(order()).toMatch(/^\t.*;$/m)
  await start('undo')
  expect(isSame(sources(), before)).toBe(true)
})

test('prettier needs no settings where package.json names it', async () => {
  install('.', 'prettier', mark('prettier'))
  writeFileSync(join(top, 'package.json'), '{ "devDependencies": { "prettier": "^3" } }')
  commit()
  await start('--format')
  expect(order()).toMatch(/\/\/ prettier\n$/)
})

test('prettier that is only named does not write over what Biome is set up for', async () => {
  install('.', 'prettier', mark('prettier'))
  writeFileSync(join(top, 'package.json'), '{ "devDependencies": { "prettier": "^3" } }')
  writeFileSync(join(top, 'biome.json'), '{}')
  commit()
  expect((await start('--format')).text).toContain('nothing is formatted')
  writeFileSync(join(top, '.prettierrc'), '{}')
  await start('undo')
  await start('--format', '--allow-dirty')
  expect(order()).toMatch(/\/\/ prettier\n$/)
})

describe('nothing is run', () => {
  test('that is only installed, or only set up', async () => {
    install('.', 'prettier', mark('prettier'))
    install('.', 'eslint', mark('eslint'))
    writeFileSync(join(top, 'biome.json'), '{}')
    commit()
    const { exit, text } = await start('--format')
    expect(exit).toBe(0)
    expect(text).toContain('No formatter was found that is installed and set up here')
    expect(calls()).toEqual([])
  })

  test('outside of the repository', async () => {
    rmSync(join(top, '.git'), { recursive: true })
    install('.', 'prettier', mark('prettier'))
    writeFileSync(join(top, '.prettierrc'), '{}')
    put('.gitignore', 'node_modules\n')
    await start('--format', '--allow-dirty')
    expect(calls()).toEqual([])
  })

  test('in a dry run, which says what would be', async () => {
    install('.', 'prettier', mark('prettier'))
    writeFileSync(join(top, '.prettierrc'), '{}')
    commit()
    const { text } = await start('--format', '--dry-run')
    expect(text).toContain('Would be formatted by prettier 3.9.9 (4 files)')
    expect(calls()).toEqual([])
  })

  test('for a patch', async () => {
    expect((await start('--format', '--patch', 'a.patch')).text).toContain('--format works on the tree')
    expect(existsSync(join(cwd, 'a.patch'))).toBe(false)
  })
})

describe('a formatter that', () => {
  let plain: Tree
  beforeEach(async () => {
    writeFileSync(join(top, '.prettierrc'), '{}')
    commit()
    await start()
    plain = sources()
    await start('undo')
  })

  test.each([
    [
      'fails when it has written half',
      `change((text, file) => file.includes('reply') ? process.exit(2) : '// half\\n')`,
    ],
    ['throws', `throw new Error('no plugin')`],
    ['is killed', `${mark('x')}; process.kill(process.pid, 'SIGKILL')`],
    ['deletes the files', 'for (const file of files) fs.rmSync(file); process.exit(2)'],
  ])('%s is a warning, and the tree is as it was written', async (_name, program) => {
    install('.', 'prettier', program)
    const { exit, text } = await start('--format')
    expect(exit).toBe(0)
    expect(text).toMatch(/^routeshift: warning: prettier 3\.9\.9 failed, and its 4 files are as they were written: /m)
    expect(text).not.toMatch(/Formatted by|No formatter/)
    expect(isSame(sources(), plain)).toBe(true)
    expect((await start('undo')).exit).toBe(0)
  })

  test('writes what cannot be parsed has that file taken back', async () => {
    install('.', 'prettier', `change((text, file) => file.includes('order') ? 'export {' : text + '// fine\\n')`)
    const { text } = await start('--format')
    expect(text).toContain('made of app/api/order/route.ts what cannot be parsed')
    expect(sources().get('apps/[web] site/app/api/order/route.ts')).toBe(
      plain.get('apps/[web] site/app/api/order/route.ts'),
    )
    expect(readFileSync(join(cwd, 'lib/reply.js'), 'utf8')).toMatch(/\/\/ fine\n$/)
  })

  test('leaves findings (exit code 1 of eslint) has done its work', async () => {
    install('.', 'eslint', `${mark('eslint')}; process.exitCode = 1`)
    put('.eslintrc.json', '{}')
    commit()
    expect((await start('--format')).text).not.toContain('warning')
    expect(order()).toMatch(/\/\/ eslint\n$/)
  })
})

test('with --commits, the second commit holds what was formatted', async () => {
  install('.', 'prettier', mark('prettier'))
  writeFileSync(join(top, '.prettierrc'), '{}')
  const before = commit()
  await start('--format', '--commits')
  expect(git('show', 'HEAD:./app/api/order/route.ts')).toMatch(/\/\/ prettier\n$/)
  expect(git('show', 'HEAD~:./app/api/order/route.ts')).toBe(git('show', 'HEAD~2:./pages/api/order.js'))
  expect(git('status', '--porcelain')).toBe('')
  await start('undo')
  expect(git('status', '--porcelain')).toBe('')
  expect(isSame(sources(), before)).toBe(true)
})
