import type { Difference, Exchange, Observation, ReplayRequest, VerifiedRoute } from '../model/verification.ts'
import { compare, bodyOf as textOf, headerOf as headerText } from './compare.ts'
import { isNamedMethod } from './named-methods.ts'
import { matchRoute } from './route-path.ts'

/** One exchange and the route it was with. */
export interface Compared extends Exchange {
  route: Pick<VerifiedRoute, 'id' | 'exported' | 'codes' | 'named' | 'isStrict'>
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
  explains: (difference: Difference, at: Compared) => boolean
}

/** The whole list. Nothing else is normalised anywhere. */
export const knownDifferences: readonly KnownDifference[] = [
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
    id: 'body-of-get',
    why: 'Pages parsed the body of a GET or HEAD; Next gives a route handler none',
    codes: ['PA152'],
    explains: (_difference, { request }) => /^(?:GET|HEAD)$/.test(request.method) && (request.body ?? '') !== '',
  },
  {
    id: 'body-limit',
    why: 'Pages refused bodies over a limit, App has none (PA294)',
    codes: null,
    explains: (_difference, { before }) => isAnswer(before, 413, /^Body exceeded .* limit$/),
  },
  {
    id: 'method-refused',
    why: 'a method that the handler refused in words of its own is refused by Next; work before the refusal is not done',
    codes: ['PA302'],
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      isNextsOwn(route, 'PA302', request) && isRefused(before) && isRefusedByNext(request, after),
  },
  {
    id: 'refused-before-wrapper',
    why: 'a method that the handler refused is refused by Next, or served as GET (HEAD), where a wrapper may have answered it before',
    codes: ['PA330'],
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      isNextsOwn(route, 'PA330', request) &&
      before.answer.kind !== 'hang' &&
      (isRefusedByNext(request, after) || isAutomaticHead(request, route)),
  },
  {
    id: 'method-never-answered',
    why: 'a method that the handler never answered (unless its work failed: 500) is refused by Next, or served as GET (HEAD)',
    codes: ['PA303'],
    explains: ({ aspect }, { request, before, after, route }) =>
      isNextsOwn(route, 'PA303', request) &&
      (before.answer.kind === 'hang' || isAnswer(before, 500, /^(?:Internal Server Error)?$/)) &&
      (isRefusedByNext(request, after) ||
        (request.method === 'HEAD' && route.exported.includes('GET') && aspect !== 'rejections')),
  },
  {
    id: 'silence-answered',
    why: 'a path on which the handler never answered is answered with a status and no body',
    codes: ['PA337'],
    notInStrict: true,
    explains: (_difference, { before, after }) =>
      before.answer.kind === 'hang' && after.answer.kind === 'response' && bodyOf(after) === '',
  },
  {
    id: 'failing-answer',
    why: 'a call that failed with a TypeError answers with what it was meant to send',
    codes: ['PA242'],
    notInStrict: true,
    explains: (_difference, { before, after }) =>
      before.answer.kind === 'response' &&
      before.answer.status === 500 &&
      after.answer.kind === 'response' &&
      after.answer.status !== 500 &&
      (after.answer.status >= 400 || bodyOf(after) === ''),
  },
  {
    id: 'second-answer-of-wrapper',
    why: 'a wrapper that sent a second answer, which failed behind the first, returns that of its handler',
    codes: ['PA609'],
    explains: ({ aspect, before, after }) =>
      aspect === 'rejections' &&
      after === '' &&
      /write after end|ERR_(?:STREAM_WRITE_AFTER_END|HTTP_HEADERS_SENT)/.test(before),
  },
  {
    id: 'method-not-exported',
    why: 'a handler that never looks at the method answered all of them; the route exports those it is called with',
    codes: ['PA301'],
    notInStrict: true,
    explains: (_difference, { request, after, route }) =>
      isNextsOwn(route, 'PA301', request) && isAnswer(after, 405, /^$/),
  },
  {
    id: 'method-not-exported-options',
    why: 'the same for OPTIONS, which Next answers by itself with 204 and Allow',
    codes: ['PA301'],
    notInStrict: true,
    explains: (_difference, { request, before, after, route }) =>
      request.method === 'OPTIONS' &&
      !route.exported.includes('OPTIONS') &&
      headerOf(before, 'access-control-allow-origin') === '' &&
      isAnswer(after, 204, /^$/),
  },
  {
    id: 'body-parsed-once',
    why: 'JSON.parse(req.body) failed on a body that Pages had parsed already, and succeeds now',
    codes: ['PA123'],
    explains: (_difference, { request }) =>
      isJsonType(request) && !isMalformedJson(request) && (isObject(request) || /^\s*"/.test(request.body ?? '')),
  },
  {
    id: 'request-replaced',
    why: 'a field `req` or `res` of the query or body took the place of the object that it was spread over',
    codes: ['PA537'],
    explains: (_difference, { request }) => fieldsOf(request).some((name) => name === 'req' || name === 'res'),
  },
  {
    id: 'left-running',
    why: 'what still runs when something beside it in a Promise.all has failed is called before or after what the failure leads to: a matter of turns of the event loop',
    codes: ['PA568'],
    explains: ({ aspect, before: done, after: doneNow }, { before, after, scenario }) =>
      aspect === 'calls' &&
      (scenario.calls === 'throw' || scenario.calls === 'mixed') &&
      compare(before, after).every((one) => one.aspect === 'calls' || one.aspect.startsWith('header:')) &&
      sortLines(done) === sortLines(doneNow),
  },
  {
    id: 'declared-outside',
    why: 'the request went to a function outside of the project that the user has declared: a stand-in cannot show what its counterpart does',
    codes: ['PA539'],
    explains: (_difference, { before }) => before.calls.some(({ args }) => /\[re(?:quest|sponse)\]/.test(args)),
  },
  {
    id: 'finally-throws',
    why: 'an error in a finally block was only logged after the answer, and takes its place now',
    codes: ['PA316'],
    explains: ({ aspect }, { before, after }) =>
      before.answer.kind === 'response' &&
      isAnswer(after, 500, /^$/) &&
      /^(?:status|body|set-cookie|log|header:.*)$/.test(aspect),
  },
  {
    id: 'modules-loaded',
    why: 'a route file loads what it uses: the options of next-auth, a counterpart, no longer what only another part of the old file needed (PA288)',
    codes: null,
    explains: ({ aspect }) => aspect === 'loading',
  },
  {
    id: 'error-in-catch-block',
    why: 'next-connect 0 answered what a catch block throws with its message; Next answers 500 without a body',
    codes: ['PA583'],
    explains: ({ aspect }, { before, after }) =>
      before.answer.kind === 'response' &&
      before.answer.status >= 400 &&
      isAnswer(after, 500, /^$/) &&
      /^(?:status|body|log|header:.*)$/.test(aspect),
  },
  {
    id: 'session-cookie-kept',
    why: "a Set-Cookie header that was set after iron-session's took its place; now both are sent",
    codes: ['PA576'],
    explains: ({ aspect, before, after }) => {
      const kept = before.split('\n')
      return aspect === 'set-cookie' && kept.every((line) => after.split('\n').includes(line))
    },
  },
  {
    id: 'session-cookie-set-twice',
    why: 'the client of Supabase for Pages took the cookie that it had set out of the answer before it set it again; on Headers both lines are sent, the last of which counts',
    codes: ['PA260'],
    explains: ({ aspect, before, after }) => aspect === 'set-cookie' && before !== after && before === lastLines(after),
  },
  {
    id: 'upload-text-for-file',
    why: 'formidable told files from text fields and read urlencoded forms, formData() takes the first field of the name, and refuses other types',
    codes: ['PA543'],
    explains: (_difference, { request }) =>
      /^application\/x-www-form-urlencoded/i.test(requestHeader(request, 'content-type')) ||
      hasTextNamedAsFile(request),
  },
  {
    id: 'upload-of-another-type',
    why: 'formidable reads JSON and takes an empty body for an empty form, formData() throws for both',
    codes: ['PA543'],
    explains: ({ aspect }, { request, before, after }) =>
      /^(?:POST|PUT|PATCH)$/.test(request.method) &&
      (!request.body || isJsonType(request)) &&
      before.answer.kind === 'response' &&
      after.answer.kind === 'response' &&
      after.answer.status >= 400 &&
      /^(?:status|body|header:content-type)$/.test(aspect),
  },
  {
    id: 'session-cookie-written-anew',
    why: 'cookies() of next/headers writes the attributes of the cookie in another order and case, and Expires beside Max-Age',
    codes: ['PA576', 'PA601'],
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' && sortAttributes(before) === sortAttributes(after),
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
    id: 'html-type-of-head',
    why: 'the type that GET states is also in the answer to HEAD, which has no body to tell markup by',
    codes: ['PA224'],
    explains: ({ aspect, before, after }, { request }) =>
      request.method === 'HEAD' && aspect === 'header:content-type' && before === '' && /^text\/html/.test(after),
  },
  {
    id: 'type-without-body',
    why: 'json(undefined) with 204 left the JSON type on an answer that has no body',
    codes: null,
    explains: ({ aspect, after: value }, { after }) =>
      aspect === 'header:content-type' && value === '' && isAnswer(after, 204, /^$/),
  },
  {
    id: 'listener-fails',
    why: 'what a listener of the answer throws was an uncaught exception, and is logged by after() now',
    codes: ['PA319', 'PA597'],
    explains: ({ aspect, before, after: value }, { after }) =>
      aspect === 'rejections' && value === '' && isThrownInAfter(before, after.afterErrors ?? []),
  },
  {
    id: 'second-answer',
    why: 'a second answer was an error that only the log shows; it is gone',
    codes: ['PA315', 'PA435'],
    explains: ({ aspect, before, after }) =>
      (aspect === 'log' || aspect === 'rejections') && withoutSecondAnswer(before) === withoutSecondAnswer(after),
  },
  {
    id: 'logged-by-adapter',
    why: 'an error after the answer was printed by Next, and is by the adapter: that is code of the project, whose prints are compared',
    codes: ['PA435'],
    explains: ({ aspect, before, after }) =>
      aspect === 'log' &&
      after
        .split('\n')
        .some((line, at, lines) => /^error: /.test(line) && lines.toSpliced(at, 1).join('\n') === before),
  },
  {
    id: 'headers-in-order-of-names',
    why: 'a Request lists its headers by their names, Node as they came: seen where all of them are written out as JSON (PA435)',
    codes: ['PA435'],
    explains: ({ aspect, before, after }, exchange) => {
      if (aspect === 'header:etag')
        return withSortedHeaders(bodyOf(exchange.before)) === withSortedHeaders(bodyOf(exchange.after))
      return /^(?:log|calls|body)$/.test(aspect) && withSortedHeaders(before) === withSortedHeaders(after)
    },
  },
  {
    id: 'answer-that-breaks',
    why: 'an answer that HTTP cannot carry (status 150, a Content-Length that is no number) broke the connection in Pages; a Response cannot have it, which is 500 (PA437)',
    codes: ['PA435'],
    explains: ({ aspect }, { before, after }) =>
      aspect === 'answer' &&
      before.answer.kind === 'crash' &&
      /^the connection broke/.test(before.answer.why) &&
      isAnswer(after, 500, /^$/),
  },
  {
    id: 'uncaught-error-of-head',
    why: 'the headers that were set before an uncaught error are lost, also where the text of the 500 is not sent (PA437)',
    codes: ['PA435'],
    explains: ({ aspect, after: value }, { request, before, after }) =>
      request.method === 'HEAD' &&
      (aspect.startsWith('header:') || aspect === 'set-cookie') &&
      value === '' &&
      isAnswer(before, 500, /^$/) &&
      isAnswer(after, 500, /^$/),
  },
  {
    id: 'draft-cookie',
    why: 'draftMode() writes the attributes of its cookie in another order and case; its value is one of each build',
    codes: ['PA438'],
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' && sortAttributes(withoutDraftId(before)) === sortAttributes(withoutDraftId(after)),
  },
  {
    id: 'stale-draft-cookies',
    why: 'Pages took cookies of a stale draft or preview away when the state was read',
    codes: ['PA438'],
    explains: ({ aspect, before, after }, { request }) =>
      aspect === 'set-cookie' &&
      after === '' &&
      /__prerender_bypass|__next_preview_data/.test(requestHeader(request, 'cookie')) &&
      before.split('\n').every((line) => /^(?:__prerender_bypass|__next_preview_data)=;/.test(line)),
  },
  {
    id: 'second-answer-stopped-wrapper',
    why: 'a second answer was an error, which kept a wrapper from what it does after the handler',
    codes: ['PA315'],
    explains: ({ aspect, before: done, after: doneNow }, { route, before, after }) =>
      (aspect === 'log' || aspect === 'calls') &&
      route.codes.includes('PA536') &&
      isSameAnswer(before, after) &&
      linesAfter(aspect === 'log' ? withoutSecondAnswer(done) : done, doneNow).length > 0,
  },
  {
    id: 'refused-and-done-no-more',
    why: 'what ran after a refusal without a return is not done any more',
    codes: ['PA345'],
    // A wrapper goes on after the handler, which the error of a second answer may have kept it from.
    explains: ({ aspect, before: done, after: doneNow }, { route, before, after }) =>
      (aspect === 'log' || aspect === 'calls' || aspect === 'rejections') &&
      before.answer.kind === 'response' &&
      before.answer.status >= 300 &&
      isSameStatus(before, after) &&
      (linesNotIn(done, doneNow).length === 0 || (aspect !== 'rejections' && route.codes.includes('PA536'))),
  },
  {
    id: 'work-after-inner-answer',
    why: 'what a middleware does after next() also happens where one behind it has answered by itself',
    codes: ['PA578'],
    // The chain of the package never ends then, though the answer is there.
    explains: ({ aspect, before: done, after: doneNow }, { before, after }) =>
      (aspect === 'log' || aspect === 'calls') &&
      before.isUnfinished === true &&
      after.isUnfinished !== true &&
      isSameAnswer(before, after) &&
      linesAfter(done, doneNow).length > 0,
  },
  {
    id: 'same-cookie-twice',
    why: 'Next sends a line of Set-Cookie once that a Response has twice',
    codes: null,
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' && [...new Set(before.split('\n'))].join('\n') === after,
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
    id: 'headers-of-caught-error',
    why: 'headers that a handler or a helper had set before it threw went with the answer to the error',
    codes: ['PA533', 'PA318'],
    explains: ({ aspect, after: text }, { before, after }) =>
      (aspect.startsWith('header:') || aspect === 'set-cookie') &&
      text === '' &&
      before.answer.kind === 'response' &&
      after.answer.kind === 'response' &&
      before.answer.status === after.answer.status &&
      bodyOf(before) === bodyOf(after),
  },
  {
    id: 'work-after-answer',
    why: 'what fails after the answer was sent now takes its place',
    codes: ['PA338'],
    explains: (_difference, { before, after }) =>
      before.answer.kind === 'response' && (after.answer.kind !== 'response' || after.answer.status >= 400),
  },
  {
    id: 'trpc-name-as-encoded',
    why: 'the adapter of tRPC 10 for route handlers takes the name of the procedure from the URL as it is encoded there',
    codes: ['PA565'],
    explains: (_difference, { request, after }) =>
      /%/.test(request.path.split('?')[0] ?? '') &&
      after.answer.kind === 'response' &&
      [404, 207].includes(after.answer.status),
  },
  {
    id: 'trpc-words-of-refusal',
    why: 'tRPC refuses a body without a content type either way; the adapter for Pages made it a text first, and its words say so',
    codes: ['PA565'],
    explains: ({ aspect }, { request, before, after }) =>
      aspect === 'body' &&
      requestHeader(request, 'content-type') === '' &&
      isAnswer(before, 415, /UNSUPPORTED_MEDIA_TYPE/) &&
      isAnswer(after, 415, /UNSUPPORTED_MEDIA_TYPE/),
  },
  {
    id: 'graphql-reads-body',
    why: 'a server of GraphQL reads the body itself: malformed JSON is refused in its words, or fails (Apollo), who takes JSON by the bare content type alone',
    codes: ['PA604'],
    explains: (_difference, { request, before, after }) =>
      request.method === 'POST' &&
      ((isAnswer(before, 400, /^Invalid (?:JSON|body)$/) && isRefused(after)) ||
        (isAnswer(before, 400, /^/) && !request.body && isAnswer(after, 500, /^$/)) ||
        (requestHeader(request, 'content-type') !== 'application/json' && isAnswer(after, 400, /^\{"errors":/))),
  },
  {
    id: 'inngest-reads-body',
    why: 'inngest reads JSON whatever content type is stated, and fails where there is none; Next refused what is malformed, and took another type for text',
    codes: ['PA606'],
    explains: (_difference, { request }) =>
      request.method === 'POST' && (!isJsonType(request) || parsed(request.body ?? '') === undefined),
  },
  {
    id: 'chain-rejects',
    why: 'a promise chain that nobody waited for (or what answered in a callback, or what a `next()` that was not awaited called) and that rejects was a request without an answer, and is a 500 now',
    codes: ['PA333', 'PA582', 'PA610'],
    // Nobody sees the rejections of a real server.
    explains: (_difference, { before, after, scenario }) =>
      before.answer.kind === 'hang' &&
      (before.rejections.length > 0 || scenario.name === 'real') &&
      isAnswer(after, 500, /^$/),
  },
  {
    id: 'middleware-rejects',
    why: 'a middleware that a Promise waited for and that rejects left the request without an answer, and its error is answered now',
    codes: ['PA244'],
    explains: (_difference, { before, after, scenario }) =>
      before.answer.kind === 'hang' &&
      (before.rejections.length > 0 || scenario.name === 'real') &&
      after.answer.kind === 'response' &&
      after.answer.status >= 400,
  },
  {
    id: 'saleor-app-sdk-texts',
    why: 'refusals of @saleor/app-sdk are text/plain, and a body that is no JSON is refused with a text of its own',
    codes: ['PA564'],
    explains: ({ aspect, after: text }, { before, after }) =>
      before.answer.kind === 'response' &&
      after.answer.kind === 'response' &&
      before.answer.status === after.answer.status &&
      after.answer.status >= 400 &&
      ((aspect === 'header:content-type' && /^text\/plain/.test(text)) ||
        (aspect === 'body' &&
          after.answer.status === 400 &&
          /^(?:Invalid request json|Missing auth token)\.$/.test(bodyOf(after)))),
  },
  {
    id: 'value-missing',
    why: 'a wrapper that answers with what its handler returns had no answer for nothing, and has none now: Next answers 500',
    codes: ['PA550'],
    explains: (_difference, { before, after }) => before.answer.kind === 'hang' && isAnswer(after, 500, /^$/),
  },
  {
    id: 'saleor-app-sdk-errors',
    why: 'createProtectedHandler of @saleor/app-sdk answers the errors of route handlers itself; in Pages Next did',
    codes: ['PA593'],
    explains: ({ aspect }, { before, after }) =>
      (aspect === 'body' || aspect === 'header:content-type') &&
      isAnswer(before, 500, /^(?:Internal Server Error)?$/) &&
      isAnswer(after, 500, /^Unexpected server error$/),
  },
  {
    id: 'blitz-failures',
    why: 'what fails outside of a resolver is answered by Next in the form of Blitz for route handlers; `api` sent the error with 400, and what was set until then',
    codes: ['PA590'],
    explains: ({ aspect, after: value }, { request, before, after, scenario }) =>
      (/^(?:status|body)$/.test(aspect) || (/^(?:header:.*|set-cookie)$/.test(aspect) && value === '')) &&
      isAnswer(before, 400, /^/) &&
      ((bodyOf(before) === WITHOUT_PARAMS && parsed(request.body ?? '') === undefined) ||
        before.sentErrors?.some((text) => request.method === 'HEAD' || text === bodyOf(before)) === true ||
        // Nobody sees what a real server sent an error with.
        scenario.name === 'real') &&
      isAnswer(after, 500, /^$/),
  },
  {
    id: 'blitz-reads-body',
    why: 'the form of Blitz for route handlers reads JSON whatever content type is stated; Pages took it for text, without `params`',
    codes: ['PA590'],
    explains: ({ aspect, before: done, after: doneNow }, { request, before, after }) =>
      request.method === 'POST' &&
      !isJsonType(request) &&
      isAnswer(before, 400, /^/) &&
      bodyOf(before) === WITHOUT_PARAMS &&
      isAnswer(after, 200, /^/) &&
      isRpcBody(after) &&
      (aspect === 'status' ||
        aspect === 'body' ||
        // The resolver runs now.
        (aspect === 'calls' && linesAfter(done, doneNow)[0]?.startsWith('blitz.resolver(') === true) ||
        (aspect === 'log' && linesAfter(done, doneNow).length > 0)),
  },
  {
    id: 'blitz-answers-as-text',
    why: 'the answers of rpcAppHandler have the type text/plain',
    codes: ['PA590'],
    explains: ({ aspect, before: type, after: typeNow }, { before, after }) =>
      aspect === 'header:content-type' &&
      /^application\/json(?:; charset=utf-8)?$/.test(type) &&
      /^text\/plain;charset=utf-8$/i.test(typeNow) &&
      isRpcBody(before) &&
      isRpcBody(after),
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
    id: 'automatic-head',
    why: 'App answers HEAD by running GET, where Pages refused it (PA295)',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before, route }) =>
      isAutomaticHead(request, route) && before.answer.kind === 'response' && before.answer.status >= 400,
  },
  {
    id: 'head-runs-get',
    why: 'HEAD was one of the methods that the code does not name; Next runs GET for it',
    codes: ['PA304'],
    notInStrict: true,
    explains: (_difference, { request, route }) => isAutomaticHead(request, route),
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
    id: 'computed-status',
    why: 'a status outside of 200 to 599, or a body with one that has none, is an error for a Response',
    codes: ['PA204'],
    explains: (_difference, { before, after }) => !hasPlainStatus(before) && isAnswer(after, 500, /^$/),
  },
  {
    id: 'missing-status',
    why: 'a missing status is answered 500; Pages sent a text of its own under the length of the body that was meant, which breaks the connection where that is shorter',
    codes: ['PA204'],
    explains: ({ aspect }, { before, after }) =>
      aspect === 'answer' &&
      isShortFailure(before, Buffer.byteLength(bodyOf(after))) &&
      isAnswer(after, 500, /^/) &&
      !compare(before, after).some(({ aspect: other }) => /^(?:calls|log|rejections)$/.test(other)),
  },
  {
    id: 'address-from-header',
    why: 'the socket and the header write the address differently where a client sends the header itself',
    codes: ['PA140'],
    explains: ({ aspect }, { request }) =>
      requestHeader(request, 'x-forwarded-for') !== '' && !/^(?:answer|status)$/.test(aspect),
  },
  {
    id: 'address-in-no-header',
    why: 'the address was that of the socket where x-forwarded-for holds none; no header holds it now',
    codes: ['PA569'],
    explains: ({ aspect }, { request }) =>
      aspect !== 'answer' &&
      requestHeader(request, 'x-forwarded-for') !== '' &&
      !ADDRESS_HEADERS.some((name) => /\d\.\d|:.*:/.test(requestHeader(request, name))),
  },
  {
    id: 'redirect-to-no-text',
    why: 'a redirect to something that is no text was an error',
    codes: ['PA229'],
    explains: (_difference, { before, after }) => !isRedirect(before) && isRedirectStatus(after),
  },
  {
    id: 'written-value-missing',
    why: 'write() of something that is neither text nor bytes was an error',
    codes: ['PA258'],
    explains: ({ aspect, before: done, after: doneNow }, { before, after }) =>
      isRefused(before) &&
      isAnswer(after, 200, /^(?:|\[object \w+\]|\d+|true|false)$/) &&
      (!/^(?:calls|log)$/.test(aspect) || done.startsWith(doneNow)),
  },
  {
    id: 'edge-error-page',
    why: 'an error in a handler of the edge runtime was answered with the error page',
    codes: ['PA259'],
    explains: ({ aspect }, { before, after }) =>
      /^(?:body|header:(?:content-type|etag|cache-control|x-powered-by|vary))$/.test(aspect) &&
      isAnswer(before, 500, /^(?:<!DOCTYPE html>|$)/i) &&
      isAnswer(after, 500, /^(?:Internal Server Error)?$|^<!DOCTYPE html>/i),
  },
  {
    id: 'missing-header-value',
    why: 'a header that is undefined was an error',
    codes: ['PA213'],
    explains: (_difference, { before, after }) =>
      isRefused(before) &&
      after.answer.kind === 'response' &&
      after.answer.headers.some(
        ([, value]) => /^(?:undefined|null)$/.test(value) || (value === '' && isAnswer(before, 500, /^/)),
      ),
  },
  {
    id: 'stream-cut',
    why: 'an error in the middle of a stream cuts the connection, where Pages ended the answer or hung',
    codes: ['PA228'],
    explains: ({ aspect }, { request, before, after }) =>
      (aspect === 'answer' || aspect === 'rejections') &&
      (after.answer.kind === 'crash'
        ? /^the connection broke/.test(after.answer.why)
        : // The head of an answer goes out before its stream is looked at.
          request.method === 'HEAD' && before.answer.kind === 'hang' && before.rejections.length > 0),
  },
  {
    id: 'pipe-after-answer',
    why: 'what was piped into the answer went on after a `catch` had answered, and failed; now nothing reads it',
    codes: ['PA228'],
    explains: ({ aspect, before, after }) =>
      aspect === 'rejections' && before === 'uncaught Error: write after end' && after === '',
  },
  {
    id: 'session-over-http',
    why: 'getSession({ req }) asked over HTTP, without the options of the project',
    codes: ['PA544'],
    explains: ({ aspect, before, after }) =>
      aspect === 'calls' && withoutSessionOptions(before) === withoutSessionOptions(after),
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

/** The entries that account for a difference with what the report of the route says; none for a difference nobody named. */
export function explain(difference: Difference, at: Compared): readonly KnownDifference[] {
  return candidates(difference, at).filter(
    ({ codes }) => codes === null || codes.some((code) => at.route.codes.includes(code)),
  )
}

/** Codes that would account for a difference if the report had them, to be told to the reader. */
export function findMissingCodes(difference: Difference, at: Compared): string[] {
  return candidates(difference, at).flatMap(({ id, codes }) => `${id}: ${codes?.join(' or ')}`)
}

const candidates = (difference: Difference, at: Compared): readonly KnownDifference[] =>
  knownDifferences.filter((known) => !(known.notInStrict && at.route.isStrict) && known.explains(difference, at))

/** Node reads the bytes of a header as Latin-1. */
const asUtf8 = (value: string): string => Buffer.from(value, 'latin1').toString('utf8')

const bodyOf = (side: Observation): string => textOf(side.answer)

const headerOf = (side: Observation, name: string): string => headerText(side.answer, name)

const isRedirectStatus = ({ answer }: Observation): boolean =>
  answer.kind === 'response' && answer.status >= 300 && answer.status < 400

const isRedirect = (side: Observation): boolean =>
  side.answer.kind === 'response' &&
  side.answer.status >= 300 &&
  side.answer.status < 400 &&
  headerOf(side, 'location') !== ''

const isAnswer = (side: Observation, status: number, body: RegExp): boolean =>
  side.answer.kind === 'response' && side.answer.status === status && body.test(bodyOf(side))

const isRefused = ({ answer }: Observation): boolean => answer.kind === 'response' && answer.status >= 400

const isRefusedByNext = (request: ReplayRequest, after: Observation): boolean =>
  isAnswer(after, 405, /^$/) || (request.method === 'OPTIONS' && isAnswer(after, 204, /^$/))

/** A method that the file does not export, as the code says. */
const isNextsOwn = (route: Compared['route'], code: string, { method }: ReplayRequest): boolean =>
  !route.exported.includes(method) && isNamedMethod(route, code, method)

const isAutomaticHead = ({ method }: ReplayRequest, { exported }: Compared['route']): boolean =>
  method === 'HEAD' && exported.includes('GET') && !exported.includes('HEAD')

const hasPlainStatus = ({ answer }: Observation): boolean =>
  answer.kind === 'response' && answer.status >= 200 && answer.status <= 599 && ![204, 205, 304].includes(answer.status)

const sortLines = (text: string): string => text.split('\n').sort().join('\n')

/** Status, body and cookies; headers have rows of their own. */
const isSameAnswer = (before: Observation, after: Observation): boolean =>
  before.answer.kind === 'response' &&
  compare(before, after).every(({ aspect }) => !/^(?:answer|status|body|set-cookie)$/.test(aspect))

const isSameStatus = (before: Observation, after: Observation): boolean =>
  before.answer.kind === 'response' && after.answer.kind === 'response' && before.answer.status === after.answer.status

/** Each uncaught exception is one that after() caught. */
function isThrownInAfter(lines: string, caught: readonly string[]): boolean {
  const left = caught.map((text) => `uncaught ${withoutErrorText(text)}`)
  return withoutErrorText(lines)
    .split('\n')
    .every((line) => left.includes(line) && left.splice(left.indexOf(line), 1).length === 1)
}

/** What one list of lines has after all of the other; none where it does not begin with them. */
function linesAfter(lines: string, more: string): readonly string[] {
  if (lines === '') return more === '' ? [] : more.split('\n')
  return more.startsWith(`${lines}\n`) ? more.slice(lines.length + 1).split('\n') : []
}

/** Lines that are not among those of the other, in the same order. */
function linesNotIn(lines: string, now: string): readonly string[] {
  const left = lines.split('\n')
  return now.split('\n').filter((line) => {
    const at = line === '' ? 0 : left.indexOf(line)
    if (at >= 0 && line !== '') left.splice(0, at + 1)
    return at < 0
  })
}

/** The first bytes of Next's own text, as many as a client was told to wait for, and more behind them (worker/wire.ts). */
function isShortFailure({ answer }: Observation, length: number): boolean {
  const text = 'Internal Server Error'
  return (
    length < text.length &&
    answer.kind === 'crash' &&
    /^the connection broke: Parse Error/.test(answer.why) &&
    answer.why.endsWith(` after 500 ${JSON.stringify(text.slice(0, length))}`)
  )
}

/** The refusal of `rpcHandler` (@blitzjs/rpc@3.0.1 index-server.ts), also of what is no JSON, which its form for route handlers fails to read. */
const WITHOUT_PARAMS = '{"result":null,"error":{"message":"Request body is missing the `params` key"}}'

/** @blitzjs/rpc@3.0.1 index-server.ts: `{ result, error, meta }`; a refusal has no `meta`. */
function isRpcBody(side: Observation): boolean {
  const body = parsed(bodyOf(side))
  if (typeof body !== 'object' || body === null) return false
  return /^result,error(?:,meta)?$/.test(Object.keys(body).join())
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isMalformedJson(request: ReplayRequest): boolean {
  if (!isJsonType(request) || !hasBody(request)) return false
  try {
    JSON.parse(request.body ?? '')
    return false
  } catch {
    return true
  }
}

/** A body that Pages parsed to something that JSON.parse refuses. */
function isObject({ body = '' }: ReplayRequest): boolean {
  try {
    const value: unknown = body === '' ? {} : JSON.parse(body)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

/** A multipart body in which one name is both a text field and a file. */
function hasTextNamedAsFile(request: ReplayRequest): boolean {
  const { body, base64 } = request
  if (!/^multipart\/form-data/i.test(requestHeader(request, 'content-type'))) return false
  const text = body ?? Buffer.from(base64 ?? '', 'base64').toString('latin1')
  const parts = [...text.matchAll(/content-disposition: *form-data; *name="([^"]*)"(; *filename=)?/gi)]
  const files = new Set(parts.flatMap(([, name, file]) => (file === undefined ? [] : [name])))
  return parts.some(([, name, file]) => file === undefined && files.has(name))
}

const hasBody = ({ body, base64 }: ReplayRequest): boolean => (body ?? base64 ?? '') !== ''

const isJsonType = (request: ReplayRequest): boolean =>
  /^application\/(?:ld\+)?json\b/i.test(requestHeader(request, 'content-type'))

function requestHeader({ headers = {} }: ReplayRequest, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
}

/** Names at the top level of the query and the body. */
function fieldsOf(request: ReplayRequest): string[] {
  const { path, body = '' } = request
  const query = [...new URL(path, 'http://localhost').searchParams.keys()]
  if (/^application\/x-www-form-urlencoded/i.test(requestHeader(request, 'content-type')))
    return [...query, ...new URLSearchParams(body).keys()]
  const value = parsed(body)
  return typeof value === 'object' && value !== null ? [...query, ...Object.keys(value)] : query
}

/** What request-ip@3.3.0 looks at (lib/index.js, `getClientIp`). */
const ADDRESS_HEADERS = [
  'x-client-ip',
  'x-forwarded-for',
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
  'cf-pseudo-ipv4',
]

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

/** What a client of the App Router sends, and Next therefore names in Vary. */
const routerHeaders = new Set([
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-router-state-tree',
  'next-url',
  'rsc',
])

const withoutSecondAnswer = (lines: string): string =>
  lines.replace(/^.*(?:write after end|after they are sent to the client).*\n?/gm, '').trimEnd()

const withoutSessionOptions = (calls: string): string =>
  calls.replace(/^next-auth\.session\(.*\)$/gm, 'next-auth.session()')

const isBeyondAscii = (text: string): boolean => withoutBeyondAscii(text) !== text

const withoutBeyondAscii = (text: string): string => text.replace(/\P{ASCII}+/gu, '?')

const splitNames = (value: string): string[] =>
  value
    .toLowerCase()
    .split(/ *, */)
    .filter((name) => name !== '')

/** Of the cookies of each name the last. */
function lastLines(lines: string): string {
  const sent = lines.split('\n')
  const nameOf = (line: string): string => line.split('=')[0] ?? ''
  return sent.filter((line, at) => !sent.slice(at + 1).some((later) => nameOf(later) === nameOf(line))).join('\n')
}

/** Lines of Set-Cookie, each with its attributes in one order and in lower case; Max-Age counts where Expires stands beside it. */
const sortAttributes = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const lower = attributes.map((one) => one.replace(/^samesite=.*|^[^=]*/i, (text) => text.toLowerCase())).sort()
      const hasAge = lower.some((attribute) => attribute.startsWith('max-age='))
      return [pair, ...lower.filter((attribute) => !(hasAge && attribute.startsWith('expires=')))].join('; ')
    })
    .join('\n')

/** Objects of texts in JSON that have the one header that no request lacks; escaped once, too, as in the arguments of a call. */
const withSortedHeaders = (text: string): string =>
  text.replace(/\{[^{}]*\\?"host\\?":[^{}]*\}/g, (json) => {
    try {
      const members: unknown = JSON.parse(/\\"host\\":/.test(json) ? JSON.parse(`"${json}"`) : json)
      return JSON.stringify(Object.entries(members ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
    } catch {
      return json
    }
  })

const withoutDraftId = (lines: string): string =>
  lines.replace(/^__prerender_bypass=[\da-f]{32}/gm, '__prerender_bypass=')

const cookieNames = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => line.split('=')[0])
    .join()

/** Words of V8 that quote the code. The text around them counts. */
const withoutErrorText = (text: string): string =>
  text
    // Some words quote the text that is no JSON.
    .replace(/(SyntaxError: )"[^"\n]*" is not valid JSON/g, '$1')
    .replace(/((?:Reference|Syntax|Type)Error: )[^\n"]*/g, '$1')
    .replace(
      /Cannot (?:read|set) propert(?:y|ies) of (?:undefined|null)(?: \((?:reading|setting) '[^']*'\))?/g,
      '[no object]',
    )
    .replace(/Cannot destructure (?:property '[^']*' of )?'[^"\n]*' as it is (?:undefined|null)\.?/g, '[no object]')
    // What is called is quoted as it stands, counters of ours included.
    .replace(
      /[^"\n:]* is not (?:a function|a constructor|iterable|defined)(?: or its return value is not iterable)?/g,
      '[is not]',
    )
    .replace(
      /(?:Unexpected (?:token|end|non-whitespace)|"[^"]*" is not valid JSON|Expected property name)[^\n"]*/g,
      '[no JSON]',
    )
