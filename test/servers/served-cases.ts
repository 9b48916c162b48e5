import { matchRoute } from '../../transforms/verify/route-path.ts'
import { findFixtures, type Fixture, type FixtureRequest, type Files } from '../support/fixture.ts'
import { listMovedRoutes, type MovedRoute } from '../support/moved-routes.ts'
import { runEngine } from '../support/run-fixture.ts'
import { synthesiseFor } from './synthesised.ts'
import { type Major, versions } from './versions.ts'

/** A case as it is served: everything below /api of its own is below `/api/<prefix>`, on both sides. */
export interface ServedCase {
  fixture: Fixture
  prefix: string
  before: Files
  after: Files
  routes: readonly ServedRoute[]
  exchanges: readonly Exchanged[]
}

/** `served`: the id with the prefix, `/api/c012/users/[id]`. */
export interface ServedRoute extends MovedRoute {
  served: string
}

/** A request, its path with the prefix, and the route that answers it. */
export interface Exchanged {
  request: FixtureRequest
  route: ServedRoute
}

/** What real servers cannot show of a case, by its id. */
export type LeftOut = ReadonlyMap<string, string>

/** Runs the engine for one major over every case that migrates something. */
export async function findServedCases(major: Major): Promise<{ cases: ServedCase[]; leftOut: LeftOut }> {
  const cases: ServedCase[] = []
  const leftOut = new Map<string, string>()
  for (const [index, fixture] of findFixtures().entries()) {
    if (fixture.isKept) continue
    const why = findObstacle(fixture, major)
    if (why !== null) {
      leftOut.set(fixture.id, why)
      continue
    }
    const run = await runEngine(fixture.input, { ...fixture.options, next: versions[major].version })
    const prefix = `c${String(index).padStart(3, '0')}`
    const routes = listMovedRoutes(run).map((route) => ({ ...route, served: addPrefix(route.id, prefix) }))
    const exchanges = listExchanges(fixture, routes, prefix)
    if (routes.length === 0) leftOut.set(fixture.id, `nothing moves for Next ${major}`)
    else cases.push({ fixture, prefix, before: fixture.input, after: withPrefix(run.after, prefix), routes, exchanges })
  }
  return { cases, leftOut }
}

/** tRPC must be told where it is served. */
function withPrefix(files: Files, prefix: string): Files {
  const moved = Object.entries(files).map(([path, text]): [string, string] => {
    return [path, text.replaceAll(/(\bendpoint: ['"]\/api)(?=\/)/g, `$1/${prefix}`)]
  })
  return Object.fromEntries(moved)
}

/** Those of the case, then those made from its sources; the first route that matches answers, as on a server. */
function listExchanges(fixture: Fixture, routes: readonly ServedRoute[], prefix: string): Exchanged[] {
  const find = (path: string) => routes.find(({ served }) => matchRoute(served, path) !== null)
  const written = (fixture.requests ?? []).flatMap((request): Exchanged[] => {
    const path = addPrefix(request.path, prefix)
    const route = find(path)
    return route === undefined ? [] : [{ request: { ...request, path }, route }]
  })
  if (neverAnswers.test(fixture.id)) return written
  const made = routes.flatMap((route) =>
    synthesiseFor(fixture, route).map((request): Exchanged => {
      const path = addPrefix(request.path, prefix)
      return { request: { ...request, path }, route: find(path) ?? route }
    }),
  )
  return [...written, ...made]
}

/** Originals that do not answer some requests: each costs the whole time limit, so only those of the case are sent. */
const neverAnswers =
  /^(?:flow\/(?:silence\/|callbacks\/chains$|exits\/unawaited-failure$)|calls\/wrappers\/(?:refuses-without-answer|silent-path)$|recipes\/own-middleware\/continued-without-answer$)/

const addPrefix = (path: string, prefix: string): string => path.replace(/^\/api(?=[/?]|$)/, `/api/${prefix}`)

/** Their packages are not installed here: a stand-in on both sides would answer, not the package. */
const withoutPackage = /^recipes\/(?:auth0|blitz|exceljs|multer|saleor|sentry|supabase)\//

/** Made up for cases about what lies outside of a project: test/verify has stand-ins for them, a server has not. */
const madeUpPackage = /\b(?:from|import)\s*\(?\s*['"](?:job-queue|metrics|tide-tables)['"]/

/** The same for helpers of requests and servers. */
const withoutHelper = /^recipes\/(?:clerk|cookies-next|graphql|inngest|node-packages)\//

/** next@16.4.3 with Turbopack: "Next.js can't recognize the exported `config` field in route. It mustn't be reexported." */
const forwardsConfig = /\bexport\s*\{[^}]*\bconfig\b[^}]*\}\s*from\b/

/** All cases share one app, so a case must not need a server of its own kind. */
export function findObstacle({ id, input, options }: Fixture, major: Major): string | null {
  if (
    [withoutPackage, withoutHelper].some((one) => one.test(id)) ||
    Object.values(input).some((text) => madeUpPackage.test(text))
  )
    return 'its package is not installed here'
  if (Object.entries(input).some(([path, text]) => /(?:^|\/)pages\/api\//.test(path) && forwardsConfig.test(text)))
    return 'its config is re-exported, which Turbopack refuses'
  if (Object.values(input).some((text) => text.includes('import.meta.url'))) return 'it loads a file from beside it'
  const target = /^\d+/.exec(options.next ?? '')?.[0]
  if (target !== undefined && target !== String(major)) return `is about Next ${target}`
  const config = Object.entries(input).find(([path]) => /(?:^|\/)next\.config\.\w+$/.test(path))?.[1] ?? ''
  const key = /\b(?:basePath|headers|i18n|redirects|rewrites|trailingSlash)\b/.exec(config)?.[0]
  if (key !== undefined) return `its next.config sets ${key}`
  return Object.keys(input).some((path) => /^(?:src\/)?(?:middleware|proxy)\.\w+$/.test(path))
    ? 'has a middleware'
    : null
}
