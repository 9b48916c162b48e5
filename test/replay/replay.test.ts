import { beforeAll, expect, test, vi } from 'vitest'
import { type Bundle, bundleAll, type Entry, loadBundle } from '../support/bundle.ts'
import { compare } from '../support/compare.ts'
import { findFixtures } from '../support/fixture.ts'
import { findUnexplained } from '../support/known-differences.ts'
import { listMovedRoutes } from '../support/moved-routes.ts'
import { replay, type Side } from '../support/replay.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'
import { type Run, runEngine } from '../support/run-fixture.ts'

/** Runs the pages handler and the route handler of every migrated case on the same requests, side by side. */

const fixtures = findFixtures().filter((fixture) => !fixture.isKept && fixture.requests !== null)
const runs = new Map<string, Run>()
let bundles = new Map<string, Bundle>()

beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production')
  // next-auth warns once in a process without it, on whichever side runs first.
  vi.stubEnv('NEXTAUTH_URL', 'http://localhost:3000')
  const entries: Entry[] = []
  for (const fixture of fixtures) {
    const run = await runEngine(fixture.input, fixture.options).catch(() => null)
    if (run === null) continue
    runs.set(fixture.id, run)
    for (const { source, target } of listMovedRoutes(run)) {
      entries.push({ id: bundleId(fixture.id, 'pages', source), files: fixture.input, path: source })
      entries.push({ id: bundleId(fixture.id, 'app', source), files: run.after, path: target })
    }
  }
  bundles = await bundleAll(entries, 'replay')
}, 120_000)

test.each(fixtures.map((fixture) => [fixture.id, fixture] as const))('%s', async (_id, fixture) => {
  const run = runs.get(fixture.id)
  if (run === undefined) throw new Error('the engine failed on this case')
  const routes = listMovedRoutes(run).map((route) => ({
    ...route,
    pages: load(bundleId(fixture.id, 'pages', route.source)),
    app: load(bundleId(fixture.id, 'app', route.source)),
  }))
  const isStrict = fixture.options.strict ?? false
  const unexplained: string[] = []
  for (const request of fixture.requests ?? []) {
    const route = routes.find(({ id }) => matchRoute(id, request.path) !== null)
    if (route === undefined) throw new Error(`request "${request.name}": no migrated route for ${request.path}`)
    const before = await replay('pages', route.pages, route.id, request)
    if (before.kind === 'hang') throw new Error(`request "${request.name}": the original never answers`)
    const after = await replay('app', route.app, route.id, request)
    const lines = findUnexplained(
      compare(before, after),
      { route: route.id, request, before, after, exported: route.methods, isStrict },
      route.codes,
    )
    unexplained.push(...lines.map((line) => `${request.name}: ${line}`))
  }
  expect(unexplained).toEqual([])
})

const bundleId = (fixture: string, side: Side, source: string): string =>
  `${fixture}/${side}/${source}`.replaceAll(/[^\w-]+/g, '_')

function load(id: string): unknown {
  const bundle = bundles.get(id)
  if (bundle === undefined) throw new Error(`${id} was not bundled`)
  if (bundle.kind === 'broken') throw new Error(bundle.errors.join('\n'))
  return loadBundle(bundle.path)
}
