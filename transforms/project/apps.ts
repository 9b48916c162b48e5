import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { MigrateOptions } from '../model/options.ts'
import type { NextApp, NextVersion } from '../model/project.ts'
import type { createCatalogs } from './catalogs.ts'
import { aboutFile } from './diagnostics.ts'
import { refusesAny } from './lint-config.ts'
import type { Locks } from './locks.ts'
import { installedVersion, type Manifests, manifestsAbove } from './manifests.ts'
import { CONFIG_FILES, readNextConfig } from './next-config.ts'
import { inDir } from './paths.ts'
import { type ProjectModules, projectModules } from './modules.ts'
import { findRouteHazards } from './surroundings.ts'
import { DEFAULT_EXTENSIONS, findLinkedFolders, findRoutes } from './routes.ts'
import { readTypeScriptConfig } from './tsconfig.ts'
import { assumedVersion, hasRouteHandlers, parseDeclared, parseExact, parseOption } from './version.ts'

export interface AppSources {
  manifests: Manifests
  catalog: ReturnType<typeof createCatalogs>
  locks: Locks
  packageDir: (name: string) => string | null
}

/** Folders that hold a Next app with API routes, sorted. */
export function findAppRoots(host: Host, manifests: Manifests): string[] {
  const roots = new Set<string>()
  for (const path of host.list(['**/pages/api/**', '**/pages/api.*'])) {
    const match = /^(.*?)(?:^|\/)pages\/api[/.]/.exec(path)
    if (match) roots.add((match[1] ?? '').replace(/(?:^|\/)src$/, ''))
  }
  return [...roots].filter((root) => isNextApp(host, manifests, root)).sort()
}

/**
 * Other frameworks also have pages/api folders (Astro endpoints, React pages about an API). So Next must be named by the
 * folder or by one above it; only the root of the repository, or a tree without any package.json, is believed without.
 */
function isNextApp(host: Host, manifests: Manifests, root: string): boolean {
  if (CONFIG_FILES.some((name) => host.isFile(inDir(root, name)))) return true
  const above = manifestsAbove(manifests, root)
  const own = above[0]?.dir === root ? above[0] : undefined
  if (own && 'next' in own.declared) return true
  if (own && ['astro', 'gatsby', 'nuxt', '@redwoodjs/core'].some((name) => name in own.declared)) return false
  return above.some((manifest) => 'next' in manifest.declared) || root === '' || above.length === 0
}

/** Everything known of one app; null when what Next would serve there holds no API route folder. */
export function readApp(host: Host, root: string, sources: AppSources, options: MigrateOptions): NextApp | null {
  const pagesDir = findDir(host, root, 'pages')
  if (pagesDir === null) return null
  const packages = readPackages(host, root, sources)
  const next = readVersion(host, root, sources, options)
  const config = readTypeScriptConfig(host, root, {
    packageDir: sources.packageDir,
    strictByDefault: (parseDeclared(packages.typescript ?? '5')?.major ?? 5) >= 6,
  })
  const nextConfig = readNextConfig(host, root)
  // Next looks for app/ first, wherever pages/ is. A second one would switch off the one that is there.
  const existing = findDir(host, root, 'app')
  const appDir = existing ?? pagesDir.replace(/pages$/, 'app')
  const place = { pagesDir, appDir, pageExtensions: nextConfig.pageExtensions ?? DEFAULT_EXTENSIONS }
  const routes = findRoutes(host, place)
  if (routes.length === 0) return null
  const app: NextApp = {
    root,
    next,
    ...place,
    appDirExists: existing !== null,
    basePath: nextConfig.basePath,
    hasTypeScript:
      'typescript' in packages || config?.kind === 'tsconfig' || installedVersion(host, root, 'typescript') !== null,
    config,
    lintsAny: refusesAny(host, root),
    packages,
    routes,
    diagnostics: [
      ...versionFindings(next, place.pagesDir),
      ...nextConfig.diagnostics,
      ...findLinkedFolders(host, pagesDir),
    ],
  }
  const modules = (): ProjectModules => projectModules(host, app)
  return { ...app, routes: findRouteHazards(host, routes, { config: nextConfig, next, modules }) }
}

/** An app without a version of its own (`workspace:*`, nothing declared) most likely has the one of its neighbours. */
export function shareVersions(apps: readonly NextApp[]): NextApp[] {
  const known = apps.find((app) => app.next.source !== 'assumed')?.next
  if (!known) return [...apps]
  return apps.map((app) => {
    if (app.next.source !== 'assumed' || app.next.raw === '') return app
    const next: NextVersion = { ...known, raw: app.next.raw, source: 'assumed' }
    const others = app.diagnostics.filter(({ code }) => code !== 'PA003' && code !== 'PA004')
    return { ...app, next, diagnostics: [...versionFindings(next, app.pagesDir), ...others] }
  })
}

function versionFindings(next: NextVersion, pagesDir: string): Diagnostic[] {
  const version = `${next.major}.${next.minor}`
  const out: Diagnostic[] = []
  if (next.source === 'assumed') out.push(aboutFile(pagesDir, 'PA003', 'review', { version }))
  if (!hasRouteHandlers(next)) out.push(aboutFile(pagesDir, 'PA004', 'blocker', { version, raw: next.raw }))
  return out
}

/** `pages` before `src/pages`, as Next does; the second does not count when the first exists, even without routes. */
function findDir(host: Host, root: string, name: 'pages' | 'app'): string | null {
  return [inDir(root, name), inDir(root, `src/${name}`)].find((dir) => host.exists(dir)) ?? null
}

function readVersion(host: Host, root: string, sources: AppSources, options: MigrateOptions): NextVersion {
  const asked = options.next === null ? null : parseOption(options.next)
  if (asked) return asked
  const installed = installedVersion(host, root, 'next')
  const parsed = installed === null ? null : parseExact(installed, 'installed')
  if (parsed) return parsed
  let unknown: string | null = null
  for (const manifest of manifestsAbove(sources.manifests, root)) {
    const range = manifest.declared.next
    if (range === undefined) continue
    const resolved = sources.catalog(manifest.dir, 'next', range)
    const locked = sources.locks({ dir: manifest.dir, name: 'next', range, resolved })
    const found = locked === null ? null : parseExact(locked, 'locked')
    const declared = resolved === null ? null : parseDeclared(resolved)
    const version = found ?? declared
    if (version) return version
    unknown ??= range
  }
  return { ...assumedVersion, raw: unknown ?? '' }
}

/** `link:../../node_modules/next`: what a folder above has installed, and declares. */
function isLinkToInstalled(range: string): boolean {
  return /^(?:link|file|portal):(?:\.\.\/)+node_modules\//.test(range)
}

/** The exact version where something is installed or locked; else the range, which an install takes the newest of. */
function readPackages(host: Host, root: string, { manifests, catalog, locks }: AppSources): Record<string, string> {
  const out: Record<string, string> = {}
  // The nearest first: what it declares hides what those above it do.
  for (const { dir, declared } of manifestsAbove(manifests, root)) {
    for (const [name, range] of Object.entries(declared)) {
      if (name in out || isLinkToInstalled(range)) continue
      const resolved = catalog(dir, name, range)
      out[name] = installedVersion(host, root, name) ?? locks({ dir, name, range, resolved }) ?? resolved ?? range
    }
  }
  return out
}
