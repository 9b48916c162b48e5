import { describe, expect, test } from 'vitest'
import { codes } from '../../transforms/report/codes/index.ts'

describe.each(Object.entries(codes))('%s', (code, { slug, what, why, fix }) => {
  test('is well formed', () => {
    expect(code).toMatch(/^PA\d{3}$/)
    expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    // Reports put the sentences together and add the full stop of the first.
    expect(what({})).toMatch(/[^.\s]$/)
    expect(why).toMatch(/\.$/)
    expect(fix).toMatch(/\.$/)
  })
})

test('every slug names one code', () => {
  const slugs = Object.values(codes).map(({ slug }) => slug)
  expect(slugs.filter((slug, at) => slugs.indexOf(slug) !== at)).toEqual([])
})
