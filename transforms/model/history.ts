/** The branch that is checked out, for a run that commits what it writes. Paths are relative to the root of the host. */
export interface History {
  /** Why nothing could be committed now, as whole sentences that say what to do; null where it could. */
  obstacle(): string | null
  /** False where HEAD names a commit and no branch. */
  isOnBranch(): boolean
  /** Subjects of the last commits, newest first. */
  subjects(): string[]
  /**
   * Writes commits on top of HEAD, each on the one before: first files under their new names with the bytes of HEAD, then files as they
   * are in the working tree. They are objects of git only: no branch, index or file changes. Throws UserError with what git says.
   */
  write(plan: CommitPlan): CommitRange
  /** Moves the branch from one commit to the other, and takes the paths into the index as they are in the working tree. Throws UserError. */
  move(range: CommitRange, paths: readonly string[]): void
  /** Whether a branch of a remote holds the commit, as far as is known here. */
  isPushed(commit: string): boolean
}

/** What is committed of a run. Without renames there is one commit. */
export interface CommitPlan {
  renames: { message: string; pairs: readonly { from: string; to: string }[] }
  contents: { message: string; paths: readonly string[] }
}

/** Two hashes: HEAD before, and the last commit made. */
export interface CommitRange {
  from: string
  to: string
}
