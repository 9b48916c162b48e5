import type { CodeText, Data } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA5xx: wrappers, and calls that req or res is passed to. */
export const callsCodes: Record<string, CodeText> = {
  PA500: {
    slug: 'request-or-response-not-followed',
    level: 'blocker',
    what: (data) => `${escapes[String(data.why)] ?? escapes.value}: ${quote(data, 'text')}`,
    why: 'From here on routeshift cannot see what is done with it, so it cannot show that the answer stays the same.',
    fix: 'Use `req` and `res` by their names, and read single values off them before they go elsewhere; then run routeshift again.',
  },
  PA501: {
    slug: 'passed-to-unknown-function',
    level: 'blocker',
    what: (data) => `\`req\` or \`res\` is passed to ${quote(data, 'call')}`,
    why: 'The function is written in another module or package that is not followed yet; it may read the request or send the answer.',
    fix: 'Pass it the values that it needs instead, or call its counterpart for route handlers; then run routeshift again.',
  },
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
  PA510: {
    slug: 'unknown-member',
    level: 'blocker',
    what: (data) => `Not a member that Next gives to \`req\` or \`res\`: ${quote(data, 'text')}`,
    why: 'Something outside of this file adds it (a middleware, a wrapper or a custom server), or it is a part of Node that routeshift does not know.',
    fix: 'Get the value from a function that takes the Request, or leave the route in pages/.',
  },
  PA520: {
    slug: 'function-cannot-await',
    level: 'blocker',
    what: () => 'A function that is not async reads the body or the route params',
    why: 'Both must be awaited in a route handler, and making this function async would give its callers a Promise.',
    fix: 'Make the function async and await its calls, or pass it the values; then run routeshift again.',
  },
  PA521: {
    slug: 'helper-sets-status-or-headers',
    level: 'blocker',
    what: () => 'A function sets a status on a path on which it does not answer, or before another one answers',
    why: 'What it sets belongs to an answer that another function sends, and cannot be handed over to it.',
    fix: 'Set the status and headers where the answer is sent, then run routeshift again.',
  },
  PA522: {
    slug: 'guard-not-told-apart',
    level: 'blocker',
    what: (data) => `This test may not tell whether the function has answered: ${quote(data, 'text')}`,
    why: 'The function returns a value on some path that the test takes for the other case: an answered request would go on, or an open one would stop.',
    fix: 'Let the function return true or false (or a value and nothing) on every path, then run routeshift again.',
  },
  PA523: {
    slug: 'recursive-helper',
    level: 'blocker',
    what: () => 'A function that takes `req` or `res` calls itself',
    why: 'What it does to the answer depends on itself and cannot be worked out.',
    fix: 'Take `req` and `res` out of the part that calls itself, then run routeshift again.',
  },
  PA524: {
    slug: 'helper-used-as-value',
    level: 'blocker',
    what: (data) => `The function ${quote(data, 'name')} takes \`req\` or \`res\` and is used as a value`,
    why: 'Its parameters would change, and whoever gets it as a value would call it in the old form.',
    fix: 'Call the function instead of passing it on, then run routeshift again.',
  },
  PA525: {
    slug: 'function-of-module-not-followed',
    level: 'blocker',
    what: (data) => `${route(data)} is handed \`req\` or \`res\` and cannot be rewritten: ${reason(data)}`,
    why: 'A function that is handed `req` or `res` moves with the route; what it does with them there is not understood.',
    fix: 'Look at that line: `routeshift explain` says what its code means. Pass the function the values that it needs instead, then run routeshift again.',
  },
  PA526: {
    slug: 'function-of-module-does-not-fit',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'name')} of ${quote(data, 'file')} reads ${quote(data, 'what')}, which this route has in another form`,
    why: 'A route param, and a body that Next does not parse, are read in another way than what the function reads for its other callers.',
    fix: 'Read the value in the handler and pass it to the function, then run routeshift again.',
  },
  PA527: {
    slug: 'module-not-rewritten',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'name')} of ${quote(data, 'file')} cannot be written in its new form${formless[String(data.why)] ?? ''}`,
    why: 'Its declaration would not fit its new form, the imports of its module change in this run too, or the new text failed its check.',
    fix: 'Move the function to a module of its own, then run routeshift again.',
  },
  PA528: {
    slug: 'function-rewritten-in-place',
    level: 'note',
    what: (data) => `${quote(data, 'name')} is written for route handlers now; all its callers move with it`,
    why: 'Only route handlers call it in this repository.',
    fix: 'Nothing; call it in new code as these route handlers do.',
  },
  PA529: {
    slug: 'function-with-counterpart',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} stays for those who call it with \`req\` and \`res\` (${plain(data, 'users')}); its counterpart for route handlers is ${quote(data, 'counterpart')}`,
    why: 'Both do the same, so a change of one belongs into the other.',
    fix: 'When the last caller of the old one has moved, run routeshift again: the old one goes.',
  },
  PA530: {
    slug: 'helper-without-name',
    level: 'blocker',
    what: () => 'A function without a name of its own takes `req` or `res`',
    why: 'It is a member of an object or an argument of a call, where its other users cannot be found.',
    fix: 'Declare it as a function with a name, then run routeshift again.',
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
      'A header that the handler sets is not on the answer that its wrapper gives when the handler throws later',
    why: 'In Pages both wrote to one `res`; in App the wrapper makes a Response of its own for the error.',
    fix: 'Check whether a client reads the header from an error (CORS headers, cookies), and set it in the wrapper if so.',
  },
  PA534: {
    slug: 'error-served-by-wrapper',
    level: 'blocker',
    what: () =>
      'A wrapper answers errors of the handler with a status of success, or with the status that the handler has set',
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
  PA538: {
    slug: 'function-gone-for-counterpart',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} has gone: nobody calls it with \`req\` and \`res\` any more; its counterpart ${quote(data, 'counterpart')} serves all`,
    why: 'An earlier run made the counterpart and left the old one for callers that have moved since.',
    fix: 'Nothing; rename the counterpart if you like.',
  },
  PA540: {
    slug: 'session-cookie-not-renewed',
    level: 'note',
    what: (data) => `${quote(data, 'name')} no longer renews the session cookie`,
    why: 'Given `res`, next-auth sent a fresh session cookie with the answer; given the options alone, it only reads the session. The client still renews it through /api/auth/session.',
    fix: 'Nothing where pages use the session too; else a session of clients that call only this route ends `maxAge` after the sign-in.',
  },
  PA541: {
    slug: 'session-without-expires',
    level: 'review',
    what: () => '`session.expires` is missing now',
    why: 'next-auth leaves it out of a session that is read on the server without `req` and `res`.',
    fix: 'Check whether a client reads `expires` from this answer, and take it from /api/auth/session if so.',
  },
  PA542: {
    slug: 'next-auth-too-old',
    level: 'blocker',
    what: (data) =>
      `next-auth ${plain(data, 'version')} is too old: the form for route handlers needs ${plain(data, 'needed')}`,
    why: 'Earlier versions read `req` and `res` only, or fail on the Next of this project.',
    fix: 'Install a newer version (npm install next-auth@4), then run routeshift again.',
  },
  PA543: {
    slug: 'upload-read-as-form-data',
    level: 'review',
    what: ({ package: name, files }) =>
      `The form is now read with \`request.formData()\`, no longer with ${String(name)}${typeof files === 'object' && files.length > 0 ? `; uploaded: ${files.join(', ')}` : ''}`,
    why: 'A file is now a `File` in memory, it was written to a temporary folder; limits on size and number, and the refusal of empty files, are gone. A form that is not multipart, and a text field with the name of a file, throw where formidable told them apart. For a form without files this is a note.',
    fix: 'Check what is done with the file (`await file.arrayBuffer()` gives its bytes), and limit the size of uploads in front of Next.',
  },
  PA544: {
    slug: 'session-read-on-server',
    level: 'note',
    what: () =>
      '`getSession({ req })` is now `getServerSession`, which reads the session without a request to /api/auth/session',
    why: 'The session is the same. The old call asked over HTTP, and for a request with a body as a POST, which gave no session at all: such requests may be signed in now. It is a finding to review where the file reads a body.',
    fix: 'Check that requests with a body may be signed in; nothing else.',
  },
  PA545: {
    slug: 'headers-before-package-answer',
    level: 'blocker',
    what: (data) => `Status or headers are set before a package answers: ${quote(data, 'text')}`,
    why: 'The package makes a Response of its own, without what was set before.',
    fix: 'Set the headers in the options of the package or in next.config, then run routeshift again.',
  },
  PA546: {
    slug: 'no-auth-options-to-import',
    level: 'blocker',
    what: ({ why, file }) =>
      `The options of next-auth cannot be imported${noOptions[String(why)]?.(String(file)) ?? ''}`,
    why: '`getServerSession` needs the options that the project gives to NextAuth.',
    fix: 'Export the options under a name (`export const authOptions = ...`) and pass that to NextAuth, then run routeshift again.',
  },
  PA547: {
    slug: 'raw-body-limit-dropped',
    level: 'note',
    what: (data) => `The limit of ${plain(data, 'limit')} on the raw body is gone`,
    why: '`micro` and `raw-body` refused larger bodies with 413; a Request has no limit of its own.',
    fix: 'Set a limit in the proxy or platform in front of Next, or check the `content-length` header where the route is open to the public.',
  },
  PA548: {
    slug: 'raw-body-form',
    level: 'blocker',
    what: ({ why, text }) =>
      why === 'body-parser'
        ? `The raw body is read although the body parser is on: \`${text}\``
        : `This form of reading the raw body is not understood: \`${text}\``,
    why: 'With the body parser on there is nothing left to read; with it off, only a read of the whole body as bytes, text (UTF-8) or JSON has a counterpart.',
    fix: 'Set `bodyParser: false`, or read the whole body with `buffer(req)`; then run routeshift again.',
  },
  PA549: {
    slug: 'upload-package',
    level: 'blocker',
    what: ({ package: name, why }) => `An upload is read with ${String(name)}${uploads[String(why)] ?? ''}`,
    why: 'A route handler has no Node request for the package to read; only plain reads of fields and files have a counterpart in `request.formData()`.',
    fix: 'Read the form with `await request.formData()` in a route handler of your own, or leave the route in pages/.',
  },
}

/** `requireUser (lib/auth.ts:10)`, and the functions that it calls on the way to the line that blocks. */
function route(data: Data): string {
  return plain(data, 'chain').replaceAll(', ', ' -> ')
}

function reason(data: Data): string {
  const text = data.text === '' || data.text === undefined ? '' : `, ${quote(data, 'text')}`
  return `${plain(data, 'code')} at ${plain(data, 'file')}:${plain(data, 'line')}${text}`
}

const formless: Readonly<Record<string, string>> = {
  overloads: ': it has several signatures',
  'type predicate': ': its return type says something about `req` or `res`',
  'old types': ': it names types of handlers of the old kind',
}

const uploads: Readonly<Record<string, string>> = {
  'body-parser': ' although the body parser is on',
  form: ' in a form that is not understood',
  whole: ', and all fields or files are used as one object',
  required: ', and a missing field throws',
  file: ', and its path or another property of the file on disk is used',
  stream: ', which takes the Node request as a stream',
}

const noOptions: Readonly<Record<string, (file: string) => string>> = {
  'no-route': () => ': there is no [...nextauth] route',
  inline: (file) => `: \`${file}\` does not give them a name`,
  'not-exported': (file) => `: \`${file}\` does not export them`,
  'in-route': (file) => `: they are in \`${file}\``,
}

// By what the ledger and the destructuring could not follow.
const escapes: Readonly<Record<string, string>> = {
  value: '`req` or `res` is used as a value',
  reassigned: '`req` or `res` is assigned again',
  parameter: 'The parameter is taken apart in a way that is not understood',
  context: 'The parameter that holds `req` and `res` is used in a way that is not understood',
  arguments: 'The function uses `arguments`',
  'method passed': 'A method of the response is passed on',
  rest: 'The rest of `req` or `res` is collected in an object',
  'computed key': '`req` or `res` is taken apart with a computed key',
  pattern: '`req` or `res` is taken apart in a way that is not understood',
  destructured: 'Methods are taken off the response',
  'several declarations': '`req` or `res` is taken apart among other declarations',
  'called in two ways': 'The function is called with `req` and `res` in different places',
}
