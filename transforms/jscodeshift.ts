import { resolve } from 'node:path'
import { migrate } from './migrate.ts'
import { type Host, HostError } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import { defaultOptions, type MigrateOptions } from './model/options.ts'
import { compileGlobs } from './project/glob.ts'
import { createHost } from './project/host.ts'
import { messageOf } from './report/build.ts'

/** What jscodeshift hands to a transform; only what is used, so that no type package is needed. */
export interface FileInfo {
  path: string
  source: string
}

export interface Api {
  report?: (message: string) => void
}

/** On the command line of jscodeshift: `--next=14 --strict --lang=ts`. */
export interface Options {
  /** The version of Next to write for; found in the project when left out. */
  next?: string | number
  strict?: boolean
  /** `keep` when left out: jscodeshift cannot rename a file, and a .js file must stay JavaScript. */
  lang?: MigrateOptions['lang']
}

/**
 * routeshift as a jscodeshift transform (`jscodeshift --no-babel -t node_modules/routeshift/dist/transforms/jscodeshift.cjs
 * --extensions=js,jsx,ts,tsx pages/api`), for people who have a runner of their own: for a file of pages/api the text of its route
 * file, for any other file, and for a route that is kept, undefined. Why it is kept, what to review and where the text belongs is told
 * through `api.report`.
 *
 * jscodeshift cannot move files: it writes the new text over the old file. Move each one afterwards to the path in the report; its relative
 * imports are written for that place already. And it sees one file at a time: other files that import this one or call
 * its URL are not looked at, so a route without a check of the method gets a guess. The command `routeshift` does all of that.
 */
export default async function transform(file: FileInfo, api: Api, options: Options = {}): Promise<string | undefined> {
  const place = splitPath(file.path)
  if (!place) return undefined
  const settings = readOptions(options, place.source)
  const { routes } = await migrate(settings, createFileHost(place, file.source), { scope: 'file' })
  const result = routes.find(({ route }) => route.source === place.source)
  if (!result) return undefined
  for (const line of describe(result)) api.report?.(line)
  return result.changes.find(({ path }) => path === result.target)?.after ?? undefined
}

interface Place {
  /** Absolute path of the app. */
  root: string
  /** The file, relative to the app. */
  source: string
}

/** An app is what lies above `pages/api` or `src/pages/api`; the last such folder counts. */
function splitPath(path: string): Place | null {
  const absolute = resolve(path).replaceAll('\\', '/')
  const at = Math.max(absolute.lastIndexOf('/pages/api/'), absolute.lastIndexOf('/pages/api.'))
  if (at < 0 || !/\.[jt]sx?$/.test(absolute)) return null
  const root = absolute.slice(0, at).replace(/\/src$/, '')
  return { root: root || '/', source: absolute.slice(root.length + 1) }
}

function readOptions({ next, strict, lang }: Options, source: string): MigrateOptions {
  return {
    ...defaultOptions,
    next: next === undefined ? null : String(next),
    strict: strict ?? false,
    lang: lang ?? 'keep',
    include: [source],
  }
}

/** One host for each app: it remembers what it has listed. */
const hosts = new Map<string, Host>()

/** The app on disk with this text for the file. Of the sources only the file itself and the routes of app/ are listed. */
function createFileHost({ root, source }: Place, text: string): Host {
  const disk = hosts.get(root) ?? createHost(root)
  hosts.set(root, disk)
  const virtual = new Map([[source, text]])
  // Without a project around it, the file is taken for a part of one.
  if (!disk.isFile('package.json')) virtual.set('package.json', '{ "dependencies": { "next": "*" } }')
  const isSource = compileGlobs(['**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts}'])
  const isTaken = compileGlobs(['{,src/}app/**/{route,page}.*', '*.config.*'])
  return {
    root,
    git: {
      inRepository: false,
      dirty: () => [],
      resolve: () => null,
      changedSince: () => [],
      prefix: () => '',
      findOutside: () => [],
      readAt: () => '',
    },
    read: (path) => virtual.get(path) ?? disk.read(path),
    exists: (path) =>
      [...virtual.keys()].some((known) => known === path || known.startsWith(`${path}/`)) || disk.exists(path),
    isFile: (path) => virtual.has(path) || disk.isFile(path),
    list(globs) {
      const matches = compileGlobs(globs)
      const listed = listDisk(disk, globs).filter((path) => !virtual.has(path) && (!isSource(path) || isTaken(path)))
      return [...listed, ...[...virtual.keys()].filter(matches)].sort()
    },
    linkedFolders: () => [],
    real: (path) => (virtual.has(path) ? path : disk.real(path)),
  }
}

/** A folder that does not exist holds nothing. */
function listDisk(disk: Host, globs: readonly string[]): string[] {
  try {
    return disk.list(globs)
  } catch (error) {
    if (error instanceof HostError) return []
    throw error
  }
}

function describe({ target, diagnostics, changes }: RouteResult): string[] {
  const found = diagnostics
    .filter(({ level }) => level !== 'note')
    .map((diagnostic) => `line ${diagnostic.span?.line ?? 1}: ${diagnostic.code} ${messageOf(diagnostic)}`)
  // The body reader of --strict.
  const others = changes.filter(({ kind, path }) => kind === 'create' && path !== target)
  const needed = others.map(({ path, after }) => `needs ${path}, which jscodeshift cannot write:\n${after}`)
  return target === null ? found : [`belongs at ${target}`, ...needed, ...found]
}
