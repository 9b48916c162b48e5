import type { CodeText } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** `--fallback adapter`: routes that run unchanged behind a file of the user's own. */
export const adapterCodes: Record<string, CodeText> = {
  PA435: {
    slug: 'handler-adapted',
    level: 'note',
    what: (data) => `The handler runs unchanged, from ${quote(data, 'handler')} and behind ${quote(data, 'adapter')}`,
    why: 'With `--fallback adapter` a route that would be kept leaves pages/ all the same, where its code is the only reason. The other codes say what kept it: the work that is left.',
    fix: 'Nothing now. To migrate it later, write what the reason asks for, move the handler back to pages/api, delete its route file and run routeshift again; or write the route file by hand.',
  },
  PA436: {
    slug: 'not-for-the-adapter',
    level: 'note',
    what: ({ why, importer }) =>
      `The adapter does not help here: ${misfits[String(why)] ?? 'this route'}${importer === undefined ? '' : ` (\`${String(importer)}\`)`}`,
    why: 'The adapter runs the code of a handler as it is. It cannot give what only pages/ has, nor change what is around a route.',
    fix: 'Do what the other reasons ask for, or leave the route in pages/.',
  },
  PA437: {
    slug: 'differences-of-adapted-routes',
    level: 'note',
    what: () =>
      'Adapted routes differ in what no code in app/ can give: an uncaught error answers 500 without a body or headers, a header set to several values is sent as one line, `Content-Length` may go, and `Vary` is added',
    why: 'These are differences of the routers. Methods that HTTP does not know (PROPFIND) are refused with 400, and a GET or HEAD has no body; statuses below 200 and from 600 on answer 500, 205 loses its body; `req.headers` and `req.rawHeaders` are in the order of their names, and the socket has no more than an address. A body in another charset than those of `TextDecoder` is refused, header values beyond ASCII may arrive in another encoding, and a handler that destroys the response before its head answers 500 where the connection was cut. What a handler imports is bundled for app/ as it is for any route handler (packages that must not be: `serverExternalPackages`), and state of modules is no longer shared with what stays in pages/.',
    fix: 'Nothing, unless a client depends on one of them.',
  },
  PA438: {
    slug: 'draft-mode-adapted',
    level: 'note',
    what: () => 'Draft mode is read and set by `draftMode()` of next/headers behind the adapter',
    why: 'It is the same cookie. Pages also took stale draft cookies away as soon as the state was read, and told preview data from draft mode.',
    fix: 'Nothing.',
  },
}

// Why the adapter cannot take a route.
const misfits: Readonly<Record<string, string>> = {
  around: 'the reason is not the code of the handler',
  broken: 'the file has no handler to run',
  edge: 'the handler runs on the edge runtime, or may',
  socket: 'the code reaches for the socket, for trailers or for a timeout of the connection',
  preview: 'the code needs preview data or regenerates static pages',
  status: 'the answer has a status that a route handler cannot send',
  place: 'the code depends on the folder in which it lies',
  config:
    'the config of the file comes by `export *` or `module.exports`, or is computed: a route file can neither import nor repeat it',
  server: 'a server of the project may hand requests to the handler, with more on them',
  importer: 'a file imports from the route that stays as it is, or is written otherwise',
}
