import type { CodeText } from '../model/diagnostic.ts'

/**
 * What every route handler does differently from every API route, whatever its code. Said once per report,
 * in this order, when at least one route moved. Measured on Next 13.4 to 16.
 */
export const globalDifferences: Record<string, CodeText> = {
  PA290: {
    slug: 'json-content-type-without-charset',
    level: 'note',
    what: () => 'JSON answers say `application/json`, no longer `application/json; charset=utf-8`',
    why: 'JSON is UTF-8 by definition, so clients read the same text.',
    fix: 'Nothing, unless a client compares the header with a fixed string.',
  },
  PA291: {
    slug: 'no-etag',
    level: 'note',
    what: () => 'Next no longer adds `ETag` and `Content-Length`, and no longer answers 304 to `If-None-Match`',
    why: 'Clients that revalidate with an ETag receive the whole answer again.',
    fix: 'Set ETag and answer 304 in the handler where large answers are polled.',
  },
  PA292: {
    slug: 'vary-added',
    level: 'note',
    what: () => 'Next adds `Vary: RSC, Next-Router-State-Tree, ...` to every answer',
    why: 'A shared cache may store more variants of one URL.',
    fix: 'Nothing, unless a CDN refuses to cache answers that have a Vary header.',
  },
  PA293: {
    slug: 'uncaught-error-body-empty',
    level: 'note',
    what: () =>
      'An uncaught error still answers 500, but with an empty body and without headers that were set before it',
    why: 'API routes sent the text `Internal Server Error` and kept the headers set so far.',
    fix: 'Nothing, unless a client reads the text of a 500 or needs a header on it (CORS, for example).',
  },
  PA294: {
    slug: 'no-body-limit',
    level: 'note',
    what: () => 'Next no longer refuses request bodies over 1 MB (or the `sizeLimit` of the route) with 413',
    why: 'Route handlers have no limit of their own.',
    fix: 'Set a limit in the proxy or platform in front of Next, or check the size in handlers that are open to the public.',
  },
  PA295: {
    slug: 'automatic-head-and-options',
    level: 'note',
    what: () => 'Where GET is exported, Next answers HEAD and OPTIONS itself, unless the file exports them',
    why: 'HEAD runs GET and drops the body; OPTIONS answers 204 with an Allow header. API routes ran the handler.',
    fix: 'Nothing, unless a client depends on the old answer to HEAD or OPTIONS.',
  },
  PA296: {
    slug: 'redirect-body-empty',
    level: 'note',
    what: () => 'Redirects have an empty body',
    why: '`res.redirect` sent the target as text in the body; browsers and HTTP clients follow the Location header, which is unchanged.',
    fix: 'Nothing, unless a client reads the body of a redirect.',
  },
  PA297: {
    slug: 'malformed-json-reaches-handler',
    level: 'note',
    what: () => 'Malformed JSON is no longer refused by Next with 400 `Invalid JSON` before the handler runs',
    why: 'Reading the body now happens inside the handler: it throws there, so the error handling of the handler decides the answer (500 where it has none), work before the read is done, and a handler that never reads the body serves the request.',
    fix: 'Catch the error in the handler where clients depend on the status 400.',
  },
  PA298: {
    slug: 'text-has-content-type',
    level: 'note',
    what: () => 'Text answers without a content type of their own now say `text/plain;charset=UTF-8`',
    why: '`res.send` and `res.end` sent strings without a Content-Type header, and browsers guessed.',
    fix: 'Nothing, unless a client needs the header to be missing; state the content type of text that is not plain.',
  },
  PA288: {
    slug: 'modules-loaded',
    level: 'note',
    what: () => 'A route file may load other modules than the old file, or in another order',
    why: 'What an import did only by being loaded (a client that is made at the top of a module) is done when the module is used somewhere: a route file imports what its own code needs.',
    fix: 'Nothing; a module that must run whatever is used of it is imported by its name alone (`import "./setup"`), and such imports stay.',
  },
  PA289: {
    slug: 'header-values-beyond-ascii',
    level: 'note',
    what: () => 'Header values with characters beyond ASCII may be sent in another encoding',
    why: 'Node sends such values as Latin-1 or as UTF-8, depending on the body that follows, and Next hands it the body of a route handler in another form.',
    fix: "Encode such values, as `filename*=UTF-8''...` does in Content-Disposition.",
  },
  PA287: {
    slug: 'loaded-by-build',
    level: 'note',
    // next@16.0.0 build/index.js: `pageType === 'app' || !isReservedPage(page)`, and /api is reserved (build/utils.js).
    what: () => '`next build` loads every route file, which it did not do with API routes',
    why: 'It runs what stands at the top of the modules to learn the settings of the route: one that throws without its environment (`if (!process.env.KEY) throw ...`, a client that is made without a key) fails the build.',
    fix: 'Give the build the environment that the server has, or make such clients inside of functions.',
  },
}
