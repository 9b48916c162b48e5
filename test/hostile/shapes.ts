import { type Files, defaultPackageJson } from '../support/fixture.ts'
import { bigSources } from './big-sources.ts'

/** A project that is made to break tools. */
export interface Shape {
  name: string
  files: () => Files
}

const plain = `export default function handler(req, res) {
  res.status(200).json({ ok: true })
}
`
const project = (files: Files): Files => ({ 'package.json': defaultPackageJson, ...files })
const route = (text: string): Files => project({ 'pages/api/a.ts': text })

/** Names that every object has. */
const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'] as const

const names: readonly Shape[] = [
  {
    name: 'routes with names that every object has',
    files: () =>
      project({
        ...Object.fromEntries(inherited.map((name) => [`pages/api/${name}.ts`, plain])),
        ...Object.fromEntries(inherited.map((name) => [`pages/api/of-${name}/[${name}].ts`, reading(name)])),
        ...Object.fromEntries(inherited.map((name) => [`pages/api/all-${name}/[...${name}].ts`, reading(name)])),
        'components/calls.ts': inherited.map((name) => `fetch('/api/${name}', { method: '${name}' })`).join('\n'),
      }),
  },
  ...inherited.map((name) => ({ name: `everything is called ${name}`, files: () => route(everything(name)) })),
  ...inherited.map((name) => ({
    name: `functions of other modules are called ${name}`,
    files: () =>
      project({
        'lib/own.ts': `export function guard(req, res) {\n  if (!req.headers.${name}) { res.status(401).end(); return false }\n  return true\n}\nexport { guard as ${name} }\nexport const table = { ${name}: guard }\nexport function reply(req, res) { res.status(req.${name} ? 200 : 201).${name}(1) }\n`,
        'pages/api/a.ts': `import { ${name} as check, table } from '../../lib/own'\nexport default (req, res) => {\n  if (!check(req, res)) return\n  if (!table.${name}(req, res)) return\n  res.json({})\n}\n`,
        'pages/api/b.ts': `import * as own from '../../lib/own'\nexport default (req, res) => {\n  if (!own.${name}(req, res)) return\n  res.json({})\n}\n`,
        'pages/api/c.ts': `import { reply } from '../../lib/own'\nexport default (req, res) => reply(req, res)\n`,
      }),
  })),
  {
    name: 'settings with names that every object has',
    files: () => ({
      'package.json':
        '{ "dependencies": { "next": "15.0.0", "__proto__": "1", "constructor": { "a": 1 }, "toString": null }, "workspaces": { "__proto__": [] }, "__proto__": { "next": "1" } }',
      'tsconfig.json':
        '{ "compilerOptions": { "paths": { "__proto__": ["./a"], "constructor/*": [null], "toString": "x" } } }',
      'vercel.json': '{ "functions": { "__proto__": { "memory": 1 }, "pages/api/a.ts": null } }',
      'next.config.js':
        'module.exports = { __proto__: { basePath: "/x" }, rewrites: () => [{ source: "__proto__", destination: "/api/__proto__" }], headers: () => ({ constructor: 1 }) }',
      'pages/api/a.ts': plain,
    }),
  },
]

const paths: readonly Shape[] = [
  {
    name: 'dynamic segments that lead elsewhere',
    files: () =>
      project(
        Object.fromEntries(
          [
            '[..]',
            '[...]',
            '[....]',
            '[[...]]',
            '[[....]]',
            '[...\\]',
            '%2e%2e',
            '..\\..\\up',
            'C:\\up',
            '[%2F..%2F]',
            '...',
            '[]',
            '[[]]',
            '[a][b]',
            '(..)',
            '(...)',
            '@up',
            '_',
            '_a',
            '[...a',
            'a]',
            '-rf',
            '--',
            '~',
            '$(id)',
            '`id`',
            '%5F',
            '%00',
          ].map((name) => [`pages/api/${name}.ts`, plain]),
        ),
      ),
  },
  {
    name: 'names that drive terminals and pages',
    files: () =>
      project(
        Object.fromEntries(
          [
            '\u001b[31mred',
            'a\nb',
            '<img src=x onerror=alert(1)>',
            '](http',
            '`a`|b',
            '\u202Egnp',
            '@team',
            '#1',
            '$x$',
            '&lt;',
            '"quoted"',
            "it's",
            '💥',
            '\u2028',
            'a'.repeat(250),
          ].flatMap((name) => [
            [`pages/api/${name}.ts`, plain],
            [`pages/api/kept/${name}.ts`, 'export default (req, res) => unknown(req, res)'],
            [`pages/api/broken/${name}.ts`, 'export default {'],
          ]),
        ),
      ),
  },
  {
    name: 'aliases out of the root',
    files: () =>
      project({
        'tsconfig.json':
          '{ "extends": "./tsconfig.json", "compilerOptions": { "baseUrl": "../../..", "paths": { "up/*": ["../../../*"], "abs/*": ["/etc/*"], "*": ["*", "./*", "../*"], "@/*/*": ["*"], "": [""], "@": [".."] } } }',
        'jsconfig.json': '[]',
        'lib/a.ts': 'export const helper = (req, res) => res.json({})\n',
        'pages/api/a.ts': "import { helper } from 'up/x/lib/a'\nexport default (req, res) => helper(req, res)\n",
        'pages/api/b.ts': "import { helper } from 'abs/passwd'\nexport default (req, res) => helper(req, res)\n",
        'pages/api/c.ts':
          "import { helper } from '../../../../../../../../etc/passwd'\nexport default (req, res) => helper(req, res)\n",
        'pages/api/d.ts':
          "import { helper } from '/etc/passwd'\nexport * from '..'\nexport default (req, res) => helper(req, res)\n",
        'pages/api/e.ts':
          "import { helper } from ''\nimport '.'\nimport '\\0'\nexport default (req, res) => helper(req, res)\n",
      }),
  },
]

const cycles: readonly Shape[] = [
  {
    name: 'modules that import each other and themselves',
    files: () =>
      project({
        'lib/a.ts':
          "export * from './b'\nexport * from './a'\nimport { b } from './b'\nexport function a(req, res) {\n  return b(req, res)\n}\n",
        'lib/b.ts':
          "export * from './a'\nimport { a } from './a'\nexport function b(req, res) {\n  if (req.query.x) return a(req, res)\n  res.json({})\n}\n",
        'lib/c.ts': "export { d as c } from './d'\n",
        'lib/d.ts': "export { c as d } from './c'\n",
        'pages/api/a.ts': "import { a } from '../../lib/a'\nexport default (req, res) => a(req, res)\n",
        'pages/api/b.ts': "import handler from './b'\nexport default handler\n",
        'pages/api/c.ts': "import { c } from '../../lib/c'\nexport default c\n",
        'pages/api/d.ts': "export { default } from './e'\n",
        'pages/api/e.ts': "export { default } from './d'\n",
        'pages/api/f.ts': 'const f = () => g\nconst g = f()\nconst h = h\nexport default g(h)\n',
        'pages/api/g.ts':
          'function a(req, res) { b(req, res) }\nfunction b(req, res) { a(req, res) }\nexport default a\n',
        'pages/api/h.ts': 'const a = b, b = c, c = a\nexport default a\n',
        'pages/api/i.ts':
          'class A extends A { m(req, res) { this.m(req, res) } }\nconst a = new A()\nexport default a.m\n',
      }),
  },
  {
    name: 'settings that extend each other',
    files: () =>
      project({
        'tsconfig.json': '{ "extends": ["./a.json", "./b.json"] }',
        'a.json': '{ "extends": "./b.json" }',
        'b.json': '{ "extends": "./a.json" }',
        'next.config.js': 'const a = b\nconst b = a\nmodule.exports = a(b(a))\nmodule.exports = module.exports\n',
        'pages/api/a.ts': plain,
      }),
  },
]

export const shapes: readonly Shape[] = [
  ...names,
  ...paths,
  ...cycles,
  ...Object.entries(bigSources).map(([name, text]) => ({ name, files: () => route(text()) })),
  ...Object.entries(bigSources).map(([name, text]) => ({
    name: `${name}, in another module`,
    files: () =>
      project({
        'lib/big.ts': text(),
        'pages/api/a.ts': "import handler from '../../lib/big'\nexport default (req, res) => handler(req, res)\n",
      }),
  })),
]

const reading = (name: string): string =>
  `export default (req, res) => {\n  const { ${name}: value } = req.query\n  res.json({ value, again: req.query.${name} })\n}\n`

const everything = (name: string): string => `const own = {}
export const config = { api: { ${name}: false } }
function check(${name}, res) {
  return ${name}.headers.${name} ?? ${name}.headers['${name}']
}
export default function handler(req, res) {
  const { ${name}: a } = req.query
  const { ${name}: b, ...rest } = req.body
  const c = req.cookies.${name}
  res.setHeader('${name}', String(a))
  if (req.method === '${name}') return res.status(200).json({ ${name}: a })
  switch (req.query.${name}) {
    case '${name}':
      return res.json(own.${name})
    default:
      res.${name}(1)
  }
  req.${name} = 1
  res.json({ a, b, c, rest, d: check(req, res), e: req.headers.${name} })
}
export const ${name === '__proto__' ? '__proto__' : name} = 1
`
