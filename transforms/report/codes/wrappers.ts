import type { CodeText, Data } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** PA50x and PA53x: functions that are given the handler. */
export const wrapperCodes: Record<string, CodeText> = {
  PA502: {
    slug: 'wrapped-by-project-function',
    level: 'blocker',
    what: (data) => `The handler is wrapped by a function of this project: ${quote(data, 'name')}`,
    why: 'The wrapper calls a handler of the old form with `req` and `res`, and either it does more with the handler than call it with both, or the route hands the handler over in a way that is not understood.',
    fix: 'Write the wrapper as a function that takes the handler and returns `async (req, res) => { ...; return handler(req, res) }`; then run routeshift again.',
  },
  PA503: {
    slug: 'wrapped-by-package',
    level: 'blocker',
    what: (data) => `The handler is made by a package: ${quote(data, 'name')} of ${quote(data, 'source')}`,
    why: 'The package calls a handler of the old form with `req` and `res`, or answers by itself.',
    fix: 'Look in the documentation of the package for its form for route handlers, or leave the route in pages/.',
  },
  PA531: {
    slug: 'header-before-wrapped-handler',
    level: 'blocker',
    what: () =>
      'A wrapper sets a header before it calls the handler, and the handler (or the kind of header) may do more with it than replace it',
    why: 'In App the headers of a wrapper are put on the Response that the handler gives back; a content type, cookies, and a handler that reads, removes or adds to headers would see the difference.',
    fix: 'Set the header in the handler, or after the handler has answered; then run routeshift again.',
  },
  PA532: {
    slug: 'method-in-wrapper',
    level: 'blocker',
    what: () => 'A wrapper decides on the method in a way that is not understood',
    why: 'The methods that the route answers cannot be told, so they cannot be exported.',
    fix: 'Compare `req.method` with literals, or with a list that the route gives to the wrapper; then run routeshift again.',
  },
  PA533: {
    slug: 'headers-before-caught-error',
    level: 'review',
    what: () =>
      'A header that the handler, or a wrapper inside, sets is not on the answer that its wrapper gives when it throws later',
    why: 'In Pages both wrote to one `res`; in App the wrapper makes a Response of its own for the error.',
    fix: 'Check whether a client reads the header from an error (CORS headers, cookies), and set it in the wrapper if so.',
  },
  PA534: {
    slug: 'error-served-by-wrapper',
    level: 'blocker',
    what: () =>
      'A wrapper answers errors of the handler with a status of success, or with the status that the handler, or a wrapper inside, has set',
    why: 'The status of the handler does not reach the wrapper in App, and a malformed body, which Next refused with 400 before any wrapper, is such an error now.',
    fix: 'Give the answer in the catch block of the wrapper a status of its own (400 or above), then run routeshift again.',
  },
  PA535: {
    slug: 'wrapped-once-for-each-method',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'name')} does more than make a function when it wraps, and would do it for each method`,
    why: 'The new file wraps each of its methods: a counter, cache or limiter that belonged to the whole route would be there several times.',
    fix: 'Make it outside of the wrapper, at the top of a module; then run routeshift again.',
  },
  PA536: {
    slug: 'work-after-wrapped-handler',
    level: 'review',
    what: (data) =>
      `What the wrapper does after the handler now comes before the answer is sent: ${quote(data, 'text')}`,
    why: 'In Pages the handler had sent the answer by then. In App the client waits for this work, and an error in it takes the place of the answer.',
    fix: 'Check that it is quick and cannot fail; else move it into `after()` of next/server.',
  },
  PA550: {
    slug: 'value-without-answer',
    level: 'note',
    what: (data) =>
      `When ${quote(data, 'text')} gives nothing (null, 0, an empty text), which the wrapper does not answer, the client gets 500 now, where Pages let it wait`,
    why: 'The wrapper turns only a value that is there into an answer.',
    fix: 'Nothing, if there always is a value; else answer in the handler.',
  },
  PA551: {
    slug: 'answer-of-handler-not-asked-for',
    level: 'blocker',
    what: () =>
      'The handler answers by itself, and its wrapper answers with what the handler returns without asking for that',
    why: 'In Pages the second answer fails after the first is sent; the form for route handlers takes what the handler returns for a value.',
    fix: 'Return the value from the handler, or ask for `res.headersSent` in the wrapper; then run routeshift again.',
  },
  PA552: {
    slug: 'set-before-returned-value',
    level: 'blocker',
    what: () => 'The handler sets a status or a header, and its wrapper answers with what the handler returns',
    why: 'In Pages both wrote to one `res`; in App the wrapper makes a Response of its own for the value.',
    fix: 'Answer in the handler where it sets something, then run routeshift again.',
  },
  PA553: {
    slug: 'value-between-wrappers',
    level: 'blocker',
    what: (data) =>
      `A wrapper answers with what the handler returns, and ${quote(data, 'name')} stands between the two or around both`,
    why: 'In App every other wrapper hands on a Response; it would take a value, or nothing, for one.',
    fix: 'Put the wrapper that answers with values next to the handler, and let it answer in every case; then run routeshift again.',
  },
  PA267: {
    slug: 'wrapped-handler-of-module-stays',
    level: 'blocker',
    what: (data) =>
      data.why === 'twice'
        ? `${quote(data, 'name')} is what wrappers make of a handler, and somebody needs it in its old form: ${quote(data, 'text')}`
        : `${quote(data, 'name')} is what wrappers make of a handler, and its callers have more to hand it than the request: ${quote(data, 'text')}`,
    why: 'Wrappers hand their handler what Next gives. Headers that were set before, or a body that was read, cannot be handed through them; and a second one beside it would have wrappers with a state of their own, around a handler that stands in another statement.',
    fix: 'Export the handler itself, set and read what it needs in it, or move its other users; then run routeshift again.',
  },
  PA268: {
    slug: 'context-not-at-hand',
    level: 'blocker',
    what: (data) => `A function that is no handler of a route calls one that wrappers make: ${quote(data, 'text')}`,
    why: 'Wrappers hand on the context that Next gives beside the request. A handler has it, a function that it calls has not.',
    fix: 'Call it from the handler of the route, then run routeshift again.',
  },
  PA555: {
    slug: 'served-without-handler',
    level: 'blocker',
    what: () => 'A wrapper that is given a handler for each method also serves methods that have none',
    why: 'Each method is exported by itself, and Next refuses the others with 405: what the wrapper answered them would be gone.',
    fix: 'Give the object a handler for each method that is served, and let the wrapper refuse the others (405); then run routeshift again.',
  },
  PA556: {
    slug: 'method-object-strict',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'name')} refuses the methods that its object has no handler for, and --strict keeps that answer`,
    why: 'In the new form the wrapper is given one handler for each export, and Next refuses the other methods with an empty 405.',
    fix: 'Run routeshift without --strict, if clients do not read the answer of refused methods.',
  },
  PA557: {
    slug: 'helper-in-two-forms',
    level: 'blocker',
    what: (data) => `The handlers of this route need ${quote(data, 'name')} in different forms`,
    why: 'One of them sets headers before it calls the function, or hands it the parsed body, and another does not.',
    fix: 'Call the function in the same way in all of them, then run routeshift again.',
  },
  PA558: {
    slug: 'method-object-not-written-out',
    level: 'blocker',
    what: (data) =>
      `The wrapper is given an object with a handler for each method, and this is no handler of a method: ${quote(data, 'text')}`,
    why: 'Each method becomes an export of its own, so all of them must be written in the route: as functions, names of functions of the file, or calls of wrappers of the project.',
    fix: 'Write the object in the route, with names of methods as its keys and a function for each; then run routeshift again.',
  },
  PA589: {
    slug: 'handler-option-not-written-out',
    level: 'blocker',
    what: (data) =>
      `The handler is the option ${quote(data, 'key')} of ${quote(data, 'name')}, and is not written there as a function: ${quote(data, 'text')}`,
    why: 'The handler takes a Request from now on and returns its answer, so it must be seen: as a function in the object that the wrapper is called with, or as the name of a function of the file.',
    fix: 'Write the options in the call, with the handler as a function after everything that is spread into them; then run routeshift again.',
  },
  PA559: {
    slug: 'dispatcher-left-out',
    level: 'note',
    what: (data) => `${quote(data, 'name')} only chose the handler of the method, which the exports do now`,
    why: 'What Next refuses by itself is refused as before, with another body (PA302).',
    fix: 'Delete the function when no other route uses it.',
  },
  PA585: {
    slug: 'several-handlers',
    level: 'blocker',
    what: () => 'A wrapper that runs handlers one after the other is given several of them here',
    why: 'In Pages the next one runs unless `res` says that one has answered. The new form of the wrapper is given one handler, whose Response it hands on.',
    fix: 'Call the first ones in the handler, and return where one of them answers; then run routeshift again.',
  },
  PA586: {
    slug: 'list-of-middleware',
    level: 'blocker',
    what: () => 'A wrapper is given a list of functions here that it runs with `req` and `res`',
    why: 'The functions are called where only the list is known: what each of them does with the response cannot be followed.',
    fix: 'Call the functions by their names in the wrapper, then run routeshift again.',
  },
  PA587: {
    slug: 'empty-list-of-middleware',
    level: 'note',
    what: (data) => `No call gives this wrapper functions to run with the request: ${quote(data, 'text')}`,
    why: 'In its new form they would be handed the request and the headers of the answer instead of `req` and `res`.',
    fix: 'Take the list away if nothing will ever be in it.',
  },
  PA588: {
    slug: 'pipe-before-returned-value',
    level: 'blocker',
    what: () => 'The handler pipes a stream into the response, and its wrapper answers with what the handler returns',
    why: 'Nothing is sent yet when the handler returns: by what the wrapper asks `res`, it answers with the value in Pages, and the stream comes too late, or leaves the response to the stream.',
    fix: 'Wait in the handler until the stream has ended, or take the wrapper away from this route; then run routeshift again.',
  },
  PA607: {
    slug: 'late-answer-before-returned-value',
    level: 'blocker',
    what: (data) =>
      `The handler may return before it has answered, and its wrapper answers with what it returns: ${quote(data, 'text')}`,
    why: 'In Pages the wrapper sent the value, here nothing, first; the answer came too late. In a route handler the wrapper would wait for it and give it back.',
    fix: 'Wait for the answer in the handler (with a Promise around a callback API), then run routeshift again.',
  },
  PA581: {
    slug: 'handler-made-by-factory',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'name')} (${quote(data, 'place')}) makes the handler with ${quote(data, 'maker')} of ${quote(data, 'source')}${readers(data)}`,
    why: 'What a package makes is written anew where it is called, for one route at a time; only for tRPC is there a counterpart of such a function. It gives contexts a plain object with the method, URL, headers and cookies of the request, and a response on which headers can be set: what is read or done at these places is more than that, or cannot be followed.',
    fix: 'Let a context hold the values that are needed (a header, a cookie, the session) instead of `req` and `res`, or call the package in the file of the route; then run routeshift again.',
  },
  PA554: {
    slug: 'cors-options-not-understood',
    level: 'blocker',
    what: (data) => `The options with which cors is run here are not understood: ${quote(data, 'text')}`,
    why: 'The headers that the package sets are written out in the route handler; that takes options that are literals, variables of the environment or lists of them, and a call that is awaited in a statement of its own.',
    fix: 'Write the options as literals, then run routeshift again.',
  },
}

function readers(data: Data): string {
  const count = Number(data.count ?? 0)
  if (count === 0) return ''
  const more = count - (Array.isArray(data.readers) ? data.readers.length : 0)
  return `, and \`req\` or \`res\` of its context may be read at ${quote(data, 'readers')}${more > 0 ? ` and ${more} more` : ''}`
}
