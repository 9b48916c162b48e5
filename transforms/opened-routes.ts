import type { CheckedOutput } from './emit/verify-output.ts'
import { expandRoute } from './expanded-modules.ts'
import type { Host } from './model/host.ts'
import type { NextApp, Route } from './model/project.ts'
import type { Expanded } from './recipes/expand.ts'
import { createLastResult, type LastResult } from './syntax/last-result.ts'
import { isParseFailure, MOST_CHARACTERS, type ParseFailure, parseSource } from './syntax/parse.ts'
import { analyseScopes } from './syntax/scope.ts'

/** A route's file as every attempt at the program sees it. */
export interface OpenedRoute {
  /** As it is on the disk. */
  bytes: string
  /** With the shorthands of packages written out. */
  expanded: Expanded | ParseFailure
  /** What is written for it most often comes out as in the attempt before. */
  lastOutput: LastResult<CheckedOutput>
}

export interface OpenedRoutes {
  /** @throws HostError for a file that cannot be read. */
  open(route: Route, app: NextApp): OpenedRoute
  /** Lets the tree of a route go that no later attempt asks for. */
  close(route: Route): void
}

/** The files of routes, each parsed once for all attempts. */
export function createOpenedRoutes(host: Host): OpenedRoutes {
  const known = new Map<string, OpenedRoute>()
  return {
    open(route, app) {
      const found = known.get(route.source) ?? openRoute(route, app, host)
      known.set(route.source, found)
      return found
    },
    close: ({ source }) => known.delete(source),
  }
}

function openRoute({ source }: Route, app: NextApp, host: Host): OpenedRoute {
  const bytes = host.read(source)
  // What is too long is not looked at (PA016).
  const file = bytes.length > MOST_CHARACTERS ? { message: 'too long', line: 1, column: 1 } : parseSource(source, bytes)
  const expanded = isParseFailure(file)
    ? file
    : expandRoute({ path: source, file, tree: analyseScopes(file.ast) }, host, app)
  return { bytes, expanded, lastOutput: createLastResult() }
}
