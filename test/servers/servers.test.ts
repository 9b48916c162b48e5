import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scenario } from '../../transforms/model/verification.ts'
import { compare } from '../../transforms/verify/compare.ts'
import { type Compared, explain, findMissingCodes } from '../../transforms/verify/expected.ts'
import { type FixtureRequest, findFixtures } from '../support/fixture.ts'
import { buildNext, type NextServer, startNext } from '../support/next-server.ts'
import { writeApps } from './app.ts'
import { ask } from './client.ts'
import { findServedCases, type LeftOut, type ServedCase } from './served-cases.ts'
import { majors } from './versions.ts'

/**
 * Every case that migrates something on real servers: one app with all original handlers, one with all migrated ones,
 * both through `next build && next start`, the same requests to both. It takes minutes: CI runs it, and
 * `ROUTESHIFT_ALL=1 npx vitest run test/servers -t 'Next 15'`.
 */

const isComplete = process.env.CI === 'true' || process.env.ROUTESHIFT_ALL === '1'
const fixtures = findFixtures().filter(({ isKept }) => !isKept)
const limit = 900_000
/** Cases that are asked at the same time; the requests of one case follow each other, since handlers have state. */
const lanes = 4

describe.runIf(isComplete).each(majors)('Next %i', (major) => {
  const servers: NextServer[] = []
  const unexplained = new Map<string, string[]>()
  let leftOut: LeftOut = new Map()
  let sent = 0

  beforeAll(async () => {
    const found = await findServedCases(major)
    leftOut = found.leftOut
    const dirs = await writeApps(major, found.cases)
    for (const dir of [dirs.before, dirs.after]) {
      await buildNext(dir)
      servers.push(await startNext(dir))
    }
    const waiting = [...found.cases]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        unexplained.set(next.fixture.id, await exchange(next))
    }
    await Promise.all(Array.from({ length: lanes }, work))
    const routes = found.cases.reduce((sum, { routes }) => sum + routes.length, 0)
    console.log(`Next ${major}: ${routes} routes, ${sent} requests`)
  }, limit)

  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test.each(fixtures.map(({ id }) => id))('%s', (id) => {
    const lines = unexplained.get(id)
    if (lines === undefined) expect(leftOut.get(id)).toBeDefined()
    else expect(lines).toEqual([])
  })

  async function exchange({ fixture, exchanges }: ServedCase): Promise<string[]> {
    const isStrict = fixture.options.strict ?? false
    const lines: string[] = []
    for (const { request, route } of exchanges) {
      const [before, after] = await Promise.all(servers.map(({ origin }) => ask(origin, request)))
      if (before === undefined || after === undefined) throw new Error('a server is missing')
      sent += 1
      const asked = { id: route.served, exported: route.methods, codes: [...route.codes], isStrict }
      const found = findUnexplained({ route: asked, request, scenario, before, after })
      lines.push(...found.map((line) => `${printRequest(request)}: ${line}`))
    }
    return lines
  }
})

/** Real servers have one scenario: nothing stands in for what is outside. */
const scenario: Scenario = { name: 'real', calls: 'succeed', seed: 0 }

/** Differences without a code; each as a line to read. Nothing excuses another answer to a request that is marked as served. */
function findUnexplained(at: Compared & { request: FixtureRequest }): string[] {
  return compare(at.before, at.after).flatMap((difference) => {
    if (explain(difference, at).some(({ codes }) => codes === null || !at.request.served)) return []
    const { aspect, before, after } = difference
    const missing = findMissingCodes(difference, at)
    const hint = missing.length > 0 ? ` (allowed only if reported as ${missing.join(', ')})` : ''
    return [`${aspect}: ${JSON.stringify(before)} became ${JSON.stringify(after)}${hint}`]
  })
}

const printRequest = ({ name, method, path, headers, body }: FixtureRequest): string =>
  `${name} (${[method, path, headers === undefined ? '' : JSON.stringify(headers), body ?? ''].filter((part) => part !== '').join(' ')})`
