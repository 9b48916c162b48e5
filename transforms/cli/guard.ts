import { type Host, UserError, type WritableHost } from '../model/host.ts'
import type { Report } from '../model/report.ts'
import { readManifests } from '../project/manifests.ts'
import { textOf } from '../report/codes/index.ts'
import { firstPaths } from '../report/first-paths.ts'

/**
 * Refuses a folder without routes, saying whether Next or only the API routes are missing. With `--check`, an application without them has
 * what it asks for: nothing is left.
 */
export function assertHasRoutes(
  report: Report,
  host: Host,
  { check, include, exclude }: { check: boolean; include: readonly string[]; exclude: readonly string[] },
): void {
  if (report.routes.length > 0 || (check && hasNext(host))) return
  const asked = [...include.map((glob) => `--include '${glob}'`), ...exclude.map((glob) => `--exclude '${glob}'`)]
  const [app] = report.apps
  if (app && asked.length > 0)
    throw new UserError(
      [
        `No API route is left by ${asked.join(' ')}.`,
        `Patterns are relative to ${host.root}, as in '${app.pagesDir}/api/**'. Routes that have moved to app/ already need nothing more.`,
      ].join('\n'),
    )
  const { what, fix } = textOf(report.apps.length > 0 || hasNext(host) ? 'PA002' : 'PA001')
  // Nothing is looked for below a link: told here, since such an app is not among the apps of the project.
  const links = host
    .linkedFolders(['**/pages', '**/pages/api', '**/pages/api/**', '**/src'])
    .map((folder) => textOf('PA037').what({ folder, target: host.real(folder) ?? '' }))
  throw new UserError([`${what({})}. ${fix}`, ...links.map((link) => `${link}.`)].join('\n'))
}

// An app whose routes have all moved is not among the apps of the project any more.
function hasNext(host: Host): boolean {
  if (host.list(['**/next.config.*']).length > 0) return true
  return [...readManifests(host).values()].some(({ declared }) => 'next' in declared)
}

/** Refuses to write what could not be committed then. --allow-dirty changes nothing: the commits would hold what is not of the run. */
export function assertCanCommit(host: WritableHost): void {
  const obstacle = host.history.obstacle()
  if (obstacle !== null) throw new UserError(`${obstacle} Nothing was written.`)
  const dirty = host.git.dirty()
  if (dirty.length === 0) return
  throw new UserError(
    [
      'The working tree has changes that are not committed, and --commits needs a clean one. Nothing was written.',
      ...firstPaths(dirty),
      'Commit or stash them (git stash --include-untracked) and run again.',
    ].join('\n'),
  )
}

/** Refuses to write where git could not take the changes back. */
export function assertCanUndo(host: Host): void {
  if (!host.git.inRepository)
    throw new UserError(
      [
        `${host.root} is not in a git repository, so the changes could not be taken back. Nothing was written.`,
        'Commit it to git first, or look at the changes with --dry-run, or write anyway with --allow-dirty.',
      ].join('\n'),
    )
  const dirty = host.git.dirty()
  if (dirty.length === 0) return
  throw new UserError(
    [
      'The working tree has changes that are not committed. Nothing was written.',
      ...firstPaths(dirty),
      'Commit or stash them (git stash --include-untracked) and run again, or write anyway with --allow-dirty.',
    ].join('\n'),
  )
}
