import type { CodeText } from '../../model/diagnostic.ts'
import { irregularText } from './tests.ts'
import { quote } from './words.ts'

const differences: Readonly<Record<string, string>> = {
  config: ': its `config` is another one',
  text: ': the segments of its path are others',
}

const differing = (why: string): string => differences[why] ?? (why === '' ? '' : ` (${why})`)

/** PA42x: files that import a route. */
export const importerCodes: Record<string, CodeText> = {
  PA421: {
    slug: 'handler-used-elsewhere',
    level: 'blocker',
    what: (data) => `${quote(data, 'other')} uses the handler of this route`,
    why: 'It calls or passes on a handler of the old form (or its config), and would get one of the new form.',
    fix: 'Move the code that both need into a function without `req` and `res`, then run routeshift again.',
  },
  PA422: {
    slug: 'handler-used-by-test',
    level: 'blocker',
    what: (data) => `The test ${quote(data, 'other')} uses the handler of this route${irregularText(data)}`,
    why: 'The test calls a handler of the old form with a mocked `req` and `res`, and would fail.',
    fix: 'Run without --keep-tested, or write the test against the URL or against a Request and a Response first.',
  },
  PA423: {
    slug: 'module-used-elsewhere',
    level: 'blocker',
    what: ({ name, other }) =>
      name
        ? `\`${other}\` imports \`${name}\` from this route, which the file does not declare`
        : `\`${other}\` imports this route without a name`,
    why: 'The file moves, and an import can only be pointed at a value or type that the file itself exports.',
    fix: 'Move what the import is for into a module outside of pages/, then run routeshift again.',
  },
  PA424: {
    slug: 'export-tied-to-handler',
    level: 'blocker',
    what: ({ name, helper }) =>
      name === helper
        ? `Other files import \`${name}\`, which is the handler or works on \`req\` and \`res\``
        : `Other files import \`${name}\`, which needs \`${helper}\` of the handler`,
    why: 'What other files import moves into a module beside the route file; this cannot, since it is rewritten with the handler.',
    fix: 'Move it into a module outside of pages/, without `req` and `res`, then run routeshift again.',
  },
  PA425: {
    slug: 'export-with-side-effect',
    level: 'blocker',
    what: (data) => `Other files import ${quote(data, 'name')}, which this statement changes: ${quote(data, 'text')}`,
    why: 'The export moves into a module beside the route file; the statement would stay behind, or run at another time.',
    fix: 'Move the export and the statement into a module outside of pages/, then run routeshift again.',
  },
  PA426: {
    slug: 'imported-by-kept-route',
    level: 'blocker',
    what: (data) => `${quote(data, 'other')} imports from this route and stays in pages/`,
    why: 'A kept file is not changed in any way, so what it imports must stay where it is.',
    fix: 'Move what both need into a module outside of pages/, or migrate the other route first; then run routeshift again.',
  },
  PA443: {
    slug: 'handler-of-kept-route',
    level: 'blocker',
    what: (data) => `The handler is that of ${quote(data, 'other')}, which stays in pages/`,
    why: 'The file only hands on the handler of another route: the two move together.',
    fix: 'See what keeps the other route; when it moves, this one follows.',
  },
  PA444: {
    slug: 'handler-differs-elsewhere',
    level: 'blocker',
    what: (data) =>
      `${quote(data, 'other')} hands on this handler, which would not come out the same there${differing(String(data.why))}`,
    why: 'Both routes would run one function: the segments of their paths and what `config` says of the body have to agree.',
    fix: 'Give both files the same `config`, and the handler keys that both routes have; or write a handler of its own there.',
  },
  PA448: {
    slug: 'route-used-whole',
    level: 'blocker',
    what: (data) => `${quote(data, 'other')} imports or passes on all of this route, not what it needs by name`,
    why: 'Values and types go into a module beside the route file, the handler does not: an import of everything can be pointed at neither.',
    fix: 'Import or export by name what is needed (`import { limit }`, `export { limit } from`), then run routeshift again.',
  },
}
