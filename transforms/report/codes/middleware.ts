import type { CodeText } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** PA244 to PA248: middleware of the project, also where a Promise waits for it. PA249 and PA250: headers that are there before the handler runs. */
export const middlewareCodes: Record<string, CodeText> = {
  PA244: {
    slug: 'middleware-awaited',
    level: 'note',
    what: (data) => `The middleware is awaited itself now, so that its errors are answered: ${quote(data, 'text')}`,
    why: 'The Promise around it waited for `next` alone. An error after the first `await` of the middleware was an unhandled rejection, and the request was left without an answer. It is thrown now where the middleware is called: a `catch` around it gets it, else Next answers 500.',
    fix: 'Nothing, unless a `catch` around the call answers with something that is meant for other errors.',
  },
  PA245: {
    slug: 'work-after-middleware',
    level: 'blocker',
    what: (data) => `What stands around this call would run where the middleware answers: ${quote(data, 'text')}`,
    why: 'A middleware that answers does not call `next`: in Pages the code that waits for it, its `finally` block too, ends there without an error. In a route handler they go on.',
    fix: 'Run the middleware before that code.',
  },
  PA246: {
    slug: 'next-not-followed',
    level: 'blocker',
    what: (data) => `A middleware calls \`next\` later, with a value, or hands it on: ${quote(data, 'text')}`,
    why: 'The middleware becomes a function that answers, or returns nothing where the request may pass: at the place where `next()` is called.',
    fix: 'Call `next()` in the middleware itself, after what it waits for (`await`), and `throw` what `next` is given; then run routeshift again.',
  },
  PA247: {
    slug: 'response-method-changed',
    level: 'blocker',
    what: (data) => `A method of the response is replaced or kept: ${quote(data, 'text')}`,
    why: 'What answers later calls the new method in Pages. A route handler makes a Response, and calls no method of `res`.',
    fix: 'Do it in a wrapper that awaits the handler, with the Response that this returns; then run routeshift again.',
  },
  PA264: {
    slug: 'middleware-continued',
    level: 'note',
    what: (data) =>
      `What came after ${quote(data, 'names')} in a function of its own is done after the call now, and waited for`,
    why: 'The answers are the same. An error that this function threw after its first `await` was an unhandled rejection, and the request was left without an answer. It is thrown where the middleware was called now: a `catch` around it gets it, else Next answers 500.',
    fix: 'Nothing, unless a `catch` around the call answers with something that is meant for other errors.',
  },
  PA248: {
    slug: 'wrapper-after-middleware',
    level: 'blocker',
    what: (data) => `${quote(data, 'name')} does something after the handler, also where a middleware has answered now`,
    why: 'A middleware that answers does not call `next`: in Pages the handler that waits for it never ends, and its wrapper does not go on. In a route handler the answer comes back through the wrapper.',
    fix: 'Run the middleware in a wrapper around that one, or let it go on after every answer; then run routeshift again.',
  },
  PA249: {
    slug: 'header-set-outside',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'file')} may set the header ${quote(data, 'name')}, which is asked for or changed here`,
    why: 'Headers of the Next config, of the middleware and of a server of your own are on `res` before the handler runs, so that it sees them. A route handler makes its own headers, and sees none of theirs.',
    fix: 'Decide without that header, or set it in the handler alone; then run routeshift again.',
  },
  PA250: {
    slug: 'header-never-set',
    level: 'note',
    what: (data) =>
      `Nothing has set this header when the wrapper asks for it, so that what hangs on it is left out: ${quote(data, 'text')}`,
    why: 'A wrapper begins with an answer that has no headers yet, unless a wrapper around it, the Next config, the middleware or a server of your own has set some. For the routes that move none of them sets this one.',
    fix: 'Nothing. Was it meant to find a header, then it never did: set that header in the wrapper.',
  },
}
