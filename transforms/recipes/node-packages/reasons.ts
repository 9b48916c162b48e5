const MIDDLEWARE = 'it is middleware for Connect, which works on the Node request and response'
const LIMIT =
  'it counts requests by `req.ip` or a key made of the Node request, in the memory of the process that pages and app/ do not share, and writes its headers to the Node response'
const PROXY = 'it pipes the Node request to another server, and what that answers into the Node response'
const PREVIEW =
  'it sets or clears the preview data of Pages, and switches draft mode instead in its form for route handlers (1.0 and later)'

/** What each package does with `req` and `res`: end of a sentence. */
export const reasons: ReadonlyMap<string, string> = new Map([
  ['express-rate-limit', LIMIT],
  ['express-slow-down', LIMIT],
  ['http-proxy', PROXY],
  ['http-proxy-middleware', PROXY],
  ['next-http-proxy-middleware', PROXY],
  ['passport', 'it is middleware for Connect, which hangs the user and functions like `req.logIn` on the Node request'],
  [
    'express-session',
    'it is middleware for Connect, which writes the cookie of the session when the Node response is sent',
  ],
  ['next-session', 'it writes the cookie of the session when the Node response is sent'],
  [
    'cookie-session',
    'it is middleware for Connect, which writes the cookie of the session when the Node response is sent',
  ],
  ['helmet', MIDDLEWARE],
  ['morgan', MIDDLEWARE],
  ['compression', MIDDLEWARE],
  ['micro-cors', 'it wraps a handler of the old form; `cors` and headers of the Next config are understood'],
  ['socket.io', 'it is attached to the server behind the socket of the response'],
  [
    '@tus/server',
    'it reads the Node request as a stream and answers on the Node response (version 2 has `handleWeb(request)` for route handlers)',
  ],
  ['next-firebase-auth', 'it reads and signs its cookies on the Node request and response'],
  [
    'cookies',
    'a jar that signs, that is handed on, or whose cookies ask for more than plain options works on the Node request and response',
  ],
  [
    'nookies',
    'it rewrites the Set-Cookie header of the Node response; cookies whose name and options are written out in the call are understood, in a file that sets no others',
  ],
  [
    'apollo-server-micro',
    'it answers on the Node response; @as-integrations/next of Apollo Server 4 answers both routers',
  ],
  [
    'uploadthing/next-legacy',
    '`uploadthing/next` is its form for route handlers, and the middleware of its file router is given another request there',
  ],
  ['next-auth/client', 'version 3 of next-auth has no form for route handlers; `getServerSession` of version 4 has'],
  ['@prismicio/next', PREVIEW],
  [
    '@modelcontextprotocol/sdk/server/streamableHttp.js',
    'its transport answers on the Node response, for as long as the stream is open',
  ],
])
