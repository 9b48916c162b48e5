import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA237 and PA445 to PA454: what around the routes goes by the paths of their files. */
export const pathCodes: Record<string, CodeText> = {
  PA445: {
    slug: 'old-path-named',
    level: 'review',
    what: (data) =>
      `${quote(data, 'name')} in ${quote(data, 'file')} names ${plain(data, 'count')} ${data.count === 1 ? 'file that has' : 'files that have'} moved, and not the new place`,
    why: 'Owners, lint rules, coverage, stories, pipelines and API descriptions find files by their paths; what a setting means for the new place is for people to say.',
    fix: 'Name the new path too (`app/api/**/route.ts`), or take the old one out where all routes have moved.',
  },
  PA446: {
    slug: 'vercel-function-renamed',
    level: 'note',
    what: (data) => `The key ${quote(data, 'from')} of \`functions\` is now ${quote(data, 'to')}`,
    why: 'Vercel finds functions by the paths of their files, and refuses to deploy a key that matches none.',
    fix: 'Nothing.',
  },
  PA447: {
    slug: 'urls-stay',
    level: 'note',
    what: (data) => `${quote(data, 'file')} goes by URLs, and these stay as they are`,
    why: 'Matchers of middleware, and rewrites, redirects and headers of the Next config, see the same requests as before.',
    fix: 'Nothing.',
  },
  PA451: {
    slug: 'module-of-routes',
    level: 'note',
    what: (data) =>
      `This file is a module of ${quote(data, 'routes')} now (${quote(data, 'target')}), and no route of its own: ${quote(data, 'middleware')} answers all that its URL is asked`,
    why: 'Every file in pages/api is a route, those that others load among them. In app/ only `route.ts` is one.',
    fix: 'Nothing. What the middleware does for these URLs has nothing to protect any more.',
  },
  PA452: {
    slug: 'private-route-gone',
    level: 'review',
    what: (data) =>
      `This file is a module of ${quote(data, 'routes')} now (${quote(data, 'target')}), and its own URL answers 404: it ran the handler alone, without what those routes do before it`,
    why: 'Every file in pages/api is a route, those that others load among them, also where the name begins with `_`. In app/ only `route.ts` is one; nothing in this repository calls the URL.',
    fix: 'See that nobody outside of the repository calls it. To keep it, export the handler from a `route.ts` in a folder whose name begins with `%5F`.',
  },
  PA453: {
    slug: 'test-of-module-left',
    level: 'review',
    what: (data) =>
      `The test ${quote(data, 'test')} imports ${quote(data, 'target')}, whose functions take a Request now`,
    why: 'A test that calls a handler of the old form with a mocked `req` and `res` fails until it is written for the new one. What else it imports is as it was.',
    fix: 'Call the function with what it takes now, and test the Response. --keep-tested keeps such routes.',
  },
  PA237: {
    slug: 'doc-import-left',
    level: 'review',
    what: (data) => `This comment takes ${quote(data, 'names')} from ${quote(data, 'route')}, which has moved`,
    why: 'TypeScript and editors read the types in comments of JavaScript. What has moved exports no such type: a handler has another type now, and in a `.ts` file comments declare none. Nothing that runs depends on it.',
    fix: 'Take the type from where it is declared now, or declare it in a module outside of pages/.',
  },
}
