import type { CodeText } from '../../model/diagnostic.ts'

/** PA565 to PA569: packages that answer remote procedure calls. */
export const rpcCodes: Record<string, CodeText> = {
  PA565: {
    slug: 'trpc-reads-body',
    level: 'note',
    what: () => 'tRPC now reads the body itself; a body that is no JSON is answered by tRPC, not by Next',
    why: 'Next parsed it before: it refused JSON that is malformed (400) or too large (413) with a text of its own, and gave `{}` for an empty body that is declared as JSON, which is no input now (tRPC 11 refuses it where a procedure looks at its input). tRPC 10 also took JSON under another content type, and now takes the name of a procedure as it is encoded in the URL: one that is encoded for no need is not found. The clients of tRPC send JSON; only `httpLink` without a transformer sends no body, for a mutation without input.',
    fix: 'Nothing, unless other clients than those of tRPC call the route, or the route relied on the limit of 1 MB.',
  },
  PA566: {
    slug: 'trpc-form',
    level: 'blocker',
    what: ({ why, text }) => `${reasons[String(why)] ?? 'This form of tRPC is not understood'}: \`${String(text)}\``,
    why: 'The handler becomes `fetchRequestHandler` of @trpc/server/adapters/fetch, which has the same options, but hands a Request to `createContext` and `onError`, and takes the procedure from the URL after `endpoint`.',
    fix: 'Write the options in the call itself, let `createContext` take `{ req, res }` and no more, and name the file `[trpc]`; then run routeshift again.',
  },
}

const reasons: Readonly<Record<string, string>> = {
  version: '@trpc/server has route handlers from version 10 on',
  path: 'tRPC cannot tell the procedure from the path of this route',
  rewrite: 'A rewrite of the Next config leads to this route, and tRPC would see the path of its source',
  options: 'An option of tRPC has no counterpart in route handlers, or is not written out',
  context: '`createContext` takes more from tRPC than `req` and `res`, or cannot be looked into',
  error: '`onError` may read `req`',
}
