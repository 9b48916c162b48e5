import { expect, test } from 'vitest'
import { explainCodes } from '../../transforms/cli/explain.ts'
import { UserError } from '../../transforms/model/host.ts'
import { codes } from '../../transforms/report/codes/index.ts'

test('says what a code means, why it matters and what to do, in any spelling of its name', () => {
  const { why = '', fix = '' } = codes.PA112 ?? {}
  const text = explainCodes(['pa112'])
  expect(text.startsWith('PA112 ')).toBe(true)
  expect(text).toContain(why)
  expect(text).toContain(`What to do: ${fix}`)
})

test('has words for every code, one after the other', () => {
  const text = explainCodes(Object.keys(codes))
  expect(text.match(/^PA\d{3} [\w-]+ \(\w+\)$/gm)).toHaveLength(Object.keys(codes).length)
})

test('refuses what is no code', () => {
  expect(() => explainCodes(['PA000'])).toThrow(UserError)
  expect(() => explainCodes([])).toThrow('Name a code')
})
