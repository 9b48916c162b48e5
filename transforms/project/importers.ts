import type { Host } from '../model/host.ts'
import type { ImportEdge, NextApp } from '../model/project.ts'
import { inDir } from './paths.ts'
import { createResolver } from './resolve.ts'
import { isTestPath, type SourceCollector, scanSources } from './scan.ts'
import { findSpecifiers, hasSpecifier } from './specifiers.ts'

/** Which files import files under any pages/api. In path order, then in source order. */
export function findImporters(host: Host, apps: readonly NextApp[]): ImportEdge[] {
  const collector = createImportCollector(host, apps)
  scanSources(host, [collector])
  return collector.edges
}

/** Collects import edges while the sources are scanned. A file is parsed only when one of its specifiers leads to pages/api. */
export function createImportCollector(host: Host, apps: readonly NextApp[]): SourceCollector & { edges: ImportEdge[] } {
  const resolve = createResolver(host, null, '')
  const isApi = createApiTest(apps)
  const mayNameApi = createNeedle(apps)
  const edges: ImportEdge[] = []
  return {
    edges,
    visit(path, text) {
      const isInApi = isApi(path)
      if (!isInApi && !mayNameApi(text)) return
      // Inside pages/api `./x` is enough; from elsewhere the specifier has to say `api`.
      const target = (specifier: string) => {
        if (!isInApi && !mayNameApi(`${specifier}'`)) return null
        const found = resolve(path, specifier)
        return found !== null && isApi(found) ? found : null
      }
      if (!hasSpecifier(text, (specifier) => target(specifier) !== null)) return
      for (const found of findSpecifiers(path, text)) {
        const to = target(found.specifier)
        if (to !== null) edges.push({ from: path, to, ...found, isTest: isTestPath(path) })
      }
    },
  }
}

function createApiTest(apps: readonly NextApp[]): (path: string) => boolean {
  const dirs = apps.map((app) => inDir(app.pagesDir, 'api'))
  return (path) => dirs.some((dir) => path.startsWith(dir) && /^[/.]/.test(path.slice(dir.length)))
}

/** Cheap test of a text for anything that could lead to pages/api, aliases of folders in there included. */
function createNeedle(apps: readonly NextApp[]): (text: string) => boolean {
  const needles = ['api/', "/api'", '/api"', '/api`', '/api.']
  for (const app of apps) {
    const api = inDir(app.pagesDir, 'api')
    for (const [pattern, targets] of Object.entries(app.config?.paths ?? {})) {
      const isInApi = targets.some(
        (target) => target === api || target.startsWith(`${api}/`) || target.startsWith(`${api}.`),
      )
      const prefix = pattern.split('*')[0] ?? ''
      if (isInApi && prefix !== '') needles.push(prefix)
    }
  }
  return (text) => needles.some((needle) => text.includes(needle))
}

/**
 * Which files import these modules, in path order. A text that names neither the file (or, for an index, anything) nor an alias of it is
 * not parsed.
 */
export function findImportersOf(host: Host, targets: ReadonlySet<string>): ImportEdge[] {
  const resolve = createResolver(host, null, '')
  const stems = [...targets].map((path) => (path.split('/').pop() ?? '').replace(/\.\w+$/, ''))
  // An index is named by its folder, a package of the workspace or an alias: any text may mean it.
  const isAny = stems.includes('index')
  const edges: ImportEdge[] = []
  const visit = (path: string, text: string): void => {
    if (!isAny && !stems.some((stem) => text.includes(stem))) return
    const target = (specifier: string): string | null => {
      const found = resolve(path, specifier)
      return found !== null && targets.has(found) ? found : null
    }
    if (!hasSpecifier(text, (specifier) => target(specifier) !== null)) return
    for (const found of findSpecifiers(path, text)) {
      const to = target(found.specifier)
      if (to !== null) edges.push({ from: path, to, ...found, isTest: isTestPath(path) })
    }
  }
  scanSources(host, [{ visit }])
  return edges
}
