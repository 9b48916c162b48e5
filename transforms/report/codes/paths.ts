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
  PA237: {
    slug: 'doc-import-left',
    level: 'review',
    what: (data) => `This comment takes ${quote(data, 'names')} from ${quote(data, 'route')}, which has moved`,
    why: 'TypeScript and editors read the types in comments of JavaScript. What has moved exports no such type: a handler has another type now, and in a `.ts` file comments declare none. Nothing that runs depends on it.',
    fix: 'Take the type from where it is declared now, or declare it in a module outside of pages/.',
  },
}
