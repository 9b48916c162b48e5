import type { FileChange } from './model/change.ts'
import { UserError, type WritableHost } from './model/host.ts'

/** One step on the disk and how to take it back. */
interface Step {
  path: string
  run: () => void
  undo: () => void
}

/**
 * Writes the changes to the working tree: all of them, or none. Every file must still be as it was read; else nothing is
 * written. New and edited files come first and deletions last, so that a crash in between loses no code.
 */
export function applyChanges(changes: readonly FileChange[], host: WritableHost): void {
  for (const change of changes) assertUntouched(change, host)
  const steps = changes.map((change) => planSteps(change, host))
  const done: Step[] = []
  for (const step of [...steps.flatMap((plan) => plan.writes), ...steps.flatMap((plan) => plan.deletions)]) {
    try {
      step.run()
      done.push(step)
    } catch (error) {
      throw rollBack(done, error)
    }
  }
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
  return { path, run: () => host.remove(path), undo: () => host.write(path, text) }
}

/** Takes the steps back, last first, as far as possible; answers the error that tells the user how the tree is now. */
function rollBack(done: readonly Step[], cause: unknown): UserError {
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
      : `These files could not be put back; restore them with git: ${stuck.join(', ')}`
  return new UserError(`The changes could not be written: ${reason}. ${state}`, { cause })
}
