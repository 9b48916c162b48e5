import type { Observation, ReplayRequest } from '../../model/verification.ts'
import type { KnownDifference } from './known-difference.ts'
import { bodyOf, isAnswer, isRefused, linesAfter, parsed, sortAttributes } from './observations.ts'
import { isJsonType, requestHeader } from './requests.ts'
import { addressHeaders } from '../worker/request-ip.ts'

/** Packages whose route handlers are made differently. */
export const packageDifferences: readonly KnownDifference[] = [
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
    id: 'cookies-not-written-anew',
    why: 'nookies wrote the cookies anew that others had set before it, and the same one once where it was set twice',
    codes: ['PA263'],
    explains: ({ aspect, before, after }) =>
      aspect === 'set-cookie' && sortAttributes(before) === sortAttributes(lastOfSame(after)),
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
    id: 'address-in-no-header',
    why: 'the address was that of the socket where x-forwarded-for holds none; no header holds it now',
    codes: ['PA569'],
    explains: ({ aspect }, { request }) =>
      aspect !== 'answer' &&
      requestHeader(request, 'x-forwarded-for') !== '' &&
      !ADDRESS_HEADERS.some((name) => /\d\.\d|:.*:/.test(requestHeader(request, name))),
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

/** The refusal of `rpcHandler` (@blitzjs/rpc@3.0.1 index-server.ts), also of what is no JSON, which its form for route handlers fails to read. */
const WITHOUT_PARAMS = '{"result":null,"error":{"message":"Request body is missing the `params` key"}}'

/** @blitzjs/rpc@3.0.1 index-server.ts: `{ result, error, meta }`; a refusal has no `meta`. */
function isRpcBody(side: Observation): boolean {
  const body = parsed(bodyOf(side))
  if (typeof body !== 'object' || body === null) return false
  return /^result,error(?:,meta)?$/.test(Object.keys(body).join())
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

/** What request-ip@3.3.0 looks at (lib/index.js, `getClientIp`). */
const ADDRESS_HEADERS = [...addressHeaders, 'x-forwarded-for', 'cf-pseudo-ipv4']

const withoutSessionOptions = (calls: string): string =>
  calls.replace(/^next-auth\.session\(.*\)$/gm, 'next-auth.session()')

/** Of the cookies of each name the last. */
function lastLines(lines: string): string {
  const sent = lines.split('\n')
  const nameOf = (line: string): string => line.split('=')[0] ?? ''
  return sent.filter((line, at) => !sent.slice(at + 1).some((later) => nameOf(later) === nameOf(line))).join('\n')
}

/** Lines of Set-Cookie without those that come again. */
function lastOfSame(lines: string): string {
  const sent = lines.split('\n')
  return sent.filter((line, at) => !sent.slice(at + 1).includes(line)).join('\n')
}

const cookieNames = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => line.split('=')[0])
    .join()
