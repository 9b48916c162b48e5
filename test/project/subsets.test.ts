import { expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import type { MigrateOptions } from '../../transforms/model/options.ts'
import { generateProject } from '../bench/generate.ts'
import { createRandom } from '../fuzz/random.ts'
import { type Files, findFixtures } from '../support/fixture.ts'
import { runEngine } from '../support/run-fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'

/**
 * Routes that are migrated in several runs of `--include` end up where they do in one run: the same files, byte for byte but for one name:
 * a function of another module gets a counterpart while others still call it, which keeps that name when the old one goes.
 */

async function inOneRun(files: Files, options: Partial<MigrateOptions>): Promise<Files> {
  return settle(files, options)
}

/** Runs until nothing changes: what one run rewrites in a shared module may free a route for the next. */
async function settle(files: Files, options: Partial<MigrateOptions>): Promise<Files> {
  let now = files
  for (let at = 0; at < 5; at++) {
    const { after, migration } = await runEngine(now, options)
    if (migration.changes.length === 0) return now
    now = after
  }
  throw new Error('it does not come to rest')
}

async function inParts(files: Files, options: Partial<MigrateOptions>, order: readonly string[]): Promise<Files> {
  let now = files
  for (const include of order) now = (await runEngine(now, { ...options, include: [include] })).after
  return settle(now, options)
}

function expectSame(parts: Files, whole: Files): void {
  expect(asOne(parts)).toEqual(asOne(whole))
}

/** A counterpart under the name of the function whose place it took, and the names of an import in one order. */
function asOne(files: Files): Files {
  return Object.fromEntries(
    Object.entries(files)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([path, text]) => [
        path,
        text
          .replaceAll(/(\w)ForRoute\b/g, '$1')
          .replaceAll(/import (type )?\{([^{}]*)\}/g, (_all, type = '', names: string) => {
            const sorted = names
              .split(',')
              .map((name) => name.trim())
              .filter((name) => name !== '')
              .sort()
            return `import ${type}{ ${sorted.join(', ')} }`
          }),
      ]),
  )
}

const random = createRandom(5, 0)

test('a generated project, folder by folder', async () => {
  const files = {
    ...generateProject(60, 3),
    'vercel.json': '{ "functions": { "pages/api/hot.ts": { "memory": 512 } } }',
    'pages/api/hot.ts': 'export default (req, res) => res.json({ a: 1 })\n',
    'lib/shared.ts': 'export function reply(res, value) {\n  res.status(200).json({ value })\n}\n',
    ...Object.fromEntries(
      Array.from({ length: 6 }, (_none, at) => [
        `pages/api/shared${at}.ts`,
        `import { reply } from '../../lib/shared'\nexport default (req, res) => reply(res, ${at})\n`,
      ]),
    ),
  }
  const routes = Object.keys(files).filter((path) => path.startsWith('pages/api/'))
  const order = routes.sort(() => (random.chance(0.5) ? 1 : -1))
  expectSame(await inParts(files, {}, order), await inOneRun(files, {}))
}, 120_000)

test('the methods with which a moved route is called are not those of a dynamic route that is left', async () => {
  const plain = 'export default (req, res) => res.json({ ok: true })\n'
  const files = {
    'package.json': '{ "dependencies": { "next": "16.0.0", "typescript": "5.9.0" } }',
    'pages/api/users/me.ts': plain,
    'pages/api/users/[id].ts': plain,
    'lib/calls.ts': "fetch('/api/users/me', { method: 'POST' })\nfetch('/api/users/' + id)\n",
  }
  const whole = await inOneRun(files, {})
  for (const order of [
    ['pages/api/users/me.ts', 'pages/api/users/[id].ts'],
    ['pages/api/users/[id].ts', 'pages/api/users/me.ts'],
  ])
    expect(await inParts(files, {}, order)).toEqual(whole)
  const { report } = await migrate({ include: ['pages/api/users/[id].ts'] }, createMemoryHost(files))
  expect(report.routes.map(({ methods }) => methods)).toEqual([['GET']])
})

/** What the order of the runs decides, and the report says. */
const OTHERWISE: readonly string[] = [
  'calls/modules/reads-in-place', // a counterpart is imported under its own name, where the old one had another
  'calls/wrappers/third-argument', // the counterpart of a default export has a name
  'project/importers/types-in-comments', // a route that stays is left to the byte, its comment too: PA237 tells it
  'recipes/next-auth/client-session-options-in-route', // what nobody had imported yet left without being exported: PA546 for who asks later
  'recipes/trpc/two-factories-of-one-module', // the first one gets the counterpart; PA409 for the other, as in one run
]

const isApi = (path: string): boolean => /(?:^|\/)pages\/api\//.test(path)
const several = findFixtures().filter(
  ({ id, input }) => !OTHERWISE.includes(id) && Object.keys(input).filter(isApi).length > 1,
)

test.each(several.map((fixture) => [fixture.id, fixture] as const))('%s', async (_id, { input, options }) => {
  const routes = Object.keys(input).filter(isApi)
  const whole = await inOneRun(input, options)
  for (const order of [routes, routes.toReversed()]) expectSame(await inParts(input, options, order), whole)
})
