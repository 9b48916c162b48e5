import type { KnownDifference } from './known-difference.ts'
import { bodyOf, headerOf, isRedirect, isAnswer, withoutErrorText } from './observations.ts'
import { isAutomaticHead, isMalformedJson, requestHeader } from './requests.ts'

/** Differences that hold for every route (PA28x and PA29x): no code of the route has to name them. */
export const everyRoute: readonly KnownDifference[] = [
  {
    id: 'json-charset',
    why: 'Next says charset=utf-8 after application/json, Response.json does not; JSON is UTF-8 either way (PA290)',
    codes: null,
    explains: ({ aspect, before, after }) =>
      aspect === 'header:content-type' && before === 'application/json; charset=utf-8' && after === 'application/json',
  },
  {
    id: 'etag',
    why: 'Pages answers carry an ETag made by Next, App answers do not (PA291)',
    codes: null,
    explains: ({ aspect, before, after }) => aspect === 'header:etag' && /^"[\w-]+"$/.test(before) && after === '',
  },
  {
    id: 'not-modified',
    why: 'Pages answers 304 to the ETag that it made itself, App sends the answer again (PA291)',
    codes: null,
    explains: ({ aspect }, { request, before, after }) =>
      requestHeader(request, 'if-none-match') !== '' &&
      (aspect === 'status' || aspect === 'body' || aspect === 'header:content-type') &&
      isAnswer(before, 304, /^$/) &&
      headerOf(before, 'etag') !== '' &&
      after.answer.kind === 'response',
  },
  {
    id: 'vary',
    why: 'real servers: App answers vary by what the router sends; the compression of Next names Accept-Encoding in Pages only (PA292)',
    codes: null,
    explains: ({ aspect, before, after }) => {
      if (aspect !== 'header:vary') return false
      // `cors` names a header once, an append of its own each time.
      const left = [...new Set(splitNames(after))].filter((name) => !routerHeaders.has(name))
      const kept = splitNames(before).filter((name) => name !== 'accept-encoding' || left.includes(name))
      return left.join() === kept.join()
    },
  },
  {
    id: 'header-encoding',
    why: 'real servers: Node sends headers in the encoding of what is written with them, UTF-8 or Latin-1 (PA289)',
    codes: null,
    explains: ({ aspect, before, after }) =>
      aspect.startsWith('header:') && (asUtf8(before) === after || before === asUtf8(after)),
  },
  {
    id: 'text-type',
    why: 'a string body gets text/plain in App where Pages sent no type; a browser sniffs the same, except for markup (PA298)',
    codes: null,
    explains: ({ aspect, before, after }, exchange) =>
      aspect === 'header:content-type' &&
      before === '' &&
      /^text\/plain; ?charset=utf-8$/i.test(after) &&
      !/^\s*</.test(bodyOf(exchange.before)),
  },
  {
    id: 'uncaught-error',
    why: 'both answer 500; the body is text in Pages and empty in App, and headers set before the throw are lost (PA293)',
    codes: null,
    explains: ({ aspect, after: value }, { before, after }) =>
      (aspect === 'body' || ((aspect.startsWith('header:') || aspect === 'set-cookie') && value === '')) &&
      isAnswer(before, 500, /^Internal Server Error$/) &&
      isAnswer(after, 500, /^$/),
  },
  {
    id: 'printed-by-next',
    why: 'next-connect 1 prints what a handler throws before it answers 500; in App Next prints it (PA293)',
    codes: null,
    explains: ({ aspect, before: lines, after: linesNow }, { before, after }) =>
      aspect === 'log' &&
      isAnswer(before, 500, /^Internal Server Error$/) &&
      isAnswer(after, 500, /^$/) &&
      after.uncaught !== undefined &&
      withoutErrorText(lines) === withoutErrorText(linesNow === '' ? after.uncaught : `${linesNow}\n${after.uncaught}`),
  },
  {
    id: 'redirect-body',
    why: 'Pages repeats the URL in the body of a redirect; no client shows it (PA296)',
    codes: null,
    explains: ({ aspect, before, after }, exchange) =>
      isRedirect(exchange.before) &&
      isRedirect(exchange.after) &&
      ((aspect === 'body' && after === '' && before === headerOf(exchange.before, 'location')) ||
        (aspect === 'header:content-type' && before === '' && bodyOf(exchange.after) === '')),
  },
  {
    id: 'header-beyond-ascii',
    why: 'Node encodes header values beyond ASCII by the kind of body that follows them (PA289)',
    codes: null,
    explains: ({ aspect, before, after }) =>
      (aspect.startsWith('header:') || aspect === 'set-cookie') &&
      isBeyondAscii(before) &&
      withoutBeyondAscii(before) === withoutBeyondAscii(after),
  },
  {
    id: 'error-words',
    why: "an error's text quotes the source (`of 'req.body'`), which has changed, and its stack names files; its kind has not",
    codes: null,
    explains: ({ aspect, before, after }) =>
      /^(?:log|rejections|calls|body|header:.*)$/.test(aspect) && withoutErrorText(before) === withoutErrorText(after),
  },
  {
    id: 'malformed-json',
    why: 'Pages refuses malformed JSON with 400 before the handler runs; in App the handler runs, and reading the body throws in it (PA297)',
    codes: null,
    notInStrict: true,
    // The handler may catch what the read throws, and answer as it likes.
    explains: ({ aspect }, { request, before }) =>
      isMalformedJson(request) && isAnswer(before, 400, /^Invalid JSON$/) && !/^(?:answer|rejections)$/.test(aspect),
  },
  {
    id: 'malformed-json-unread',
    why: 'a body that App does not read (that of a GET or HEAD, or one that the handler has no use for) is not refused (PA297)',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before, after }) =>
      (/^(?:GET|HEAD|OPTIONS)$/.test(request.method) || after.isBodyUnread === true) &&
      isMalformedJson(request) &&
      isAnswer(before, 400, /^Invalid JSON$/),
  },
  {
    id: 'body-limit',
    why: 'Pages refused bodies over a limit, App has none (PA294)',
    codes: null,
    explains: (_difference, { before }) => isAnswer(before, 413, /^Body exceeded .* limit$/),
  },
  {
    id: 'modules-loaded',
    why: 'a route file loads what it uses: the options of next-auth, a counterpart, no longer what only another part of the old file needed (PA288)',
    codes: null,
    explains: ({ aspect }) => aspect === 'loading',
  },
  {
    id: 'type-without-body',
    why: 'json(undefined) with 204 left the JSON type on an answer that has no body',
    codes: null,
    explains: ({ aspect, after: value }, { after }) =>
      aspect === 'header:content-type' && value === '' && isAnswer(after, 204, /^$/),
  },
  {
    id: 'same-cookie-twice',
    why: 'Next sends a line of Set-Cookie once that a Response has twice',
    codes: null,
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' && [...new Set(before.split('\n'))].join('\n') === after,
  },
  {
    id: 'automatic-head',
    why: 'App answers HEAD by running GET, where Pages refused it (PA295)',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before, route }) =>
      isAutomaticHead(request, route) && before.answer.kind === 'response' && before.answer.status >= 400,
  },
  {
    id: 'automatic-options',
    why: 'App answers OPTIONS with 204 and Allow where Pages refused it; an answer that a preflight needs is no such case (PA295)',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      request.method === 'OPTIONS' &&
      !route.exported.includes('OPTIONS') &&
      before.answer.kind === 'response' &&
      (before.answer.status === 405 || route.exported.includes('GET')) &&
      headerOf(before, 'access-control-allow-origin') === '' &&
      isAnswer(after, 204, /^$/) &&
      headerOf(after, 'allow') !== '',
  },
]

/** Node reads the bytes of a header as Latin-1. */
const asUtf8 = (value: string): string => Buffer.from(value, 'latin1').toString('utf8')

/** What a client of the App Router sends, and Next therefore names in Vary. */
const routerHeaders = new Set([
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
  'next-url',
  'rsc',
])

const isBeyondAscii = (text: string): boolean => withoutBeyondAscii(text) !== text

const withoutBeyondAscii = (text: string): string => text.replace(/\P{ASCII}+/gu, '?')

const splitNames = (value: string): string[] =>
  value
    .toLowerCase()
    .split(/ *, */)
    .filter((name) => name !== '')
