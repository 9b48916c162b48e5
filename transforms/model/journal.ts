import type { CommitRange } from './history.ts'

/**
 * What a run writes, noted before the first file is touched: whatever happens then, the tree can be put back as it was.
 * Kept by a `RunState`, outside of the working tree where there is a repository.
 */
export interface Journal {
  version: 1
  /** When the run began to write, ISO 8601 in UTC. */
  started: string
  /** `writing` where no process is at it any more: the run, or its undo, was cut off. */
  state: 'writing' | 'done'
  files: readonly JournalFile[]
  /** Files that a formatter is at work on, or was when the run was cut off: whatever they hold is of the run. */
  formatting?: readonly string[]
  /** What the run committed, with --commits; noted before the branch moves. */
  commits?: CommitRange
}

/** The text of a file on both sides of a run; null where there is no file. Paths are relative to the root. */
export interface JournalFile {
  path: string
  before: string | null
  after: string | null
  /** Permission bits before. */
  mode?: number
}

/** A small store of texts that outlives a run, and the lock that one process at a time can hold. */
export interface RunState {
  /** The text of that name; null when there is none. */
  read(name: string): string | null
  /** Atomic. Throws HostError. */
  write(name: string, text: string): void
  remove(name: string): void
  /** Sorted. */
  list(): string[]
  /** Throws UserError while another process holds the lock. Answers how to give it back. */
  lock(): () => void
}
