import { expect, test } from 'vitest'
import { migrate } from '../../transforms/migrate.ts'
import { createMemoryHost } from '../support/memory-host.ts'

const moves = "import { hit } from '../../lib/hits'\nexport default (req, res) => res.json({ hits: hit() })\n"
const stays = "import { hit } from '../../lib/hits'\nexport default (req, res) => { req.pipe(res); hit() }\n"
const base = {
  'package.json': '{ "dependencies": { "next": "15.0.0" } }',
  'lib/hits.js': 'let hits = 0\nexport const hit = () => ++hits\n',
  'pages/api/moves.js': moves,
}

async function run(files: Record<string, string>, include: string[] = []) {
  const { report } = await migrate({ include, lang: 'keep' }, createMemoryHost({ ...base, ...files }))
  return report.project.filter(({ code }) => code === 'PA035' || code === 'PA036')
}

const page = (rest: string): string =>
  `import { hit } from '../lib/hits'\nexport default () => null\nexport const ${rest}\n`

test.each<[string, Record<string, string>, boolean]>([
  ['no other file', {}, false],
  ['a route that stays', { 'pages/api/stays.js': stays }, true],
  ['a page of the browser', { 'pages/a.js': page('useHit = hit') }, false],
  [
    'a page with getServerSideProps',
    { 'pages/a.js': page('getServerSideProps = () => ({ props: { n: hit() } })') },
    true,
  ],
  ['a page with getInitialProps', { 'pages/a.js': `${page('a = hit')}a.getInitialProps = () => hit()\n` }, true],
  ['a page that is made once', { 'pages/a.js': page('getStaticProps = () => ({ props: { n: hit() } })') }, false],
  [
    'a page that is made anew',
    { 'pages/a.js': page('getStaticProps = () => ({ props: { n: hit() }, revalidate: 9 })') },
    true,
  ],
  ['a route that moves and speaks of pages', { 'pages/api/more.js': `// getServerSideProps\n${moves}` }, false],
])('what a route that moves shares with %s', async (_name, files, isTold) => {
  expect((await run(files)).map(({ code }) => code)).toEqual(isTold ? ['PA035'] : [])
})

test('what takes only a type shares nothing', async () => {
  const typed = {
    'lib/hits.js': '',
    'lib/hits.ts': 'let hits = 0\nexport type Hits = number\nexport const hit = (): Hits => ++hits\n',
  }
  const page =
    "import { Hits } from '../lib/hits'\nexport const getServerSideProps = (): Hits => 1\nexport default () => null\n"
  const route =
    "import { Hits } from '../../lib/hits'\nconst one: Hits = 1\nexport default (req, res) => res.json({ one })\n"
  expect(await run({ ...typed, 'pages/a.ts': page }, ['pages/api/moves.js'])).toEqual([])
  expect(await run({ ...typed, 'pages/api/b.ts': route, 'pages/api/stays.js': stays }, ['pages/api/b.ts'])).toEqual([])
})

test('what a route keeps in its own file goes with it', async () => {
  const own = 'let hits = 0\nexport const hit = () => ++hits\nexport default (req, res) => res.json({ hits: hit() })\n'
  const uses =
    "import { hit } from './api/own'\nexport default () => null\nexport const getServerSideProps = () => hit()\n"
  expect(await run({ 'pages/api/own.js': own, 'pages/a.js': uses }, ['pages/api/own.js'])).toEqual([])
})

test('what is made once does not hide what changes', async () => {
  const both = 'let client\nlet hits = 0\nexport const hit = () => ((client ??= new Client()), ++hits)\n'
  const [found, ...more] = await run({ 'lib/hits.js': both, 'pages/api/stays.js': stays })
  expect([found?.code, found?.message, more]).toEqual(['PA035', expect.stringMatching(/keeps `hits` between/), []])
})

test.each([
  ['hits = 0\nexport const hit = () => ++hits', 'PA035', /`pages\/api\/c\.js` and 2 more/],
  ['hits\nexport const hit = () => (hits ??= new Hits())', 'PA036', /^What `lib\/hits\.js` make/],
])('names the first of many: let %s', async (text, code, said) => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => [`pages/api/${name}.js`, stays])
  const found = await run({ 'lib/hits.js': `let ${text}\n`, ...Object.fromEntries(many) })
  expect(found.map((one) => [one.code, one.message])).toEqual([[code, expect.stringMatching(said)]])
})
