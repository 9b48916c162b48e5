import { type Host, UserError } from '../model/host.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { ImportEdge, NextApp, Project } from '../model/project.ts'
import { type AppSources, findAppRoots, readApp, shareVersions } from './apps.ts'
import { type CallerMethods, createCallerCollector } from './callers.ts'
import { createCatalogs } from './catalogs.ts'
import { createDocImportCollector } from './doc-imports.ts'
import { compileSelection } from './glob.ts'
import { createImportCollector } from './importers.ts'
import { createLocks } from './locks.ts'
import { readManifests } from './manifests.ts'
import { createApiDocCollector } from './old-paths.ts'
import { packageDirs } from './resolve.ts'
import { scanSources, type UnreadSource } from './scan.ts'
import { createServerCollector } from './servers.ts'
import { createSpecifierCollector } from './specifier-table.ts'
import { parseOption } from './version.ts'

/** Finds every Next app below the root, its routes, and who imports them. Reads only. */
export function loadProject(host: Host, options: MigrateOptions): Project {
  if (options.next !== null && parseOption(options.next) === null)
    throw new UserError(`--next takes a version such as 14 or 15.2.1, not "${options.next}"`)
  const manifests = readManifests(host)
  const sources: AppSources = {
    manifests,
    catalog: createCatalogs(host, manifests),
    locks: createLocks(host, manifests),
    packageDir: packageDirs(manifests),
  }
  const found = findAppRoots(host, manifests).flatMap((root) => readApp(host, root, sources, options) ?? [])
  const apps = shareVersions(found)
  const selected = apps.map((app) => selectRoutes(app, options))
  const { importers, customServers, serverFiles } = scanApps(host, selected, apps)
  return { root: host.root, apps: selected, diagnostics: [], importers, customServers, serverFiles }
}

/** What the other sources of the repository say about the routes. */
export interface SourceFindings {
  importers: readonly ImportEdge[]
  callers: CallerMethods
  customServers: readonly string[]
  serverFiles: readonly string[]
  /** Sources that set up an API description from files that they name. */
  apiDocs: readonly string[]
  /** JavaScript whose comments take types from other modules. */
  docImports: readonly string[]
  /** Sources that nothing is known of; route files are not among them. */
  unread: readonly UnreadSource[]
}

/** Who imports from pages/api, and with which methods each route is called. The pass that loadProject made is not repeated. */
export function loadSources(host: Host, project: Project): SourceFindings {
  return scanApps(host, project.apps)
}

/** One pass over a large repository takes about a second, and both callers above want it. */
const scans = new WeakMap<readonly NextApp[], SourceFindings>()

/** `whole`: the apps with the routes that were not asked for, which answer their own URLs. */
function scanApps(host: Host, apps: readonly NextApp[], whole: readonly NextApp[] = apps): SourceFindings {
  const known = scans.get(apps)
  if (known) return known
  const importers = createImportCollector(host, apps)
  const callers = createCallerCollector(host, whole)
  const servers = createServerCollector()
  const apiDocs = createApiDocCollector()
  const docImports = createDocImportCollector()
  const collectors = [createSpecifierCollector(host), importers, callers, servers, apiDocs, docImports]
  const unread = apps.length > 0 ? scanSources(host, collectors) : []
  const routes = new Set(whole.flatMap((app) => [...app.routes, ...(app.unasked ?? [])]).map(({ source }) => source))
  const findings = {
    importers: importers.edges,
    callers: callers.methods(),
    customServers: servers.roots(apps),
    serverFiles: servers.paths(),
    apiDocs: apiDocs.paths,
    docImports: docImports.paths,
    unread: unread.filter(({ path }) => !routes.has(path)),
  }
  scans.set(apps, findings)
  return findings
}

function selectRoutes(app: NextApp, { include, exclude }: MigrateOptions): NextApp {
  const isIncluded = include.length === 0 ? () => true : compileSelection(include)
  const isExcluded = compileSelection(exclude)
  const routes = app.routes.filter(({ source }) => !isExcluded(source))
  return {
    ...app,
    routes: routes.filter(({ source }) => isIncluded(source)),
    unasked: routes.filter(({ source }) => !isIncluded(source)),
  }
}
