import type { ReplayRequest, Scenario } from '../model/verification.ts'
import { collectSurface, type HandlerSources } from './collect-surface.ts'
import { chooseScenarios } from './scenarios.ts'
import type { Addressed } from './request-maker.ts'
import { listTiers, type Tier } from './variants.ts'

/** What is asked of the synthesis of one route. */
export interface SynthesisInput extends HandlerSources {
  /** `/api/users/[id]` */
  id: string
  /** Something outside of the modules may be called, so that more than one scenario tells something. */
  isOpen: boolean
  seed: number
  /** At most so many requests. */
  limit: number
  /** Scenarios beside success, nothing and failure. */
  mixtures: number
}

/** What a route is put through. */
export interface Synthesised {
  requests: ReplayRequest[]
  scenarios: Scenario[]
}

export const defaultLimit = 72
export const defaultMixtures = 3

/**
 * The requests that tell most about a handler, the most telling first: every method, every value that it reads present, absent, repeated,
 * empty and of other kinds, the values that it compares with, and bodies of every sort. The same sources give the same requests.
 */
export function synthesise(input: SynthesisInput): Synthesised {
  const surface = collectSurface(input)
  const route: Addressed = { id: input.id, params: input.params }
  return {
    requests: takeMostTelling(listTiers(route, surface), input.limit),
    scenarios: chooseScenarios(input.isOpen, input.seed, input.mixtures),
  }
}

/** All of the tiers without weight, then of the others in turn as many as they weigh, until the limit. */
function takeMostTelling(tiers: readonly Tier[], limit: number): ReplayRequest[] {
  const chosen = new Map<string, ReplayRequest>()
  const take = (request: ReplayRequest): boolean => {
    const id = JSON.stringify({ ...request, name: '' })
    if (chosen.has(id) || chosen.size >= limit) return false
    chosen.set(id, request)
    return true
  }
  for (const { weight, requests } of tiers) if (weight === 0) requests.forEach(take)
  const queues = tiers
    .filter(({ weight }) => weight > 0)
    .map(({ weight, requests }) => ({ weight, left: [...requests] }))
  while (chosen.size < limit && queues.some(({ left }) => left.length > 0))
    for (const { weight, left } of queues)
      for (let taken = 0; taken < weight && left.length > 0; ) {
        const next = left.shift()
        if (next && take(next)) taken++
      }
  return [...chosen.values()]
}
