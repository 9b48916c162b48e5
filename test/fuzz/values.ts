import { choose, fresh, indent, inner, type Place, type Production, type Value } from './grammar.ts'
import { hint } from './hints.ts'

/** A value in scope, or a part of the request read in place. */
export function someValue(place: Place, kinds?: readonly Value['kind'][]): Value {
  const { random } = place.draft
  const known = place.values.filter(({ kind }) => kinds === undefined || kinds.includes(kind))
  const [first, ...others] = known
  if (first !== undefined && random.chance(0.8)) return random.pick([first, ...others])
  const part = choose(place, 'part')
  return kinds === undefined || kinds.includes(part.kind) ? part : (first ?? part)
}

/** Tests, without parentheses around them. */
export const tests: Production<string>[] = [
  { name: 'missing', weight: 12, write: (place) => `!${someValue(place).text}` },
  { name: 'present', weight: 4, write: (place) => someValue(place).text },
  { name: 'equal', weight: 5, write: equal },
  { name: 'two-missing', weight: 5, write: (place) => `!${someValue(place).text} || !${someValue(place).text}` },
  {
    name: 'type',
    weight: 3,
    write: (place) =>
      `typeof ${someValue(place).text} !== ${place.draft.random.pick(["'string'", "'undefined'", "'object'"])}`,
  },
  { name: 'array', weight: 2, write: (place) => `Array.isArray(${someValue(place, ['query', 'any', 'texts']).text})` },
  {
    name: 'absent',
    weight: 2,
    write: (place) =>
      `${someValue(place).text} ${place.draft.random.pick(['=== undefined', '== null', '=== null', '!== undefined'])}`,
  },
  {
    name: 'length',
    weight: 2,
    write: (place) => `String(${someValue(place).text}).length > ${place.draft.random.int(2, 6)}`,
  },
  { name: 'secret', weight: 3, write: secret },
  { name: 'number', weight: 2, write: number },
  {
    name: 'listed',
    weight: 2,
    write: (place) => `!['draft', 'open'].includes(${someValue(place).text}${place.draft.isTyped ? ' as string' : ''})`,
  },
  { name: 'environment', weight: 1, write: () => "process.env.APP_MODE === 'maintenance'" },
]

function equal(place: Place): string {
  const value = someValue(place)
  const sample = place.draft.random.pick(['open', 'draft', 'admin'])
  if (value.origin !== undefined) hint(place.draft.hints, value.origin, sample)
  return `${value.text} ${place.draft.random.pick(['===', '!==', '=='])} '${sample}'`
}

function secret(place: Place): string {
  const { draft } = place
  const form = draft.random.int(0, 2)
  if (form === 0) {
    hint(draft.hints, { part: 'header', key: 'authorization' }, 'Bearer secret')
    return `${draft.req}.headers.authorization !== \`Bearer \${process.env.CRON_SECRET ?? 'secret'}\``
  }
  if (form === 1) {
    hint(draft.hints, { part: 'header', key: 'x-api-key' }, 'key')
    return `${draft.req}.headers['x-api-key'] !== (process.env.API_KEY || 'key')`
  }
  hint(draft.hints, { part: 'query', key: 'secret' }, 'token')
  return `${draft.req}.query.secret !== (process.env.PAGE_SECRET || 'token')`
}

function number(place: Place): string {
  const { text } = someValue(place, ['number'])
  return place.draft.random.pick([
    `Number.isNaN(Number(${text}))`,
    `Number(${text}) > 10`,
    `!Number.isInteger(Number(${text}))`,
  ])
}

/** What json gets. */
export const values: Production<string>[] = [
  { name: 'object', weight: 30, write: objectOf },
  {
    name: 'message',
    weight: 12,
    write: (place) => `{ ${place.draft.random.pick(['message', 'error'])}: ${textOf(place)} }`,
  },
  { name: 'name', weight: 10, write: (place) => someValue(place).text },
  {
    name: 'ok',
    weight: 6,
    write: ({ draft }) => draft.random.pick(['{ ok: true }', '{ success: false }', '{}', '{ data: null }']),
  },
  { name: 'list', weight: 4, write: (place) => `[${someValue(place).text}, ${someValue(place).text}]` },
  { name: 'mapped', weight: 3, fits: hasList, write: mapped },
  {
    name: 'spread',
    weight: 4,
    write: (place) => `{ ...${someValue(place, ['record', 'maybe-record', 'any']).text}, ok: true }`,
  },
  {
    name: 'choice',
    weight: 3,
    write: (place) =>
      `${choose(place, 'test')} ? ${objectOf(place)} : ${place.draft.random.pick(['null', '{ none: true }', 'undefined', '[]'])}`,
  },
  {
    name: 'nullish',
    weight: 3,
    write: (place) =>
      `${someValue(place).text} ${place.draft.random.pick(['??', '||'])} ${place.draft.random.pick(['null', '{}', '[]', "'none'"])}`,
  },
  { name: 'null', weight: 1, write: () => 'null' },
  { name: 'undefined', weight: 1, write: () => 'undefined' },
  { name: 'number', weight: 1, write: () => '42' },
  { name: 'text', weight: 2, write: (place) => textOf(place) },
  {
    name: 'whole-query',
    weight: 2,
    write: ({ draft }) => draft.random.pick([`${draft.req}.query`, `{ query: ${draft.req}.query }`]),
  },
  {
    name: 'whole-body',
    weight: 2,
    fits: ({ methods }) => methods === null || methods.every((m) => m.startsWith('P')),
    write: ({ draft }) => draft.random.pick([`${draft.req}.body`, `{ received: ${draft.req}.body }`]),
  },
  { name: 'awaited', weight: 2, fits: ({ isAsync }) => isAsync, write: (place) => outsideCall(place, 'find') },
]

/** Text for messages and bodies: a literal or a template. */
export function textOf(place: Place): string {
  const { random, req } = place.draft
  const forms: [string, ...string[]] = [
    "'Not found'",
    "'Missing name'",
    "'Something went wrong'",
    `\`Method \${${req}.method} Not Allowed\``,
  ]
  if (place.values.length > 0)
    forms.push(`\`No item \${${someValue(place).text}}\``, `'got ' + ${someValue(place).text}`)
  return random.pick(forms)
}

export function objectOf(place: Place): string {
  const { random } = place.draft
  const entries = Array.from({ length: random.int(1, 3) }, () => {
    const { text } = someValue(place)
    if (/^[a-z]\w*$/i.test(text) && random.chance(0.7)) return text
    return `${random.pick(['id', 'value', 'name', 'result'])}: ${random.chance(0.8) ? text : random.pick(['true', '0', "'x'", '[1, 2]', 'null', 'undefined', 'new Date(0)'])}`
  })
  const keys = new Set<string>()
  return `{ ${entries.filter((entry) => !keys.has(entry.split(':')[0] ?? '') && keys.add(entry.split(':')[0] ?? '')).join(', ')} }`
}

function hasList({ values }: Place): boolean {
  return values.some(({ kind }) => kind === 'list')
}

function mapped(place: Place): string {
  const { text } = someValue(place, ['list'])
  const types = place.draft.isTyped ? ': any' : ''
  return `{ items: ${text}.map((item${types}) => ({ item, of: ${someValue(place).text} })) }`
}

/** `await db.find('user', { id })`: what is outside of the project. */
export function outsideCall(place: Place, method: 'find' | 'list' | 'save' | 'remove' | 'send'): string {
  const { draft } = place
  draft.imports.add("import { db } from 'some-db';")
  const table = draft.random.pick(["'users'", "'orders'", "'posts'"])
  const argument = draft.random.chance(0.7) ? `, { ${argumentOf(place)} }` : ''
  return `${place.isAsync ? 'await ' : ''}db.${method}(${table}${argument})`
}

function argumentOf(place: Place): string {
  const { text } = someValue(place)
  return /^[a-z]\w*$/i.test(text) ? text : `${place.draft.random.pick(['id', 'where', 'by'])}: ${text}`
}

/** Statements that ask the outside world or compute. */
export const works: Production<string[]>[] = [
  {
    name: 'find',
    weight: 10,
    fits: ({ isAsync }) => isAsync,
    write: (place) => outsideValue(place, 'find', ['user', 'order', 'post'], 'maybe-record'),
  },
  {
    name: 'list',
    weight: 7,
    fits: ({ isAsync }) => isAsync,
    write: (place) => outsideValue(place, 'list', ['rows', 'users', 'results'], 'list'),
  },
  { name: 'save', weight: 8, fits: ({ isAsync }) => isAsync, write: (place) => [`${outsideCall(place, 'save')};`] },
  {
    name: 'saved',
    weight: 4,
    fits: ({ isAsync }) => isAsync,
    write: (place) => outsideValue(place, 'save', ['created', 'saved'], 'any'),
  },
  { name: 'remove', weight: 2, fits: ({ isAsync }) => isAsync, write: (place) => [`${outsideCall(place, 'remove')};`] },
  { name: 'detached', weight: 1, write: (place) => [`${outsideCall(inner(place, { isAsync: false }), 'send')};`] },
  {
    name: 'log',
    weight: 8,
    write: (place) => [
      `console.${place.draft.random.pick(['log', 'info', 'warn'])}('at ${place.draft.random.int(1, 99)}', ${someValue(place).text});`,
    ],
  },
  { name: 'track', weight: 3, write: track },
  { name: 'compute', weight: 4, write: compute },
  { name: 'let', weight: 3, write: reassigned },
  { name: 'loop-over', weight: 3, fits: ({ isAsync }) => isAsync, write: loopOver },
  { name: 'map', weight: 2, fits: hasList, write: mapWork },
  { name: 'count', weight: 2, write: counter },
  { name: 'method-inside', weight: 2, write: methodInside },
  { name: 'together', weight: 2, fits: ({ isAsync }) => isAsync, write: together },
]

function outsideValue(
  place: Place,
  method: 'find' | 'list' | 'save',
  names: [string, ...string[]],
  kind: Value['kind'],
): string[] {
  const call = outsideCall(place, method)
  const name = fresh(place, place.draft.random.pick(names))
  place.values.push({ text: name, kind })
  if (kind !== 'list') place.values.push({ text: `${name}${kind === 'maybe-record' ? '?' : ''}.name`, kind: 'any' })
  return [`const ${name} = ${call};`]
}

/** A method told apart where no list of statements is: after an else, in an if without braces, in a loop. */
function methodInside(place: Place): string[] {
  const { random, req, hints } = place.draft
  const method = random.pick(['GET', 'POST', 'PUT'])
  hints.methods.add(method)
  const logs = ['alpha', 'beta', 'gamma'].slice(0, random.int(0, 3)).map((word) => `console.log('${word}');`)
  const asked = `if (${req}.method ${random.pick(['===', '!=='])} '${method}')`
  const form = random.int(1, 4)
  if (form === 1)
    return [`if (${choose(place, 'test')}) {`, `  console.log('first');`, `} else ${asked} {`, ...indent(logs), '}']
  if (form === 2) return [`if (${choose(place, 'test')})`, `  ${asked} {`, ...indent(indent(logs)), '  }']
  if (form === 3) return [`for (const each of ['a', 'b']) ${asked} console.log(each);`]
  return [
    `if (${choose(place, 'test')}) console.log('first');`,
    `else switch (${req}.method) {`,
    `  case '${method}':`,
    ...indent(indent([...logs, 'break;'])),
    `  default:`,
    `    console.log('other');`,
    '}',
  ]
}

function track(place: Place): string[] {
  const { draft } = place
  draft.imports.add("import { track } from '@/lib/track';")
  draft.files['lib/track.ts'] =
    "export function track(event: string, value?: unknown): void {\n  console.log('track', event, value);\n}\n"
  return [`track('step ${draft.random.int(1, 99)}', ${someValue(place).text});`]
}

function compute(place: Place): string[] {
  const { text } = someValue(place)
  const name = fresh(place, place.draft.random.pick(['label', 'key', 'slugged', 'upper']))
  place.values.push({ text: name, kind: 'text' })
  const form = place.draft.random.pick([
    `\`item:\${${text}}\``,
    `String(${text}).toUpperCase()`,
    `[${text}, 'x'].join('-')`,
    `JSON.stringify(${text})`,
    `encodeURIComponent(String(${text}))`,
  ])
  return [`const ${name} = ${form};`]
}

function reassigned(place: Place): string[] {
  const { text } = someValue(place)
  const name = fresh(place, 'state')
  const test = choose(place, 'test')
  place.values.push({ text: name, kind: 'text' })
  return [`let ${name} = 'new';`, `if (${test}) ${name} = String(${text});`]
}

function loopOver(place: Place): string[] {
  const list = someValue(place, ['list', 'texts']).text
  const within = inner(place, { inLoop: true })
  const name = fresh(within, 'entry')
  within.values.push({ text: name, kind: 'any' })
  return [`for (const ${name} of [${list}].flat()) {`, `  ${outsideCall(within, 'save')};`, '}']
}

function mapWork(place: Place): string[] {
  const { text } = someValue(place, ['list'])
  const name = fresh(place, 'labels')
  place.values.push({ text: name, kind: 'list' })
  return [
    `const ${name} = ${text}.map((row${place.draft.isTyped ? ': any' : ''}) => \`\${row}-${'$'}{${someValue(place).text}}\`);`,
  ]
}

/** State of the module that lasts from one request to the next. */
function counter(place: Place): string[] {
  place.draft.declarations.set('hits', ['let hits = 0;'])
  place.values.push({ text: 'hits', kind: 'number' })
  return ['hits += 1;']
}

function together(place: Place): string[] {
  const plain = inner(place, { isAsync: false })
  const [first, second] = [outsideCall(plain, 'find'), outsideCall(plain, 'list')]
  const [one, many] = [fresh(place, 'one'), fresh(place, 'many')]
  place.values.push({ text: one, kind: 'maybe-record' }, { text: many, kind: 'list' })
  return [`const [${one}, ${many}] = await Promise.all([${first}, ${second}]);`]
}
