/** Texts by path, relative to a project root. */
export type Files = Record<string, string>

/**
 * A Next project with `count` API routes, the same for the same seed. The handlers have the shapes that real repositories have, about as
 * often as they do: guards, switches and chains on the method, bodies with checks, queries, route params, try/catch, helpers of the
 * same file, headers and cookies; some are wrapped or pass `res` to a package and are kept. 20 to 120 lines, about 50 on average.
 */
export function generateProject(count: number, seed: number): Files {
  const files: Files = {
    'package.json': `${JSON.stringify({ name: 'bench', dependencies: { next: '15.0.0', react: '19.0.0' }, devDependencies: { typescript: '5.9.0' } })}\n`,
    'tsconfig.json': '{ "compilerOptions": { "strict": true } }\n',
    'lib/db.ts': 'export const db: Record<string, any> = {}\n',
    'lib/auth.ts': 'export const withAuth = (handler: unknown) => handler\n',
  }
  for (let i = 0; i < count; i++) {
    const random = createRandom(seed * 1_000_003 + i)
    const { path, text } = generateRoute(i, random)
    files[path] = text
    if (i % 20 === 0) files[`components/Panel${i}.tsx`] = panel(path)
  }
  return files
}

interface Random {
  chance: (share: number) => boolean
  pick: <T>(list: readonly [T, ...T[]]) => T
  int: (from: number, to: number) => number
}

/** mulberry32 */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
  }
}

interface Draft {
  random: Random
  noun: string
  plural: string
  /** The dynamic segment, when the path has one. */
  param: string | null
  typed: boolean
}

const nouns = [
  'order',
  'user',
  'invoice',
  'team',
  'project',
  'comment',
  'report',
  'ticket',
  'product',
  'session',
] as const
const fields = ['name', 'email', 'title', 'status', 'amount', 'role', 'note', 'dueDate', 'currency', 'locale'] as const

function generateRoute(index: number, random: Random): { path: string; text: string } {
  const noun = random.pick(nouns)
  const param = random.chance(0.3) ? random.pick(['id', 'slug', `${noun}Id`]) : null
  const typed = random.chance(0.7)
  const draft: Draft = { random, noun, plural: `${noun}s`, param, typed }
  const shape = random.pick(shapes)
  const lines = [...imports(draft), '', ...shape(draft)]
  const name = param ? `${noun}-${index}/[${param}]` : `${noun}-${index}`
  return { path: `pages/api/group${index % 40}/${name}.${typed ? 'ts' : 'js'}`, text: `${lines.join('\n')}\n` }
}

function imports({ typed, param }: Draft): string[] {
  const up = param ? '../../../..' : '../../..'
  const next = typed ? ["import type { NextApiRequest, NextApiResponse } from 'next'"] : []
  return [...next, `import { db } from '${up}/lib/db'`]
}

const shapes: readonly [Shape, ...Shape[]] = [
  postGuard,
  postGuard,
  postGuard,
  readOnly,
  readOnly,
  methodSwitch,
  methodSwitch,
  methodChain,
  methodChain,
  sequentialIfs,
  localHandlers,
  localHandlers,
  guardHelper,
  wrapped,
  wrapped,
  passedOn,
]
type Shape = (draft: Draft) => string[]

function signature({ typed }: Draft, name = 'handler'): string {
  return `async function ${name}(req${typed ? ': NextApiRequest' : ''}, res${typed ? ': NextApiResponse' : ''}) {`
}

function indent(lines: readonly string[], by = 1): string[] {
  return lines.map((line) => (line === '' ? '' : '  '.repeat(by) + line))
}

/** `if (req.method !== 'POST') return 405`, then a checked body. */
function postGuard(draft: Draft): string[] {
  return [
    `export default ${signature(draft)}`,
    ...indent([
      "if (req.method !== 'POST') {",
      ...indent(refuse(draft, ['POST'])),
      '}',
      '',
      ...guarded(draft, create(draft)),
    ]),
    '}',
  ]
}

function readOnly(draft: Draft): string[] {
  return [`export default ${signature(draft)}`, ...indent(guarded(draft, [...list(draft), ...extra(draft)])), '}']
}

function methodSwitch(draft: Draft): string[] {
  const arms = [
    "case 'GET': {",
    ...indent([...list(draft), ...(draft.random.chance(0.5) ? [] : ['break'])].slice(0, -1)),
    ...indent(['return res.status(200).json({ found: true })']),
    '}',
    "case 'POST': {",
    ...indent(create(draft)),
    '}',
    'default:',
    ...indent([...refuse(draft, ['GET', 'POST'])]),
  ]
  const head = draft.random.chance(0.5)
    ? ['const { method } = req', '', 'switch (method) {']
    : ['switch (req.method) {']
  return [`export default ${signature(draft)}`, ...indent([...head, ...indent(arms), '}']), '}']
}

function methodChain(draft: Draft): string[] {
  return [
    signature(draft),
    ...indent([
      "if (req.method === 'GET') {",
      ...indent(guarded(draft, list(draft))),
      "} else if (req.method === 'PUT') {",
      ...indent(guarded(draft, update(draft))),
      '} else {',
      ...indent(refuse(draft, ['GET', 'PUT'])),
      '}',
    ]),
    '}',
    '',
    'export default handler',
  ]
}

function sequentialIfs(draft: Draft): string[] {
  const blocks = ['GET', 'POST', 'DELETE']
    .slice(0, draft.random.int(2, 3))
    .flatMap((method) => [
      `if (req.method === '${method}') {`,
      ...indent(method === 'GET' ? list(draft) : method === 'POST' ? create(draft) : remove(draft)),
      '}',
      '',
    ])
  return [`export default ${signature(draft)}`, ...indent([...blocks, ...refuse(draft, ['GET', 'POST'])]), '}']
}

/** `return handleGet(req, res)`: one function of the file for each method. */
function localHandlers(draft: Draft): string[] {
  return [
    `export default ${signature(draft)}`,
    ...indent([
      "if (req.method === 'GET') return handleGet(req, res)",
      "if (req.method === 'POST') return handlePost(req, res)",
      ...refuse(draft, ['GET', 'POST']),
    ]),
    '}',
    '',
    signature(draft, 'handleGet'),
    ...indent(guarded(draft, list(draft))),
    '}',
    '',
    '/** Validates and stores. */',
    signature(draft, 'handlePost'),
    ...indent(guarded(draft, create(draft))),
    '}',
  ]
}

/** A function that answers 401, or gives the user. */
function guardHelper(draft: Draft): string[] {
  return [
    signature(draft, 'requireUser'),
    ...indent([
      'const token = req.headers.authorization?.slice(7)',
      'const user = token ? await db.session.find(token) : null',
      'if (!user) {',
      "  res.status(401).json({ error: 'Not signed in' })",
      '  return null',
      '}',
      "return { id: user.id, role: 'member' }",
    ]),
    '}',
    '',
    `export default ${signature(draft)}`,
    ...indent(['const user = await requireUser(req, res)', 'if (!user) return', '', ...list(draft), ...extra(draft)]),
    '}',
  ]
}

function wrapped(draft: Draft): string[] {
  return [
    `import { withAuth } from '${draft.param ? '../../../..' : '../../..'}/lib/auth'`,
    '',
    signature(draft),
    ...indent(guarded(draft, create(draft))),
    '}',
    '',
    'export default withAuth(handler)',
  ]
}

/** Kept: a package gets `res`. */
function passedOn(draft: Draft): string[] {
  return [
    "import { runCors } from 'cors-runner'",
    '',
    `export default ${signature(draft)}`,
    ...indent(['await runCors(req, res)', '', ...guarded(draft, list(draft))]),
    '}',
  ]
}

function refuse({ random }: Draft, methods: readonly string[]): string[] {
  const allow = random.chance(0.4) ? [`res.setHeader('Allow', [${methods.map((m) => `'${m}'`).join(', ')}])`] : []
  const message = random.pick([
    "json({ error: 'Method not allowed' })",
    "json({ success: false, message: 'Only some methods are supported' })",
    'end(`Method $' + '{req.method} Not Allowed`)',
  ])
  return [...allow, `return res.status(405).${message}`]
}

function guarded({ random, noun }: Draft, body: readonly string[]): string[] {
  if (!random.chance(0.6)) return [...body]
  const log = random.chance(0.7) ? [`console.error('${noun} failed', error)`] : []
  const answer = random.pick([
    "res.status(500).json({ error: 'Internal server error' })",
    'res.status(500).json({ message: error.message })',
    "return res.status(500).json({ success: false, error: 'Something went wrong' })",
  ])
  return ['try {', ...indent(body), '} catch (error) {', ...indent([...log, answer]), '}']
}

function list({ random, noun, plural, param }: Draft): string[] {
  const head = param
    ? random.pick([[`const { ${param} } = req.query`], [`const ${param} = req.query.${param}`]])
    : ["const page = Number(req.query.page ?? '1')", "const search = req.query.search || ''"]
  const where = param ? `{ ${noun}: ${param} }` : '{ page, search }'
  const headers = random.chance(0.25) ? ["res.setHeader('Cache-Control', 's-maxage=60, stale-while-revalidate')"] : []
  const cookie = random.chance(0.1) ? ['const theme = req.cookies.theme'] : []
  return [
    ...head,
    ...cookie,
    `const ${plural} = await db.${noun}.findMany({`,
    `  where: ${where},`,
    "  orderBy: { createdAt: 'desc' },",
    `  take: ${random.int(5, 50)},`,
    '})',
    '',
    `if (!${plural} || ${plural}.length === 0) {`,
    `  return res.status(404).json({ error: 'No ${noun} found' })`,
    '}',
    '',
    ...headers,
    `return res.status(200).json({ ${plural}, count: ${plural}.length })`,
  ]
}

function create(draft: Draft): string[] {
  const { random, noun } = draft
  const names = chosenFields(random)
  const [first] = names
  return [
    `const { ${names.join(', ')} } = req.body`,
    '',
    `if (!${first}) {`,
    `  return res.status(400).json({ error: '${first} is required' })`,
    '}',
    ...(random.chance(0.5)
      ? [
          `if (typeof ${first} !== 'string' || ${first}.length > 200) {`,
          `  return res.status(422).json({ error: '${first} is not valid', field: '${first}' })`,
          '}',
        ]
      : []),
    ...extra(draft),
    '',
    `const ${noun} = await db.${noun}.create({`,
    '  data: {',
    ...names.map((name) => `    ${name},`),
    '    createdAt: new Date().toISOString(),',
    '  },',
    '})',
    '',
    `return res.status(201).json(${random.pick([noun, `{ success: true, data: ${noun} }`])})`,
  ]
}

function update(draft: Draft): string[] {
  const { noun, param } = draft
  return [
    `const ${noun} = await db.${noun}.update({ where: { id: req.query.${param ?? 'id'} }, data: { ...req.body } })`,
    `if (!${noun}) {`,
    `  return res.status(404).json({ error: '${noun} not found' })`,
    '}',
    `return res.json({ success: true, ${noun} })`,
  ]
}

function remove({ noun, param }: Draft): string[] {
  return [`await db.${noun}.delete({ where: { id: req.query.${param ?? 'id'} } })`, 'return res.status(204).end()']
}

/** Work between request and answer that touches neither. */
function extra({ random, noun }: Draft): string[] {
  const out: string[] = []
  for (let i = random.int(0, 3); i > 0; i--) {
    out.push(
      '',
      ...random.pick([
        [
          `// The totals are kept beside the ${noun}, so that lists need no join.`,
          `const totals${i} = await db.${noun}.aggregate({`,
          '  sum: { amount: true },',
          '  count: { id: true },',
          '})',
          `if (totals${i}.count > 1000) {`,
          `  console.warn('many ${noun}s', totals${i}.count)`,
          '}',
        ],
        [
          `const rows${i} = await db.audit.findMany({ where: { kind: '${noun}' }, take: 20 })`,
          `const names${i} = rows${i}`,
          '  .filter((row) => row.visible && row.name)',
          '  .map((row) => ({ label: row.name.trim(), value: row.id }))',
          '  .sort((a, b) => a.label.localeCompare(b.label))',
          `console.log(names${i}.length)`,
        ],
        [
          `await fetch('https://hooks.example.test/${noun}', {`,
          "  method: 'POST',",
          "  headers: { 'Content-Type': 'application/json' },",
          `  body: JSON.stringify({ kind: '${noun}', at: Date.now() }),`,
          '})',
        ],
      ]),
    )
  }
  return out
}

function chosenFields(random: Random): [string, ...string[]] {
  const from = random.int(0, 5)
  const [first = 'name', ...rest] = fields.slice(from, from + random.int(2, 5))
  return [first, ...rest]
}

/** A component that calls a route. */
function panel(path: string): string {
  const url = path
    .replace(/^pages/, '')
    .replace(/\.[jt]s$/, '')
    .replace(/\[\w+\]$/, '1')
  return `export async function load() {\n  const answer = await fetch('${url}')\n  return answer.json()\n}\n`
}
