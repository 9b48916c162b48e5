import type { WritableHost } from '../model/host.ts'
import type { Undone } from '../undo.ts'
import { findDirectory } from './files.ts'
import type { Io } from './io.ts'
import type { UndoSettings } from './undo-flags.ts'

/** What the command needs of the rest of routeshift. */
export interface UndoEngine {
  createHost: (root: string) => WritableHost
  undoRun: (host: WritableHost) => Undone
}

/** One run of `routeshift undo`. Answers the exit code. */
export function runUndo(settings: UndoSettings, io: Io, engine: UndoEngine): number {
  const { started, restored, removed, commits } = engine.undoRun(engine.createHost(findDirectory(io.cwd, settings.dir)))
  if (settings.quiet) return 0
  const done = [
    ...restored.map((path) => `  restored  ${path}`),
    ...removed.map((path) => `  removed   ${path}`),
    `The tree is as it was before the run of ${started}.`,
    ...(commits === 'gone' ? ['The commits of the run are off the branch.'] : []),
    ...(commits === 'left'
      ? ['The commits of the run stay: others came after them, or they are pushed. Commit the files as they are now.']
      : []),
  ]
  io.stdout.write(`${done.join('\n')}\n`)
  return 0
}
