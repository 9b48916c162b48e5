import { choose, fresh, inner, type Place, type Production, type Value } from './grammar.ts'
import { hint } from './hints.ts'
import { exit } from './flows.ts'

/** Functions of the same file that take req and res. */

const isHandler = ({ isHelper, isAsync }: Place): boolean => !isHelper && isAsync

/** Helpers that only read the request. */
export const helperReads: Production<string[]>[] = [
  { name: 'helper/token', weight: 3, fits: ({ isHelper }) => !isHelper, write: tokenHelper },
  { name: 'helper/page', weight: 2, fits: ({ isHelper }) => !isHelper, write: pageHelper },
  { name: 'helper/user', weight: 3, fits: isHandler, write: userHelper },
  {
    name: 'helper/body',
    weight: 1,
    fits: (place) => isHandler(place) && (place.methods?.every((m) => m.startsWith('P')) ?? false),
    write: bodyHelper,
  },
  { name: 'helper/part', weight: 2, fits: ({ isHelper }) => !isHelper, write: partHelper },
]

function called(place: Place, wish: string, call: string, value: Omit<Value, 'text'>): string[] {
  const name = fresh(place, wish)
  place.values.push({ ...value, text: name })
  return [`const ${name} = ${call};`]
}

function tokenHelper(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'header', key: 'authorization' }, 'Bearer secret')
  const type = draft.isTyped ? ': NextApiRequest' : ''
  draft.declarations.set(
    'getToken',
    draft.random.chance(0.5)
      ? [
          `function getToken(req${type}) {`,
          '  const header = req.headers.authorization;',
          "  if (!header || !header.startsWith('Bearer ')) return null;",
          '  return header.slice(7);',
          '}',
        ]
      : [`const getToken = (req${type}) => req.headers.authorization?.split(' ')[1] || req.cookies.session;`],
  )
  hint(draft.hints, { part: 'cookie', key: 'session' })
  return called(place, 'token', `getToken(${draft.req})`, {
    kind: 'maybe-text',
    origin: { part: 'header', key: 'authorization' },
  })
}

function pageHelper(place: Place): string[] {
  const { draft } = place
  for (const sample of ['2', 'abc']) hint(draft.hints, { part: 'query', key: 'page' }, sample)
  const type = draft.isTyped ? ': NextApiRequest' : ''
  const cast = draft.isTyped ? ' as string' : ''
  draft.declarations.set(
    'readPage',
    draft.random.chance(0.5)
      ? [
          `function readPage(req${type}) {`,
          `  const page = parseInt(req.query.page${cast}, 10);`,
          '  return Number.isNaN(page) ? 1 : page;',
          '}',
        ]
      : [`const readPage = ({ query }${type}) => Number(query.page ?? 1);`],
  )
  return called(place, 'page', `readPage(${draft.req})`, { kind: 'number', origin: { part: 'query', key: 'page' } })
}

function userHelper(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'cookie', key: 'session' })
  draft.imports.add("import { db } from 'some-db';")
  draft.declarations.set('currentUser', [
    `async function currentUser(req${draft.isTyped ? ': NextApiRequest' : ''}) {`,
    '  const session = req.cookies.session;',
    '  if (!session) return null;',
    "  return db.find('sessions', { session });",
    '}',
  ])
  return called(place, 'user', `await currentUser(${draft.req})`, { kind: 'maybe-record' })
}

function bodyHelper(place: Place): string[] {
  const { draft } = place
  hint(draft.hints, { part: 'body', key: 'name' })
  const isAwaited = draft.random.chance(0.5)
  draft.declarations.set('readInput', [
    `${isAwaited ? 'async ' : ''}function readInput(req${draft.isTyped ? ': NextApiRequest' : ''}) {`,
    '  const { name, note = null } = req.body ?? {};',
    '  return { name, note };',
    '}',
  ])
  return called(place, 'input', `${isAwaited ? 'await ' : ''}readInput(${draft.req})`, { kind: 'record' })
}

/** A helper around any part of the request. */
function partHelper(place: Place): string[] {
  const { draft } = place
  const own = inner(
    { ...place, draft: { ...draft, req: 'req' } },
    { values: [], isHelper: true, isAsync: false, methods: ['GET'] },
  )
  const { text } = choose(own, 'part')
  const name = `read${draft.declarations.size}`
  draft.declarations.set(name, [
    `function ${name}(req${draft.isTyped ? ': NextApiRequest' : ''}) {`,
    `  return ${text} ?? null;`,
    '}',
  ])
  return called(place, 'part', `${name}(${draft.req})`, { kind: 'any' })
}

/** Helpers that answer and tell so, or let the caller go on. */
export const helperGuards: Production<string[]>[] = [
  { name: 'helper/require-flag', weight: 4, fits: ({ isHelper }) => !isHelper, write: requireFlag },
  { name: 'helper/require-user', weight: 4, fits: isHandler, write: requireUser },
  { name: 'helper/preflight', weight: 1, fits: ({ isHelper }) => !isHelper, write: preflight },
  { name: 'helper/validated', weight: 2, fits: isHandler, write: validated },
]

/** `if (!requireToken(req, res)) return`: true or undefined when all is well. */
function requireFlag(place: Place): string[] {
  const { draft } = place
  const types = draft.isTyped ? [': NextApiRequest', ': NextApiResponse'] : ['', '']
  hint(draft.hints, { part: 'header', key: 'x-api-key' }, 'key')
  const own = inner(place, { isHelper: true, isAsync: false, end: 'return', values: [], methods: ['GET'] })
  const refused = choose({ ...own, draft: { ...draft, req: 'req', res: 'res' } }, 'answer')
  draft.declarations.set('requireKey', [
    `function requireKey(req${types[0]}, res${types[1]})${draft.isTyped && draft.random.chance(0.5) ? ': boolean' : ''} {`,
    ...(draft.random.chance(0.2) ? ["  res.setHeader('X-Checked', 'yes');"] : []),
    "  if (req.headers['x-api-key'] !== 'key') {",
    `    ${refused};`,
    '    return false;',
    '  }',
    '  return true;',
    '}',
  ])
  const call = `requireKey(${draft.req}, ${draft.res})`
  if (draft.random.chance(0.7)) return [`if (!${call}) return;`]
  const name = fresh(place, 'allowed')
  return [`const ${name} = ${call};`, `if (!${name}) ${draft.random.chance(0.5) ? 'return;' : '{ return; }'}`]
}

function requireUser(place: Place): string[] {
  const { draft } = place
  const types = draft.isTyped ? [': NextApiRequest', ': NextApiResponse'] : ['', '']
  hint(draft.hints, { part: 'cookie', key: 'session' })
  draft.imports.add("import { db } from 'some-db';")
  const isSpoken = draft.random.chance(0.5)
  draft.declarations.set('requireUser', [
    `async function requireUser(req${types[0]}, res${types[1]}) {`,
    ...(isSpoken ? ['  const { session } = req.cookies;'] : ['  const session = getSession(req);']),
    '  if (!session) {',
    "    res.status(401).json({ error: 'Unauthorized' });",
    `    return${draft.random.pick([' null', ' null', '', ' false'])};`,
    '  }',
    "  const user = await db.find('users', { session });",
    '  if (!user) {',
    "    res.status(403).json({ error: 'Forbidden' });",
    '    return null;',
    '  }',
    '  return user;',
    '}',
  ])
  if (!isSpoken)
    draft.declarations.set('getSession', [
      `function getSession(req${types[0]}) {`,
      '  return req.cookies.session;',
      '}',
    ])
  const name = fresh(place, 'user')
  place.values.push({ text: name, kind: 'record' }, { text: `${name}.name`, kind: 'any' })
  return [
    `const ${name} = await requireUser(${draft.req}, ${draft.res});`,
    draft.random.pick([`if (!${name}) return;`, `if (!${name}) { return; }`]),
  ]
}

/** `if (preflight(req, res)) return`: true when it has answered. */
function preflight(place: Place): string[] {
  const { draft } = place
  const types = draft.isTyped ? [': NextApiRequest', ': NextApiResponse'] : ['', '']
  draft.hints.methods.add('OPTIONS')
  draft.declarations.set('preflight', [
    `function preflight(req${types[0]}, res${types[1]}) {`,
    "  res.setHeader('Access-Control-Allow-Origin', '*');",
    "  if (req.method === 'OPTIONS') {",
    `    ${draft.random.pick(["res.setHeader('Access-Control-Allow-Headers', 'Content-Type');", "console.log('preflight');"])}`,
    '    res.status(204).end();',
    '    return true;',
    '  }',
    '  return false;',
    '}',
  ])
  return [`if (preflight(${draft.req}, ${draft.res})) return;`]
}

/** A guard with statements of the grammar in it. */
function validated(place: Place): string[] {
  const { draft } = place
  const types = draft.isTyped ? [': NextApiRequest', ': NextApiResponse'] : ['', '']
  const own = inner(
    { ...place, draft: { ...draft, req: 'req', res: 'res' } },
    { isHelper: true, end: 'return', values: [], taken: new Set() },
  )
  const name = `check${draft.declarations.size}`
  const { answered, open, test } = draft.random.pick(markers)
  const lines = [
    ...choose(own, 'read'),
    `if (${choose(own, 'test')}) {`,
    ...exit(own).map(
      (line) => `  ${line.replace(/^return;$/, `return ${answered};`).replace(/^return (.*);$/, '$1;')}`,
    ),
  ]
  if (!lines.some((line) => line.trim() === `return ${answered};`)) lines.push(`  return ${answered};`)
  draft.declarations.set(name, [
    `async function ${name}(req${types[0]}, res${types[1]}) {`,
    ...lines.map((line) => `  ${line}`),
    '  }',
    `  return ${open};`,
    '}',
  ])
  return [`if (${test(`await ${name}(${draft.req}, ${draft.res})`)}) return;`]
}

interface Marker {
  answered: string
  open: string
  test: (call: string) => string
}

/** What a guard returns when it has answered, what otherwise, and how its caller asks. */
const markers: [Marker, ...Marker[]] = [
  { answered: 'true', open: 'false', test: (call: string) => call },
  { answered: 'true', open: 'undefined', test: (call: string) => `(${call}) === true` },
  { answered: 'false', open: "['all']", test: (call: string) => `(${call}) === false` },
  { answered: 'null', open: '{ ok: true }', test: (call: string) => `null == (${call})` },
  { answered: 'false', open: 'true', test: (call: string) => `!(${call})` },
]
