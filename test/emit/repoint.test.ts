import { describe, expect, test } from 'vitest'
import { editSpecifiers, repoint } from '../../transforms/emit/repoint.ts'
import { createResolver } from '../../transforms/project/resolve.ts'
import { readTypeScriptConfig } from '../../transforms/project/tsconfig.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const FROM = 'src/pages/api/users/index.ts'
const TO = 'src/app/api/users/limit.ts'

function repointed(specifier: string, compilerOptions: object = {}, relocation = { from: FROM, to: TO }): string {
  const files = { 'mobile/api/users/limit.ts': '', [relocation.to]: '' }
  const host = createMemoryHost({ 'tsconfig.json': JSON.stringify({ compilerOptions }), ...files })
  const importer = 'src/lib/a.ts'
  return repoint({
    specifier,
    importer,
    relocation,
    paths: [readTypeScriptConfig(host, '', { packageDir: () => null })?.paths ?? {}],
    resolve: createResolver(host, null, ''),
  })
}

describe('relative stays relative', () => {
  test.each([
    ['the folder of an index', '../pages/api/users', '../app/api/users/limit'],
    ['the file', '../pages/api/users/index', '../app/api/users/limit'],
    ['with the extension of the file', '../pages/api/users/index.ts', '../app/api/users/limit.ts'],
    ['with that of the compiled file', '../pages/api/users/index.js', '../app/api/users/limit.js'],
  ])('%s', (_case, specifier, expected) => expect(repointed(specifier)).toBe(expected))

  test('an extension that is no longer true goes', () => {
    const relocation = { from: 'src/pages/api/a.js', to: 'src/app/api/a/route.ts' }
    expect(repointed('../pages/api/a.js', {}, relocation)).toBe('../app/api/a/route')
  })

  test('a dot in the name is no extension', () => {
    const relocation = { from: 'src/pages/api/feed.js.ts', to: 'src/app/api/feed.js/route.ts' }
    expect(repointed('../pages/api/feed.js', {}, relocation)).toBe('../app/api/feed.js/route')
  })
})

describe('an alias stays an alias', () => {
  test.each([
    ['of a folder above both', { '@/*': ['./src/*'] }, '@/pages/api/users', '@/app/api/users/limit'],
    ['of the root', { '~/*': ['./*'] }, '~/src/pages/api/users', '~/src/app/api/users/limit'],
    [
      'another one, where it cannot say it',
      { '@p/*': ['./src/pages/*'], '@a/*': ['./src/app/*'] },
      '@p/api/users',
      '@a/api/users/limit',
    ],
    [
      'the nearest of two',
      { '~/*': ['./*'], '@p/*': ['./src/pages/*'], '@a/*': ['./src/app/*'] },
      '@p/api/users',
      '@a/api/users/limit',
    ],
    [
      'none, where it would lead elsewhere',
      { '@/*': ['./src/*'], '@/app/*': ['./mobile/*'] },
      '@/pages/api/users',
      '../app/api/users/limit',
    ],
    ['none', { '@p/*': ['./src/pages/*'] }, '@p/api/users', '../app/api/users/limit'],
  ])('%s', (_case, paths, specifier, expected) => expect(repointed(specifier, { paths })).toBe(expected))

  test('baseUrl', () => expect(repointed('pages/api/users', { baseUrl: 'src' })).toBe('app/api/users/limit'))
})

test('edits count in the text as it was read', () => {
  const text = '\uFEFFimport { a } from "./a";\r\nimport { b } from "./b";\r\n'
  const edge = (specifier: string) => {
    const start = text.indexOf(specifier)
    const names = [{ imported: 'a', local: 'a', isType: false }]
    return {
      from: 'x.ts',
      to: 'y.ts',
      specifier,
      start,
      end: start + specifier.length,
      kind: 'import',
      names,
      isTest: false,
    } as const
  }
  const edits = [
    { edge: edge('./a'), specifier: '../long/a' },
    { edge: edge('./b'), specifier: '../long/b' },
  ]
  expect(editSpecifiers(text, edits)).toBe('\uFEFFimport { a } from "../long/a";\r\nimport { b } from "../long/b";\r\n')
})
