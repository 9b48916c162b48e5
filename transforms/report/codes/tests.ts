import type { CodeText, Data } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA449: tests of handlers that are written for the new exports. */
export const testCodes: Record<string, CodeText> = {
  PA449: {
    slug: 'test-converted',
    level: 'note',
    what: (data) =>
      `The test ${quote(data, 'test')} calls the new exports with a Request, and expects of the Response what it expected before`,
    why: 'It called the handler with a mocked request and answer, and all that it did with them has an exact counterpart.',
    fix: 'Run it. It needs Request and Response of Node: where tests run in jsdom, begin the file with `@jest-environment node`.',
  },
  PA450: {
    slug: 'expectation-of-refusal',
    level: 'review',
    what: (data) =>
      data.test === undefined
        ? `Next answers 405 to ${plain(data, 'method')} itself; this was expected too: ${quote(data, 'lost')}`
        : `The test ${quote(data, 'test')} expected more than 405 of what Next answers itself now: ${quote(data, 'lost')}`,
    why: 'A method that is not exported is answered by Next, with an empty body and without `Allow`. The test sees to it that the method is not exported; what the answer said beside its status is expected no more.',
    fix: 'Nothing, where no client needs what is gone. --strict exports all methods, and such tests call them.',
  },
}

const REASONS: Readonly<Record<string, string>> = {
  import: 'the route is imported, mocked or loaded in a way that is not followed',
  handler: 'the handler is passed on, wrapped or looked at, not only called',
  call: 'the handler is called in another way than `await handler(req, res)`',
  await: 'the handler is called in a function that is not async',
  pair: 'request and answer are not made beside the call by node-mocks-http, or as a literal of mock functions',
  request: 'the mocked request is looked at or changed',
  option: 'the mocked request has something that is not read, or that no request has',
  value: 'a value of the mocked request is not shown to be a text',
  method: 'the method is not shown',
  body: 'the body is not what a parser makes of JSON',
  param: 'the mocked request leaves out a dynamic segment of the path, or gives it no text',
  url: 'the URL of the mocked request is not the one that the handler would see',
  answer: 'something is asked of the mocked answer that a Response cannot be asked, or that it answers otherwise',
  place:
    'the mocked answer is looked at in another function than the one that calls the handler, before it, or where it may not run',
  refused: 'the method is not exported, so Next answers it, and the test expects more than 405',
  mock: 'it mocks a module of which the new code asks for something else',
  handed: 'it mocks a function that was handed `req` or `res`, and looks at what it was called with',
  scope: 'the new code asks Next for the request, which is not there when a test calls a function',
  'content-type': 'the body goes with a content type that is not JSON, or with none where the handler looks at it',
  redirect: 'the mock redirects with 302 where Next does with 307',
  name: 'the names that the new code needs are taken',
  tool: 'next-test-api-route-handler serves route files since its version 4, where the handler is given as `pagesHandler`',
  comment: 'a comment would be lost, or say what holds no more',
  unread: 'the test, or the code that it tests, is not followed',
}

/** Why a test was not converted, and where. */
export function irregularText({ irregular, line }: Data): string {
  const reason = typeof irregular === 'string' ? REASONS[irregular] : undefined
  const place = line === undefined ? '' : ` (line ${String(line)})`
  return reason === undefined ? '' : `, and is not converted: ${reason}${place}`
}
