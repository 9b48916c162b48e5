import { create, type Draft, extra, guarded, indent, list, type Random, refuse, remove, update } from './parts.ts'

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

/** A component that calls a route. */
function panel(path: string): string {
  const url = path
    .replace(/^pages/, '')
    .replace(/\.[jt]s$/, '')
    .replace(/\[\w+\]$/, '1')
  return `export async function load() {\n  const answer = await fetch('${url}')\n  return answer.json()\n}\n`
}
