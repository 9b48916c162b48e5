import type { CodeText, Data } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA565 to PA568: packages that answer remote procedure calls. */
export const rpcCodes: Record<string, CodeText> = {
  PA565: {
    slug: 'trpc-reads-body',
    level: 'note',
    what: () => 'tRPC now reads the body itself; a body that is no JSON is answered by tRPC, not by Next',
    why: 'Next parsed it before: it refused JSON that is malformed (400) or too large (413) with a text of its own, and gave `{}` for an empty body that is declared as JSON, which is no input now (tRPC 11 refuses it where a procedure looks at its input). tRPC 10 also took JSON under another content type, and now takes the name of a procedure as it is encoded in the URL: one that is encoded for no need is not found. A body without a content type is refused in other words. The clients of tRPC send JSON; only `httpLink` without a transformer sends no body, for a mutation without input.',
    fix: 'Nothing, unless other clients than those of tRPC call the route, or the route relied on the limit of 1 MB.',
  },
  PA566: {
    slug: 'trpc-form',
    level: 'blocker',
    what: ({ why, text }) => `${reasons[String(why)] ?? 'This form of tRPC is not understood'}: \`${String(text)}\``,
    why: 'The handler becomes `fetchRequestHandler` of @trpc/server/adapters/fetch, which has the same options, but hands a Request to `createContext` and `onError`, and takes the procedure from the URL after `endpoint`.',
    fix: 'Write the options in the call itself, let `createContext` take `{ req, res }` and no more, and name the file `[trpc]`; then run routeshift again.',
  },
  PA567: {
    slug: 'trpc-factory-counterpart',
    level: 'note',
    what: (data) =>
      `${quote(data, 'counterpart')} stands beside ${quote(data, 'name')} in ${quote(data, 'place')}, and makes the route handler`,
    why: 'tRPC must be told the path of each route. Contexts keep `req` and `res`: what is read of them in the modules of this route (method, URL, headers, cookies, headers that are set) a plain object gives as well. In a streamed batch (`httpBatchStreamLink`) a header that a procedure or middleware sets after it has waited for something may be left out, where it went with the answer or made the procedure fail.',
    fix: 'Where procedures set headers and clients stream batches, see that these still arrive. Take the old function away when no handler in pages/ and no test calls it any more.',
  },
  PA590: {
    slug: 'blitz-form-of-failures',
    level: 'review',
    what: () => 'Blitz answers through its form for route handlers now, which differs where a request fails',
    why: 'What a handler of `api` throws (`$authorize` throws where nobody is signed in), or Blitz itself outside of a resolver (none of that name, no anti-CSRF token, a body that is no JSON), is answered by Next with 500 and no text, where `api` had sent the error with 400, after `onError` and `formatError` of `setupBlitzServer`, and with the headers that were set until then. The cookies of the session (its token, the anti-CSRF token) do not go with that 500 either: where a session was opened for a new visitor, made, changed or ended before the error, the storage knows and the browser does not. `rpcAppHandler` reads JSON whatever content type a request states, and its answers have the type text/plain. A request that changes nothing about its session is sent the header `Set-Cookie: null`. The client of Blitz sends JSON, takes the body of every answer for JSON, and makes an error of 400 and 500 alike.',
    fix: 'Catch in the handler what its callers should learn, above all after it has changed the session, and see that errors are still reported where you look for them.',
  },
  PA591: {
    slug: 'blitz-other-form',
    level: 'blocker',
    what: ({ why, ...data }) =>
      `The form of Blitz for route handlers cannot be used here: ${whyNotBlitz(String(why), data)}`,
    why: 'The route becomes `withBlitzAuth(rpcAppHandler())`, and a handler of `api` one of `withBlitzAuth({ GET: ... })`: both run sessions, and no other middleware.',
    fix: 'Change what is named, then run routeshift again; or leave the route in pages/.',
  },
}

function whyNotBlitz(why: string, data: Data): string {
  const file = quote(data, 'file')
  switch (why) {
    case 'version':
      return `Blitz ${plain(data, 'version')} is not known to have one for this version of Next (2.1 has one for Next 14, 3.0 for Next 15)`
    case 'path':
      return 'the file is not named `[[...blitz]]`'
    case 'plugins':
      return `${file} has other plugins than those of sessions and RPC, or they are not written out, and their middleware would not run`
    case 'name':
      return `${file} has something else of the name \`withBlitzAuth\``
    case 'session':
      return `${file} has no session plugin, which is what gives \`withBlitzAuth\``
    case 'types':
      return 'the call states types'
    case 'inner':
      return 'another wrapper stands between it and the handler'
    case 'third':
      return 'the handler takes `ctx`, and from 15.5 on Next refuses the type of an exported handler with three parameters'
    case 'request':
      return 'the handler would take a `NextRequest`, and it gives its handlers a `Request`'
    case 'method':
      return `${file} is called with GET (\`httpMethod\`), which it answers with 500`
    case 'native':
      return `${file} loads \`SecurePassword\`, whose package (sodium-native) does not find its build from within a route handler; name it in \`serverExternalPackages\` of the Next config (Next 14: \`experimental.serverComponentsExternalPackages\`)`
    case 'folders':
      return `${file} names folders of resolvers in other packages (\`includeRPCFolders\`)`
    default:
      return 'the file imports what it needs in another way, or uses it elsewhere'
  }
}

const reasons: Readonly<Record<string, string>> = {
  version: '@trpc/server has route handlers from version 10 on',
  headers: 'The context keeps `res`, and for that @trpc/server must be 10.8 or later',
  path: 'tRPC cannot tell the procedure from the path of this route',
  rewrite: 'A rewrite of the Next config leads to this route, and tRPC would see the path of its source',
  options: 'An option of tRPC has no counterpart in route handlers, or is not written out',
  context: '`createContext` takes more from tRPC than `req` and `res`, or cannot be looked into',
  error: '`onError` may read `req`',
}
