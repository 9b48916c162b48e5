import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA360, PA54x, PA569, PA605 and PA606: packages that take `req` and `res`. */
export const packageCodes: Record<string, CodeText> = {
  PA360: {
    slug: 'prints-new-request',
    level: 'note',
    what: (data) => `Another request is printed: ${quote(data, 'text')}`,
    why: 'A Request shows less of itself on the console than the request of Node does, and its body is not read for that.',
    fix: 'Print the parts that you look for: the method, the url, a header.',
  },
  PA540: {
    slug: 'session-cookie-not-renewed',
    level: 'note',
    what: (data) => `${quote(data, 'name')} no longer renews the session cookie`,
    why: 'Given `res`, next-auth sent a fresh session cookie with the answer; given the options alone, it only reads the session. The client still renews it through /api/auth/session.',
    fix: 'Nothing where pages use the session too; else a session of clients that call only this route ends `maxAge` after the sign-in.',
  },
  PA541: {
    slug: 'session-without-expires',
    level: 'review',
    what: () => '`session.expires` is missing now',
    why: 'next-auth leaves it out of a session that is read on the server without `req` and `res`.',
    fix: 'Check whether a client reads `expires` from this answer, and take it from /api/auth/session if so.',
  },
  PA542: {
    slug: 'next-auth-too-old',
    level: 'blocker',
    what: (data) =>
      `next-auth ${plain(data, 'version')} is too old: the form for route handlers needs ${plain(data, 'needed')}`,
    why: 'Earlier versions read `req` and `res` only, or fail on the Next of this project.',
    fix: 'Install a newer version (npm install next-auth@4), then run routeshift again.',
  },
  PA543: {
    slug: 'upload-read-as-form-data',
    level: 'review',
    what: ({ package: name, files }) =>
      `The form is now read with \`request.formData()\`, no longer with ${String(name)}${typeof files === 'object' && files.length > 0 ? `; uploaded: ${files.join(', ')}` : ''}`,
    why: 'A file is now a `File` in memory, it was written to a temporary folder; limits on size and number, and the refusal of empty files, are gone. A form that is not multipart (formidable also read JSON, and took an empty body for an empty form), and a text field with the name of a file, throw where formidable told them apart. For a form without files this is a note.',
    fix: 'Check what is done with the file (`await file.arrayBuffer()` gives its bytes), and limit the size of uploads in front of Next.',
  },
  PA544: {
    slug: 'session-read-on-server',
    level: 'note',
    what: () =>
      '`getSession({ req })` is now `getServerSession`, which reads the session without a request to /api/auth/session',
    why: 'The session is the same. The old call asked over HTTP, and for a request with a body as a POST, which gave no session at all: such requests may be signed in now. It is a finding to review where the file reads a body.',
    fix: 'Check that requests with a body may be signed in; nothing else.',
  },
  PA545: {
    slug: 'headers-before-package-answer',
    level: 'blocker',
    what: (data) => `Status or headers are set before a package answers: ${quote(data, 'text')}`,
    why: 'The package makes a Response of its own, without what was set before.',
    fix: 'Set the headers in the options of the package or in next.config, then run routeshift again.',
  },
  PA546: {
    slug: 'no-auth-options-to-import',
    level: 'blocker',
    what: ({ why, file }) =>
      `The options of next-auth cannot be imported${noOptions[String(why)]?.(String(file)) ?? ''}`,
    why: '`getServerSession` needs the options that the project gives to NextAuth.',
    fix: 'Export the options under a name (`export const authOptions = ...`) and pass that to NextAuth, then run routeshift again.',
  },
  PA547: {
    slug: 'raw-body-limit-dropped',
    level: 'note',
    what: (data) => `The limit of ${plain(data, 'limit')} on the raw body is gone`,
    why: '`micro` and `raw-body` refused larger bodies with 413; a Request has no limit of its own.',
    fix: 'Set a limit in the proxy or platform in front of Next, or check the `content-length` header where the route is open to the public.',
  },
  PA548: {
    slug: 'raw-body-form',
    level: 'blocker',
    what: ({ why, text }) =>
      why === 'body-parser'
        ? `The raw body is read although the body parser is on: \`${text}\``
        : `This form of reading the raw body is not understood: \`${text}\``,
    why: 'With the body parser on there is nothing left to read; with it off, only a read of the whole body as bytes, text (UTF-8) or JSON has a counterpart.',
    fix: 'Set `bodyParser: false`, or read the whole body with `buffer(req)`; then run routeshift again.',
  },
  PA549: {
    slug: 'upload-package',
    level: 'blocker',
    what: ({ package: name, why }) => `An upload is read with ${String(name)}${uploads[String(why)] ?? ''}`,
    why: 'A route handler has no Node request for the package to read; only plain reads of fields and files have a counterpart in `request.formData()`.',
    fix: 'Read the form with `await request.formData()` in a route handler of your own, or leave the route in pages/.',
  },
  PA569: {
    slug: 'address-from-headers-alone',
    level: 'note',
    what: () => '`getClientIp` is now given the headers alone: it knows no address where none of them has one',
    why: 'A route handler has no socket. Next 13.5 and later write its address into `x-forwarded-for`, where the client does not send that header itself; with a value that is no address (`unknown`), the answer is null now. Before 13.5 this is a finding to review: only a proxy in front of Next writes the header.',
    fix: 'Nothing where a proxy sets the header; else do not let requests without an address pass for one client.',
  },
  PA606: {
    slug: 'inngest-reads-request',
    level: 'note',
    what: () => '`serve` of inngest now reads the body and its own URL off the Request',
    why: 'Next parsed the body before, and refused one that is malformed with 400 or too large (1 MB) with 413; a step that sends more than that is no longer refused. The URL that is registered with Inngest had `https` in production, and has the protocol now that the request came with, or that a proxy states in `x-forwarded-proto`.',
    fix: 'Set `serveHost` in the options where a proxy in front of Next takes the encryption off and does not say so.',
  },
  PA605: {
    slug: 'node-package',
    level: 'blocker',
    what: ({ package: source, name, why, text }) =>
      `${memberOf(String(name))}${String(source)} is handed \`req\` or \`res\` (\`${String(text)}\`): ${String(why)}`,
    why: 'A route handler has neither, and what the package does with them has no counterpart that is known to be the same.',
    fix: 'Leave the route in pages/, or take what the package has for route handlers in their documentation, and test the route.',
  },
}

/** `default` says nothing. */
const memberOf = (name: string): string => {
  const member = name.replace(/^(?:default|\*)\.?/, '')
  return member === '' ? '' : `\`${member}\` of `
}

const uploads: Readonly<Record<string, string>> = {
  'body-parser': ' although the body parser is on',
  form: ' in a form that is not understood',
  bundled: ', of which only version 3 and later can be bundled, as a route handler is',
  stream: ', which takes the Node request as a stream',
}

const noOptions: Readonly<Record<string, (file: string) => string>> = {
  'no-route': () => ': there is no [...nextauth] route',
  inline: (file) => `: \`${file}\` does not give them a name`,
  'not-exported': (file) => `: \`${file}\` does not export them`,
  'in-route': (file) => `: they are in \`${file}\``,
}
