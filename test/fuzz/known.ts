import type { KnownDifference } from '../support/known-differences.ts'
import type { Observation } from '../support/replay.ts'

/** Differences that a report names and that fixtures did not need so far. */
export const moreKnown: readonly KnownDifference[] = [
  {
    id: 'malformed-json-served',
    why: 'PA297, said once for all: the code of the handler decides what malformed JSON is answered with',
    codes: null,
    notInStrict: true,
    explains: (_difference, { request, before }) =>
      isMalformed(request.body) && statusOf(before) === 400 && bodyOf(before) === 'Invalid JSON',
  },
  {
    id: 'html-type-of-head',
    why: 'the type that a GET states is also in the answer to HEAD, which has no body to tell markup by',
    codes: ['PA224'],
    explains: ({ aspect, before, after }, { request }) =>
      request.method === 'HEAD' && aspect === 'header:content-type' && before === '' && after.startsWith('text/html'),
  },
  {
    id: 'computed-status',
    why: 'a computed status of 204, 205 or 304 with a body was sent without it and throws now',
    codes: ['PA204'],
    explains: (_difference, { before, after }) =>
      [204, 205, 304].includes(statusOf(before) ?? 0) && statusOf(after) === 500,
  },
  {
    id: 'redirect-to-computed-url',
    why: 'a URL that is no string was refused with 500 and is sent as text',
    codes: ['PA229'],
    explains: (_difference, { before, after }) =>
      statusOf(before) === 500 && [3].includes(Math.floor((statusOf(after) ?? 0) / 100)),
  },
  {
    id: 'body-parsed-once-refused',
    why: 'JSON.parse(req.body) failed on a body that Pages had parsed already; what is served now may be a refusal too',
    codes: ['PA123'],
    explains: (_difference, { before }) => (statusOf(before) ?? 0) >= 400,
  },
  {
    id: 'engine-words',
    why: 'the words of an error that the JavaScript engine makes name undefined or null, and the expression that failed',
    codes: null,
    explains: ({ aspect, before, after }) =>
      (aspect === 'body' || aspect === 'log' || aspect.startsWith('header:')) && maskWords(before) === maskWords(after),
  },
]

const maskWords = (text: string): string =>
  text
    .replace(/Cannot (?:read properties of|destructure property|set properties of|convert)[^"\n]*/g, 'words')
    .replace(
      /Unexpected (?:token|end of)[^\n]*?(?:is not valid JSON|JSON input)|"undefined" is not valid JSON/g,
      'words',
    )
    .replace(/[\w.$?[\]'()]+ is not (?:a function|iterable)[^"\n]*/g, 'words')

const statusOf = (side: Observation): number | null => (side.kind === 'response' ? side.status : null)
const bodyOf = (side: Observation): string => (side.kind === 'response' ? side.body.toString('utf8') : '')

function isMalformed(body: string | undefined): boolean {
  if (body === undefined || body === '') return false
  try {
    JSON.parse(body)
    return false
  } catch {
    return true
  }
}
