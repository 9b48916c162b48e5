import { type Command, shared } from './flags.ts'

/** What commander makes of the table. */
export interface UndoSettings {
  dir: string
  quiet: boolean
}

export const undoCommand: Command = {
  usage: 'routeshift undo [dir]',
  summary: 'Takes the last run back: every file it wrote has the bytes again that it had before.',
  details: [
    'Also where that run was cut off. Refuses, and writes nothing, when one of those files has changed since.',
    'Commits that the run made (--commits) are taken off the branch, unless others came after them or they are pushed.',
    'Again, it takes back the run before that one.',
  ],
  flags: [shared.quiet, shared.version, shared.help],
  exitCodes: ['0  done', '1  could not; the message says why'],
}
