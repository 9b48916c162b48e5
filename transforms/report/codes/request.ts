import type { CodeText } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** PA1xx: what a handler reads from the request. */
export const requestCodes: Record<string, CodeText> = {
  PA112: {
    slug: 'query-key-read-once',
    level: 'note',
    what: (data) => `A repeated query key ${quote(data, 'key')} now gives its first value, it gave an array`,
    why: '`req.query` held an array for `?a=1&a=2`; `searchParams.get` gives the first value. The code does not look for an array here. A key that is given once, or not at all, reads as before.',
    fix: 'Nothing, unless clients repeat the key: then read all values with `searchParams.getAll`.',
  },
  PA113: {
    slug: 'query-used-whole',
    level: 'note',
    what: () => '`req.query` is used as a whole: a repeated query key now gives its last value, it gave an array',
    why: 'The object is built anew from the search params and the route params. Keys that are given once and the route params are as before. It is a finding to review where the object is passed to a function: a schema that refused an array gets one value now.',
    fix: 'Check whether clients repeat a key, and whether that must be refused: read such a key with `searchParams.getAll`.',
  },
  PA114: {
    slug: 'optional-segment-from-query',
    level: 'note',
    what: (data) =>
      `Without a path segment, ${quote(data, 'key')} is now undefined even when the query has a key of that name`,
    why: 'In Pages `?slug=x` filled the value of an optional catch-all segment that was not in the path; the route params of app/ never look at the query.',
    fix: 'Nothing, unless clients use the query instead of the path: then read the key with `searchParams.get` too.',
  },
  PA115: {
    slug: 'param-name-stays-in-url',
    level: 'note',
    what: (data) => `A query key that is named like the route param ${quote(data, 'key')} stays in the URL`,
    why: 'Next 15 and 16 take such a key out of `req.url`, since the param wins over it; the URL of a route handler is as the client sent it.',
    fix: 'Nothing, unless clients send such a key.',
  },
  PA118: {
    slug: 'request-part-assigned',
    level: 'blocker',
    what: (data) => `The handler changes the request: ${quote(data, 'text')}`,
    why: 'A web Request cannot be changed: its method, URL, headers, cookies and body are fixed when the handler gets it.',
    fix: 'Put the new value into a variable of its own and use that, then run routeshift again.',
  },
  PA120: {
    slug: 'body-read-as-json',
    level: 'note',
    what: () => 'The request body is read as JSON, whatever content type the request states',
    why: 'A body that is sent as `application/json` is read as before, an empty one too. Pages gave an object for a urlencoded form and a string for text, for JSON without a content type and for no body at all; now a form or a text that is not JSON throws, and JSON is parsed under any content type. No body at all is `{}` where only fields of it are read.',
    fix: 'Nothing, if all clients send JSON with its content type. For forms read `await request.formData()`, for text `await request.text()`.',
  },
  PA122: {
    slug: 'body-read-without-parser',
    level: 'blocker',
    what: (data) => `The handler reads ${quote(data, 'text')} although \`bodyParser\` is false`,
    why: 'With the parser switched off `req.body` is undefined, unless something outside of this file fills it.',
    fix: 'Remove the read, or switch the parser on, then run routeshift again.',
  },
  PA123: {
    slug: 'json-parse-of-body',
    level: 'review',
    what: () => '`JSON.parse(req.body)` failed for requests sent as `application/json`; they are served now',
    why: 'Pages had parsed such a body already, and parsing an object throws. The text is now parsed once, whatever its content type.',
    fix: 'Check that it does no harm to serve these requests; refuse them by their content type where it does.',
  },
  PA125: {
    slug: 'body-read-twice',
    level: 'blocker',
    what: (data) => `The body would be read again in the function called here: ${quote(data, 'text')}`,
    why: '`req.body` could be read any number of times; the body of a web Request can be read once, a second read throws.',
    fix: 'Read the body in one place and pass the value on to the other function, then run routeshift again.',
  },
  PA130: {
    slug: 'odd-cookies',
    level: 'note',
    what: () => 'Cookies of unusual form read differently',
    why: 'Of two cookies with one name the last counts, it was the first; quotes around a value stay; a value with a bad `%` escape is dropped; a name without `=` reads as `true`; spaces around the `=` count. Cookies that `Set-Cookie` made are read as before.',
    fix: 'Nothing, unless clients build such cookies themselves.',
  },
  PA131: {
    slug: 'request-used-as-stream',
    level: 'blocker',
    what: (data) => `The request is used as a Node stream: ${quote(data, 'text')}`,
    why: 'A route handler gets a web Request: it has no events and none of the methods of a Node stream.',
    fix: 'Read the body with `await request.text()` or `await request.arrayBuffer()`, and use `request.signal` to see that the client went away; or leave the route in pages/.',
  },
  PA140: {
    slug: 'remote-address-from-header',
    level: 'review',
    what: () => 'The client address is now read from the `x-forwarded-for` header',
    why: 'A route handler has no socket. `next start` and most hosts write the address into this header, but a client can send the header itself, and behind several proxies it holds a list of addresses.',
    fix: 'Check where the address is used: for limits and access checks take the header that your proxy sets and clients cannot.',
  },
  PA141: {
    slug: 'request-socket',
    level: 'blocker',
    what: (data) => `The handler uses the socket of the request: ${quote(data, 'text')}`,
    why: 'A route handler has no socket.',
    fix: 'Read what you need from headers (`x-forwarded-proto` for an encrypted connection, for example), or leave the route in pages/.',
  },
  PA142: {
    slug: 'request-part-of-node',
    level: 'blocker',
    what: (data) => `The handler reads a part of the request that only Node has: ${quote(data, 'text')}`,
    why: 'A web Request does not tell the HTTP version, the raw headers or the trailers.',
    fix: 'Use `request.headers` where that is enough, or leave the route in pages/.',
  },
  PA144: {
    slug: 'header-key-with-capitals',
    level: 'blocker',
    what: (data) => `The header key ${quote(data, 'name')} has capital letters, so it is always undefined in Pages`,
    why: 'The keys of `req.headers` are lower case; `request.headers.get` takes any case and would find the header.',
    fix: 'Write the key in lower case if the header is meant to be read, or delete the read; then run routeshift again.',
  },
  PA150: {
    slug: 'preview-state-read',
    level: 'blocker',
    what: (data) => `The handler reads the preview state of the request: ${quote(data, 'text')}`,
    why: 'In app/ draft mode is read with `draftMode()` of next/headers, which tells on or off; the preview data has no counterpart.',
    fix: 'Use `(await draftMode()).isEnabled` where on or off is all you need, or leave the route in pages/.',
  },
}
