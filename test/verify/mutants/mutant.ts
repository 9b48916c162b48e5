/** A pages handler, its right migration, and wrong ones that are made from the right one by one change each. */
export interface Original {
  /** `/api/orders/[id]` */
  id: string
  pages: string
  app: string
  exported: readonly string[]
  /** Codes that a report of the right migration would name. */
  codes: readonly string[]
  mutants: readonly Mutant[]
}

export interface Mutant {
  /** What went wrong: `lost header`. */
  name: string
  /** A text that is in the right migration once, and what stands there instead. */
  from: string
  to: string
  /** The methods that the wrong file exports, where they are others. */
  exported?: readonly string[]
}

export const mutate = (name: string, from: string, to: string): Mutant => ({ name, from, to })
