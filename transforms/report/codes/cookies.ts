import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA260 to PA263, PA601 and PA602: packages that read and set cookies. */
export const cookieCodes: Record<string, CodeText> = {
  PA260: {
    slug: 'supabase-client-on-headers',
    level: 'note',
    what: (data) =>
      `The client of Supabase is made with ${quote(data, 'name')}, and writes its cookies to the headers that the answers are made with`,
    why: 'It reads the cookies of the request and sets the same ones as before. A cookie that is set twice in one request (a session that is renewed, and then changed) is sent twice, of which browsers keep the last; before that it was sent once. Read again in the same request, it is what was set first, where it was what was set last or, after the end of a session, what the request brought. The cookies are not on a 500 that Next answers when the handler throws.',
    fix: 'Nothing, unless a handler changes the session twice and reads it again: use what the call that changed it gave back.',
  },
  PA261: {
    slug: 'supabase-helpers-too-old',
    level: 'blocker',
    what: (data) =>
      `@supabase/auth-helpers-nextjs ${plain(data, 'version')} has no client for the headers of a Request`,
    why: 'From 0.8.1 to 0.10.0 `createMiddlewareClient` reads a Request and writes cookies to Headers; before that it also sent the session as a header of another name.',
    fix: 'Install @supabase/auth-helpers-nextjs 0.10.0, then run routeshift again; or move to @supabase/ssr, which has taken its place.',
  },
  PA262: {
    slug: 'cookie-of-jar',
    level: 'note',
    what: () => 'The cookie of the package cookies is added to the headers of the answers',
    why: 'It is made by the same class of the package, so that its line is the same. Only where Node itself answered over HTTPS (`next dev --experimental-https`, or a server of your own) the package also made it `secure`, for it saw the socket; a route handler does not.',
    fix: 'Nothing, unless Node itself answers over HTTPS: say `secure: true` in the options of the cookie then.',
  },
  PA263: {
    slug: 'cookie-line-written-out',
    level: 'note',
    what: () => 'The cookie that nookies has set is written out as the line that it makes',
    why: 'The line is the same. nookies also wrote the cookies anew that others had set before it (another module, the Next middleware): their attributes in another order and case, unknown ones left out, and the same cookie once where it was set twice. They are sent as they were set now.',
    fix: 'Nothing. `cookies()` of next/headers sets cookies, too, with the attributes in an order of its own.',
  },
  PA601: {
    slug: 'cookie-set-through-next',
    level: 'note',
    what: (data) =>
      data.form === 'headers'
        ? `${quote(data, 'name')} now writes the cookie to the headers that the answers are made with`
        : `${quote(data, 'name')} now sets the cookie through \`cookies()\` of next/headers`,
    why: 'The cookie is the same. A module that others may load, too, cannot use next/headers; there the line of the cookie stays as it was. Through `cookies()` its attributes may be in another order and case, with `Expires` beside `Max-Age`; of two that are set under one name only the last is sent; the cookies are not on a 500 that Next answers. It is a finding to review where the function also reads cookies: one that it has deleted was missing from then on and reads as an empty text now, and `request.cookies` does not show what was set.',
    fix: 'Nothing, unless a cookie is read again after it was set or deleted: keep its value in a variable then.',
  },
  PA602: {
    slug: 'cookies-next-too-old',
    level: 'blocker',
    what: (data) =>
      `cookies-next ${plain(data, 'version')} is too old: the form for route handlers needs ${plain(data, 'needed')}`,
    why: 'Earlier versions read and set cookies on `req` and `res` only, or do not wait for `cookies()`, which is a Promise from Next 15 on: the cookie would not be set.',
    fix: 'Install a newer version (npm install cookies-next), then run routeshift again.',
  },
}
