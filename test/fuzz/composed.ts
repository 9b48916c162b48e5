import { defaultPackageJson } from '../support/fixture.ts'
import { block, choose, type Place, type Production } from './grammar.ts'
import { hint } from './hints.ts'
import { join, parameters } from './module-forms.ts'
import { writeWrapper } from './wrapper-forms.ts'

/** Wrappers around wrappers: nested in a function of their own, or as a chain of next-api-middleware. */
export const composed: Production<string>[] = [
  { name: 'composed', weight: 4, fits: ({ isAsync, draft }) => isAsync && draft.isTyped, write: nested },
  { name: 'labelled', weight: 3, fits: ({ isAsync, draft }) => isAsync && draft.isTyped, write: labelled },
]

/** `withAll = (handler) => withErrors(withGate(withChecks(handler)))` */
function nested(place: Place): string {
  const { draft } = place
  const own = writeWrapper(place)
  const names = [...pickNames(place, 1), own, ...pickNames(place, 0)].map((name) =>
    name === own ? own : `with${upper(name)}`,
  )
  draft.files['lib/parts.ts'] = `${handlerTypes}${Object.entries(parts)
    .map(([name, lines]) => asWrapper(name, lines))
    .join('\n')}`
  const calls = `${names.join('(')}(handler${')'.repeat(names.length)}`
  const imported = [...new Set(names)].filter((name) => name !== own)
  const lines = draft.random.chance(0.5)
    ? [`export const withAll = (handler: NextApiHandler) => ${calls};`]
    : [
        'export function withAll(handler: NextApiHandler) {',
        `  const inner = ${names.slice(1).join('(')}(handler${')'.repeat(names.length - 1)};`,
        `  return ${names[0]}(inner);`,
        '}',
      ]
  draft.files['lib/with-all.ts'] = [
    "import type { NextApiHandler } from 'next';",
    ...(imported.length > 0 ? [`import { ${imported.join(', ')} } from './parts';`] : []),
    `import { ${own} } from './with-checks';`,
    '',
    ...lines,
    '',
  ].join('\n')
  return inside(place, 'withAll', '@/lib/with-all')
}

/** `label({ errors, gate }, ['errors'])('gate')(handler)` or `use(errors, gate)(handler)` */
function labelled(place: Place): string {
  const { draft } = place
  const { random } = draft
  const names = pickNames(place, 1)
  draft.files['package.json'] = defaultPackageJson.replace('"next":', '"next-api-middleware": "3.0.0",\n    "next":')
  draft.files['lib/parts.ts'] = `import type { Middleware } from 'next-api-middleware';\n\n${Object.entries(parts)
    .map(([name, lines]) => asMiddleware(name, lines))
    .join('\n')}`
  const head = `import { ${names.join(', ')} } from './parts';\n\n`
  const isLabel = random.chance(0.6)
  const always = names.slice(0, isLabel ? random.int(1, names.length) : names.length)
  draft.files['lib/with-all.ts'] = isLabel
    ? `import { label } from 'next-api-middleware';\n${head}export const withAll = label({ ${names.join(', ')} }, [${always.map((name) => `'${name}'`).join(', ')}]);\n`
    : `import { use } from 'next-api-middleware';\n${head}export const withAll = use(${names.join(', ')});\n`
  const chosen = names.slice(always.length).map((name) => `'${name}'`)
  return inside(place, isLabel ? `withAll(${chosen.join(', ')})` : 'withAll', '@/lib/with-all')
}

function inside(place: Place, wrapper: string, source: string): string {
  const { draft } = place
  draft.imports.add(`import { withAll } from '${source}';`)
  const lines = choose(place, 'dispatch')
  return join(
    place,
    draft.random.chance(0.5)
      ? block(`export default ${wrapper}(async (${parameters(draft)}) =>`, lines, '});')
      : [...block(`async function handler(${parameters(draft)})`, lines), '', `export default ${wrapper}(handler);`],
  )
}

function pickNames({ draft }: Place, least: number): string[] {
  const names = Object.keys(parts).filter(() => draft.random.chance(0.35))
  hint(draft.hints, { part: 'header', key: 'x-gate' }, 'open')
  return names.length >= least ? names : ['errors']
}

const upper = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

/** `NEXT` stands for the call of what comes behind. */
const parts: Readonly<Record<string, readonly string[]>> = {
  errors: [
    'try {',
    '  await NEXT;',
    '} catch (error) {',
    "  console.error('failed', error);",
    "  res.status(500).json({ error: 'failed' });",
    '}',
  ],
  gate: [
    "if (!req.headers['x-gate']) {",
    "  res.status(401).json({ error: 'closed' });",
    '  return;',
    '}',
    'await NEXT;',
  ],
  stamp: ["res.setHeader('X-Stamp', 'yes');", 'await NEXT;'],
  logged: ["console.info('in', req.method);", 'await NEXT;', "console.info('out');"],
  only: ["if (req.method === 'TRACE') {", '  res.status(405).end();', '} else {', '  await NEXT;', '}'],
}

const handlerTypes = "import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';\n\n"

function asWrapper(name: string, lines: readonly string[]): string {
  const body = lines.map((line) => `  ${line.replace('NEXT', 'handler(req, res)')}\n`).join('')
  return `export const with${upper(name)} = (handler: NextApiHandler) => async (req: NextApiRequest, res: NextApiResponse) => {\n${body}};\n`
}

function asMiddleware(name: string, lines: readonly string[]): string {
  const body = lines.map((line) => `  ${line.replace('NEXT', 'next()')}\n`).join('')
  return `export const ${name}: Middleware = async (req, res, next) => {\n${body}};\n`
}
