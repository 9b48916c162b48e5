import type { ReplayRequest } from '../../model/verification.ts'
import type { KnownDifference } from './known-difference.ts'
import { matchRoute } from '../route-path.ts'
import { isMalformedJson, isJsonType, requestHeader } from './requests.ts'

/** What a handler reads from the request. */
export const requestDifferences: readonly KnownDifference[] = [
  {
    id: 'body-of-get',
    why: 'Pages parsed the body of a GET or HEAD; Next gives a route handler none',
    codes: ['PA152'],
    explains: (_difference, { request }) => /^(?:GET|HEAD)$/.test(request.method) && (request.body ?? '') !== '',
  },
  {
    id: 'body-parsed-once',
    why: 'JSON.parse(req.body) failed on a body that Pages had parsed already, and succeeds now',
    codes: ['PA123'],
    explains: (_difference, { request }) =>
      isJsonType(request) && !isMalformedJson(request) && (isObject(request) || /^\s*"/.test(request.body ?? '')),
  },
  {
    id: 'param-name-in-url',
    why: 'a query key that is named like a route param stays in the URL',
    codes: ['PA115'],
    explains: (_difference, { route, request }) => {
      const { searchParams } = new URL(request.path, 'http://localhost')
      return Object.keys(matchRoute(route.id, request.path) ?? {}).some((key) => searchParams.has(key))
    },
  },
  {
    id: 'optional-catch-all',
    why: 'without a segment Pages let a query key of the same name through',
    codes: ['PA114'],
    explains: (_difference, { route, request }) => {
      const key = /\[\[\.\.\.([^\]]+)\]\]$/.exec(route.id)?.[1]
      if (key === undefined || matchRoute(route.id, request.path)?.[key] !== undefined) return false
      return new URL(request.path, 'http://localhost').searchParams.has(key)
    },
  },
  {
    id: 'repeated-query-key',
    why: 'a key that comes twice was an array in Pages; where the handler does not look for one, the first value is read',
    codes: ['PA112', 'PA113'],
    notInStrict: true,
    explains: ({ aspect }, { request }) => aspect !== 'answer' && hasRepeatedKey(request.path),
  },
  {
    id: 'other-body-types',
    why: 'a body that is not declared as JSON was a string or a form in Pages; the route parses it as JSON',
    codes: ['PA120'],
    notInStrict: true,
    explains: ({ aspect }, { request }) =>
      aspect !== 'answer' && !isJsonType(request) && !/^(?:GET|HEAD)$/.test(request.method),
  },
  {
    id: 'odd-cookies',
    why: 'cookies that come twice, are quoted, badly escaped, without a value or with spaces around it are read differently',
    codes: ['PA130'],
    explains: (_difference, { request }) => hasOddCookies(request),
  },
  {
    id: 'address-from-header',
    why: 'the socket and the header write the address differently where a client sends the header itself',
    codes: ['PA140'],
    explains: ({ aspect }, { request }) =>
      requestHeader(request, 'x-forwarded-for') !== '' && !/^(?:answer|status)$/.test(aspect),
  },
]

/** A body that Pages parsed to something that JSON.parse refuses. */
function isObject({ body = '' }: ReplayRequest): boolean {
  try {
    const value: unknown = body === '' ? {} : JSON.parse(body)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

function hasRepeatedKey(path: string): boolean {
  const keys = [...new URL(path, 'http://localhost').searchParams.keys()]
  return new Set(keys).size < keys.length
}

function hasOddCookies(request: ReplayRequest): boolean {
  const pairs = requestHeader(request, 'cookie')
    .split(/; */)
    .filter((pair) => pair !== '')
  const names = pairs.map((pair) => pair.split('=')[0])
  const isOdd = (pair: string): boolean =>
    /^[^=]*$|\s=|=\s|\s$/.test(pair) || pair.includes('"') || /%(?![0-9a-f]{2})/i.test(pair)
  return new Set(names).size < names.length || pairs.some(isOdd)
}
