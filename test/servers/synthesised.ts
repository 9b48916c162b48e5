import { defaultOptions } from '../../transforms/model/options.ts'
import type { ReplayRequest } from '../../transforms/model/verification.ts'
import { loadProject } from '../../transforms/project/load.ts'
import { projectModules } from '../../transforms/project/modules.ts'
import { readReach } from '../../transforms/verify/handler-sources.ts'
import { synthesise } from '../../transforms/verify/synthesise.ts'
import type { Fixture } from '../support/fixture.ts'
import { createMemoryHost } from '../support/memory-host.ts'
import type { MovedRoute } from '../support/moved-routes.ts'

/** The most telling ones; `routeshift verify` sends more, but without a server between. */
const limit = 30

/**
 * Requests made from the sources of a route, as `routeshift verify` makes them. None for a case that holds state: after one
 * answer that differs as its report says (a HEAD that runs GET), the two servers would hold different state for good.
 */
export function synthesiseFor({ input }: Fixture, { id, source }: MovedRoute): readonly ReplayRequest[] {
  if (Object.values(input).some(holdsState)) return []
  const host = createMemoryHost({ ...input })
  for (const app of loadProject(host, defaultOptions).apps) {
    const route = app.routes.find((one) => one.source === source)
    if (route === undefined) continue
    const { modules, isOpen } = readReach(source, projectModules(host, app))
    const sources = { params: route.params, modules, environment: () => '' }
    return synthesise({ id, ...sources, isOpen, seed: 1, limit, mixtures: 0 }).requests
  }
  throw new Error(`${source} is no route of its project`)
}

/** Whether something declared at the top of a module is changed later on. */
function holdsState(text: string): boolean {
  const names = [...text.matchAll(/^(?:export )?(?:const|let|var) (\w+)/gm)].map(([, name]) => name)
  return names.some((name) => new RegExp(`^ .*\\b${name}${change}`, 'm').test(text))
}

const change = String.raw`(?:\.(?:add|clear|delete|pop|push|set|shift|splice|unshift)\(|\[[^\]]*\] = | [-+]?= |\+\+|--)`
