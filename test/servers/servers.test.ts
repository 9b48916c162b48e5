import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFixtures } from '../support/fixture.ts'
import { buildNext, type NextServer, startNext } from '../support/next-server.ts'
import { writeApps } from './app.ts'
import { exchangeAll, type Tally } from './exchange.ts'
import { findServedCases, type LeftOut, type ServedCase } from './served-cases.ts'
import { majors } from './versions.ts'

/**
 * Every case that migrates something on real servers: one app with all original handlers, one with all migrated ones,
 * both through `next build && next start`, the same requests to both. It takes minutes: CI runs it, and
 * `ROUTESHIFT_ALL=1 npx vitest run test/servers -t 'Next 15'`.
 */

/** A wrapper tells the answer of a handler by its class (PA609), which it can from Next 14 on. */
const sinceNext14 = Object.fromEntries(
  ['calls/option-handlers/answers-itself', 'calls/values/answer-unasked', 'calls/values/guard-unasked'].map((id) => [
    id,
    'nothing moves for Next 13',
  ]),
)

const isComplete = process.env.CI === 'true' || process.env.ROUTESHIFT_ALL === '1'
const fixtures = findFixtures().filter(({ isKept }) => !isKept)
const limit = 900_000
/** They listen for the end of an answer, which becomes `after()` of 15.1. */
const aboutNext15 = {
  'module/imports/after-declared': 'is about Next 15',
  'calls/wrappers/listens-itself': 'is about Next 15',
  'calls/wrappers/whole-query-of-any-route': 'is about Next 15',
  'response/state/finish-event': 'is about Next 15',
  'response/state/finish-status': 'is about Next 15',
}

describe.runIf(isComplete).each(majors)('Next %i', (major) => {
  const servers: NextServer[] = []
  let cases: readonly ServedCase[] = []
  let leftOut: LeftOut = new Map()
  let tally: Tally = { unexplained: new Map(), reached: new Set(), sent: 0 }

  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of what is asked for from the pattern
  beforeAll(async ({}, { tasks }) => {
    // With `-t 'Next 15 recipes/'` only the cases asked for are served.
    const asked = new Set(tasks.filter(({ mode }) => mode === 'run').map(({ name }) => name))
    const found = await findServedCases(major)
    cases = found.cases.filter(({ fixture }) => asked.has(fixture.id))
    leftOut = found.leftOut
    if (cases.length === 0) return
    const { before, after } = await writeApps(major, cases)
    await Promise.all([buildNext(before), buildNext(after)])
    for (const dir of [before, after]) servers.push(await startNext(dir))
    const [old, migrated] = servers
    if (old === undefined || migrated === undefined) throw new Error('a server is missing')
    tally = await exchangeAll({ before: old.origin, after: migrated.origin }, cases)
    console.log(`Next ${major}: ${cases.flatMap(({ routes }) => routes).length} routes, ${tally.sent} requests`)
  }, limit)

  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test.each(fixtures.map(({ id }) => id))('%s', (id) => {
    const lines = tally.unexplained.get(id)
    if (lines === undefined) expect(leftOut.get(id)).toBeDefined()
    else expect(lines).toEqual([])
  })

  test('every route that was asked was there on both sides', () => {
    const asked = new Set(cases.flatMap(({ exchanges }) => exchanges.map(({ route }) => route.served)))
    expect(asked.size).toBeGreaterThan(200)
    expect([...asked].filter((id) => !tally.reached.has(id))).toEqual([])
  })

  test('few cases are left out', () => {
    const others = [...leftOut].filter(([, why]) => why !== 'its package is not installed here')
    expect(Object.fromEntries(others)).toEqual({
      'module/forwarded/config-from-module': 'its config is re-exported, which Turbopack refuses',
      'module/alias-routes/config-handed-on': 'its config is re-exported, which Turbopack refuses',
      'module/alias-routes/header-of-config': 'its next.config sets headers',
      'recipes/raw-body/in-function-of-module': 'its config is re-exported, which Turbopack refuses',
      'module/edge/asset': 'it loads a file from beside it',
      'project/around/config-headers': 'its next.config sets headers',
      'project/around/rewrite-adds-query': 'its next.config sets rewrites',
      'project/around/rewrite-key-of-schema': 'its next.config sets rewrites',
      'recipes/trpc/factory-with-context-inside': 'its next.config sets rewrites',
      'project/private-modules/answered-by-middleware': 'has a middleware',
      ...(major === 15 ? {} : aboutNext15),
      ...(major === 13 ? sinceNext14 : { 'response/json/next-13': 'is about Next 13' }),
    })
  })
})
