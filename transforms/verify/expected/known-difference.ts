import type { Difference, Exchange, VerifiedRoute } from '../../model/verification.ts'

/** One exchange and the route it was with. */
export interface Compared extends Exchange {
  route: Pick<VerifiedRoute, 'id' | 'exported' | 'codes' | 'named' | 'isStrict'>
}

/**
 * A difference between the routers that a migration may leave. `codes`: the report of the route must contain one of
 * them; null marks the few that hold for every route and are said once in each report (PA29x). `--strict` promises to
 * leave none of those marked `notInStrict`.
 */
export interface KnownDifference {
  id: string
  why: string
  codes: readonly string[] | null
  notInStrict?: true
  explains: (difference: Difference, at: Compared) => boolean
}
