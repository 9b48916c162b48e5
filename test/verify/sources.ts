import { loadProject } from '../../transforms/project/load.ts'
import { projectModules } from '../../transforms/project/modules.ts'
import { defaultOptions } from '../../transforms/model/options.ts'
import { type Reach, readReach } from '../../transforms/verify/handler-sources.ts'
import { defaultLimit, synthesise } from '../../transforms/verify/synthesise.ts'
import type { RouteParam } from '../../transforms/model/project.ts'
import { createMemoryHost } from '../support/memory-host.ts'

/** A handler and the modules that it imports, as a project would give them. `id`: `/api/users/[id]`. */
export function openSources(
  id: string,
  text: string,
  files: Record<string, string> = {},
): Reach & { params: readonly RouteParam[] } {
  const source = `pages${id}.ts`
  const host = createMemoryHost({
    'package.json': '{ "dependencies": { "next": "16.0.0" } }',
    [source]: text,
    ...files,
  })
  const [app] = loadProject(host, defaultOptions).apps
  const route = app?.routes.find((one) => one.source === source)
  if (!app || !route) throw new Error(`${source} is no route`)
  return { ...readReach(source, projectModules(host, app)), params: route.params }
}

/** Requests for a handler that is written here; `files` are modules that it imports. */
export function requestsFor(
  text: string,
  { id = '/api/thing', limit = defaultLimit, files = {} as Record<string, string> } = {},
) {
  const { modules, params, isOpen } = openSources(id, text, files)
  return synthesise({ id, params, modules, isOpen, environment: (name) => `env-${name}`, seed: 1, limit, mixtures: 2 })
}
