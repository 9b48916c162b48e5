import { type HttpMethod, httpMethods } from '../model/route.ts'

/** How a handler treats a method, read off the flow of its variant. */
export type Treatment = 'serves' | 'refuses' | 'hangs'

export interface MethodFacts {
  /** Methods that the code tells apart from the rest, with what it does with each. */
  named: ReadonlyMap<HttpMethod, Treatment>
  /** What it does with all others. */
  others: Treatment
  /** Does the part that serves the others read a body, set CORS headers. */
  othersReadBody: boolean
  othersSetCors: boolean
  /** It calls another server with the method that it was called with, whatever that is. */
  othersHandOnMethod: boolean
  /** Methods with which the repository calls the route; '?' where that is not a literal. */
  callers: readonly string[]
  strict: boolean
}

export interface MethodChoice {
  /** Named methods that get their own function. */
  own: HttpMethod[]
  /** Methods that get the function for the others. */
  shared: HttpMethod[]
  /** Methods that were served and are answered 405 now. */
  lost: HttpMethod[]
  /** The choice of `shared` rests on the code alone: nobody in the repository calls the route. */
  isGuess: boolean
  /** Refused methods that Next refuses now, with its own 405. */
  refusedByNext: HttpMethod[]
  /** Methods that hung. */
  hung: HttpMethod[]
  /** HEAD was served as one of the others; Next runs GET for it now. */
  headRunsGet?: boolean
  /** All it does, whatever the method, is refuse. */
  refusesAll?: boolean
}

/**
 * Which methods the route file exports. Named ones as they are. For a part that serves every other method: what the
 * repository's own calls show, else POST where a body is read and GET where not (OPTIONS too where CORS headers are set);
 * One that hands the method on serves them all. `--strict` exports all that were served, and the refusals as well.
 */
export function chooseMethods(facts: MethodFacts): MethodChoice {
  const own: HttpMethod[] = []
  const refusedByNext: HttpMethod[] = []
  const hung: HttpMethod[] = []
  for (const [method, treatment] of facts.named) {
    if (treatment === 'serves' || (facts.strict && treatment === 'refuses')) own.push(method)
    else if (treatment === 'refuses') refusedByNext.push(method)
    else hung.push(method)
  }
  const rest = httpMethods.filter((m) => !facts.named.has(m))
  // A handler that refuses whatever comes (410 for an endpoint that is gone) has that as its answer.
  if (facts.others === 'refuses' && facts.named.size === 0)
    return { ...chooseMethods({ ...facts, others: 'serves' }), refusesAll: true }
  if (facts.others === 'hangs')
    return { own, shared: [], lost: [], isGuess: false, refusedByNext, hung: [...hung, ...rest] }
  if (facts.others === 'refuses')
    return {
      own,
      shared: facts.strict ? rest : [],
      lost: [],
      isGuess: false,
      refusedByNext: facts.strict ? refusedByNext : [...refusedByNext, ...rest],
      hung,
    }
  if (facts.strict || facts.othersHandOnMethod)
    return { own, shared: rest, lost: [], isGuess: false, refusedByNext, hung }
  const called = rest.filter((m) => facts.callers.includes(m))
  const shared = called.length > 0 ? called : guess(rest, facts)
  if (facts.othersSetCors && rest.includes('OPTIONS') && !shared.includes('OPTIONS')) shared.push('OPTIONS')
  const implied = new Set<HttpMethod>([
    ...shared,
    ...(shared.includes('GET') || own.includes('GET') ? (['HEAD'] as const) : []),
  ])
  const headRunsGet = own.includes('GET') && rest.includes('HEAD')
  return {
    own,
    shared,
    lost: rest.filter((m) => !implied.has(m)),
    isGuess: called.length === 0,
    refusedByNext,
    hung,
    headRunsGet,
  }
}

function guess(rest: readonly HttpMethod[], facts: MethodFacts): HttpMethod[] {
  const wanted: HttpMethod[] = facts.othersReadBody
    ? ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']
    : ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
  const first = wanted.find((m) => rest.includes(m))
  return first ? [first] : [...rest]
}
