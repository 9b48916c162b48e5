import type { Host } from '../model/host.ts'
import type { ImportEdge, NextApp } from '../model/project.ts'
import { byCodeUnit } from './git.ts'
import { findOpenImports } from './open-imports.ts'
import { inDir } from './paths.ts'
import { createResolver, type Resolver } from './resolve.ts'
import { isTestPath, type SourceCollector, scanSources } from './scan.ts'
import { findSpecifiers, hasSpecifier } from './specifiers.ts'
import { specifierTable } from './specifier-table.ts'

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
  const apiFiles = (): string[] =>
    host
      .list(apps.flatMap((app) => [`${inDir(app.pagesDir, 'api')}/**`, `${inDir(app.pagesDir, 'api')}.*`]))
      .filter(isApi)
  let files: string[] | null = null
  return {
    edges,
    visit(path, text) {
      for (const { leadsTo, ...found } of findOpenImports(path, text, apps)) {
        files ??= apiFiles()
        for (const to of files)
          if (to !== path && leadsTo(to)) edges.push({ from: path, to, ...found, isTest: isTestPath(path) })
      }
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

/** Which files import these modules, in path order, then in source order. Only files that name one of them are parsed. */
export function findImportersOf(host: Host, targets: ReadonlySet<string>): ImportEdge[] {
  const index = importIndex(host)
  const files = new Set([...targets].flatMap((target) => index.files.get(target) ?? []))
  return [...files].sort(byCodeUnit).flatMap((path) => index.edgesOf(path).filter(({ to }) => targets.has(to)))
}

interface ImportIndex {
  /** A file -> the files whose text names it. */
  files: ReadonlyMap<string, readonly string[]>
  /** The imports of a file that lead to files of the project. */
  edgesOf(path: string): readonly ImportEdge[]
}

const indexes = new WeakMap<Host, ImportIndex>()

function importIndex(host: Host): ImportIndex {
  const found = indexes.get(host) ?? createIndex(host)
  indexes.set(host, found)
  return found
}

function createIndex(host: Host): ImportIndex {
  const resolve = createResolver(host, null, '')
  const files = new Map<string, string[]>()
  for (const [path, specifiers] of specifierTable(host)) {
    for (const to of new Set(specifiers.map((specifier) => resolve(path, specifier)))) {
      if (to === null) continue
      const known = files.get(to)
      if (known) known.push(path)
      else files.set(to, [path])
    }
  }
  const edges = new Map<string, readonly ImportEdge[]>()
  return {
    files,
    edgesOf(path) {
      const found = edges.get(path) ?? readEdges(path, host, resolve)
      edges.set(path, found)
      return found
    },
  }
}

function readEdges(path: string, host: Host, resolve: Resolver): ImportEdge[] {
  const isTest = isTestPath(path)
  return findSpecifiers(path, host.read(path)).flatMap((found) => {
    const to = resolve(path, found.specifier)
    return to === null ? [] : [{ from: path, to, ...found, isTest }]
  })
}
