import type { CodeText } from '../../model/diagnostic.ts'
import { irregularText } from './tests.ts'
import { plain, quote } from './words.ts'

/** PA4xx: the module around the handler: config, types, imports, exports. */
export const moduleCodes: Record<string, CodeText> = {
  PA401: {
    slug: 'no-default-export',
    level: 'blocker',
    what: () => 'The file has no default export',
    why: 'Next calls the default export of an API route; without one there is no handler to migrate.',
    fix: 'If the file is a module that routes share, move it out of pages/api; else export its handler.',
  },
  PA402: {
    slug: 'handler-from-other-module',
    level: 'blocker',
    what: (data) => `The handler comes from another module: ${quote(data, 'source')}`,
    why: 'A handler from elsewhere can be followed when it is a function of the project with a name, and takes `req` and `res` alone.',
    fix: 'Declare it there as such a function, or move it into this file; then run routeshift again.',
  },
  PA403: {
    slug: 'handler-not-a-function',
    level: 'blocker',
    what: ({ what }) => `The default export is not written as a function${exported[String(what)] ?? ''}`,
    why: 'Only a function whose code stands in this file can be followed.',
    fix: 'Export the handler as a function that is declared once, then run routeshift again.',
  },
  PA404: {
    slug: 'edge-handler',
    level: 'blocker',
    what: ({ why }) => `The handler runs on the edge runtime${edge[String(why)] ?? ''}`,
    why: 'Edge API routes get a web Request and return a Response already, and move as they are; but what Next does around them in Pages alone has no counterpart.',
    fix: 'Move the file by hand: export the handler under its methods, and the runtime as `export const runtime`.',
  },
  PA405: {
    slug: 'handler-uses-this',
    level: 'blocker',
    what: () => 'The handler is a generator or uses `this`',
    why: 'Next calls a route handler as a plain function and expects a Response.',
    fix: 'Write the handler as a plain function without `this`, then run routeshift again.',
  },
  PA406: {
    slug: 'old-type-elsewhere',
    level: 'blocker',
    what: (data) => `${quote(data, 'name')} is used beyond the parameters of the handler`,
    why: 'A function or type that is not part of the move is written for the Pages request or response.',
    fix: 'Give it the type of what it needs (a header value, a string), then run routeshift again.',
  },
  PA407: {
    slug: 'eval-in-handler',
    level: 'blocker',
    what: (data) => `The handler uses ${quote(data, 'text')}`,
    why: 'What the evaluated text does with the request cannot be seen.',
    fix: 'Replace it, or move the route by hand.',
  },
  PA408: {
    slug: 'platform-name-taken',
    level: 'blocker',
    what: (data) => `${quote(data, 'name')} is the name of something else here`,
    why: 'The code of a route handler needs the name for what the platform or Next calls so.',
    fix: 'Give the declaration another name (an import has `as` for that), then run routeshift again.',
  },
  PA409: {
    slug: 'module-changed-twice',
    level: 'blocker',
    what: (data) => `${quote(data, 'path')} would have to be changed in two ways at once`,
    why: 'Another route of this run needs the same file changed for itself.',
    fix: 'Write and commit what this run changes, then run routeshift again. A route that is kept even then needs a module of its own for what it calls.',
  },
  PA410: {
    slug: 'body-parser-options',
    level: 'note',
    what: (data) => `The body parser option ${quote(data, 'text')} is dropped`,
    why: 'Route handlers have no body parser: Next refuses no body for its size, so requests that were answered 413 now reach the handler.',
    fix: 'Set a limit in the proxy or platform in front of Next, or check the size in the handler where it is open to the public.',
  },
  PA411: {
    slug: 'response-limit',
    level: 'note',
    what: () => 'The option `responseLimit` is dropped',
    why: 'It only switched a warning about large answers on or off; route handlers have no such warning.',
    fix: 'Nothing.',
  },
  PA412: {
    slug: 'config-option-without-effect',
    level: 'note',
    what: (data) => `The config option ${quote(data, 'text')} is dropped`,
    why: 'It has no meaning for a route handler.',
    fix: 'Nothing.',
  },
  PA413: {
    slug: 'config-not-understood',
    level: 'blocker',
    what: (data) => `This part of \`config\` is not understood: ${quote(data, 'text')}`,
    why: 'Left in a route file, `config` breaks the build on Next 13 and 14 and is ignored later, so every part of it must be known.',
    fix: 'Write the config as an object with literal values in this file, then run routeshift again.',
  },
  PA573: {
    slug: 'import-past-client-code',
    level: 'review',
    what: (data) => {
      const count = Array.isArray(data.files) ? data.files.length : 0
      const shown = Array.isArray(data.files) ? data.files.slice(0, 3) : []
      const more = count > 3 ? ` and ${count - 3} more` : ''
      return `${quote({ shown }, 'shown')}${more} import${count === 1 ? 's' : ''} ${quote(data, 'names')} from ${quote(data, 'to')} now, past ${quote(data, 'barrel')}, which has client code${
        data.throws ? `; ${quote(data, 'throwsAt')} could stop it from being loaded: ${quote(data, 'throws')}` : ''
      }`
    },
    why: 'The value is the same. The module that is gone past, and what only it imported, is not loaded there any more, for pages that use these files too. No statement of it was found to act on anything outside of itself; a function of a package that it calls for a value is taken to make one. Where loading it failed, requests failed before, and are answered now.',
    fix: 'Check that nothing relied on that module being loaded first.',
  },
  PA574: {
    slug: 'mock-of-passed-module',
    level: 'review',
    what: (data) =>
      `The test ${quote(data, 'test')} replaces ${quote(data, 'barrel')}, past which ${quote(data, 'files')} now import${Array.isArray(data.files) && data.files.length === 1 ? 's' : ''}`,
    why: 'A mock or a spy of the whole module no longer reaches these imports: the test would run the real code.',
    fix: 'Mock the module that the names are imported from now. --keep-tested keeps such routes.',
  },
  PA433: {
    slug: 'test-left-behind',
    level: 'review',
    what: (data) =>
      `The test ${quote(data, 'test')} imports this route from its old path, ${quote(data, 'path')}${
        data.sibling && Array.isArray(data.moved) && data.moved.length > 0
          ? `; ${quote(data, 'moved')} is now in ${quote(data, 'sibling')}`
          : ''
      }${irregularText(data)}`,
    why: 'This test calls or replaces a handler of the old form, and fails until it is written for the new one. A test is converted where all that it does with handlers, requests and answers has an exact counterpart; this one does something else too.',
    fix: 'Call the new exports, as in `await GET(new NextRequest(url))`, and test the Response; where tsconfig.json covers the test, type checks fail until then, that of `next build` too. --keep-tested keeps such routes.',
  },
  PA434: {
    slug: 'test-built-by-next',
    level: 'blocker',
    what: (data) => `The test ${quote(data, 'other')} uses the handler of this route, and lies in pages/`,
    why: 'Next builds every file in pages/ that has a page extension, tests too, and the build stops at an import that leads nowhere. Such a test moves with its route, but this one depends on where it lies: a path relative to it, a snapshot in a place of its own, another file that imports it, or a file that is there already.',
    fix: 'Move the test out of pages/, or set `pageExtensions`; then run routeshift again.',
  },
  PA432: {
    slug: 'javascript-for-jsconfig',
    level: 'note',
    what: () => 'The route stays JavaScript: the project has aliases in jsconfig.json and no tsconfig.json',
    why: 'With the first TypeScript file Next writes a tsconfig.json of its own and no longer reads jsconfig.json, so imports by alias would fail.',
    fix: 'Nothing; to get route.ts, make a tsconfig.json with these paths first.',
  },
  PA439: {
    slug: 'declared-in-unreached-code',
    level: 'blocker',
    what: (data) => `${quote(data, 'name')} is used here, and declared only in code that no such request comes to`,
    why: 'The declaration stands behind a statement that always answers or leaves, or in what only another method runs: a `var` is undefined then, a `const` throws. Such code is left out of the new form, and the name would mean nothing, or something else.',
    fix: 'Declare it above its first use, then run routeshift again.',
  },
  PA430: {
    slug: 'javascript-that-typescript-refuses',
    level: 'note',
    what: (data) => `The file was JavaScript and is marked @ts-nocheck: ${plain(data, 'what')}`,
    why: 'TypeScript would refuse the code as it is; it runs as before, and is as checked as it was.',
    fix: 'Remove the comment and add types when it suits you, or run with --lang keep.',
  },
  PA431: {
    slug: 'types-that-cannot-go',
    level: 'note',
    what: ({ what }) => `The route file stays TypeScript: ${staying[String(what)] ?? 'its code relies on type syntax'}`,
    why: 'JavaScript is made by taking the types away; where that would change the program, or what others import, the file keeps its language.',
    fix: 'Nothing, or rewrite the named construct in plain JavaScript and run routeshift on the old file again.',
  },
}

// By the kind of the exported expression; anything else is said without an explanation.
const exported: Readonly<Record<string, string>> = {
  'unknown name': ': its name is declared nowhere in this file',
  reassigned: ': its variable is assigned again',
  alias: ': it is another name for a variable',
  ClassDeclaration: ' but as a class',
  ObjectExpression: ' but as an object',
}

// What keeps a handler of the edge runtime.
const edge: Readonly<Record<string, string>> = {
  event: ', and reads what Pages hands it beside the request',
  unanswered: ', and can end without an answer',
  next: ', and the file uses `NextResponse.next()` or `NextResponse.rewrite()`',
  locale: ', and the file reads the locale of the request',
  place: ', and the file asks where it lies',
  made: ', and is made by a call that is not known to give every request an answer without the event of Pages',
  form: ' and is not exported as a plain function',
  config: ', with `unstable_allowDynamic`',
  rewritten: ', and a rewrite of the Next config leads to it: the URL that it reads would be another one',
  cache: ', which `cacheComponents` refuses in app/',
}

// What keeps a file from becoming JavaScript.
const staying: Readonly<Record<string, string>> = {
  enum: 'an enum is code',
  namespace: 'a namespace is code',
  'parameter property': 'a constructor declares fields in its parameters',
  'import =': 'it uses `import =`',
  'export =': 'it uses `export =`',
  decorator: 'it uses decorators',
  'exported type': 'other files import types from it',
  pageExtensions: '`pageExtensions` in the config of Next names no JavaScript',
}
