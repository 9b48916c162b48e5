import { isIP } from 'node:net'

interface Incoming {
  headers?: Record<string, string | undefined>
  socket?: { remoteAddress?: string | undefined }
}

/** What request-ip@3.3.0 does (lib/index.js): the headers in their order, then the socket. */
function getClientIp({ headers = {}, socket }: Incoming): string | null {
  const forwarded = (headers['x-forwarded-for'] ?? '').split(',').map(withoutPort)
  const [first, ...others] = addressHeaders.map((name) => headers[name])
  const candidates = [first, forwarded.find(isAddress), ...others, socket?.remoteAddress]
  return candidates.find(isAddress) ?? null
}

/** `198.51.100.7:1234`; an address of version 6 keeps its colons. */
function withoutPort(text: string): string {
  const [address, ...rest] = text.trim().split(':')
  return rest.length === 1 ? (address ?? '') : text.trim()
}

const isAddress = (text: string | undefined): text is string => text !== undefined && isIP(text) !== 0

/** Headers with one address, in the order in which they are asked; `x-forwarded-for` with its list comes behind the first. */
export const addressHeaders = [
  'x-client-ip',
  'cf-connecting-ip',
  'do-connecting-ip',
  'fastly-client-ip',
  'true-client-ip',
  'x-real-ip',
  'x-cluster-client-ip',
  'x-forwarded',
  'forwarded-for',
  'forwarded',
  'x-appengine-user-ip',
]

export const requestIpModule = { getClientIp }
