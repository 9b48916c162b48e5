import { join } from 'node:path'
import type {
  Exchange,
  ReplayRequest,
  Scenario,
  Verification,
  VerifiedRoute,
} from '../../transforms/model/verification.ts'
import { verifyRoutes } from '../../transforms/verify/verify-routes.ts'
import { type Files, repositoryRoot, type Target } from './fixture.ts'
import { createMemoryHost } from './memory-host.ts'
import { compilers } from './type-tree.ts'

/** Success, nothing, failure, and two mixtures: with these a fixture shows what it is about. */
export const scenarios: readonly Scenario[] = [
  { name: 'succeed', calls: 'succeed', seed: 0 },
  { name: 'nothing', calls: 'nothing', seed: 0 },
  { name: 'throw', calls: 'throw', seed: 0 },
  { name: 'mixed 1', calls: 'mixed', seed: 1 },
  { name: 'mixed 2', calls: 'mixed', seed: 2 },
]

export interface Replayed {
  route: VerifiedRoute
  requests: readonly ReplayRequest[]
}

/** Replays requests of projects in memory, both sides hosted by the installed Next of a major version. */
export function replay(
  trees: { before: Files; after: Files },
  routes: readonly Replayed[],
  { target, scenarios: chosen = scenarios }: { target: Target; scenarios?: readonly Scenario[] },
): Promise<Verification[]> {
  const requests = new Map(routes.map((one) => [one.route, one.requests]))
  // Packages are looked for from the folder of the host on the disk.
  const host = (files: Files) => createMemoryHost({ ...files }, { root: repositoryRoot })
  return verifyRoutes({
    before: host(trees.before),
    after: host(trees.after),
    routes: [...requests.keys()],
    requestsFor: (route) => ({ requests: requests.get(route) ?? [], scenarios: chosen }),
    next: join(repositoryRoot, 'node_modules', compilers[target].next),
    workers: 2,
    limits: { requestMs: 5000, memoryMb: 256 },
  })
}

/** What is wrong with a route, each difference as a line to read. */
export function listFindings({ findings }: Verification): string[] {
  return findings.flatMap(({ exchange, differences }) =>
    differences.map(
      ({ aspect, before, after }) =>
        `${describeRequest(exchange)}: ${aspect}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`,
    ),
  )
}

const describeRequest = ({ request, scenario }: Exchange): string =>
  `${request.name} (${scenario.name}, ${request.method} ${request.path})`
