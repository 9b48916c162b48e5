import { migrate } from '../../transforms/migrate.ts'
import type { FileChange } from '../../transforms/model/change.ts'
import type { Migration } from '../../transforms/model/migration.ts'
import type { MigrateOptions } from '../../transforms/model/options.ts'
import type { Files } from './fixture.ts'
import { createMemoryHost } from './memory-host.ts'

/** One run of the engine over a project in memory. */
export interface Run {
  migration: Migration
  /** What the run creates, edits or moves, by new path. */
  written: Files
  /** The project after the run. */
  after: Files
}

export async function runEngine(files: Files, options: Partial<MigrateOptions>): Promise<Run> {
  const migration = await migrate(options, createMemoryHost({ ...files }))
  const written = Object.fromEntries(
    migration.changes.flatMap((change) => (change.after === null ? [] : [[change.path, change.after]])),
  )
  return { migration, written, after: applyChanges(files, migration.changes) }
}

/** Applies changes to a copy, and insists that each one was made for the text that is there. */
export function applyChanges(files: Files, changes: readonly FileChange[]): Files {
  const after: Record<string, string> = { ...files }
  for (const change of changes) {
    const from = change.kind === 'move' ? change.from : change.path
    const found = after[from] ?? null
    if (found !== change.before) throw new Error(`${change.kind} ${from}: "before" is not the text of the file`)
    delete after[from]
  }
  for (const change of changes) {
    if (change.after === null) continue
    if (after[change.path] !== undefined) throw new Error(`${change.kind} ${change.path}: the path is taken`)
    after[change.path] = change.after
  }
  return after
}
