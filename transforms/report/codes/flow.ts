import type { CodeText, Data } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA3xx: control flow and methods. */
export const flowCodes: Record<string, CodeText> = {
  PA301: {
    slug: 'methods-not-checked',
    level: 'review',
    what: (data) =>
      `${treated(data)}; the route now exports ${plain(data, 'methods')} and Next answers 405 to ${plain(data, 'lost')}`,
    why: 'A route file names its methods. Those that the code tests and those with which the repository calls the route are exported (then this is a note); where neither tells, POST for a handler that reads a body, else GET (then it is to be reviewed).',
    fix: 'Check which methods clients outside of the repository use: rename the export, or export the function under more names; --strict exports all seven.',
  },
  PA302: {
    slug: 'method-refused-by-next',
    level: 'note',
    what: (data) =>
      `${plain(data, 'methods')}: refused by the handler with an answer of its own, now answered by Next itself`,
    why: 'Next answers a method that the file does not export with 405, an empty body and no Allow header; the message, status and headers of the handler are gone, and what it did before it refused (a line in a log, a check, a count) is not done. HEAD is no longer refused where GET is exported: it runs GET without the body. OPTIONS is answered 204 with an Allow header.',
    fix: 'Nothing, unless a client reads the refusal; --strict keeps the answers of the handler.',
  },
  PA303: {
    slug: 'method-never-answered',
    level: 'note',
    what: (data) => `${plain(data, 'methods')}: never answered by the handler, now answered by Next itself`,
    why: 'The handler sent nothing, so the request hung until it timed out. Next answers 405 with an empty body; OPTIONS 204, and HEAD as GET where GET is exported.',
    fix: 'Nothing; export the method if it was meant to be served.',
  },
  PA304: {
    slug: 'head-runs-get',
    level: 'note',
    what: () => 'HEAD was served like the methods that the code does not name; it now runs GET',
    why: 'Next answers HEAD by running the exported GET and leaving the body out.',
    fix: 'Nothing, unless a client sends HEAD; export HEAD by itself, or use --strict.',
  },
  PA306: {
    slug: 'no-method-served',
    level: 'blocker',
    what: () => 'The handler serves no method: every request is refused or never answered',
    why: 'A route file must export at least one method, and there is none to export.',
    fix: 'Delete the file if the endpoint is switched off, or leave it in pages/.',
  },
  PA310: {
    slug: 'code-after-answer',
    level: 'blocker',
    what: (data) => `The handler may go on after this answer: ${quote(data, 'text')}`,
    why: '`res.json` and its like do not end a function: the code after it, or the next turn of the loop, still ran. After `return` it would not.',
    fix: 'Put `return` before the answer if nothing is meant to run after it, test what a helper gives back that answers only some requests, else move that code in front; then run routeshift again.',
  },
  PA311: {
    slug: 'finally-leaves',
    level: 'blocker',
    what: () => 'A `finally` block returns or throws',
    why: 'It would replace the Response that the `try` or `catch` block returns.',
    fix: 'Move the return or throw out of the `finally` block, then run routeshift again.',
  },
  PA312: {
    slug: 'break-without-answer',
    level: 'blocker',
    what: () => 'A `break` leaves the switch on the method without an answer',
    why: 'The switch becomes one function for each method, and there is nothing left to break out of.',
    fix: 'Write the arm with `if` and `else`, or return after the answer; then run routeshift again.',
  },
  PA313: {
    slug: 'path-without-answer',
    level: 'blocker',
    what: () => 'The handler can end here without an answer',
    why: 'In Pages such a request hangs, or something that routeshift does not see answers it; a route handler must return a Response on every path, else Next answers 500.',
    fix: 'Send an answer on this path, then run routeshift again.',
  },
  PA314: {
    slug: 'sent-state-read',
    level: 'blocker',
    what: (data) => `The handler asks whether the answer was sent: ${quote(data, 'text')}`,
    why: 'A route handler ends with its Response, so there is no such state; what the test decides here cannot be seen from the code.',
    fix: 'Return right after each answer, which makes the question needless; then run routeshift again.',
  },
  PA315: {
    slug: 'answer-after-answer',
    level: 'note',
    what: (data) => `No second answer is tried any more after the one that is sent: ${quote(data, 'text')}`,
    why: 'Pages sends the first answer. What tries to answer after it does nothing, or is an error that only the log shows, and that kept a wrapper from what it does after the handler.',
    fix: 'Nothing, unless the second answer was the one that was meant.',
  },
  PA568: {
    slug: 'work-beside-failure',
    level: 'note',
    what: (data) =>
      `What runs beside this call may come before or after its failure is handled: ${quote(data, 'text')}`,
    why: 'A `Promise.all` (`race`, `any`) that fails lets the others run on. The functions between it and what handles the error take a few turns of the event loop more or less than before, so an outside call of those others may come earlier or later.',
    fix: 'Nothing, unless what runs on and what handles the error depend on each other.',
  },
  PA316: {
    slug: 'finally-may-fail',
    level: 'note',
    what: () => 'An error in this `finally` block now answers 500; the answer was sent before it',
    why: 'Pages had sent the answer when the block ran, so that an error in it was only logged. In a route handler the block runs before the Response is handed over.',
    fix: 'Nothing, unless the block can fail: then catch the error in it.',
  },
  PA317: {
    slug: 'helper-not-awaited-before-finally',
    level: 'blocker',
    what: (data) => `The \`finally\` block does not wait for this function: ${quote(data, 'text')}`,
    why: 'The function goes on after the block has run. A route handler waits for the body or the params inside it, so that it would do even less before the block than it did.',
    fix: 'Await the call (`return await helper(req, res)`), then run routeshift again.',
  },
  PA318: {
    slug: 'headers-before-error-of-helper',
    level: 'note',
    what: (data) =>
      `Headers that are set here are not on the answer of the catch block, if this throws after it: ${quote(data, 'text')}`,
    why: 'In Pages both wrote to one `res`. In a route handler the headers belong to the Response that was never made.',
    fix: 'Set headers that an error must carry too in the catch block, or before the call.',
  },
  PA319: {
    slug: 'end-of-answer-listened-for',
    level: 'note',
    what: (data) =>
      `What listened for the end of the answer runs by \`after()\` of next/server: ${quote(data, 'text')}`,
    why: 'It runs when the answer has been sent, as before, and sees 500 where the handler throws. It also runs when the client has gone away before the end, where `finish` never came, and not for methods that Next answers by itself. What it throws is logged, and is no uncaught exception.',
    fix: 'Nothing, unless those answers must not be counted.',
  },
  PA320: {
    slug: 'answer-in-callback',
    level: 'blocker',
    what: (data) => `An answer is sent inside a callback: ${quote(data, 'text')}`,
    why: 'A route handler must return its Response; what a callback returns does not reach it.',
    fix: 'Await the work and answer after it (with a Promise around a callback API), then run routeshift again.',
  },
  PA321: {
    slug: 'answer-in-expression',
    level: 'blocker',
    what: (data) => `An answer is sent in the middle of an expression: ${quote(data, 'text')}`,
    why: 'An answer can only be returned where it is a statement of its own, the value of a `return`, or a branch of `? :` there.',
    fix: 'Write the answer as a statement of its own (`if` instead of `&&`), then run routeshift again.',
  },
  PA337: {
    slug: 'silence-answered',
    level: 'review',
    what: (data) =>
      `The handler could end here without an answer; it now answers ${data.status === undefined ? 'with the status that it has set' : plain(data, 'status')}`,
    why: 'In Pages such a request hangs until the client or the platform gives up. A route handler must return a Response: it has the status that was set for this path, else 500, and no body.',
    fix: 'Check which status and which words clients need here.',
  },
  PA330: {
    slug: 'refused-method-before-wrapper',
    level: 'note',
    what: (data) =>
      `${plain(data, 'methods')}: refused by Next before any other code now; a wrapper or a check before the refusal may have answered with a redirect or a success`,
    why: 'The handler refuses these methods, but code before that (a wrapper, a check of the user, a catch) answers some requests by itself, whatever their method.',
    fix: 'Nothing, unless a client relies on that answer to such a method; then export the function under that name too.',
  },
  PA338: {
    slug: 'work-after-answer',
    level: 'review',
    what: (data) => `What comes after the answer is now done before it is sent: ${quote(data, 'text')}`,
    why: 'In Pages the answer was on its way by then. In App the client waits for this work, and an error in it takes the place of the answer.',
    fix: 'Check that it is quick and cannot fail; else move it into `after()` of next/server (Next 15.1 and later).',
  },
  PA339: {
    slug: 'refused-and-done-anyway',
    level: 'review',
    what: (data) =>
      `${plain(data, 'methods')}: refused by the handler, which went on with its work; Next now refuses them and nothing is done`,
    why: 'There is no `return` after the refusal, so that the work was done for a client that was told otherwise. That is hardly ever meant.',
    fix: 'Export the method if the work is meant to be done for it.',
  },
  PA355: {
    slug: 'table-module-loaded-alone',
    level: 'note',
    what: () => 'Each method loads the module of its own handler; the table of handlers loaded those of all methods',
    why: '`import()` in an object begins to load every module of it, whichever method is asked for. What a module does when it is loaded is done with the first request of its method now. One that fails to load fails its own method, as before.',
    fix: 'Nothing, unless such a module is needed for what it does when it is loaded; import it where that is needed.',
  },
  PA356: {
    slug: 'table-modules-imported',
    level: 'note',
    what: (data) => `The modules of the table of handlers are imported by the route: ${plain(data, 'methods')}`,
    why: 'The table began to load them with the route too, but one that failed to load failed the requests of its own method. Now the route fails with it, for all methods.',
    fix: 'Nothing for modules that load. Where one may fail (it throws for a variable that is not set), move that into its handler, or load the module in the exported function by `await import()`.',
  },
  PA361: {
    slug: 'refused-with-work',
    level: 'review',
    what: (data) =>
      `${plain(data, 'methods')}: before it refused them, the handler did what nobody does any more: ${quote(data, 'text')}`,
    why: 'All that it answered was an error, so that Next refuses these methods now, and nothing of the handler runs for them.',
    fix: 'Export the method with that work and its answer if clients still send it; the old file is in the history of git.',
  },
  PA362: {
    slug: 'unanswered-with-work',
    level: 'review',
    what: (data) =>
      `${plain(data, 'methods')}: the handler never answered, but did what nobody does any more: ${quote(data, 'text')}`,
    why: 'The request hung until it timed out, and the work was done all the same: enough for a client that does not wait for an answer (`navigator.sendBeacon`, a webhook). Next answers these methods now, and nothing of the handler runs for them.',
    fix: 'Export the method with that work and an answer (204, for example) if clients still send it; the old file is in the history of git.',
  },
  PA345: {
    slug: 'refusal-without-return',
    level: 'review',
    what: (data) => `The handler went on after this answer; the route ends with it now: ${quote(data, 'text')}`,
    why: 'There is no `return` behind it. In Pages the code below ran for such a request too, and what it answered then was never sent, or was an error that only the log shows. That is hardly ever meant, so none of it is done any more.',
    fix: 'See that nothing below must be done for a request that is refused; else do it before the answer.',
  },
  PA346: {
    slug: 'unreached-code-left-out',
    level: 'note',
    what: (data) =>
      data.name
        ? `${quote(data, 'name')} is left out: only code that no request came to used it`
        : `No request came to this code${data.to ? `, down to line ${plain(data, 'to')}` : ''}, and it is left out: ${quote(data, 'text')}`,
    why: 'It stands behind a statement that always answers or leaves, or behind a test that was the same for every request (whether `req` is there, whether the answer was sent before it). What such code would have answered cannot be followed.',
    fix: 'Nothing, unless it was meant to run: the old file has it.',
  },
  PA347: {
    slug: 'export-without-importer',
    level: 'note',
    what: (data) =>
      data.name === '*'
        ? 'What the file passed on with `export *` is not exported any more: nothing in the project imports it from here'
        : `${quote(data, 'name')} is ${data.stays ? 'not exported any more' : 'left out'}: nothing in the project imports it from here`,
    why: 'Next allows a route file to export methods and segment config alone. What other files import moves into a module beside it; this has no importer, and what the route itself does not use has no use.',
    fix: 'Nothing, unless code outside of the project imports it: then move it into a module of its own.',
  },
  PA322: {
    slug: 'wrapper-of-package-written-anew',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} is new: it does for route handlers what the wrapper of the package does for Pages handlers`,
    why: 'The installed version of the package takes every handler for one of the Pages Router, and has no other wrapper.',
    fix: 'Nothing. When all routes have moved, a newer version of the package may have a wrapper of its own.',
  },
  PA323: {
    slug: 'work-before-return-of-guard',
    level: 'note',
    what: (data) =>
      `This runs between an answer and the return that follows it, and may replace the answer if it fails: ${quote(data, 'text')}`,
    why: 'In Pages the answer had been sent by then, so that an error was only printed. A route handler returns it after this work, and Next answers 500 when that throws.',
    fix: 'Nothing if it cannot fail for those requests; else move the return up to the call that answers.',
  },
}

function treated(data: Data): string {
  if (data.refused) return 'The handler refused every method alike'
  return data.beside
    ? `The handler treated all methods alike but for ${plain(data, 'beside')}`
    : 'The handler served every method'
}
