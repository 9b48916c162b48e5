import { describe, expect, test } from 'vitest'
import { withConfig } from '../../transforms/cli/with-config.ts'
import { readConfigFile } from '../../transforms/project/config-file.ts'
import { checkConfig } from '../../transforms/project/config-schema.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const becomes = { name: 'withUser', from: '@acme/auth/app' }
const wrapper = { name: 'withUser', from: '@acme/auth', becomes }

describe('what is wrong is named with its place', () => {
  test.each<[string, unknown, string]>([
    ['no object', [], 'the config must be an object, not []'],
    ['an unknown field', { wraper: [] }, 'wraper is not known; known are include, exclude, next, lang, strict'],
    ['an unknown field inside', { wrappers: [{ ...wrapper, inject: [] }] }, 'wrappers[0].inject is not known'],
    ['a missing field', { wrappers: [{ name: 'a', from: 'b' }] }, 'wrappers[0].becomes is missing'],
    [
      'a missing field inside',
      { wrappers: [{ ...wrapper, becomes: { name: 'a' } }] },
      'wrappers[0].becomes.from is missing',
    ],
    ['no name', { wrappers: [{ ...wrapper, name: 'with user' }] }, 'wrappers[0].name must be a name, not "with user"'],
    ['another language', { lang: 'coffee' }, 'lang must be one of ts, js, keep, not "coffee"'],
    ['a text for a list', { exclude: 'pages/api/x.ts' }, 'exclude must be a list, not "pages/api/x.ts"'],
    [
      'a place that is none',
      { wrappers: [{ ...wrapper, handler: -1 }] },
      'wrappers[0].handler must be the place of an argument',
    ],
    [
      'an answer without res',
      { functions: [{ name: 'a', from: 'b', takes: ['req'], answers: 'always' }] },
      'functions[0].takes must have "res": the function answers',
    ],
    [
      'a reader with res',
      { functions: [{ name: 'a', from: 'b', takes: ['req', 'res'], answers: 'never' }] },
      'functions[0].takes must have "req" and not "res"',
    ],
  ])('%s', (_what, config, message) => expect(checkConfig(config)).toContain(message))
})

describe('the file', () => {
  test('none', async () => expect(await readConfigFile(createMemoryHost({ 'package.json': '{}' }))).toBeNull())

  test('JSON', async () => {
    const host = createMemoryHost({ 'routeshift.config.json': JSON.stringify({ strict: true, wrappers: [wrapper] }) })
    expect(await readConfigFile(host)).toEqual({
      options: { strict: true },
      declared: { functions: [], wrappers: [wrapper] },
    })
  })

  test('TypeScript, with defineConfig', async () => {
    const text = `import { defineConfig } from 'routeshift'\nconst lang: 'js' = 'js'\nexport default defineConfig({ lang })\n`
    const found = await readConfigFile(createMemoryHost({ 'routeshift.config.ts': text }))
    expect(found?.options).toEqual({ lang: 'js' })
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['no JSON', { 'routeshift.config.json': '{' }, /^routeshift\.config\.json is no JSON: /],
    [
      'code that fails',
      { 'routeshift.config.js': 'throw new Error("no key")' },
      /^routeshift\.config\.js cannot be run: no key/,
    ],
    ['no default export', { 'routeshift.config.js': 'export const a = 1' }, /it has no default export/],
    [
      'code that does not parse',
      { 'routeshift.config.ts': 'export default {' },
      /^routeshift\.config\.ts cannot be run: /,
    ],
    [
      'a wrong field',
      { 'routeshift.config.js': 'export default { strict: 1 }' },
      /^routeshift\.config\.js: strict must be true or false, not 1\.$/,
    ],
    ['two files', { 'routeshift.config.js': '', 'routeshift.config.json': '' }, /There are two config files/],
  ])('%s', async (_what, files, message) => {
    await expect(readConfigFile(createMemoryHost(files))).rejects.toThrow(message)
  })
})

describe('flags over the config', () => {
  const config = JSON.stringify({ lang: 'js', next: '14', exclude: ['pages/api/old/**'], keepTested: true })
  const host = createMemoryHost({ 'routeshift.config.json': config })
  const none = { include: [], exclude: [], next: null, lang: null, strict: false }

  test('what no flag says is as in the config', async () => {
    expect(await withConfig(none, host)).toMatchObject({ lang: 'js', next: '14', strict: false, keepTested: true })
  })

  test('a flag wins; globs to leave out add up', async () => {
    const found = await withConfig({ ...none, lang: 'ts', next: '16', exclude: ['b/**'] }, host)
    expect(found).toMatchObject({ lang: 'ts', next: '16', exclude: ['pages/api/old/**', 'b/**'] })
  })

  test('neither', async () => {
    expect(await withConfig(none, createMemoryHost({}))).toMatchObject({ lang: 'ts', next: null, exclude: [] })
  })
})
