/** The programs with which a repository formats its sources. Paths are relative to the root of the host. */
export interface Formatters {
  /**
   * The ones that files are formatted with, in the order in which they run: installed where a file lies or above, and set up there. Files
   * need not exist. Nothing is run.
   */
  find(paths: readonly string[]): FormatterRun[]
  /** Runs one on its files, which it writes. Answers what it says when it fails, and null when it does not. */
  run(run: FormatterRun): string | null
}

/** One call of a formatter. */
export interface FormatterRun {
  /** As it is called: `eslint`. */
  name: string
  version: string
  /** Absolute: the program, and the folder to run it in. */
  program: string
  folder: string
  paths: readonly string[]
}
