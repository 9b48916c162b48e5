import type { KnownDifference } from './known-difference.ts'
import { bodyOf, isAnswer } from './observations.ts'

/** Handlers that stay as they are behind the adapter (PA435). */
export const adapterDifferences: readonly KnownDifference[] = [
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
]

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
