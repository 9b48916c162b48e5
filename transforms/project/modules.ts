import { type Host, HostError } from '../model/host.ts'
import type { NextApp } from '../model/project.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { isParseFailure, MOST_CHARACTERS, parseSource } from '../syntax/parse.ts'
import { analyseScopes } from '../syntax/scope.ts'
import { createResolver } from './resolve.ts'

/** Project files that a route's recipes look into: only those asked for are read, each once. */
export interface ProjectModules {
  /** Null for what is no readable source. */
  at(path: string): SourceModule | null
  /** The project file that a specifier in a file means; null for packages. */
  resolve(fromFile: string, specifier: string): string | null
}

const known = new WeakMap<Host, Map<NextApp, ProjectModules>>()

export function projectModules(host: Host, app: NextApp): ProjectModules {
  const ofHost = known.get(host) ?? new Map<NextApp, ProjectModules>()
  known.set(host, ofHost)
  const found = ofHost.get(app) ?? openModules(host, app)
  ofHost.set(app, found)
  return found
}

function openModules(host: Host, app: NextApp): ProjectModules {
  const modules = new Map<string, SourceModule | null>()
  const resolve = createResolver(host, app, app.root)
  return {
    resolve,
    at: (path) => {
      const before = modules.get(path)
      if (before !== undefined) return before
      const module = readModule(host, path)
      modules.set(path, module)
      return module
    },
  }
}

function readModule(host: Host, path: string): SourceModule | null {
  if (!/\.[cm]?[jt]sx?$/.test(path)) return null
  try {
    const text = host.read(path)
    if (text.length > MOST_CHARACTERS) return null
    const file = parseSource(path, text)
    return isParseFailure(file) ? null : { path, file, tree: analyseScopes(file.ast) }
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
}
