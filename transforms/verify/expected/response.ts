import type { Observation } from '../../model/verification.ts'
import type { KnownDifference } from './known-difference.ts'
import { compare } from '../compare.ts'
import { bodyOf, isRedirect, isAnswer, isRefused, sortAttributes } from './observations.ts'
import { requestHeader } from './requests.ts'

/** What a handler sends: status, headers, body, cookies. */
export const responseDifferences: readonly KnownDifference[] = [
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
]

const isRedirectStatus = ({ answer }: Observation): boolean =>
  answer.kind === 'response' && answer.status >= 300 && answer.status < 400

const hasPlainStatus = ({ answer }: Observation): boolean =>
  answer.kind === 'response' && answer.status >= 200 && answer.status <= 599 && ![204, 205, 304].includes(answer.status)

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

const withoutDraftId = (lines: string): string =>
  lines.replace(/^__prerender_bypass=[\da-f]{32}/gm, '__prerender_bypass=')
