/** Sources that are deep or long, by what is special about them. */
export const bigSources: Readonly<Record<string, () => string>> = {
  'many parentheses': () => answer(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`),
  'some parentheses': () => answer(`${'('.repeat(1_500)}1${')'.repeat(1_500)}`),
  'many lists in each other': () => answer(`${'['.repeat(3_000)}${']'.repeat(3_000)}`),
  'some lists in each other': () => answer(`${'['.repeat(900)}${']'.repeat(900)}`),
  'many objects in each other': () => answer(`${'{a:'.repeat(1_500)}1${'}'.repeat(1_500)}`),
  'many blocks in each other': () => handler(`${'{'.repeat(2_000)}res.json({})${'}'.repeat(2_000)}`),
  'many conditions in each other': () => handler(`${'if (req.query.a) {'.repeat(700)}res.json({})${'}'.repeat(700)}`),
  'a long chain of conditions': () =>
    handler(
      `${Array.from({ length: 1_500 }, (_none, at) => `if (req.query.a === '${at}') res.json(${at})`).join('\nelse ')}\nelse res.end()`,
    ),
  'many conditions in a row': () =>
    handler(
      `${Array.from({ length: 1_500 }, (_none, at) => `if (req.query.a === '${at}') return res.json(${at})`).join('\n')}\nres.end()`,
    ),
  'a long sum': () => answer(Array.from({ length: 5_000 }, () => "'a'").join(' + ')),
  'a very long sum': () => answer(Array.from({ length: 50_000 }, () => "'a'").join(' + ')),
  'a long chain of members': () => answer(`req${'.a'.repeat(5_000)}`),
  'a long chain of calls': () => handler(`res${".setHeader('a', 'b')".repeat(3_000)}.json({})`),
  'a very long chain of promises': () =>
    handler(`return work()${'.then((x) => x)'.repeat(3_000)}.then((x) => res.json(x))`),
  'many choices in each other': () => answer(`${'req.query.a ? 1 : '.repeat(2_000)}2`),
  'many functions in each other': () => handler(`${'(() => { '.repeat(500)}res.json({})${' })()'.repeat(500)}`),
  'many templates in each other': () => answer(`${'`${'.repeat(800)}1${'}`'.repeat(800)}`),
  'many types in each other': () => `type A = ${'Array<'.repeat(1_500)}string${'>'.repeat(1_500)}\n${answer('1')}`,
  'many wrappers': () =>
    `const w = (h) => (req, res) => h(req, res)\nexport default ${'w('.repeat(500)}(req, res) => res.json({})${')'.repeat(500)}\n`,
  'many cases': () =>
    handler(
      `switch (req.query.a) {\n${Array.from({ length: 3_000 }, (_none, at) => `case '${at}': return res.json(${at})`).join('\n')}\n}\nres.end()`,
    ),
  'many tries in each other': () =>
    handler(`${'try {'.repeat(300)}res.json({})${'} catch (e) { res.status(500).end() }'.repeat(300)}`),
  'many loops in each other': () =>
    handler(`${'for (const a of req.query.b) {'.repeat(300)}x(a)${'}'.repeat(300)}res.json({})`),
  'many helpers': () =>
    `${Array.from({ length: 800 }, (_none, at) => `function f${at}(req, res) { return f${at + 1}(req, res) }`).join('\n')}\nfunction f800(req, res) { res.json({}) }\nexport default f0\n`,
  'many helpers, each called twice': () =>
    `${Array.from({ length: 40 }, (_none, at) => `function f${at}(req, res) { if (f${at + 1}(req, res)) return true; return f${at + 1}(req, res) }`).join('\n')}\nfunction f40(req, res) { if (req.query.a) { res.end(); return true } return false }\nexport default (req, res) => { if (f0(req, res)) return; res.json({}) }\n`,
  'many tests of the method': () =>
    handler(
      `${Array.from({ length: 60 }, () => "if (req.method === 'GET' && req.query.a) { x() } else { y() }").join('\n')}\nres.json({})`,
    ),
  '5 MB of statements': () => `${'const a = 1;\n'.repeat(20)}${answer('1')}${'x(1, 2, 3);\n'.repeat(400_000)}`,
  '5 MB of a comment': () => `/* ${'a '.repeat(2_400_000)} */\n${answer('1')}`,
  '5 MB of comments': () => `${'// a b c d e f g h\n'.repeat(250_000)}${answer('1')}`,
  '5 MB in one text': () => answer(`'${'a'.repeat(4_900_000)}'`),
  '5 MB in one line': () => `${answer('1')}${'x(1,2,3);'.repeat(500_000)}`,
  '5 MB of open brackets': () => '('.repeat(4_900_000),
  '5 MB of quotes': () => "'".repeat(4_900_000),
  '5 MB of backslashes': () => `'${'\\'.repeat(4_900_000)}`,
  '5 MB of white space': () => ' '.repeat(4_900_000),
  '5 MB of paths': () => "'/api/a".repeat(700_000),
  '5 MB of paths in brackets': () => "fetch('/api/a".repeat(300_000),
  '5 MB of imports': () => "import'./a';".repeat(400_000),
  '5 MB of names': () => `a${'b'.repeat(4_900_000)}`,
  nothing: () => '',
}

const handler = (body: string): string => `export default function handler(req, res) {\n${body}\n}\n`
const answer = (value: string): string => handler(`res.status(200).json({ value: ${value} })`)
