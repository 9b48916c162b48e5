import type { ReplayRequest } from '../../../transforms/model/verification.ts'
import type { Files } from '../../support/fixture.ts'

/** A route whose right migration shows a known difference, and others whose difference the same row must not let through. */
export interface Row {
  /** The row of expected.ts. */
  id: string
  /** Codes that a report of the right migration would name. */
  codes: readonly string[]
  /** By code: the methods that it would name. */
  named?: Readonly<Record<string, readonly string[]>>
  /** Modules that both sides have in `lib/`. */
  files?: Files
  pages: string
  app: string
  requests: readonly Omit<ReplayRequest, 'name'>[]
  mutants: readonly RowMutant[]
}

export interface RowMutant {
  /** What went wrong: `work before the answer`. */
  name: string
  pages?: string
  app?: string
  /** Some of what must be found. */
  aspects: readonly string[]
}
