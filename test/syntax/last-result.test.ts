import { expect, test } from 'vitest'
import { createLastResult } from '../../transforms/syntax/last-result.ts'

const tree = {}

test('the same texts and the same tree: made once', () => {
  const remember = createLastResult<object>()
  const first = remember([tree, 'a'], () => ({}))
  expect(remember([tree, ['a'].join()], () => ({}))).toBe(first)
})

test('another text, another tree of the same shape, one part more: made anew', () => {
  const remember = createLastResult<object>()
  const results = [
    [tree, 'a'],
    [tree, 'b'],
    [{}, 'b'],
    [{}, 'b', 'c'],
  ].map((madeOf) => remember(madeOf, () => ({})))
  expect(new Set(results).size).toBe(4)
})

test('what fails is tried again', () => {
  const remember = createLastResult<string>()
  expect(() =>
    remember([tree], () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(remember([tree], () => 'yes')).toBe('yes')
})
