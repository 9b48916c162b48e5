import type { CodeText } from '../../model/diagnostic.ts'
import { irregularText } from './tests.ts'
import { quote } from './words.ts'

/** PA595, PA596, PA609: tests that leave pages/ with their routes, answers in a race with a timeout, answers that were sent twice. */
export const raceCodes: Record<string, CodeText> = {
  PA595: {
    slug: 'test-moved-with-route',
    level: 'review',
    what: (data) =>
      `The test ${quote(data, 'test')} leaves pages/ with the route: ${quote(data, 'target')}${irregularText(data)}`,
    why: 'Next builds every file in pages/ that has a page extension, tests too, so the test cannot stay where its route is no more; in app/ Next does not look at it. It answered requests for its own path with an error, which is a 404 now. Only its imports are changed: what calls or replaces a handler of the old form fails until it is written for the new one.',
    fix: 'See that the test runner looks into app/. Call the new exports, as in `await POST(new Request(url, init))`, and test the Response; where tsconfig.json covers the test, type checks fail until then, that of `next build` too. --keep-tested keeps such routes.',
  },
  PA596: {
    slug: 'answer-in-a-race',
    level: 'note',
    what: (data) => `A function that answers is in a race with what only fails: ${quote(data, 'text')}`,
    why: 'In Pages the function answered by itself, also after it had lost the race, where nothing else had answered by then; and what it had set so far went with the answer of the catch block. In a route handler the answer of what wins is sent, and nothing else.',
    fix: 'Nothing. The work that has lost still runs on, as before.',
  },
  PA609: {
    slug: 'second-answer-of-wrapper',
    level: 'note',
    what: (data) => `The handler answers by itself, and its wrapper returns that now: ${quote(data, 'text')}`,
    why: 'In Pages the wrapper went on and sent what the handler returned, too: the client got the first answer, and the second was an error in the log (`write after end`). What the wrapper does between its handler and its answer is not done for an answer of the handler.',
    fix: 'Nothing.',
  },
}
