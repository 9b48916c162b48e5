import type { Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp, NextVersion, Route } from '../model/project.ts'
import { aboutFile } from './diagnostics.ts'
import { findHeaderHazards } from './header-hazard.ts'
import { readOrEmpty } from './manifests.ts'
import { type ProjectModules, projectModules } from './modules.ts'
import type { SourceModule } from '../syntax/imported.ts'
import { type NextConfig, readNextConfig } from './next-config.ts'
import { inDir } from './paths.ts'
import { findRewriteHazard, findRewritesTo } from './rewrite-hazard.ts'

/** The routes with what the Next config does to their requests and answers. Only routes that it names are read. */
export function findRouteHazards(
  host: Host,
  routes: readonly Route[],
  { config, next, modules }: { config: NextConfig; next: NextVersion; modules: () => ProjectModules },
): Route[] {
  return routes.map((route) => {
    const rewrite = findRewriteHazard(route, config.rewrites, routes)
    const headers = findHeaderHazards(route, config.headers, next)
    if (!rewrite && !headers) return route
    const text = readOrEmpty(host, route.source)
    const found = [
      ...(headers?.(text) ?? []),
      ...[rewrite?.({ path: route.source, text, start: 0 }, modules()) ?? []].flat(),
    ]
    return found.length === 0 ? route : { ...route, diagnostics: [...route.diagnostics, ...found] }
  })
}

/** The same for what a route does through functions of other modules, whose texts are given. */
export function findSharedHazards(
  host: Host,
  app: NextApp,
  route: Route,
  sources: readonly SharedText[],
): Diagnostic[] {
  if (sources.length === 0) return []
  const config = configOf(host, app)
  const rewrite = findRewriteHazard(route, config.rewrites, app.routes)
  const headers = findHeaderHazards(route, config.headers, app.next)
  const modules = projectModules(host, app)
  return sources.flatMap(({ path, text, start, line, module }) =>
    [
      ...(headers?.(text) ?? []),
      ...[rewrite?.({ path, text, start, ...(module ? { module } : {}) }, modules) ?? []].flat(),
    ].map(({ span, ...found }) => ({
      ...found,
      span: span && {
        ...span,
        file: path,
        start: span.start + start,
        end: span.end + start,
        line: span.line + line - 1,
      },
    })),
  )
}

/** The rewrites that lead to a route under another path. */
export const rewritesTo = (
  host: Host,
  app: NextApp,
  route: Route,
): readonly { source: string; destination: string }[] => findRewritesTo(route, configOf(host, app).rewrites, app.routes)

/** All rewrites that may lead to a route of the app are known. */
export const areRewritesClear = (host: Host, app: NextApp): boolean =>
  !configOf(host, app).unclear.some(({ code }) => code === 'PA021')

/** `export const runtime` breaks the build there. */
export const refusesRuntime = (host: Host, app: NextApp): boolean =>
  app.next.major >= 16 && configOf(host, app).cacheComponents

/** A function of another module as text, and where it begins there. */
export interface SharedText {
  path: string
  text: string
  start: number
  /** 1-based. */
  line: number
  /** Where shorthands are written out, unlike in the file. */
  module?: SourceModule
}

/** Asked for each route that calls such a function. */
const configs = new WeakMap<NextApp, NextConfig>()

function configOf(host: Host, app: NextApp): NextConfig {
  const known = configs.get(app) ?? readNextConfig(host, app.root)
  configs.set(app, known)
  return known
}

/** What to know of an app of which a route moves; said once. */
export function findAppHazards(host: Host, app: NextApp): Diagnostic[] {
  const config = readNextConfig(host, app.root)
  const out: Diagnostic[] = [...config.unclear]
  const notFound = app.next.major >= 16 && !app.appDirExists ? findNotFoundPage(host, app) : null
  if (notFound !== null) out.push(aboutFile(notFound, 'PA023', 'review', { file: notFound }))
  if (config.cacheComponents && config.path !== null && app.next.major >= 16)
    out.push(aboutFile(config.path, 'PA024', 'note', {}))
  return out
}

/** The page that answers 404 today, when the project has its own. */
function findNotFoundPage(host: Host, { pagesDir, pageExtensions }: NextApp): string | null {
  const names = ['404', '404/index', '_error'].flatMap((name) =>
    pageExtensions.map((extension) => `${name}.${extension}`),
  )
  return names.map((name) => inDir(pagesDir, name)).find((path) => host.isFile(path)) ?? null
}
