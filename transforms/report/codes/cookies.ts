import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA601 and PA602: packages that read and set cookies. */
export const cookieCodes: Record<string, CodeText> = {
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
