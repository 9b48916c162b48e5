import type { Exchange, ReplayRequest } from '../model/verification.ts'

/** Attempts: a finding that is not the shortest is still a finding. */
const MAX_TRIES = 60

/** Leaves out headers, query keys and fields of the body, one after the other, as long as the difference stays. */
export async function shrink(
  found: Exchange,
  run: (request: ReplayRequest) => Promise<Exchange | null>,
  isSame: (exchange: Exchange) => boolean,
): Promise<Exchange> {
  let best = found
  let tries = 0
  for (let isShorter = true; isShorter; ) {
    isShorter = false
    for (const request of shorterThan(best.request)) {
      if (tries >= MAX_TRIES) return best
      tries += 1
      const exchange = await run(request)
      if (exchange === null || !isSame(exchange)) continue
      best = exchange
      isShorter = true
      break
    }
  }
  return best
}

/** Every request that has one part less, the largest parts first. */
export function shorterThan(request: ReplayRequest): ReplayRequest[] {
  return [...withoutBody(request), ...withoutHeaders(request), ...withoutQuery(request), ...withoutFields(request)]
}

function withoutBody({ body, base64, ...rest }: ReplayRequest): ReplayRequest[] {
  return body === undefined && base64 === undefined ? [] : [rest]
}

function withoutHeaders(request: ReplayRequest): ReplayRequest[] {
  const headers = Object.entries(request.headers ?? {})
  return headers.map(([name]) => {
    const left = headers.filter(([other]) => other !== name)
    const { headers: _all, ...rest } = request
    return left.length === 0 ? rest : { ...rest, headers: Object.fromEntries(left) }
  })
}

function withoutQuery(request: ReplayRequest): ReplayRequest[] {
  const [path = '', search] = request.path.split(/\?(.*)/s)
  if (search === undefined) return []
  const pairs = search.split('&')
  return pairs.map((_pair, at) => {
    const left = pairs.filter((_other, index) => index !== at).join('&')
    return { ...request, path: left === '' ? path : `${path}?${left}` }
  })
}

function withoutFields(request: ReplayRequest): ReplayRequest[] {
  if (request.body === undefined) return []
  try {
    const value: unknown = JSON.parse(request.body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
    const fields = Object.entries(value)
    return fields.map(([name]) => ({
      ...request,
      body: JSON.stringify(Object.fromEntries(fields.filter(([other]) => other !== name))),
    }))
  } catch {
    return []
  }
}
