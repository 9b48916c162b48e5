import type { Declared } from './declared.ts'

/** What a run is asked to do. Paths are absolute or relative to the working directory; globs are relative to `dir`. */
export interface MigrateOptions {
  /** Only routes whose source path (relative to the root) matches one of these; empty means all. */
  include: readonly string[]
  exclude: readonly string[]
  /** Overrides the Next version found, e.g. `14` or `15.2.1`. */
  next: string | null
  /** `ts`: always route.ts; `keep`: the language of the source file; `js`: JavaScript, type syntax erased. */
  lang: 'ts' | 'js' | 'keep'
  /** Also removes the wire differences that are notes by default. */
  strict: boolean
  /** Routes whose handler a test imports stay; without it they move, and the report lists the tests. */
  keepTested: boolean
  /** `adapter`: routes that would be kept run as they are behind one file of the user's own, where that answers alike. */
  fallback: 'adapter' | null
  /** That file, relative to the folder of its app; null for `lib/pages-handler` beside the app folder. */
  adapterFile: string | null
  /** Functions and wrappers that cannot be seen; from `routeshift.config`. */
  declared: Declared
}

export const defaultOptions: MigrateOptions = {
  include: [],
  exclude: [],
  next: null,
  lang: 'ts',
  strict: false,
  keepTested: false,
  fallback: null,
  adapterFile: null,
  declared: { functions: [], wrappers: [] },
}
