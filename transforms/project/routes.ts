import type { Code, Data, Diagnostic } from '../model/diagnostic.ts'
import type { Host } from '../model/host.ts'
import type { NextApp, Route, RouteParam } from '../model/project.ts'
import { findCaseClashes } from './case-clash.ts'
import { aboutFile } from './diagnostics.ts'
import { readOrEmpty } from './manifests.ts'
import { dirOf, inDir, nameOf } from './paths.ts'

/** What of an app decides its routes. */
export type RoutePlace = Pick<NextApp, 'pagesDir' | 'appDir' | 'pageExtensions'>

export const DEFAULT_EXTENSIONS: readonly string[] = ['tsx', 'ts', 'jsx', 'js']

/** Every file that Next serves under /api, sorted by source, with what forbids to move it. */
export function findRoutes(host: Host, app: RoutePlace): Route[] {
  const api = inDir(app.pagesDir, 'api')
  const taken = findServed(host, app)
  const routes = host
    .list([`${api}/**`, `${api}.*`])
    .flatMap((source) => readRoute(host, app, source) ?? [])
    .sort((a, b) => (a.source < b.source ? -1 : 1))
  const byId = new Map<string, Route[]>()
  for (const route of routes) byId.set(route.id, [...(byId.get(route.id) ?? []), route])
  const movable = routes.filter(({ diagnostics }) => diagnostics.length === 0)
  const cases = findCaseClashes(movable, host.list([`${app.appDir}/**`]))
  return routes.map((route) => {
    const spelt = cases.get(route)
    const twins = (byId.get(route.id) ?? []).filter((other) => other !== route)
    const rivals = taken.get(route.id) ?? []
    const clashes = [
      ...twins.map((other) => blocker(route.source, 'PA008', { route: route.id, other: other.source })),
      ...rivals.map((other) => blocker(route.source, 'PA009', { route: route.id, other })),
      ...(spelt ? [blocker(route.source, 'PA019', { ...spelt })] : []),
    ]
    return clashes.length === 0 ? route : { ...route, diagnostics: [...route.diagnostics, ...clashes] }
  })
}

/** Folders of API routes that are links: Next serves what is below them, and it is not looked at. */
export function findLinkedFolders(host: Host, pagesDir: string): Diagnostic[] {
  const api = inDir(pagesDir, 'api')
  return host
    .linkedFolders([api, `${api}/**`])
    .map((folder) => aboutFile(folder, 'PA037', 'review', { folder, target: host.real(folder) ?? '' }))
}

function readRoute(host: Host, app: RoutePlace, source: string): Route | null {
  const extension = extensionOf(source, app.pageExtensions)
  if (extension === null || source.endsWith('.d.ts')) return null
  const stem = source.slice(app.pagesDir.length + 1, -extension.length - 1).replace(/\.+$/, '')
  const isTest = isTestName(source)
  if (isTest && !hasDefaultExport(readOrEmpty(host, source))) return null
  const page = stem.endsWith('/index') ? dirOf(stem) : stem
  // `pages/api.users.ts` also lies beside the folder; only `api` itself and what is below it are API routes.
  if (page !== 'api' && !page.startsWith('api/')) return null

  const segments = page.split('/')
  const diagnostics: Diagnostic[] = []
  if (isTest) diagnostics.push(blocker(source, 'PA006', { file: nameOf(source) }))
  for (const segment of segments.filter(isSpecialSegment)) diagnostics.push(blocker(source, 'PA007', { segment }))
  for (const segment of segments.filter(isNoFolder)) diagnostics.push(blocker(source, 'PA014', { segment }))
  const real = host.real(source)
  if (real !== source) diagnostics.push(blocker(source, 'PA010', { target: real ?? '' }))
  return {
    id: `/${page}`,
    source,
    targetDir: inDir(app.appDir, segments.map((segment) => segment.replace(/^_/, '%5F')).join('/')),
    targetStem: ['route', ...extension.split('.').slice(0, -1)].join('.'),
    params: segments.flatMap((segment) => paramOf(segment) ?? []),
    diagnostics,
  }
}

/** The longest of the page extensions that the file ends in, as Next cuts it off. */
function extensionOf(path: string, extensions: readonly string[]): string | null {
  const name = nameOf(path)
  const found = extensions.filter((extension) => name.endsWith(`.${extension}`) && name.length > extension.length + 1)
  return found.sort((a, b) => b.length - a.length)[0] ?? null
}

/** Without doubt a test or a mock: `pages/api/test/` may well be a route, so folder names alone are not enough. */
function isTestName(path: string): boolean {
  return /\.(?:test|spec)\.[^/]+$/.test(path) || /(?:^|\/)(?:__tests__|__mocks__)\//.test(path)
}

/** By text alone: a file that Next serves has one. */
export function hasDefaultExport(text: string): boolean {
  return /\bexport\s+default\b|\bas\s+default\b|\bmodule\.exports\s*=|\bexports\.default\s*=/.test(text)
}

export function paramOf(segment: string): RouteParam | null {
  const match = /^(?:\[\[\.\.\.([^[\]]+)\]\]|\[\.\.\.([^[\]]+)\]|\[([^[\].][^[\]]*)\])$/.exec(segment)
  if (!match) return null
  if (match[1] !== undefined) return { name: match[1], kind: 'optional-catch-all' }
  if (match[2] !== undefined) return { name: match[2], kind: 'catch-all' }
  return { name: match[3] ?? '', kind: 'single' }
}

/** Literal under pages/, but with a meaning as a folder of app/: groups, interception, slots, escapes, partly dynamic names. */
function isSpecialSegment(segment: string): boolean {
  return /^[(@]/.test(segment) || segment.includes('%') || (/[[\]]/.test(segment) && paramOf(segment) === null)
}

/** What no folder can be called: nothing but dots, which is elsewhere, and backslashes, which are separators on Windows. */
function isNoFolder(segment: string): boolean {
  return /^\.*$/.test(segment) || segment.includes('\\')
}

/** URL path -> the route and page files that already serve it from app/. */
export function findServed(host: Host, app: RoutePlace): Map<string, string[]> {
  const languages = new Set([...DEFAULT_EXTENSIONS, ...app.pageExtensions])
  const taken = new Map<string, string[]>()
  for (const path of host.list([`${app.appDir}/**/route.*`, `${app.appDir}/**/page.*`])) {
    if (!languages.has(nameOf(path).replace(/^(?:route|page)\./, ''))) continue
    const segments = dirOf(path)
      .slice(app.appDir.length + 1)
      .split('/')
    const isPrivate = segments.some((segment) => segment.startsWith('_'))
    const isIntercepted = segments.some((segment) => /^\(\.{1,3}\)/.test(segment))
    if (isPrivate || isIntercepted) continue
    // Route groups and slots are no part of the URL.
    const shown = segments.filter((segment) => !/^\(.*\)$/.test(segment) && !segment.startsWith('@'))
    const url = `/${shown.map((segment) => segment.replace(/^%5F/i, '_')).join('/')}`
    taken.set(url, [...(taken.get(url) ?? []), path])
  }
  return taken
}

function blocker(file: string, code: Code, data: Data): Diagnostic {
  return aboutFile(file, code, 'blocker', data)
}
