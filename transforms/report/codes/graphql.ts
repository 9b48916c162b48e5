import type { CodeText } from '../../model/diagnostic.ts'
import { quote } from './words.ts'

/** PA603 and PA604: servers of GraphQL. */
export const graphqlCodes: Record<string, CodeText> = {
  PA603: {
    slug: 'graphql-form',
    level: 'blocker',
    what: ({ package: name, why, places, text }) =>
      `The form of ${String(name)} for route handlers cannot be used here${obstacles[String(why)]?.(String(text), listed(places)) ?? ''}`,
    why: 'In Pages the context of every operation holds `req` and `res` (graphql-yoga), or is made of them (@as-integrations/next). A route handler has neither: what looks at them would fail.',
    fix: 'Take what the context needs from `request`, which both give in a route handler, and write the options out in the call; then run routeshift again.',
  },
  PA604: {
    slug: 'graphql-reads-body',
    level: 'note',
    what: (data) =>
      data.type === 'exact'
        ? `${quote(data, 'package')} now reads the body itself, as JSON only where the content type is \`application/json\` and no more`
        : `${quote(data, 'package')} now reads the body itself; one that is no JSON is answered by it, not by Next`,
    why: 'Next parsed it before, refused JSON that is malformed with 400 or too large with 413, and took any charset. The handler of @as-integrations/next (up to 4.1.0) compares the content type with `application/json`: with `; charset=utf-8` behind it, which clients written in .NET or Java send, the operation is refused with 400; JSON that is malformed or empty answers 500. For @as-integrations/next this is a finding to review.',
    fix: 'Check which content type the clients send. Those of a browser (Apollo Client, urql, Relay) send it without a charset.',
  },
}

const obstacles: Readonly<Record<string, (text: string, places: string) => string>> = {
  version: () => ': it is known from graphql-yoga 5 on',
  rewrite: () => ': a rewrite leads to the route, and its URL is that of the client there',
  options: (text) => `: an option that is not known to be the same there, or not written out: \`${text}\``,
  context: (text) => `: the context is made of \`req\` or \`res\`: \`${text}\``,
  types: (text) => `: its types are given with the call: \`${text}\``,
  readers: (_text, places) => `: \`req\` or \`res\` of the context may be read at ${places}`,
}

const listed = (places: unknown): string =>
  Array.isArray(places)
    ? places
        .slice(0, 4)
        .map((place) => `\`${String(place)}\``)
        .join(', ')
    : ''
