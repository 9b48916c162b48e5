import { lastJournal, markJournal } from './journal.ts'
import { HostError, UserError, type WritableHost } from './model/host.ts'
import type { Journal, JournalFile } from './model/journal.ts'
import { firstPaths } from './report/first-paths.ts'

/** What was put back. */
export interface Undone {
  /** When the run had begun to write, ISO 8601 in UTC. */
  started: string
  /** Paths whose text was restored, relative to the root. */
  restored: readonly string[]
  /** Paths of files that the run had made, and that are gone. */
  removed: readonly string[]
  /** What became of the commits of the run: taken off the branch, or left on it (others came after them, or they are pushed). */
  commits: 'none' | 'gone' | 'left'
}

/**
 * Takes the last run back: every file has the bytes again that it had before, also where the run, or an undo, was cut off. Files
 * come back before others are deleted, so that a crash in between loses no code; doing it again goes on from there. Commits of the run go
 * too where they are the last ones. Throws UserError,
 * having written nothing, when there is no run to take back or a file is no longer as the run left it.
 */
export function undoRun(host: WritableHost): Undone {
  const release = host.runs.lock()
  try {
    const last = lastJournal(host.runs)
    if (last === null)
      throw new UserError(
        `There is nothing to undo in ${host.root}: no run has written here since the last undo. Of older changes git knows.`,
      )
    const { started, files, formatting = [] } = last.journal
    const states = files.map((file) => ({ file, now: textOf(file.path, host) }))
    const foreign = states.filter(
      ({ file, now }) => now !== file.before && now !== file.after && !formatting.includes(file.path),
    )
    if (foreign.length > 0) throw changedSince(foreign.map(({ file }) => file.path))
    markJournal(last, 'writing', host.runs)
    const stale = states.filter(({ file, now }) => now !== file.before).map(({ file }) => file)
    const { restored, removed } = restore(stale, host)
    for (const { path } of files) host.discard(path)
    const commits = takeOff(last.journal, host)
    host.runs.remove(last.name)
    return { started, restored, removed, commits }
  } finally {
    release()
  }
}

function restore(files: readonly JournalFile[], host: WritableHost): Pick<Undone, 'restored' | 'removed'> {
  const restored: string[] = []
  const removed: string[] = []
  try {
    for (const { path, before, mode } of files) {
      if (before === null) continue
      host.write(path, before, mode)
      restored.push(path)
    }
    for (const { path, before } of files) {
      if (before !== null) continue
      host.remove(path)
      removed.push(path)
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    throw new UserError(
      `The tree is only in part as it was: ${error.message}. See to that, then run routeshift undo again.`,
      { cause: error },
    )
  }
  return { restored, removed }
}

/** The branch goes back only while the run made the last commits on it and nobody else can have them. */
function takeOff({ commits, files }: Journal, host: WritableHost): Undone['commits'] {
  if (commits === undefined) return 'none'
  const { from, to } = commits
  const head = host.git.resolve('HEAD')
  // At `from`: the run was cut off before the branch moved, or the undo after.
  if (head !== from && (head !== to || host.history.isPushed(to))) return 'left'
  host.history.move(
    { from: head, to: from },
    files.map(({ path }) => path),
  )
  return 'gone'
}

const textOf = (path: string, host: WritableHost): string | null => (host.exists(path) ? host.read(path) : null)

function changedSince(paths: readonly string[]): UserError {
  return new UserError(
    [
      'Some files have changed since the run, and undo would lose that. Nothing was written.',
      ...firstPaths(paths),
      'Put those back as the run left them (git diff shows what changed), or take the run back with git.',
    ].join('\n'),
  )
}
