import type { CodeText, Data } from '../../model/diagnostic.ts'
import { plain, quote } from './words.ts'

/** PA0xx: the project around the routes, and their paths. */
export const projectCodes: Record<string, CodeText> = {
  PA001: {
    slug: 'no-next-app',
    level: 'error',
    what: () => 'No Next.js application was found here',
    why: 'A folder counts as a Next application when its package.json names next, or when it has a next.config file.',
    fix: 'Run routeshift in the folder of the application or in the root of the repository, or name the folder: routeshift <dir>.',
  },
  PA002: {
    slug: 'no-pages-api',
    level: 'error',
    what: () => 'No API routes were found: there is no file under pages/api or src/pages/api',
    why: 'routeshift migrates API routes of the Pages Router and touches nothing else.',
    fix: 'If all routes have moved to app/ already, there is nothing left to do; else check the folder, and --include and --exclude.',
  },
  PA003: {
    slug: 'next-version-unknown',
    level: 'review',
    what: (data) => `The version of Next could not be found; ${plain(data, 'version')} is assumed`,
    why: 'What a route handler may do and how its parameters are typed depends on the version of Next.',
    fix: 'Install the dependencies first, or state the version: --next 15.',
  },
  PA004: {
    slug: 'next-too-old',
    level: 'blocker',
    what: (data) => `Next ${plain(data, 'version')} is older than 13.4, the first version with stable route handlers`,
    why: 'Route handlers written for a later version are not served, or answer differently, on this one.',
    fix: 'Upgrade Next to 13.4 or later first, or state the version that you will upgrade to: --next 14.',
  },
  PA005: {
    slug: 'page-extensions-not-literal',
    level: 'review',
    what: () => '`pageExtensions` in the Next config is computed and cannot be read; the default is assumed',
    why: 'Which files are routes, and what a route file must be called, depends on pageExtensions.',
    fix: 'Write pageExtensions as an array of strings in the Next config, or check that every route was found and is named as Next wants it.',
  },
  PA006: {
    slug: 'test-file-in-pages',
    level: 'blocker',
    what: () => 'This file lies under pages/api but looks like a test',
    why: 'Next serves every file under pages/api, tests too; moving a test into app/ would make an endpoint of it for good.',
    fix: 'Move the test out of pages/, then run routeshift again.',
  },
  PA007: {
    slug: 'path-segment-special-in-app',
    level: 'blocker',
    what: (data) => `The path segment ${quote(data, 'segment')} has a special meaning in app/`,
    why: 'In app/, folder names in parentheses are route groups, names with @ are slots, and both vanish from the URL.',
    fix: 'Rename the route, or leave it in pages/.',
  },
  PA008: {
    slug: 'two-files-for-one-url',
    level: 'blocker',
    what: (data) => `Another file answers the same URL: ${quote(data, 'other')}`,
    why: 'Two files for one URL would become the same route file, and which one Next serves today is not defined.',
    fix: 'Delete the file that is not used, then run routeshift again.',
  },
  PA009: {
    slug: 'path-taken-in-app',
    level: 'blocker',
    what: (data) => `The path is taken in app/ already: ${quote(data, 'other')}`,
    why: 'A route file must not be overwritten, and Next refuses a route beside a page of the same path.',
    fix: 'Decide which of the two files shall answer, delete or rename the other, then run routeshift again.',
  },
  PA010: {
    slug: 'symlinked-route',
    level: 'blocker',
    what: ({ target }) =>
      target
        ? `The file is reached through a symbolic link to \`${target}\``
        : 'The file is a symbolic link to a place outside the repository',
    why: 'Moving the link would not move the code, and what lies outside the repository is never changed.',
    fix: 'Replace the link with a file, then run routeshift again.',
  },
  PA011: {
    slug: 'unreadable-file',
    level: 'error',
    what: (data) => `The file cannot be read: ${plain(data, 'message')}`,
    why: 'A route that was not read is not touched.',
    fix: 'Check that the file exists, is UTF-8 text and may be read.',
  },
  PA012: {
    slug: 'unparsable-file',
    level: 'error',
    what: (data) => `The file cannot be parsed: ${plain(data, 'message')}`,
    why: 'A route that was not understood is not touched.',
    fix: 'Correct the syntax error. If Next builds this file, please report it as a bug of routeshift.',
  },
  PA013: {
    slug: 'project-without-typescript',
    level: 'review',
    what: () => 'The project does not use TypeScript, and the new `route.ts` files need it',
    why: 'Next asks for typescript and the React types as soon as it meets a .ts file.',
    fix: 'Install it (npm install --save-dev typescript @types/react @types/node), or keep the language of each file: --lang keep.',
  },
  PA014: {
    slug: 'path-segment-no-folder',
    level: 'blocker',
    what: (data) => `The path segment ${quote(data, 'segment')} cannot be the name of a folder in app/`,
    why: 'A folder of dots is another folder, one without a name is none, and a backslash separates folders on Windows.',
    fix: 'Rename the route, or leave it in pages/.',
  },
  PA015: {
    slug: 'nested-too-deeply',
    level: 'blocker',
    what: () => 'The code of this route is nested too deeply to be followed',
    why: 'Chains and brackets of thousands of parts need more memory than a program has for them. Code is not written like this by hand.',
    fix: 'If the file is generated, leave it in pages/; else split the long expression, then run routeshift again.',
  },
  PA016: {
    slug: 'file-too-long',
    level: 'blocker',
    what: (data) =>
      `The file has ${plain(data, 'length')} characters, more than routeshift follows (${plain(data, 'most')})`,
    why: 'A route of this size is a bundle or was generated; following it would take minutes and gigabytes.',
    fix: 'Leave it in pages/, or change what makes it.',
  },
  PA019: {
    slug: 'folders-differ-in-case',
    level: 'blocker',
    what: (data) => `The folder ${quote(data, 'path')} would differ only in case from one of ${quote(data, 'other')}`,
    why: 'macOS and Windows take both for one folder: there, one route would overwrite the other, or be served by the URL of the other spelling. In pages/ a file and a folder are apart in spite of that.',
    fix: 'Spell both alike, with a redirect or a rewrite from the URL that goes; then run routeshift again.',
  },
  PA020: {
    slug: 'rewrite-adds-query',
    level: 'blocker',
    what: (data) =>
      `A rewrite of the Next config, from ${quote(data, 'source')}, adds ${quote(data, 'key')} to the query that this route reads`,
    why: 'What a rewrite adds to the query is in `req.query`; in a route handler the URL of the request stays that of the source, without it.',
    fix: 'Read the value from the path of the source, or make it a dynamic segment of the destination; then run routeshift again.',
  },
  PA021: {
    slug: 'rewrites-not-readable',
    level: 'review',
    what: () => '`rewrites` in the Next config is computed and cannot be read',
    why: 'A query key that a rewrite adds is in `req.query` of an API route, but not in the URL that a route handler sees.',
    fix: 'Check that no rewrite onto a route that moved adds query keys, or parameters that its destination path does not use.',
  },
  PA022: {
    slug: 'header-also-in-config',
    level: 'review',
    what: (data) =>
      data.winner === 'both'
        ? `The header ${quote(data, 'name')} is also set by \`headers\` in the Next config; both are sent now`
        : `The header ${quote(data, 'name')} is also set by \`headers\` in the Next config, which now wins over the route`,
    why: 'For API routes the value of the handler wins. For route handlers Next 13.5 and 14 send both lines, and from 15 on only that of the config.',
    fix: 'Set the header in one of the two places.',
  },
  PA023: {
    slug: 'not-found-page-replaced',
    level: 'review',
    what: (data) => `Next now answers 404 with a page of its own instead of ${quote(data, 'file')}`,
    why: 'From Next 16 on, the first route in app/ makes the App Router answer for what is not found, for pages of the Pages Router too.',
    fix: 'Write app/not-found.tsx (and app/layout.tsx) with the content of the page.',
  },
  PA024: {
    slug: 'cache-components',
    level: 'note',
    what: () =>
      '`cacheComponents` is on: a GET that reads neither the request nor anything uncached may be answered at build time',
    why: 'Under cacheComponents, route handlers are prerendered like pages, and the exports `dynamic`, `revalidate` and `runtime` are refused.',
    fix: 'Await connection() of next/server in a GET whose answer must be made anew for every request.',
  },
  PA025: {
    slug: 'imports-react-dom-server',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'file')}, which the route reaches${chain(data)}, imports \`react-dom/server\`${loss(data)}`,
    why: 'What a route handler imports is compiled as server components are, and there this import breaks the build.',
    fix: 'Import it where it is used, with await import(); then run routeshift again.',
  },
  PA026: {
    slug: 'imports-client-code',
    level: 'blocker',
    what: (data) =>
      data.what === 'use client'
        ? `${quote(data, 'file')}, which the route reaches${chain(data)}, is a 'use client' module${loss(data)}`
        : `${quote(data, 'file')}, which the route reaches${chain(data)}, imports client code: ${quote(data, 'what')}${loss(data)}`,
    why: "What a route handler imports is compiled as server components are: client hooks and next/router break the build, and a 'use client' module is only a reference whose values cannot be used.",
    fix: 'Move what the route needs into a file without client code, then run routeshift again.',
  },
  PA027: {
    slug: 'asks-for-its-place',
    level: 'blocker',
    what: (data) => `${quote(data, 'file')}, which the route loads, reads ${quote(data, 'name')}`,
    why: 'It is the place of the file, or the folder of what is compiled for the route, and both lie elsewhere, and deeper, for a route handler: files that are looked for from there are no longer found.',
    fix: 'Start from process.cwd(), which stays the folder of the project; then run routeshift again.',
  },
  PA034: {
    slug: 'types-of-client-code',
    level: 'note',
    what: (data) => `${quote(data, 'file')} now imports ${quote(data, 'from')} with \`import type\``,
    why: 'Only types use what it imports there. Turbopack (Next 16) refuses such an import in what a route handler reaches, unless it is one of types; nothing of it is left when the code runs, as before.',
    fix: 'Nothing.',
  },
  PA037: {
    slug: 'linked-folder',
    level: 'review',
    what: ({ folder, target }) =>
      target && target !== folder
        ? `\`${folder}\` is a symbolic link to the folder \`${target}\`, whose files were not looked at`
        : `\`${folder}\` is a link to a folder outside the repository, or a repository of its own; its files were not looked at`,
    why: 'Next serves what is below it as API routes. They stay as they are: what is elsewhere, or there for several places, is not moved.',
    fix: 'Replace the link with the folder itself, then run routeshift again.',
  },
  PA038: {
    slug: 'source-not-read',
    level: 'review',
    what: (data) => `This file was not looked at: ${plain(data, 'why')}`,
    why: 'Where it imports a route that has moved, or calls one with methods that no other caller uses, it is not known.',
    fix: 'Look for imports of pages/api in it; save it in a form that can be read, take the run back (npx routeshift undo) and run again where there are any.',
  },
  PA039: {
    slug: 'named-outside',
    level: 'review',
    what: (data) => `${quote(data, 'name')} is named outside of the folder that routeshift ran in, and has moved`,
    why: 'Files outside of that folder are not read and never written: an import in one is broken now, a rule for owners or a pipeline finds nothing.',
    fix: 'Write the new place there; or take the run back (npx routeshift undo) and run in the root of the repository, where imports follow.',
  },
}

/** Why what is needed cannot be imported from elsewhere: something would no longer run. */
function loss(data: Data): string {
  if (data.effect === undefined) return ''
  return `; what it needs could be imported past ${quote(data, 'barrel')}, but then ${quote(data, 'effectAt')} would no longer run: ${quote(data, 'effect')}`
}

/** The files between a route and what it may not reach: those nearest to the two ends. */
function chain({ by }: Data): string {
  if (typeof by !== 'object' || by.length === 0) return ''
  const shown = by.length > 4 ? [...by.slice(0, 2), '...', ...by.slice(-2)] : by
  return ` by way of ${quote({ shown }, 'shown')}`
}
