import type { Difference } from './compare.ts'
import type { FixtureRequest } from './fixture.ts'
import type { Observation } from './replay.ts'
import { matchRoute } from '../../transforms/verify/route-path.ts'

/** One exchange on both sides. `route`: its id, `/api/users/[id]`; `exported`: the methods of the new route file. */
export interface Exchange {
  route: string
  request: FixtureRequest
  before: Observation
  after: Observation
  exported: readonly string[]
  isStrict: boolean
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
  explains: (difference: Difference, exchange: Exchange) => boolean
}

/** The whole list. Nothing else is normalised anywhere. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    id: 'json-charset',
    why: 'Next says charset=utf-8 after application/json, Response.json does not; JSON is UTF-8 either way',
    codes: null,
    explains: ({ aspect, before, after }) =>
      aspect === 'header:content-type' && before === 'application/json; charset=utf-8' && after === 'application/json',
  },
  {
    id: 'etag',
    why: 'Pages answers carry an ETag made by Next, App answers do not',
    codes: null,
    explains: ({ aspect, before, after }) => aspect === 'header:etag' && /^"[\w-]+"$/.test(before) && after === '',
  },
  {
    id: 'vary',
    why: 'real servers: App answers vary by what the router sends; the compression of Next names Accept-Encoding in Pages only',
    codes: null,
    explains: ({ aspect, before, after }) => {
      if (aspect !== 'header:vary') return false
      const left = splitNames(after).filter((name) => !routerHeaders.has(name))
      const kept = splitNames(before).filter((name) => name !== 'accept-encoding' || left.includes(name))
      return left.join() === kept.join()
    },
  },
  {
    id: 'text-type',
    why: 'a string body gets text/plain in App where Pages sent no type; a browser sniffs the same, except for markup',
    codes: null,
    explains: ({ aspect, before, after }, exchange) =>
      aspect === 'header:content-type' &&
      before === '' &&
      /^text\/plain; ?charset=utf-8$/i.test(after) &&
      !/^\s*</.test(bodyOf(exchange.before)),
  },
  {
    id: 'uncaught-error',
    why: 'both answer 500; the body is text in Pages and empty in App, and headers set before the throw are lost',
    codes: null,
    explains: ({ aspect }, { before, after }) =>
      (aspect === 'body' || aspect.startsWith('header:') || aspect === 'set-cookie') &&
      isAnswer(before, 500, /^Internal Server Error$/) &&
      isAnswer(after, 500, /^(?:Internal Server Error)?$/),
  },
  {
    id: 'redirect-body',
    why: 'Pages repeats the URL in the body of a redirect; no client shows it',
    codes: null,
    explains: ({ aspect, before, after }, exchange) =>
      isRedirect(exchange.before) &&
      isRedirect(exchange.after) &&
      ((aspect === 'body' && after === '' && before === headerOf(exchange.before, 'location')) ||
        (aspect === 'header:content-type' && before === '')),
  },
  {
    id: 'error-words',
    why: "an error's text quotes the source (`of 'req.body'`), which has changed, and its stack names files; its kind has not",
    codes: null,
    explains: ({ aspect, before, after }) => aspect === 'log' && withoutErrorText(before) === withoutErrorText(after),
  },
  {
    id: 'malformed-json',
    why: 'Pages refuses malformed JSON with 400 before the handler runs; App must refuse it too, with whatever error',
    codes: null,
    notInStrict: true,
    explains: ({ aspect, after: text }, { request, before, after }) =>
      isMalformedJson(request) &&
      isAnswer(before, 400, /^Invalid JSON$/) &&
      after.kind === 'response' &&
      after.status >= 400 &&
      (aspect !== 'log' || /SyntaxError/.test(text)),
  },
  {
    id: 'method-refused',
    why: 'a method that the handler refused in words of its own is refused by Next; work before the refusal is not done',
    codes: ['PA302'],
    notInStrict: true,
    explains: (_difference, { request, before, after, exported }) =>
      !exported.includes(request.method) &&
      isRefused(before) &&
      (isAnswer(after, 405, /^$/) || (request.method === 'OPTIONS' && isAnswer(after, 204, /^$/))),
  },
  {
    id: 'method-not-exported',
    why: 'a handler that never looks at the method answered all of them; the route exports those it is called with',
    codes: ['PA301'],
    notInStrict: true,
    explains: (_difference, { request, after, exported }) =>
      !exported.includes(request.method) && isAnswer(after, 405, /^$/),
  },
  {
    id: 'method-not-exported-options',
    why: 'the same for OPTIONS, which Next answers by itself with 204 and Allow',
    codes: ['PA301'],
    notInStrict: true,
    explains: (_difference, { request, before, after, exported }) =>
      request.method === 'OPTIONS' &&
      !exported.includes('OPTIONS') &&
      headerOf(before, 'access-control-allow-origin') === '' &&
      isAnswer(after, 204, /^$/),
  },
  {
    id: 'body-parsed-once',
    why: 'JSON.parse(req.body) failed on a body that Pages had parsed already, and succeeds now',
    codes: ['PA123'],
    explains: (_difference, { request, before, after }) =>
      isJsonType(request) && !isMalformedJson(request) && isRefused(before) && !isRefused(after),
  },
  {
    id: 'undefined-json',
    why: 'json(undefined) sent an empty body with a JSON content type, App sends null',
    codes: ['PA222'],
    explains: ({ aspect, before, after }) => aspect === 'body' && before === '' && after === 'null',
  },
  {
    id: 'html-type',
    why: 'markup that Pages sent without a type, for browsers to guess, states text/html',
    codes: ['PA224'],
    explains: ({ aspect, before, after }, exchange) =>
      aspect === 'header:content-type' &&
      before === '' &&
      /^text\/html; ?charset=utf-8$/i.test(after) &&
      /^\s*</.test(bodyOf(exchange.before)),
  },
  {
    id: 'headers-of-caught-error',
    why: 'headers that the handler had set before it threw went with the answer that its wrapper gives',
    codes: ['PA533'],
    explains: ({ aspect, after }, exchange) =>
      (aspect.startsWith('header:') || aspect === 'set-cookie') &&
      after === '' &&
      exchange.before.kind === 'response' &&
      exchange.after.kind === 'response' &&
      exchange.before.status === exchange.after.status &&
      bodyOf(exchange.before) === bodyOf(exchange.after),
  },
  {
    id: 'optional-catch-all',
    why: 'without a segment Pages let a query key of the same name through',
    codes: ['PA114'],
    explains: (_difference, { route, request }) => {
      const key = /\[\[\.\.\.([^\]]+)\]\]$/.exec(route)?.[1]
      if (key === undefined || matchRoute(route, request.path)?.[key] !== undefined) return false
      return new URL(request.path, 'http://localhost').searchParams.has(key)
    },
  },
  {
    id: 'automatic-head',
    why: 'App answers HEAD by running GET, where Pages refused it',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before, exported }) =>
      request.method === 'HEAD' &&
      exported.includes('GET') &&
      !exported.includes('HEAD') &&
      before.kind === 'response' &&
      before.status >= 400,
  },
  {
    id: 'head-runs-get',
    why: 'HEAD was one of the methods that the code does not name; Next runs GET for it',
    codes: ['PA304'],
    notInStrict: true,
    explains: (_difference, { request, exported }) =>
      request.method === 'HEAD' && exported.includes('GET') && !exported.includes('HEAD'),
  },
  {
    id: 'automatic-options',
    why: 'App answers OPTIONS with 204 and Allow where Pages refused it; an answer that a preflight needs is no such case',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before, after, exported }) =>
      request.method === 'OPTIONS' &&
      !exported.includes('OPTIONS') &&
      before.kind === 'response' &&
      (before.status === 405 || exported.includes('GET')) &&
      headerOf(before, 'access-control-allow-origin') === '' &&
      isAnswer(after, 204, /^$/) &&
      headerOf(after, 'allow') !== '',
  },
  {
    id: 'repeated-query-key',
    why: 'a key that comes twice was an array in Pages; where the handler does not look for one, the first value is read',
    codes: ['PA112', 'PA113'],
    notInStrict: true,
    explains: (_difference, { request }) => hasRepeatedKey(request.path),
  },
  {
    id: 'other-body-types',
    why: 'a body that is not declared as JSON was a string or a form in Pages; the route parses it as JSON',
    codes: ['PA120'],
    notInStrict: true,
    explains: (_difference, { request }) => hasBody(request) && !isJsonType(request),
  },
  {
    id: 'odd-cookies',
    why: 'cookies that come twice, are quoted, badly escaped or without a value are read differently',
    codes: ['PA130'],
    explains: (_difference, { request }) => hasOddCookies(request),
  },
  {
    id: 'next-auth-random',
    why: 'next-auth sets cookies with random values; only their names can be compared',
    codes: null,
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' &&
      /^(?:next-auth\.[^\n]*(?:\n|$))+$/.test(before) &&
      cookieNames(before) === cookieNames(after),
  },
  {
    id: 'next-auth-session-refresh',
    why: 'getServerSession of next-auth 4 cannot write its cookies (rolling session, csrf) in a route handler',
    codes: ['PA540'],
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' && after === '' && /^(?:next-auth\.[^\n]*(?:\n|$))+$/.test(before),
  },
]

/** The entries that explain a difference, whatever the report says. */
export function explain(difference: Difference, exchange: Exchange): readonly KnownDifference[] {
  return knownDifferences.filter((known) => known.explains(difference, exchange))
}

/** Differences that the report of the route does not account for; each as a line to read. */
export function findUnexplained(
  differences: readonly Difference[],
  exchange: Exchange,
  reported: ReadonlySet<string>,
): string[] {
  return differences.flatMap((difference) => {
    const known = explain(difference, exchange)
      .filter(({ notInStrict }) => !(notInStrict && exchange.isStrict))
      .filter(({ codes }) => codes === null || !exchange.request.served)
    if (known.some(({ codes }) => codes === null || codes.some((code) => reported.has(code)))) return []
    const missing = known.flatMap(({ id, codes }) => `${id}: ${codes?.join(' or ')}`)
    const hint = missing.length > 0 ? ` (allowed only if reported as ${missing.join(', ')})` : ''
    return [
      `${difference.aspect}: ${JSON.stringify(difference.before)} became ${JSON.stringify(difference.after)}${hint}`,
    ]
  })
}

const bodyOf = (side: Observation): string => (side.kind === 'response' ? side.body.toString('utf8') : '')

const headerOf = (side: Observation, name: string): string =>
  side.kind === 'response' ? (side.headers[name] ?? '') : ''

const isRedirect = (side: Observation): boolean =>
  side.kind === 'response' && side.status >= 300 && side.status < 400 && headerOf(side, 'location') !== ''

const isAnswer = (side: Observation, status: number, body: RegExp): boolean =>
  side.kind === 'response' && side.status === status && body.test(bodyOf(side))

const isRefused = (side: Observation): boolean => side.kind === 'response' && side.status >= 400

function isMalformedJson(request: FixtureRequest): boolean {
  if (!isJsonType(request) || !hasBody(request)) return false
  try {
    JSON.parse(request.body ?? '')
    return false
  } catch {
    return true
  }
}

const hasBody = ({ body, base64 }: FixtureRequest): boolean => (body ?? base64 ?? '') !== ''

const isJsonType = (request: FixtureRequest): boolean =>
  /^application\/(?:ld\+)?json\b/i.test(requestHeader(request, 'content-type'))

function requestHeader({ headers = {} }: FixtureRequest, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
}

function hasRepeatedKey(path: string): boolean {
  const keys = [...new URL(path, 'http://localhost').searchParams.keys()]
  return new Set(keys).size < keys.length
}

function hasOddCookies(request: FixtureRequest): boolean {
  const pairs = requestHeader(request, 'cookie')
    .split(/; */)
    .filter((pair) => pair !== '')
  const names = pairs.map((pair) => pair.split('=')[0])
  const isOdd = (pair: string): boolean => !pair.includes('=') || pair.includes('"') || /%(?![0-9a-f]{2})/i.test(pair)
  return new Set(names).size < names.length || pairs.some(isOdd)
}

/** What a client of the App Router sends, and Next therefore names in Vary. */
const routerHeaders = new Set([
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
  'next-url',
  'rsc',
])

const splitNames = (value: string): string[] =>
  value
    .toLowerCase()
    .split(/ *, */)
    .filter((name) => name !== '')

const cookieNames = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => line.split('=')[0])
    .join()

/** Stack frames name the server and the handler around the error. */
const withoutErrorText = (log: string): string =>
  log.replace(/(error: (?:Reference|Syntax|Type)Error: ).*/g, '$1').replace(/^ *'? {4}at .*\n/gm, '')
