import type { CodeText } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA028 to PA030, PA035 and PA036: what comes of it that app/ lies beside pages/. */
export const besidePagesCodes: Record<string, CodeText> = {
  PA028: {
    slug: 'null-checks-stay-off',
    level: 'note',
    what: (data) => `${quote({ line: '"strictNullChecks": false' }, 'line')} now stands in ${quote(data, 'file')}`,
    why: 'As soon as app/ lies beside pages/, Next writes `"strictNullChecks": true` there, unless it is stated or `strict` is on; code that was not written for it would no longer build.',
    fix: 'Nothing; take the line out once the code passes the check.',
  },
  PA029: {
    slug: 'null-checks-turned-on',
    level: 'review',
    what: (data) =>
      `Next will write ${quote({ line: '"strictNullChecks": true' }, 'line')} into ${quote(data, 'file')}, and the build fails where code was not written for it`,
    why: 'Next does so as soon as app/ lies beside pages/, unless it is stated or `strict` is on. The file could not be changed here.',
    fix: 'Write `"strictNullChecks": false` into compilerOptions before the next build, or mend what the check finds.',
  },
  PA030: {
    slug: 'next-completes-tsconfig',
    level: 'note',
    what: (data) => `With app/ there, Next adds its types and its plugin to ${quote(data, 'file')} by itself`,
    why: 'The next `next dev` or `next build` writes `.next/types/**/*.ts` to `include` and `{ "name": "next" }` to `plugins`.',
    fix: 'Run one of them once, and commit the file.',
  },
  PA035: {
    slug: 'state-kept-twice',
    level: 'review',
    what: (data) =>
      `${quote(data, 'file')} keeps ${quote(data, 'names')} between requests, once for pages/ and once for app/ now: ${quote(data, 'by')}${data.more ? ` and ${plain(data, 'more')} more` : ''} no longer see what the routes that moved put there`,
    why: 'Next loads a module once for all API routes and pages, and once more for all route handlers.',
    fix: 'Nothing where that is only a copy; for counts, locks and caches that are cleared, move the others too, or keep it on globalThis (Next 13.5 and later) or outside of the process.',
  },
  PA036: {
    slug: 'made-twice',
    level: 'note',
    what: (data) =>
      `What ${quote(data, 'files')}${data.more ? ` and ${plain(data, 'more')} more` : ''} make on first use is made once for pages/ and once for app/`,
    why: 'Next loads a module once for all API routes and pages, and once more for all route handlers: clients and connections of modules that both sides use are two.',
    fix: 'Nothing, unless the database counts connections; then keep the client on globalThis (Next 13.5 and later).',
  },
}
