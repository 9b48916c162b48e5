import type { CodeText } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** PA597 to PA599: listeners of events, and values of which only the run shows what they are. */
export const eventCodes: Record<string, CodeText> = {
  PA597: {
    slug: 'close-of-response-listened-for',
    level: 'note',
    what: (data) =>
      `What listened for \`close\` of the response runs by \`after()\` of next/server: ${quote(data, 'text')}`,
    why: 'It runs by the same event as before: when the answer has been sent, or when the client goes away while the handler still works. What it throws is logged and does not end the process, and it does not run for methods that Next answers by itself.',
    fix: 'Nothing. Where the work is only meant for clients that went away, `request.signal` tells them from the others.',
  },
  PA598: {
    slug: 'caught-error-sent',
    level: 'note',
    what: (data) => `What was caught is sent as JSON: ${quote(data, 'text')}`,
    why: '`res.send` looked at the value when it ran. What is thrown is an error nearly always, which is an object, and was sent as JSON (`{}`, for most). A text that is thrown was sent as it is, and is now in quotes.',
    fix: 'Nothing. Send `{ error: error.message }` where clients should learn what went wrong.',
  },
  PA599: {
    slug: 'sent-by-what-it-is',
    level: 'note',
    what: ({ name, text }) =>
      `\`${String(name)}\` at the end of the file looks at what is sent, as \`res.send\` did: \`${String(text)}\``,
    why: 'Nothing in the code shows whether it is text, bytes, a stream or an object, so the function asks when it runs and answers each as before. Text gets the content type text/plain where the handler states none: browsers no longer guess that it is HTML. A stream of the old kind, that is no `Readable`, is an error.',
    fix: 'Nothing. Where you know what it is, `new Response(value)` or `Response.json(value)` says it, and the function can go.',
  },
}
