import { expect, test } from 'vitest'
import type { Exchange, ReplayRequest } from '../../transforms/model/verification.ts'
import { shorterThan, shrink } from '../../transforms/verify/shrink.ts'

const silent = { answer: { kind: 'hang' }, calls: [], log: [], rejections: [] } as const
const exchangeOf = (request: ReplayRequest): Exchange => ({
  request,
  scenario: { name: 'succeed', calls: 'succeed', seed: 0 },
  before: silent,
  after: silent,
})

test('one part less at a time', () => {
  const request = { name: 'x', method: 'POST', path: '/a?b=1&c=2', headers: { d: '3' }, body: '{"e":4,"f":5}' }
  expect(shorterThan(request)).toEqual([
    { name: 'x', method: 'POST', path: '/a?b=1&c=2', headers: { d: '3' } },
    { name: 'x', method: 'POST', path: '/a?b=1&c=2', body: '{"e":4,"f":5}' },
    { ...request, path: '/a?c=2' },
    { ...request, path: '/a?b=1' },
    { ...request, body: '{"f":5}' },
    { ...request, body: '{"e":4}' },
  ])
})

test('only what the difference needs is left', async () => {
  const request = { name: 'x', method: 'GET', path: '/a?b=1&c=2&d=3', headers: { e: '4', f: '5' } }
  const { request: left } = await shrink(
    exchangeOf(request),
    async (shorter) => exchangeOf(shorter),
    ({ request: { path, headers } }) => path.includes('c=2') && headers?.f === '5',
  )
  expect(left).toEqual({ name: 'x', method: 'GET', path: '/a?c=2', headers: { f: '5' } })
})

test('a request that cannot be run again stays as it is', async () => {
  const found = exchangeOf({ name: 'x', method: 'GET', path: '/a?b=1' })
  expect(
    await shrink(
      found,
      async () => null,
      () => true,
    ),
  ).toBe(found)
})
