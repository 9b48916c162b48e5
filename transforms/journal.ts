import type { FileChange } from './model/change.ts'
import { UserError, type WritableHost } from './model/host.ts'
import type { Journal, JournalFile, RunState } from './model/journal.ts'

/** Runs that can be taken back, the last ones. */
const MOST = 10

/** A journal under its name in the store. */
export interface NamedJournal {
  name: string
  journal: Journal
}

/** The journal of the last run that was not undone; null when there is none. Throws UserError when it cannot be read. */
export function lastJournal(state: RunState): NamedJournal | null {
  const name = namesOf(state).at(-1)
  if (name === undefined) return null
  try {
    const journal: unknown = JSON.parse(state.read(name) ?? '')
    if (isJournal(journal)) return { name, journal }
  } catch {
    // Told below.
  }
  throw new UserError(
    `The notes of the last run (${name}) cannot be read; it may have been a later version of routeshift. Put the tree back with git.`,
  )
}

/** Refuses to go on from a tree that a run left half written. */
export function assertFinished(state: RunState): void {
  const last = lastJournal(state)
  if (last === null || last.journal.state === 'done') return
  throw new UserError(
    `The run of ${last.journal.started} was cut off while it wrote, and left the tree half way. Put it back with routeshift undo, then run again.`,
  )
}

/** Notes what a run is about to write, under a name of its own. */
export function openJournal(changes: readonly FileChange[], { runs: state, modeOf }: WritableHost): NamedJournal {
  const names = namesOf(state)
  const last = Number(/\d+/.exec(names.at(-1) ?? '')?.[0] ?? 0)
  const name = `run-${String(last + 1).padStart(6, '0')}.json`
  const files = filesOf(changes).map((file) => ({ ...file, ...givenMode(modeOf(file.path)) }))
  const started = new Date().toISOString()
  const opened: NamedJournal = { name, journal: { version: 1, started, state: 'writing', files } }
  writeJournal(opened, state)
  for (const old of names.slice(0, Math.max(0, names.length + 1 - MOST))) state.remove(old)
  return opened
}

/** Notes in the store more of what a run does. */
export function amendJournal({ name, journal }: NamedJournal, more: Partial<Journal>, state: RunState): NamedJournal {
  const amended = { name, journal: { ...journal, ...more } }
  writeJournal(amended, state)
  return amended
}

/** Says in the store how far a run, or its undo, is. */
export function markJournal({ name, journal }: NamedJournal, now: Journal['state'], state: RunState): void {
  writeJournal({ name, journal: { ...journal, state: now } }, state)
}

function writeJournal({ name, journal }: NamedJournal, state: RunState): void {
  state.write(name, `${JSON.stringify(journal)}\n`)
}

const namesOf = (state: RunState): string[] => state.list().filter((name) => /^run-\d+\.json$/.test(name))

const givenMode = (mode: number | null): { mode?: number } => (mode === null ? {} : { mode })

function filesOf(changes: readonly FileChange[]): JournalFile[] {
  return changes.flatMap((change): JournalFile[] => {
    const { path, before, after } = change
    if (change.kind !== 'move') return [{ path, before, after }]
    return [
      { path, before: null, after },
      { path: change.from, before, after: null },
    ]
  })
}

function isJournal(value: unknown): value is Journal {
  return (
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, 'version') === 1 &&
    Array.isArray(Reflect.get(value, 'files'))
  )
}
