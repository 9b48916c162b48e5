import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { NextApp } from '../../transforms/model/project.ts'
import type { Verification, VerifiedRoute } from '../../transforms/model/verification.ts'
import { projectModules } from '../../transforms/project/modules.ts'
import { renderSideBySide } from '../../transforms/report/side-by-side.ts'
import { reportFinding } from '../../transforms/report/verification.ts'
import { readReach } from '../../transforms/verify/handler-sources.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'
import { synthesise } from '../../transforms/verify/synthesise.ts'
import { verifyRoutes } from '../../transforms/verify/verify-routes.ts'
import { verifiedRoute } from '../../transforms/verify-pairs.ts'
import { type Fixture, findFixtures, repositoryRoot } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'
import { runEngine } from '../support/run-fixture.ts'

/**
 * Every migrated case goes through verify with requests made from its source, under several scenarios. All cases of one version of Next are
 * one tree, each in a folder of its own, so that they share their worker processes.
 */

const fixtures = findFixtures().filter(({ isKept }) => !isKept)
const found = new Map<string, Verification[]>()
const SECONDS = 1000
/** Enough for every method and most single variations of a small handler. */
const LIMIT = 40

// biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of what is asked for from the pattern
beforeAll(async ({}, { tasks }) => {
  // With `-t` only the cases asked for are verified.
  const asked = new Set(tasks.filter(({ mode }) => mode === 'run').map(({ name }) => name))
  for (const next of ['next', 'next15', 'next14']) {
    const own = fixtures.filter(({ id, options }) => asked.has(id) && nextOf(options.next ?? '16') === next)
    if (own.length > 0) await verifyAll(next, own)
  }
}, 900 * SECONDS)

test.each(fixtures.map(({ id }) => id))('%s', (id) => {
  const shown = (found.get(id) ?? []).flatMap(({ route, proof, why, findings }) => [
    ...(proof === 'cannot-run' ? [`${route.source} cannot run: ${why}`] : []),
    ...findings.map(reportFinding).map((finding) => [finding.curl, ...renderSideBySide(finding)].join('\n')),
  ])
  expect(shown).toEqual([])
  expect(found.has(id)).toBe(true)
})

test('most branches are reached', () => {
  const all = [...found.values()].flat()
  const proven = all.filter(({ proof }) => proof === 'proven')
  expect(proven.length / all.length).toBeGreaterThan(0.8)
})

const nextOf = (version: string): string =>
  version.startsWith('16') ? 'next' : version.startsWith('15') ? 'next15' : 'next14'

async function verifyAll(next: string, own: readonly Fixture[]): Promise<void> {
  const [before, after]: [Record<string, string>, Record<string, string>] = [{}, {}]
  const routes: { fixture: Fixture; app: NextApp; place: string; route: VerifiedRoute }[] = []
  for (const [index, fixture] of own.entries()) {
    const place = `case${index}/`
    const run = await runEngine(fixture.input, fixture.options)
    for (const [path, text] of Object.entries(fixture.input)) before[place + path] = text
    for (const [path, text] of Object.entries(run.after)) after[place + path] = text
    found.set(fixture.id, [])
    for (const result of run.migration.routes) {
      const app = run.migration.project.apps.find(({ root }) => root === result.app)
      if (!app || result.target === null || result.moduleOf || result.changes.length === 0) continue
      const text = run.after[result.target] ?? ''
      const route = verifiedRoute(result, result.target, text, run.migration, fixture.options.strict ?? false)
      routes.push({
        fixture,
        app,
        place,
        route: { ...route, source: place + route.source, target: place + route.target },
      })
    }
  }
  const verified = await verifyRoutes({
    before: createMemoryHost(before),
    after: createMemoryHost(after),
    routes: routes.map(({ route }) => route),
    requestsFor(route) {
      const { fixture, app, place } = routes.find((one) => one.route === route) ?? {}
      if (!fixture || !app || !place) throw new Error(`${route.source} was not asked for`)
      return requestsOf(fixture, app, route, route.source.slice(place.length))
    },
    next: join(repositoryRoot, 'node_modules', next),
    workers: 2,
    limits: { requestMs: 5 * SECONDS, memoryMb: 512 },
  })
  for (const [index, { fixture }] of routes.entries()) {
    const verification = verified[index]
    if (verification) found.get(fixture.id)?.push(verification)
  }
}

/** Those of the case itself, and others made from the source. */
function requestsOf({ input, requests }: Fixture, app: NextApp, { id, params }: VerifiedRoute, source: string) {
  const { modules, isOpen } = readReach(source, projectModules(createMemoryHost({ ...input }), app))
  const environment = (): string => 'secret'
  const made = synthesise({ id, params, modules, isOpen, environment, seed: 1, limit: LIMIT, mixtures: 1 })
  const own = (requests ?? []).filter(({ path }) => matchRoute(id, path) !== null)
  return { ...made, requests: [...own.map(({ served: _, ...request }) => request), ...made.requests] }
}
