import type { CodeText } from '../../model/diagnostic.ts'
import { plain } from './words.ts'

/** PA57x and PA58x: packages that wrap handlers, or give them a session. */
export const packageWrapperCodes: Record<string, CodeText> = {
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
}

const forms: Readonly<Record<string, string>> = {
  form: 'This form of `withIronSessionApiRoute` is not understood',
  handler: 'The handler of `withIronSessionApiRoute` is made by another call',
  options: 'The options of `withIronSessionApiRoute` are not written as an object',
}
