import type { CodeText, Data } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** PA333, PA352, PA610 and PA56x: answers inside callbacks that another function runs and whose result it gives back. */
export const passageCodes: Record<string, CodeText> = {
  PA333: {
    slug: 'rejection-answered-now',
    level: 'note',
    what: (data) => `An error in this chain of promises now answers 500: ${quote(data, 'text')}`,
    why: 'The handler did not return the chain, so that nobody saw its error, and the request hung. A route handler must return it.',
    fix: 'Nothing; add a `.catch` that answers as you like.',
  },
  PA352: {
    slug: 'failure-answered-now',
    level: 'note',
    what: (data) => `An error in this call is answered now: ${quote(data, 'text')}`,
    why: 'The call was neither awaited nor returned, so that nobody saw its error, and the request hung. A route handler must return its Response: Next answers 500 to the error, or a wrapper around it that catches what its handler throws answers.',
    fix: 'Nothing; put `await` before it where a `catch` around it should answer.',
  },
  PA251: {
    slug: 'callback-beside-more',
    level: 'blocker',
    what: (data) => `What is done around a callback that answers cannot be moved: ${quote(data, 'text')}`,
    why: 'A function that answers some requests, and for the others runs what it is given, gives back one Response or the other. Headers that it sets before, work after it, a path on which neither answers, or a callback that does not answer, leave no such Response.',
    fix: 'Let every path of the function answer or end with `await` and the callback, whose type is written there, and let every path of the callback answer; then run routeshift again.',
  },
  PA560: {
    slug: 'answer-in-callback-of-unknown-function',
    level: 'blocker',
    what: (data) => `An answer is sent inside a callback of ${quote(data, 'call')}: ${quote(data, 'text')}`,
    why: 'The Response must come back through that function, and it is not known to run its callback once and to give back what that returns.',
    fix: 'Let a function of your own return exactly what the callback returns on every path, or answer after the call; then run routeshift again.',
  },
  PA561: {
    slug: 'callback-result-not-in-type',
    level: 'blocker',
    what: (data) => `The types of ${quote(data, 'text')} do not say that it gives back what its callback returns`,
    why: 'The Response comes back through the function, and with the type that it declares (`Promise<void>`, say) the route file would not compile.',
    fix: 'Make it generic (`<T>(fn: () => Promise<T>): Promise<T>`) and leave type arguments out of the call; then run routeshift again.',
  },
  PA562: {
    slug: 'callback-cannot-await',
    level: 'blocker',
    what: (data) => `A callback of ${quote(data, 'text')} is not async, and its answer must be awaited`,
    why: 'A Response that something is added to, or an error that a `try` must see, has to be awaited where it is made.',
    fix: 'Make the callback async, then run routeshift again.',
  },
  PA564: {
    slug: 'saleor-app-sdk-reads-request',
    level: 'note',
    what: () => '@saleor/app-sdk now reads the request and makes the answer itself',
    why: 'Its form for route handlers answers as the other one did, with three exceptions: texts have the type text/plain; a body that is no JSON (empty, a form, malformed) is refused with a 400 of its own text, and Saleor sends JSON; and of several protocols in `x-forwarded-proto` with spaces between them (`http, https`) https is found now, where the first was taken.',
    fix: 'Nothing, unless other clients than Saleor call the route.',
  },
  PA592: {
    slug: 'saleor-app-sdk-other-form',
    level: 'blocker',
    what: (data) => `The form of @saleor/app-sdk for route handlers cannot be used here: ${whyNotSaleor(data)}`,
    why: 'It is called with the request alone and reads it itself, so a webhook or a protected handler moves only where nobody needs the old form of it.',
    fix: 'Change what is named, then run routeshift again; or leave the route in pages/.',
  },
  PA593: {
    slug: 'saleor-app-sdk-answers-errors',
    level: 'review',
    what: () => 'An error of the handler is now answered by @saleor/app-sdk (500, `Unexpected server error`)',
    why: 'Its `createProtectedHandler` for route handlers awaits the handler and catches what it throws. In Pages an error after the first await went on to Next, which logged and reported it.',
    fix: 'Log or report errors in the handler itself, if you rely on that.',
  },
  PA563: {
    slug: 'answer-waits-for-function',
    level: 'note',
    what: (data) => `The answer now waits until ${quote(data, 'text')} is done`,
    why: 'In Pages the callback had sent the answer before the function went on (a commit, a clean-up). In App the Response comes back through the function, and an error after the callback takes its place.',
    fix: 'Nothing, unless what comes after the callback is slow or may fail.',
  },
  PA610: {
    slug: 'callback-resolves-answer',
    level: 'note',
    what: (data) =>
      `The answer is sent in a callback of ${quote(data, 'text')}, which now resolves the Promise that the handler returns`,
    why: 'In Pages the handler had ended by then, and the request waited for the answer. It waits as before, also where the callback never runs or throws; where it runs again, its second answer is ignored, where sending it threw. A function that answers in it and fails there was seen by nobody, so that the request hung; now it answers 500.',
    fix: 'Nothing. A form of the function that gives a Promise (`node:fs/promises`, `util.promisify`) would read better.',
  },
  PA572: {
    slug: 'work-after-preflight',
    level: 'blocker',
    what: (data) => `What stands around this call would run after a preflight: ${quote(data, 'text')}`,
    why: 'The middleware answers a preflight and never calls back: in Pages the code that waits for it, its finally block and what called it end there, without an error. In a route handler they go on.',
    fix: 'Call the middleware before that code.',
  },
}

function whyNotSaleor(data: Data): string {
  switch (data.why) {
    case 'version':
      return 'the installed version is not known to have it (from 1.0.0 on)'
    case 'used':
      return `${quote(data, 'file')} uses the old form of the same webhook`
    case 'options':
      return 'its options look at the request, or are not written out'
    case 'import':
      return 'other code of the file uses the same import of the package'
    case 'params':
      return 'the handler reads a segment of the path, which it would not be handed'
    case 'inner':
      return 'another wrapper stands between it and the handler'
    case 'parsed':
      return 'the route lets Next parse the body, which then cannot be validated'
    default:
      return 'somebody else reads the body too'
  }
}
