import type { Formatters } from './formatters.ts'
import type { History } from './history.ts'
import type { RunState } from './journal.ts'

/**
 * The world outside: files and git, all paths relative to `root` with `/`.
 * project/host.ts makes the real one; tests make one in memory. Reading methods throw HostError.
 */
export interface Host {
  /** Absolute. */
  readonly root: string
  /** Text as UTF-8, byte-order mark included. */
  read(path: string): string
  exists(path: string): boolean
  isFile(path: string): boolean
  /** Files matching the globs; files ignored by git and node_modules are left out. Sorted. */
  list(globs: readonly string[]): string[]
  /** Symbolic links to folders, and submodules, that match: what is below them is not listed. Sorted. */
  linkedFolders(globs: readonly string[]): string[]
  /** The path with symlinks resolved, relative to root; null when it leaves the root. */
  real(path: string): string | null
  git: GitState
}

export interface GitState {
  inRepository: boolean
  /** Changed or untracked paths, relative to root. */
  dirty(): string[]
  /** The hash of a commit by any of its names; null when there is no such commit. */
  resolve(ref: string): string | null
  /** Files that differ between a commit and the working tree, relative to root, untracked ones too; ignored ones are left out. */
  changedSince(commit: string): { path: string; wasThere: boolean }[]
  /** Where the folder lies in its repository, as `apps/web/`; empty at the top of one. */
  prefix(): string
  /** Lines with this text in files of the repository that lie outside of the root: paths relative to it (`../../x`). */
  findOutside(text: string): { path: string; line: number; text: string }[]
  /** A file's text at a commit. Throws HostError. */
  readAt(commit: string, path: string): string
}

/** The git ref that names the commit from which the last run that wrote something started. */
export const runStart = 'refs/routeshift/start'

/** The only way to change the working tree; used by apply and by the command that calls it. */
export interface WritableHost extends Host {
  /** Atomic: a temporary file beside the target, then rename. Makes folders as needed. The mode stays that of the file, if none is given. */
  write(path: string, text: string, mode?: number): void
  /** Permission bits of a file; null where there is none. */
  modeOf(path: string): number | null
  /** Notes HEAD as the start of a run, under `runStart`; nothing without a repository or without a commit. */
  markStart(): void
  /** Deletes a file and then its parent folders as long as they are empty. */
  remove(path: string): void
  /** Clears away what a write of this file left that was cut off: its temporary file, and folders that are empty. */
  discard(path: string): void
  /** What is known of the last runs in this root. */
  runs: RunState
  /** The branch that a run commits to, when it is asked to. */
  history: History
  /** The formatters of the repository, for a run that is asked to use them. */
  formatters: Formatters
}

/** A file that could not be read or written; `path` is relative to the root. */
export class HostError extends Error {
  override name = 'HostError'
  readonly path: string
  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/** What the user asked for cannot be done; the message says what to do. Printed without a stack; exit code 1. */
export class UserError extends Error {
  override name = 'UserError'
}
