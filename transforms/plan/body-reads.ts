import { block, type Lowering } from '../concerns/lowering.ts'
import type { HttpMethod } from '../model/route.ts'
import type { BodyRead, HelperSummary } from './function-model.ts'
import { readsBody } from './needs.ts'

/**
 * How a function and those that it calls read the body. What Next parses and what is read off the stream exclude each other
 * (`bodyParser` is on or off for the whole route), so one that does both in turn is kept.
 */
export function bodyReadOf(
  at: Lowering,
  callees: readonly (HelperSummary | undefined)[],
  hasOwn = readsBody(at),
): BodyRead | null {
  const isRaw = at.needs.some(({ kind }) => kind === 'raw')
  const isParsed = at.needs.some(({ kind }) => kind === 'body' || kind === 'whole-body')
  const own: BodyRead[] = [...(isRaw ? ['raw' as const] : []), ...(isParsed || !isRaw ? ['parsed' as const] : [])]
  const all: BodyRead[] = [...(hasOwn ? own : []), ...callees.flatMap((summary) => summary?.readsBody ?? [])]
  if (all.includes('raw') && all.includes('parsed')) block(at, 'PA125', at.fn)
  return all.includes('raw') ? 'raw' : (all[0] ?? null)
}

/**
 * The methods whose function reads the parsed body of a request that Next gives none: a Request for GET or HEAD has no body (next@13.4 to 16,
 * server/web/spec-extension/adapters/next-request.ts, `fromNodeNextRequest`).
 */
export function bodilessMethods(
  functions: readonly { methods: readonly HttpMethod[]; plan: { readsBody: BodyRead | null } }[],
): HttpMethod[] {
  return functions
    .filter(({ plan }) => plan.readsBody === 'parsed')
    .flatMap(({ methods }) => methods.filter((method) => method === 'GET' || method === 'HEAD'))
}
