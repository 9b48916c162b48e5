import { expect, test } from 'vitest'
import { refusesAny } from '../../transforms/project/lint-config.ts'
import { createMemoryHost } from '../support/memory-host.ts'

test.each<[string, Record<string, string>, boolean]>([
  ['no ESLint', {}, false],
  ['rules that need no types', { '.eslintrc.json': '{ "extends": "plugin:@typescript-eslint/recommended" }' }, false],
  ['v5', { '.eslintrc.cjs': "extends: ['plugin:@typescript-eslint/recommended-requiring-type-checking']" }, true],
  ['v6', { 'apps/web/.eslintrc.json': '{ "extends": "plugin:@typescript-eslint/strict-type-checked" }' }, true],
  ['v8, above the app', { 'eslint.config.mjs': 'export default [...tseslint.configs.recommendedTypeChecked]' }, true],
  ['the rule itself', { '.eslintrc.yml': "'@typescript-eslint/no-unsafe-assignment': error" }, true],
  [
    'the rule switched off',
    {
      '.eslintrc.json':
        '{ "extends": "plugin:@typescript-eslint/recommended-type-checked", "rules": { "@typescript-eslint/no-unsafe-assignment": "off" } }',
    },
    false,
  ],
  [
    'another app',
    { 'apps/docs/.eslintrc.json': '{ "extends": "plugin:@typescript-eslint/strict-type-checked" }' },
    false,
  ],
])('%s', (_name, files, expected) => {
  expect(refusesAny(createMemoryHost(files), 'apps/web')).toBe(expected)
})
