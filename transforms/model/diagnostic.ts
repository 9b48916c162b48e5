/** How much a diagnostic asks of the reader. `error`: routeshift or the file failed; `blocker`: the route is kept. */
export type Level = 'note' | 'review' | 'blocker' | 'error'

/** A stable diagnostic code, `PA` and three digits. The words live in report/codes, never here. */
export type Code = `PA${number}`

/** A place in a file of the project. Offsets are UTF-16 units, line is 1-based, column is 1-based. */
export interface Span {
  /** Path relative to the project root, with `/`. */
  file: string
  start: number
  end: number
  line: number
  column: number
}

/** Values that a code's words are filled with. */
export type Data = Readonly<Record<string, string | number | readonly string[]>>

/** One finding: a code, where, and the data its words need. No prose. */
export interface Diagnostic {
  code: Code
  level: Level
  span: Span | null
  data: Data
}

/** The words of one code. `what` names the pattern found, `why` what it means for users, `fix` what to do. */
export interface CodeText {
  /** Short kebab-case name of the pattern found (not of the remedy). */
  slug: string
  level: Level
  what: (data: Data) => string
  why: string
  fix: string
}
