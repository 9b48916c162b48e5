import { amendJournal, assertFinished, markJournal, type NamedJournal, openJournal } from './journal.ts'
import type { FileChange } from './model/change.ts'
import { UserError, type WritableHost } from './model/host.ts'
import type { Journal } from './model/journal.ts'

/** One step on the disk and how to take it back. */
interface Step {
  path: string
  run: () => void
  undo: () => void
}

/** What is done with a tree that is written, while no other process may write: formatting, commits. `note` adds to the journal. */
export type AfterWrite = (written: Journal, note: (more: Partial<Journal>) => void) => void

/**
 * Writes the changes to the working tree: all of them, or none. Every file must still be as it was read; else nothing is
 * written. New and edited files come first and deletions last, so that a crash in between loses no code; a journal that is written
 * before them lets undoRun() take back what a process that was killed had begun. One process at a time. What
 * comes after leaves the changes in the tree when it fails. Throws UserError.
 */
export function applyChanges(
  changes: readonly FileChange[],
  host: WritableHost,
  after: readonly AfterWrite[] = [],
): void {
  if (changes.length === 0) return
  const release = host.runs.lock()
  try {
    assertFinished(host.runs)
    for (const change of changes) assertUntouched(change, host)
    const journal = openJournal(changes, host)
    const stuck = runSteps(changes, host)
    if (stuck === null) return finish(journal, after, host)
    if (stuck.isWhole) host.runs.remove(journal.name)
    throw stuck.error
  } finally {
    release()
  }
}

function finish(journal: NamedJournal, after: readonly AfterWrite[], host: WritableHost): void {
  let written = journal
  try {
    for (const step of after)
      step(written.journal, (more) => {
        written = amendJournal(written, more, host.runs)
      })
  } finally {
    markJournal(written, 'done', host.runs)
  }
}

/** Null when all was written; else what went wrong, and whether the tree is whole again. */
function runSteps(changes: readonly FileChange[], host: WritableHost): { error: UserError; isWhole: boolean } | null {
  const steps = changes.map((change) => planSteps(change, host))
  const done: Step[] = []
  for (const step of [...steps.flatMap((plan) => plan.writes), ...steps.flatMap((plan) => plan.deletions)]) {
    try {
      step.run()
      done.push(step)
    } catch (error) {
      return rollBack(done, error)
    }
  }
  return null
}

function assertUntouched(change: FileChange, host: WritableHost): void {
  const source = change.kind === 'move' ? change.from : change.path
  if (change.kind === 'create' || change.kind === 'move') {
    if (host.exists(change.path)) throw changedMeanwhile(change.path, 'was created')
  }
  if (change.before === null) return
  if (!host.isFile(source)) throw changedMeanwhile(source, 'was deleted')
  if (host.read(source) !== change.before) throw changedMeanwhile(source, 'was changed')
}

function changedMeanwhile(path: string, what: string): UserError {
  return new UserError(`${path} ${what} while routeshift was running. Nothing was written; run routeshift again.`)
}

function planSteps(change: FileChange, host: WritableHost): { writes: Step[]; deletions: Step[] } {
  const { path } = change
  switch (change.kind) {
    case 'create':
      return { writes: [creation(path, change.after, host)], deletions: [] }
    case 'edit': {
      const { before, after } = change
      const edit = { path, run: () => host.write(path, after), undo: () => host.write(path, before) }
      return { writes: [edit], deletions: [] }
    }
    case 'delete':
      return { writes: [], deletions: [deletion(path, change.before, host)] }
    case 'move':
      return {
        writes: [creation(path, change.after, host)],
        deletions: [deletion(change.from, change.before, host)],
      }
  }
}

function creation(path: string, text: string, host: WritableHost): Step {
  return { path, run: () => host.write(path, text), undo: () => host.remove(path) }
}

function deletion(path: string, text: string, host: WritableHost): Step {
  const mode = host.modeOf(path) ?? undefined
  return { path, run: () => host.remove(path), undo: () => host.write(path, text, mode) }
}

/** Takes the steps back, last first, as far as possible; answers the error that tells the user how the tree is now. */
function rollBack(done: readonly Step[], cause: unknown): { error: UserError; isWhole: boolean } {
  const stuck: string[] = []
  for (const step of done.toReversed()) {
    try {
      step.undo()
    } catch {
      stuck.push(step.path)
    }
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  const state =
    stuck.length === 0
      ? 'Everything written before it was put back: the tree is as it was.'
      : `Some files could not be put back; see to that and run routeshift undo: ${stuck.join(', ')}`
  const error = new UserError(`The changes could not be written: ${reason}. ${state}`, { cause })
  return { error, isWhole: stuck.length === 0 }
}
