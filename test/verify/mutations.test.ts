import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { RouteParam } from '../../transforms/model/project.ts'
import type { Verification, VerifiedRoute } from '../../transforms/model/verification.ts'
import { defaultLimit, synthesise } from '../../transforms/verify/synthesise.ts'
import { verifyRoutes } from '../../transforms/verify/verify-routes.ts'
import { createEnvironment } from '../../transforms/verify/worker/environment.ts'
import { repositoryRoot } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'
import { feed } from './mutants/feed.ts'
import { items } from './mutants/items.ts'
import { jobs } from './mutants/jobs.ts'
import type { Original } from './mutants/mutant.ts'
import { orders } from './mutants/orders.ts'
import { session } from './mutants/session.ts'
import { tags } from './mutants/tags.ts'
import { openSources } from './sources.ts'

/** Does verify see what goes wrong in migrations? Wrong ones, written by hand, must differ; the right ones must not. */

const originals: readonly Original[] = [orders, items, tags, session, feed, jobs]
const found = new Map<string, Verification>()

beforeAll(async () => {
  const [before, after]: [Record<string, string>, Record<string, string>] = [{}, {}]
  const routes: (VerifiedRoute & { name: string })[] = []
  for (const [i, original] of originals.entries()) {
    const texts = [
      { name: 'right', text: original.app, exported: original.exported },
      ...original.mutants.map(({ name, from, to, exported = original.exported }) => ({
        name,
        text: original.app.replace(from, () => to),
        exported,
      })),
    ]
    for (const [k, { name, text, exported }] of texts.entries()) {
      const { id, codes } = original
      const place = `m${i}-${k}`
      const [source, target] = [`${place}/pages${id}.ts`, `${place}/app${id}/route.ts`]
      before[source] = original.pages
      after[target] = text
      routes.push({ name: `${id} ${name}`, id, params: paramsOf(id), source, target, exported, codes, isStrict: false })
    }
  }
  const asked = new Map(originals.map((original) => [original.id, ask(original)]))
  const verified = await verifyRoutes({
    before: createMemoryHost(before),
    after: createMemoryHost(after),
    routes,
    requestsFor: ({ id }) => asked.get(id) ?? { requests: [], scenarios: [] },
    next: join(repositoryRoot, 'node_modules/next'),
    workers: 2,
    limits: { requestMs: 5000, memoryMb: 512 },
  })
  for (const [i, verification] of verified.entries()) found.set(routes[i]?.name ?? '', verification)
}, 300_000)

test('there are at least 40 wrong migrations', () => {
  expect(originals.flatMap(({ mutants }) => mutants).length).toBeGreaterThanOrEqual(40)
})

describe.each(originals.map((original) => [original.id, original] as const))('%s', (id, { app, mutants }) => {
  test('the right migration is proven', () => {
    expect(found.get(`${id} right`)).toMatchObject({ proof: 'proven', findings: [] })
  })

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', (name, { from }) => {
    expect(app.split(from)).toHaveLength(2)
    expect(found.get(`${id} ${name}`)).toMatchObject({ proof: 'differs' })
  })
})

/** What `routeshift verify` would ask, no more. */
function ask({ id, pages }: Original): ReturnType<typeof synthesise> {
  const environment = createEnvironment({ name: 'succeed', calls: 'succeed', seed: 1 })
  const sources = { ...openSources(id, pages), environment: (name: string) => environment[name] ?? '' }
  return synthesise({ ...sources, id, seed: 1, limit: defaultLimit, mixtures: 2 })
}

const paramsOf = (id: string): RouteParam[] =>
  Array.from(id.matchAll(/\[(\w+)\]/g), ([, name = '']) => ({ name, kind: 'single' as const }))
