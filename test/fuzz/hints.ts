import type { Origin } from './grammar.ts'

/** What the requests of a case must vary: sample values by key. Filled while the handler is written. */
export interface Hints {
  query: Map<string, Set<string>>
  header: Map<string, Set<string>>
  cookie: Map<string, Set<string>>
  body: Map<string, Set<unknown>>
  param: Map<string, Set<string>>
  methods: Set<string>
}

export function createHints(): Hints {
  return {
    query: new Map(),
    header: new Map(),
    cookie: new Map(),
    body: new Map(),
    param: new Map(),
    methods: new Set(),
  }
}

/** Asks for requests with this part, and with this value of it. */
export function hint(hints: Hints, { part, key }: Origin, value?: unknown): void {
  const samples = hints[part] as Map<string, Set<unknown>>
  const known = samples.get(key) ?? new Set()
  if (value !== undefined) known.add(value)
  samples.set(key, known)
}
