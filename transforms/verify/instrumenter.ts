import { type Branch, instrument } from './instrument.ts'

/** Counts branches over all files of a run; a helper that several routes share has the same numbers in each. */
export interface Instrumenter {
  transform: (path: string, text: string) => string
  /** Paths of the files that were counted in so far. */
  counted(): readonly string[]
  /** The branches of the files of one bundle, by their number. */
  branchesOf(files: readonly string[]): ReadonlyMap<number, Branch>
}

/** Counts in the given files, and in those that speak of handlers: guards, wrappers and helpers that get req and res. */
export function createInstrumenter(sources: readonly string[]): Instrumenter {
  const wanted = new Set(sources)
  const byFile = new Map<string, ReadonlyMap<number, Branch>>()
  let next = 0
  return {
    transform(path, text) {
      if (!wanted.has(path) && !/\bNextApi(?:Request|Response|Handler)\b/.test(text)) return text
      const result = instrument(path, text, next)
      if (result === null) return text
      byFile.set(path, new Map(result.branches.map((branch, index) => [next + index, branch])))
      next += result.branches.length
      return result.text
    },
    counted: () => [...byFile.keys()],
    branchesOf: (files) => new Map(files.flatMap((file) => [...(byFile.get(file) ?? [])])),
  }
}
