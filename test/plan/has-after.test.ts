import { expect, test } from 'vitest'
import { hasAfter } from '../../transforms/plan/handler-facts.ts'
import { parseDeclared, parseOption } from '../../transforms/project/version.ts'

test.each([
  ['14', false],
  ['15.0', false],
  ['15', true],
  ['15.1', true],
  ['16', true],
])('--next %s', (text, expected) => {
  const version = parseOption(text)
  expect(version && hasAfter(version)).toBe(expected)
})

test.each([
  ['^14.2.0', false],
  ['15.0.3', false],
  ['^15.0.0', true],
  ['~15.2.0', true],
  ['latest', true],
])('"next": "%s"', (range, expected) => {
  const version = parseDeclared(range)
  expect(version && hasAfter(version)).toBe(expected)
})
