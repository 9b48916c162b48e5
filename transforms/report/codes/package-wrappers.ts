import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA57x and PA58x: packages that wrap handlers, or give them a session. */
export const packageWrapperCodes: Record<string, CodeText> = {
  PA570: {
    slug: 'session-cookie-of-auth0',
    level: 'note',
    what: (data) =>
      `${quote(data, 'name')} of @auth0/nextjs-auth0 now reads and writes its cookie through \`cookies()\``,
    why: 'The session is the same. The attributes of the cookie may be in another order; a session that was updated is read back as updated, not as it came; and a `Set-Cookie` header of the handler and the cookie of the session no longer replace each other: both are sent.',
    fix: 'Nothing, unless the handler sets cookies of its own, or reads the session again after it has updated it.',
  },
  PA571: {
    slug: 'auth0-too-old',
    level: 'blocker',
    what: (data) => `@auth0/nextjs-auth0 ${plain(data, 'version')} has no session in the route handlers of this Next`,
    why: 'Version 3 brought the App Router, and does not wait for `cookies()`, which is a Promise from Next 15 on; version 4 does.',
    fix: 'Install the version that is made for your Next (4 for Next 15), then run routeshift again.',
  },
  PA575: {
    slug: 'iron-session-too-old',
    level: 'blocker',
    what: (data) => `iron-session ${plain(data, 'version')} is too old: route handlers need 6.2.0`,
    why: 'Earlier versions read the cookie from a Node request only, and would find no session.',
    fix: 'Install a newer version (npm install iron-session@6), then run routeshift again.',
  },
  PA576: {
    slug: 'session-cookie-of-iron-session',
    level: 'note',
    what: ({ form }) =>
      form === 'cookies'
        ? 'iron-session now reads and sets its cookie through `cookies()` of next/headers'
        : 'iron-session now writes its cookie to the headers that the answers are made with',
    why: 'The session is the same. The attributes of the cookie may be in another order, with `Expires` beside `Max-Age`; and a `Set-Cookie` header that is set after `session.save()` no longer replaces the cookie of the session: both are sent.',
    fix: 'Nothing, unless the handler sets cookies of its own after it has saved the session.',
  },
  PA577: {
    slug: 'iron-session-form',
    level: 'blocker',
    what: ({ why, text }) => `${forms[String(why)] ?? forms.form}: \`${String(text)}\``,
    why: 'The session can only be opened in the handler itself where the handler and the options can be read.',
    fix: 'Write the options as an object (`export const sessionOptions = { ... }`) and the handler as a function of its own, then run routeshift again.',
  },
  PA578: {
    slug: 'work-after-inner-answer',
    level: 'review',
    what: (data) =>
      `What ${quote(data, 'name')} does after \`next()\` now also happens where a middleware behind it has answered by itself`,
    why: 'next-api-middleware never comes back from `next()` when a middleware further in answers without calling its own; a wrapper gets the answer back and goes on.',
    fix: 'Look at what comes after `next()`: if it must not run for requests that were refused, ask for the status of the answer there.',
  },
  PA579: {
    slug: 'next-connect-form',
    level: 'blocker',
    what: ({ why, text }) => `${routers[String(why)] ?? routers.use}: \`${String(text)}\``,
    why: 'The methods of a route handler are exports: what runs for each of them must be written in the file, as functions of the project.',
    fix: 'Write the function in this project as `(req, res, next) => { ...; next() }`, without a path, and give it to the router by name; or leave the route in pages/.',
  },
  PA580: {
    slug: 'next-api-middleware-form',
    level: 'blocker',
    what: (data) =>
      `A chain of next-api-middleware is not read in the files: ${quote(data, 'text')} in ${quote(data, 'file')}`,
    why: 'The chain becomes calls of wrappers, so that each middleware must be a function of the project that is named in it, with the type of the package or in the same file, and that awaits `next()` or ends with it.',
    fix: 'Write the middleware as `const withUser: Middleware = async (req, res, next) => { ...; await next() }`, list it by name in `label` or `use`, and give the handler to the result at once; then run routeshift again.',
  },
  PA582: {
    slug: 'next-not-awaited',
    level: 'note',
    what: (data) => `What fails after this middleware is answered now: ${quote(data, 'text')}`,
    why: 'next-connect 1 does not wait for a `next()` that is not awaited or returned: an error after it was an unhandled rejection, and the request was left without an answer.',
    fix: 'Nothing.',
  },
  PA583: {
    slug: 'error-in-catch-block',
    level: 'note',
    what: () => 'An error in the catch block of the handler is answered by Next now, with 500 and no text',
    why: 'next-connect 0 answered it with its `status` (else 500) and its message.',
    fix: 'Nothing, unless what the catch block sends can fail.',
  },
  PA584: {
    slug: 'sentry-wrapper-dropped',
    level: 'review',
    what: ({ isWrapped, version }) =>
      isWrapped === 'yes'
        ? 'The wrapper of Sentry is gone: its SDK wraps route handlers by itself'
        : `The wrapper of Sentry is gone, and @sentry/nextjs ${String(version)} does not wrap route handlers: errors here are no longer reported`,
    why: 'From 7.67.0 on the SDK wraps route handlers when Next builds them, where next.config is made with `withSentryConfig`. It is a finding to review where the version is older.',
    fix: 'Install @sentry/nextjs 7.67.0 or later, and see that `autoInstrumentAppDirectory` is not turned off.',
  },
  PA594: {
    slug: 'sentry-wrapper-inside-catch',
    level: 'review',
    what: () => 'The wrapper of Sentry inside this `try` is gone: what the `catch` answers is no longer reported by it',
    why: 'The SDK wraps the whole route handler, and sees only what nobody catches. In Pages this wrapper saw an error before the `catch` did, and handed a thrown text or number on as an object.',
    fix: 'Call `Sentry.captureException(error)` in the `catch` for the errors that are to be reported.',
  },
}

const routers: Readonly<Record<string, string>> = {
  use: 'The router of next-connect is used in a way that is not understood',
  export: 'What the router of next-connect gives is exported in a way that is not understood',
  path: 'The router of next-connect has a path or pattern of its own',
  function: 'A function of the router is made elsewhere, or is that of a package',
  unanswered: 'The last function of the router calls `next()`',
  options: 'The options of next-connect are not an object of functions that can be written out or called',
  params: 'A function of the router reads `req.params`',
  caught: 'A middleware of the router catches what fails after its `next()`',
  elsewhere: 'A function of the router is written in another module, which does not export it',
  behind: 'A function of the router is made behind the export',
  loads: 'A module that fills the router does more when it is loaded, which the route would lose',
  tied: 'A function of the router uses what only the function that makes the router knows',
  factory: 'The function that makes the router of next-connect does more than to make and fill it',
}

const forms: Readonly<Record<string, string>> = {
  form: 'This form of `withIronSessionApiRoute` is not understood',
  handler: 'The handler of `withIronSessionApiRoute` is made by another call',
  options: 'The options of `withIronSessionApiRoute` are not written as an object',
}
