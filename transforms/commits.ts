import type { AfterWrite } from './apply.ts'
import type { FileChange } from './model/change.ts'
import type { CommitRange } from './model/history.ts'
import { UserError, type WritableHost } from './model/host.ts'
import type { Migration } from './model/migration.ts'

/** Subjects as `fix(api): ...`, as most commits of such a repository have them. */
const CONVENTIONAL = /^\w+(?:\([^()]*\))?!?: /

/**
 * Commits a run that is written: first the routes under their new names, byte for byte, then what they have become. So git sees renames
 * however much a file changed, and `git log --follow` and `git blame` go on to what was before.
 */
export function commitRun(migration: Migration, host: WritableHost, onDone: (range: CommitRange) => void): AfterWrite {
  return (_written, note) => {
    try {
      const { renames, contents } = planCommits(migration, host.history.subjects())
      const range = host.history.write({ renames, contents })
      // Before the branch moves: undo must know where it was.
      note({ commits: range })
      host.history.move(range, contents.paths)
      onDone(range)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw new UserError(
        `The changes are written, but committing them failed: ${error.message}. See to that and commit them yourself, or take them back with routeshift undo.`,
        { cause: error },
      )
    }
  }
}

/** The files of the two commits and their messages, in the words that the repository uses. */
export function planCommits(
  { routes, changes, report }: Pick<Migration, 'routes' | 'changes' | 'report'>,
  subjects: readonly string[],
) {
  const pairs = pairRoutes(routes, changes)
  const isConventional = subjects.filter((subject) => CONVENTIONAL.test(subject)).length * 2 > subjects.length
  const subjectOf = (text: string): string =>
    isConventional ? `refactor: ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  const { migrated, review, adapted, kept, failed } = report.summary
  const moved = migrated + review + adapted
  const left = kept + failed
  return {
    renames: {
      message: message(subjectOf('rename API routes to route files of app/'), [
        'Nothing but names: git sees past the move (git log --follow, git blame).',
        'This commit does not build; the next one migrates the contents.',
      ]),
      pairs,
    },
    contents: {
      message: message(subjectOf('migrate API routes to route handlers'), [
        `By routeshift ${report.tool.version}: ${moved} ${moved === 1 ? 'route' : 'routes'} moved, ${review} of them to review, ${left} left in pages/.`,
        ...(review > 0 ? ["The places to look at are marked: git grep 'TODO(routeshift'"] : []),
      ]),
      paths: changes.flatMap((change) => (change.kind === 'move' ? [change.from, change.path] : [change.path])),
    },
  }
}

/** Each route that is gone with the file that took its place, and files that move as a whole. */
function pairRoutes(routes: Migration['routes'], changes: readonly FileChange[]): { from: string; to: string }[] {
  const gone = new Set(changes.flatMap((change) => (change.kind === 'delete' ? [change.path] : [])))
  const made = new Set(changes.flatMap((change) => (change.kind === 'create' ? [change.path] : [])))
  const moves = changes.flatMap((change) => (change.kind === 'move' ? [{ from: change.from, to: change.path }] : []))
  const taken = new Set<string>()
  const pairs = routes.flatMap(({ route, target }) => {
    if (target === null || !gone.has(route.source) || !made.has(target) || taken.has(target)) return []
    taken.add(target)
    return [{ from: route.source, to: target }]
  })
  return [...pairs, ...moves]
}

const message = (subject: string, body: readonly string[]): string => `${subject}\n\n${body.join('\n')}\n`
