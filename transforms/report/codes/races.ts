import type { CodeText } from '../../model/diagnostic.ts'
import { irregularText } from './tests.ts'
import { quote } from './words.ts'

/** PA353, PA354, PA595, PA596, PA609: callbacks that refuse beside a handler, tests that leave pages/ with their routes, answers in a race with a timeout, answers that were sent twice. */
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
  PA353: {
    slug: 'refusal-beside-handler',
    level: 'review',
    what: (data) =>
      `A callback of ${quote(data, 'text')} may refuse the request while the function goes on; its refusal goes out once that is done`,
    why: 'Nobody waits for the callback. In Pages the first answer was sent at once, and the next one failed or was dropped. Now the refusal waits, and takes the place of what is answered after it; where the function throws after it, the error is answered. A wrapper calls its handler no more where the refusal is there before; in Pages the handler ran for nobody. Of two that come at the same moment another one may count: an answer is there when its function is done. A refusal that comes after it is dropped, where sending it was an error that the log shows. The refusal has the headers that were set before the handler was called, not those that a handler inside had set by then; and a handler that reads the body waits for it now, in which time a refusal may come.',
    fix: 'Check that nothing else must be done for a refused request. Better: let the function wait for its callback, or give back what was found, and refuse after the call.',
  },
  PA354: {
    slug: 'answer-beside-handler',
    level: 'blocker',
    what: (data) => `A callback of ${quote(data, 'text')} may answer while the function goes on`,
    why: 'Nobody waits for the callback: the answer that is sent first counts, and the other one fails. That can be kept where the callback only refuses with a literal status, and what comes after it answers on every path, does nothing else to the response and reads neither the body nor a segment of the path.',
    fix: 'Let the function give back what was found, and answer after the call; then run routeshift again.',
  },
}
