import type { Difference, Exchange, VerifiedRoute } from '../model/verification.ts'
import { compare } from './compare.ts'
import { explain } from './expected.ts'

/** What no code accounts for; those that one does are counted. */
export function unexplained(
  route: VerifiedRoute,
  exchange: Exchange,
  counts: Record<string, number> = {},
): readonly Difference[] {
  const seen = new Set<string>()
  const left = compare(exchange.before, exchange.after).filter((difference) => {
    const known = explain(difference, { ...exchange, route })
    for (const { id } of known) seen.add(id)
    return known.length === 0
  })
  for (const id of seen) counts[id] = (counts[id] ?? 0) + 1
  return left
}
