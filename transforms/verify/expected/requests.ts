import type { ReplayRequest } from '../../model/verification.ts'
import type { Compared } from './known-difference.ts'

/** A HEAD request that Next answers with the GET of the route. */
export const isAutomaticHead = ({ method }: ReplayRequest, { exported }: Compared['route']): boolean =>
  method === 'HEAD' && exported.includes('GET') && !exported.includes('HEAD')

/** Its type says JSON, and its body is none. */
export function isMalformedJson(request: ReplayRequest): boolean {
  if (!isJsonType(request) || !hasBody(request)) return false
  try {
    JSON.parse(request.body ?? '')
    return false
  } catch {
    return true
  }
}

/** It sends a body, as text or as bytes. */
export const hasBody = ({ body, base64 }: ReplayRequest): boolean => (body ?? base64 ?? '') !== ''

/** Its type is one that Next's Pages parser takes for JSON (next@15 server/api-utils/node/parse-body). */
export const isJsonType = (request: ReplayRequest): boolean =>
  /^application\/(?:ld\+)?json\b/i.test(requestHeader(request, 'content-type'))

/** A header of the request by its name in lower case; empty where it is not sent. */
export function requestHeader({ headers = {} }: ReplayRequest, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
}
