import type { Random } from './random.ts'
import type { Hints } from './hints.ts'

/** What a name or expression in scope holds when the code runs. */
export type Kind =
  | 'text'
  | 'maybe-text'
  | 'texts'
  | 'query'
  | 'number'
  | 'flag'
  | 'record'
  | 'maybe-record'
  | 'list'
  | 'any'

/** Where a value came from, so that a comparison can ask for a request that makes it true. */
export interface Origin {
  part: 'query' | 'header' | 'cookie' | 'body' | 'param'
  key: string
}

export interface Value {
  text: string
  kind: Kind
  origin?: Origin
}

/** One case while it is written. */
export interface Draft {
  grammar: Grammar
  random: Random
  isTyped: boolean
  /** Names of the two parameters. */
  req: string
  res: string
  params: readonly { name: string; kind: 'single' | 'catch-all' | 'optional-catch-all' }[]
  hints: Hints
  imports: Set<string>
  /** Declarations beside the handler, by name, in the order they were asked for. */
  declarations: Map<string, readonly string[]>
  /** Other modules of the project, by path. */
  files: Record<string, string>
  /** Names of the productions used. */
  used: Set<string>
  /** How many more compound statements may be opened. */
  budget: number
}

/** Where a production writes. */
export interface Place {
  draft: Draft
  /** What can be referred to here; reads and work add to it. */
  values: Value[]
  taken: Set<string>
  /** What runs after the statements that are asked for: nothing (`tail`), a `break` that leads to nothing, or something. */
  end: 'tail' | 'break' | 'return'
  isAsync: boolean
  /** Values of req.method that come here; null: any. */
  methods: readonly string[] | null
  /** A function that takes req and res and is not the handler. */
  isHelper: boolean
  inLoop: boolean
  /** Most answers here refuse. */
  isGuard?: boolean
}

/** One way of writing something: `name` is told in reports, `weight` is its share among those that fit. */
export interface Production<T> {
  name: string
  weight: number
  fits?: (place: Place) => boolean
  write: (place: Place) => T
}

/**
 * Every slot of a handler with the ways to fill it. A new capability adds its productions to these lists
 * (or its modules to `files` of the draft) and nothing else.
 */
export interface Grammar {
  /** The handler's statements, from its dispatch on. */
  dispatch: Production<string[]>[]
  /** Statements that answer on every path. */
  arm: Production<string[]>[]
  /** Declares names with parts of the request. */
  read: Production<string[]>[]
  /** An expression with a part of the request. */
  part: Production<Value>[]
  /** A test without parentheses. */
  test: Production<string>[]
  /** Statements that ask the outside world or compute. */
  work: Production<string[]>[]
  /** Statements that set status, headers or cookies. */
  effect: Production<string[]>[]
  /** An answer, without return: `res.status(200).json(x)`. */
  answer: Production<string>[]
  /** A value for `json`. */
  value: Production<string>[]
  /** Statements that may answer and leave, else go on. */
  guard: Production<string[]>[]
  /** The module around the handler. */
  module: Production<string>[]
}

export function choose<S extends keyof Grammar>(place: Place, slot: S): ReturnType<Grammar[S][number]['write']> {
  const fitting = (place.draft.grammar[slot] as Production<unknown>[]).filter((p) => p.fits?.(place) ?? true)
  let left = place.draft.random.int(0, fitting.reduce((sum, { weight }) => sum + weight, 0) - 1)
  const found = fitting.find(({ weight }) => {
    left -= weight
    return left < 0
  })
  if (found === undefined) throw new Error(`nothing fits the slot ${slot}`)
  place.draft.used.add(`${slot}/${found.name}`)
  return found.write(place) as ReturnType<Grammar[S][number]['write']>
}

/** The same place inside of a block: what is declared there stays there. */
export function inner(place: Place, change: Partial<Place> = {}): Place {
  return { ...place, values: [...place.values], taken: new Set(place.taken), ...change }
}

/** A name that is free here, and is taken from now on. */
export function fresh(place: Place, wish: string): string {
  let name = wish
  for (let n = 2; place.taken.has(name); n++) name = `${wish}${n}`
  place.taken.add(name)
  return name
}

export const indent = (lines: readonly string[]): string[] => lines.map((line) => (line === '' ? '' : `  ${line}`))

export const block = (head: string, lines: readonly string[], foot = '}'): string[] => [
  `${head} {`,
  ...indent(lines),
  foot,
]
