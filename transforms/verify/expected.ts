import type { Difference } from '../model/verification.ts'
import { adapterDifferences } from './expected/adapter.ts'
import { everyRoute } from './expected/every-route.ts'
import { flowDifferences } from './expected/flow.ts'
import type { Compared, KnownDifference } from './expected/known-difference.ts'
import { methodDifferences } from './expected/methods.ts'
import { packageDifferences } from './expected/packages.ts'
import { requestDifferences } from './expected/request.ts'
import { responseDifferences } from './expected/response.ts'

export type { Compared, KnownDifference } from './expected/known-difference.ts'

/** The whole list. Nothing else is normalised anywhere. */
export const knownDifferences: readonly KnownDifference[] = [
  ...everyRoute,
  ...methodDifferences,
  ...requestDifferences,
  ...responseDifferences,
  ...flowDifferences,
  ...packageDifferences,
  ...adapterDifferences,
]

/** The entries that account for a difference with what the report of the route says; none for a difference nobody named. */
export function explain(difference: Difference, at: Compared): readonly KnownDifference[] {
  return candidates(difference, at).filter(
    ({ codes }) => codes === null || codes.some((code) => at.route.codes.includes(code)),
  )
}

/** Codes that would account for a difference if the report had them, to be told to the reader. */
export function findMissingCodes(difference: Difference, at: Compared): string[] {
  return candidates(difference, at).flatMap(({ id, codes }) => `${id}: ${codes?.join(' or ')}`)
}

const candidates = (difference: Difference, at: Compared): readonly KnownDifference[] =>
  knownDifferences.filter((known) => !(known.notInStrict && at.route.isStrict) && known.explains(difference, at))
