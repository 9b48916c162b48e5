import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../transforms/model/report.ts'
import type { Observation } from '../../transforms/model/verification.ts'
import { compare } from '../../transforms/verify/compare.ts'
import { explain, findMissingCodes } from '../../transforms/verify/expected.ts'
import { copyDemo, migrateDemo } from '../support/demo-app.ts'
import { type FixtureRequest, repositoryRoot, type Target, targets } from '../support/fixture.ts'
import { buildNext, type NextServer, startNext } from '../support/next-server.ts'
import { ask } from '../servers/client.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'

/**
 * The demo app on real servers: `next build && next start` before and after the migration, the same requests to both.
 * `next build` also type-checks what was migrated. Other majors than the newest cost minutes: CI runs them.
 */

const requests: FixtureRequest[] = JSON.parse(readFileSync(join(repositoryRoot, 'test/demo/requests.json'), 'utf8'))
const isComplete = process.env.CI === 'true' || process.env.ROUTESHIFT_ALL === '1'
const majors: readonly Target[] = isComplete ? targets : [16]
const limit = 600_000

describe.each(majors)('Next %i', (target) => {
  const servers: NextServer[] = []
  const answers = new Map<string, { before: Observation; after: Observation }>()
  let report: Report | null = null
  let dirs = { before: '', after: '' }

  beforeAll(async () => {
    dirs = { before: copyDemo(`next-${target}-before`, target), after: copyDemo(`next-${target}-after`, target) }
    report = migrateDemo(dirs.after).report
    for (const dir of [dirs.before, dirs.after]) {
      await buildNext(dir)
      servers.push(await startNext(dir))
    }
    // One after the other: both sides keep products, carts and visits in memory.
    for (const request of requests) {
      const [before, after] = await Promise.all(servers.map(({ origin }) => ask(origin, request)))
      if (before !== undefined && after !== undefined) answers.set(request.name, { before, after })
    }
  }, limit)

  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  test('most routes moved, and the kept ones are where they were', () => {
    const routes = report?.routes ?? []
    const moved = routes.filter(({ outcome }) => outcome === 'migrated' || outcome === 'review')
    const kept = routes.filter(({ outcome }) => outcome === 'kept')
    const read = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8')
    expect(moved.length).toBeGreaterThanOrEqual(8)
    expect(moved.length + kept.length).toBe(routes.length)
    for (const { source } of moved) expect(existsSync(join(dirs.after, source)), source).toBe(false)
    for (const { source } of kept) expect(read(dirs.after, source), source).toBe(read(dirs.before, source))
  })

  test.each(requests.map((request) => [request.name, request] as const))('%s', (name, request) => {
    const { before, after } = answers.get(name) ?? failTo(name)
    const route = report?.routes.find(({ route }) => matchRoute(route, request.path) !== null)
    const compared = {
      request,
      scenario: { name: 'real', calls: 'succeed', seed: 0 } as const,
      before,
      after,
      route: {
        id: route?.route ?? '',
        exported: route?.methods ?? [],
        codes: route?.diagnostics.map(({ code }) => code) ?? [],
        isStrict: false,
      },
    }
    const unexplained = compare(before, after)
      .filter((difference) => explain(difference, compared).length === 0)
      .map((difference) => ({ ...difference, allowedIfReported: findMissingCodes(difference, compared) }))
    expect(unexplained).toEqual([])
  })

  test.each(['/api/nothing', '/api/files', '/api/products/1/2'])('%s is still not found', async (path) => {
    const found = await Promise.all(servers.map(({ origin }) => fetch(`${origin}${path}`)))
    expect(found.map(({ status }) => status)).toEqual([404, 404])
  })

  test('a kept stream goes on streaming', async () => {
    for (const { origin } of servers) {
      const control = new AbortController()
      // Compressed, the server would wait until it has more to send.
      const headers = { 'accept-encoding': 'identity' }
      const response = await fetch(`${origin}/api/ticker`, { headers, signal: control.signal })
      const chunk = await response.body?.getReader().read()
      control.abort()
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      expect(new TextDecoder().decode(chunk?.value)).toBe('data: {"open":true}\n\n')
    }
  }, 30_000)
})

function failTo(name: string): never {
  throw new Error(`"${name}" was not asked`)
}
