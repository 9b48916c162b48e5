import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateCase } from './generate.ts'
import { runChunk } from './run-chunk.ts'
import { emptyTally, mergeTally } from './tally.ts'
import { openVerifier, type Verifier } from './verifier.ts'

/** Generated handlers, always the same: what is migrated answers as before. `npm run fuzz` runs more, and others. */

const seed = 2025
const count = 500
const chunk = 100
/** At most so many requests a handler: the whole must stay fast. */
const requests = 16
const total = emptyTally()
let verifier: Verifier

beforeAll(async () => {
  verifier = await openVerifier()
}, 120_000)

afterAll(() => verifier.stop())

test.each(Array.from({ length: count / chunk }, (_, i) => i * chunk))('%i and on', async (from) => {
  const tally = await runChunk({ seed, from, to: from + chunk, options: {}, requests, shrinks: true }, verifier)
  mergeTally(total, tally)
  expect(tally.failures.map(({ n, kind, message, text }) => `case ${n}: ${kind} ${message}\n${text}`)).toEqual([])
}, 300_000)

test('most of them are moved, and most branches are reached', () => {
  const { cases, outcomes, branches } = total
  expect(cases).toBe(count)
  expect(((outcomes.migrated ?? 0) + (outcomes.review ?? 0)) / cases).toBeGreaterThan(0.6)
  expect(branches.reached / branches.total).toBeGreaterThan(0.6)
})

test('a case can be made again by itself', () => {
  expect(generateCase(seed, 137)).toEqual(generateCase(seed, 137))
  expect(generateCase(seed, 137).files).not.toEqual(generateCase(seed + 1, 137).files)
})
