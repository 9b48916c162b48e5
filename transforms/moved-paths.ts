import { followDocImports } from './doc-import-changes.ts'
import type { FileChange } from './model/change.ts'
import type { Diagnostic } from './model/diagnostic.ts'
import type { Host } from './model/host.ts'
import type { RouteResult } from './model/migration.ts'
import type { NextApp } from './model/project.ts'
import { aboutFile } from './project/diagnostics.ts'
import { readOrEmpty } from './project/manifests.ts'
import { readNextConfig } from './project/next-config.ts'
import { keepNullChecks } from './project/null-checks.ts'
import { findOldPaths } from './project/old-paths.ts'
import { findOutsideNames } from './project/outside-names.ts'
import { inDir } from './project/paths.ts'
import { renameFunctions } from './project/vercel-functions.ts'

/** What around the routes goes by the paths of their files: changed where that is all it can mean, else told. */
export function followPaths(
  host: Host,
  apps: readonly NextApp[],
  routes: readonly RouteResult[],
  { all, apiDocs, docImports }: { all: readonly NextApp[]; apiDocs: readonly string[]; docImports: readonly string[] },
): { changes: FileChange[]; notes: Diagnostic[] } {
  const moved = routes.flatMap(({ route, target, changes }) =>
    target === null || changes.length === 0 ? [] : [{ from: route.source, to: target }],
  )
  const renamed = renameFunctions(
    host,
    apps.map(({ root }) => root),
    moved,
  )
  const checks = keepNullChecks(host, apps, moved)
  const docs = followDocImports(host, { apps: all, routes, sources: moved.length > 0 ? docImports : [] })
  const own = [...renamed.changes, ...checks.changes, ...docs.changes]
  const texts = new Map(
    [...routes.flatMap(({ changes }) => changes), ...own].flatMap(({ path, after }) =>
      after === null ? [] : [[path, after] as const],
    ),
  )
  const told = [...findOldPaths(host, moved, { sources: apiDocs, texts }), ...findOutsideNames(host, apps, moved)]
  return {
    changes: own,
    notes: [...renamed.notes, ...checks.notes, ...docs.notes, ...told, ...apps.flatMap((app) => tellUrls(host, app))],
  }
}

/** Files that go by URLs, which stay: nothing to do, and good to know. */
function tellUrls(host: Host, app: NextApp): Diagnostic[] {
  const names = ['middleware', 'proxy', 'src/middleware', 'src/proxy'].flatMap((name) =>
    ['ts', 'js'].map((extension) => inDir(app.root, `${name}.${extension}`)),
  )
  const config = readNextConfig(host, app.root).path
  const files = [
    ...names.filter((path) => host.isFile(path) && /\bmatcher\b|\bNextResponse\b/.test(readOrEmpty(host, path))),
    ...(config !== null && /\b(?:rewrites|headers|redirects)\b/.test(readOrEmpty(host, config)) ? [config] : []),
  ]
  return files.map((file) => aboutFile(file, 'PA447', 'note', { file }))
}
