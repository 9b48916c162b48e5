import { beforeAll, describe, expect, test } from 'vitest'
import type { ReplayRequest, Verification } from '../../transforms/model/verification.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'
import { type Fixture, findFixtures, type Target, targets } from '../support/fixture.ts'
import { listMovedRoutes } from '../support/moved-routes.ts'
import { listFindings, type Replayed, replay } from '../support/replay.ts'
import { runEngine } from '../support/run-fixture.ts'
import { findObstacle } from '../servers/served-cases.ts'

/**
 * Runs the pages handler and the route handler of every migrated case on the same requests, side by side. All cases are one tree, each in a
 * folder of its own, so that they share bundling and processes. For older majors, CI asks real servers the same (test/servers): here only
 * what those leave out; `ROUTESHIFT_ALL=1` replays all.
 */

const isAll = process.env.ROUTESHIFT_ALL === '1'
const majors: readonly Target[] = isAll || process.env.CI === 'true' ? targets : [16]
const fixtures = findFixtures().filter((fixture) => !fixture.isKept && fixture.requests !== null)

describe.each(majors)('Next %i', (target) => {
  const found = new Map<string, Verification[]>()
  const broken = new Map<string, string>()

  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of what is asked for from the pattern
  beforeAll(async ({}, { tasks }) => {
    // With `-t` only the cases asked for are replayed.
    const asked = new Set(tasks.filter(({ mode }) => mode === 'run').map(({ name }) => name))
    const before: Record<string, string> = {}
    const after: Record<string, string> = {}
    const replayed: { id: string; one: Replayed }[] = []
    for (const fixture of fixtures.filter((one) => asked.has(one.id) && suits(one, target))) {
      const run = await runEngine(fixture.input, { next: String(target), ...fixture.options }).catch(() => null)
      if (run === null) {
        broken.set(fixture.id, 'the engine failed on this case')
        continue
      }
      for (const [path, text] of Object.entries(fixture.input)) before[`${fixture.id}/${path}`] = text
      for (const [path, text] of Object.entries(run.after)) after[`${fixture.id}/${path}`] = text
      const routes = listMovedRoutes(run)
      const lost = fixture.requests?.find(({ path }) => !routes.some(({ id }) => matchRoute(id, path) !== null))
      if (lost !== undefined) broken.set(fixture.id, `no migrated route for ${lost.path}`)
      for (const one of splitRequests(fixture, routes)) replayed.push({ id: fixture.id, one })
    }
    const verified = await replay(
      { before, after },
      replayed.map(({ one }) => one),
      { target },
    )
    for (const [index, verification] of verified.entries()) {
      const id = replayed[index]?.id ?? ''
      found.set(id, [...(found.get(id) ?? []), verification])
    }
  }, 300_000)

  test.each(fixtures.filter((one) => suits(one, target)).map(({ id }) => id))('%s', (id) => {
    expect(broken.get(id)).toBeUndefined()
    const verified = found.get(id) ?? []
    expect(verified.length).toBeGreaterThan(0)
    expect(verified.flatMap(({ why }) => why ?? [])).toEqual([])
    expect(verified.flatMap(listFindings)).toEqual([])
  })
})

/** A case for a newer Next uses what an older one does not have. */
function suits(fixture: Fixture, target: Target): boolean {
  const asked = Number(/^\d+/.exec(fixture.options.next ?? '')?.[0] ?? target)
  const isForServers = !isAll && target !== 16 && findObstacle(fixture, target) === null
  return asked <= Number(target) && !isForServers
}

/** No code excuses another answer to a request that the handler shows it expects. */
function splitRequests(fixture: Fixture, routes: ReturnType<typeof listMovedRoutes>): Replayed[] {
  const ofRoute = new Map<string, { served: ReplayRequest[]; others: ReplayRequest[] }>()
  for (const { served, ...request } of fixture.requests ?? []) {
    const route = routes.find(({ id }) => matchRoute(id, request.path) !== null)
    if (route === undefined) continue
    const lists = ofRoute.get(route.id) ?? { served: [], others: [] }
    ofRoute.set(route.id, lists)
    lists[served === true ? 'served' : 'others'].push(request)
  }
  return routes.flatMap(({ id, source, target, methods, codes, named }) => {
    const { served, others } = ofRoute.get(id) ?? { served: [], others: [] }
    const route = {
      id,
      params: [],
      source: `${fixture.id}/${source}`,
      target: `${fixture.id}/${target}`,
      exported: methods,
      named,
      isStrict: fixture.options.strict ?? false,
    }
    return [
      { route: { ...route, codes: [] }, requests: served },
      { route: { ...route, codes: [...codes] }, requests: others },
    ].filter(({ requests }) => requests.length > 0)
  })
}
